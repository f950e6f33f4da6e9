"""What a look and a garment network say together, as one graph: its numbers are fitted by
train/look_rule.py."""

import torch
from torch import Tensor, nn


class Verdict(nn.Module):
    """The mean of two opinions, and whether they suffice to call a picture a garment.

    Args:
        share: of the look in the mean of both log-probabilities.
        plain_share: the same where the ground is plain.
        temper: temperature of the look's log-probabilities.
        temperature: of the network's logits.
        weight: of the look's evidence beside the network's energy.
        threshold: the least sum of the two that is no refusal.
        plain_weight, plain_threshold: the same where the ground is plain.
    """

    def __init__(
        self, share: float, plain_share: float, temper: float, temperature: float, weight: float,
        threshold: float, plain_weight: float, plain_threshold: float,
    ):  # fmt: skip
        super().__init__()
        self.share, self.plain_share, self.temper = share, plain_share, temper
        self.temperature, self.weight, self.threshold = temperature, weight, threshold
        self.plain_weight, self.plain_threshold = plain_weight, plain_threshold

    def forward(
        self, kind: Tensor, garment: Tensor, plain: Tensor, logits: Tensor
    ) -> tuple[Tensor, ...]:
        """Args:
            kind: float32 (3,), log-probabilities of a digit, a garment, neither.
            garment: float32 (10,), the look's log-probabilities of the ten garments.
            plain: bool (), whether the ground is plain.
            logits: float32 (W, 10), the network's, of each way that the picture was prepared.

        Returns:
            probabilities: float32 (10,), of both together.
            look: float32 (10,), the look's alone.
            network: float32 (10,), the network's alone: the mean of its log-probabilities.
            evidence: float32 (), log-odds of a garment: a weight times the look's, and the
                network's energy, less the threshold. Below 0 the picture is turned away.
        """
        of_look = (garment / self.temper).log_softmax(0)
        of_network = (logits / self.temperature).log_softmax(1).mean(0).log_softmax(0)
        share = torch.where(plain, self.plain_share, self.share)
        both = share * garment / self.temper + (1 - share) * of_network
        odds = kind[1] - torch.logaddexp(kind[0], kind[2])
        energy = logits.logsumexp(1).mean(0)
        weight = torch.where(plain, self.plain_weight, self.weight)
        threshold = torch.where(plain, self.plain_threshold, self.threshold)
        evidence = weight * odds + energy - threshold
        return both.softmax(0), of_look.exp(), of_network.exp(), evidence
