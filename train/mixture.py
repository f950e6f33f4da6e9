"""Batches that mix pictures of several sources, each with the classes that it may be.

A target says which classes are allowed, bool (11,): one of the ten, any of the three kinds of shoe,
or the eleventh, "none of these", whose logit is fixed at 0. Easy pictures are skipped without bias
(Qin et al. 2024, "InfoBatch", https://arxiv.org/abs/2303.04947).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from train import distributed

SMOOTHING = 0.03  # of the labels, see Mixture
SKIPPED = 0.6  # of the dataset's pictures whose loss is below the mean, a pass
UNTIL = 0.875  # of the run; the rest sees every picture
NEITHER = 10  # index of the eleventh class


@dataclass
class Source:
    """Pictures of one kind and how many of them a step takes.

    images: uint8 (N, 1, 28, 28).
    allowed: bool (N, 11).
    per_step: pictures a step.
    change: the augmentation, float32 (B, 1, 28, 28) -> the same.
    """

    name: str
    images: Tensor
    allowed: Tensor
    per_step: int
    change: Callable[[Tensor], Tensor]


@dataclass
class Target:
    """What a batch should become.

    allowed: bool (B, 11).
    weight: float32 (B,), how much a picture counts.
    chosen: int64, the places of the batch's first pictures in the dataset.
    """

    allowed: Tensor
    weight: Tensor
    chosen: Tensor


class Mixture:
    """Batches with a fixed number of pictures of every source; an epoch has as many steps as one
    pass over the first source, the dataset, would have.

    Of the dataset's pictures whose last loss was below the mean, a pass skips SKIPPED at random,
    and those that it keeps count for the skipped ones too: the gradient stays what it was in the
    mean, and hard pictures come up more often. Several processes skip nothing: each knows the
    losses of its own part alone.

    Args:
        steps: of an epoch, where it is not to be such a pass.
        skipping: False skips nothing.
        smoothing: share of a label that is spread over all classes. It makes a network too modest
            where it is right nearly always and too sure elsewhere, which no temperature mends.
    """

    def __init__(
        self,
        sources: list[Source],
        epochs: int,
        seed: int,
        steps: int | None = None,
        skipping: bool = True,
        smoothing: float = SMOOTHING,
    ):
        self.sources, self.seed, self.smoothing = sources, seed, smoothing
        self.steps = steps or len(sources[0].images) // sources[0].per_step
        self.skip_before = UNTIL * epochs if skipping and distributed.processes() == 1 else 0
        self.losses = torch.full((len(sources[0].images),), torch.inf)  # the last of each picture

    def __len__(self) -> int:
        return self.steps

    def state_dict(self) -> dict:
        return {"losses": self.losses}

    def load_state_dict(self, state: dict) -> None:
        self.losses.copy_(state["losses"])

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Target]]:
        generator = torch.Generator().manual_seed(self.seed + 10_007 * number)
        easy = self._easy(number)
        orders = [
            self._order(source, None if place else easy, generator)
            for place, source in enumerate(self.sources)
        ]
        counts = torch.where(easy, 1 / (1 - SKIPPED), 1.0)
        for step in range(self.steps):
            images, allowed, chosen = [], [], []
            for source, order in zip(self.sources, orders, strict=True):
                some = order[step * source.per_step : (step + 1) * source.per_step]
                chosen.append(distributed.part(some).to(source.images.device))
                images.append(source.change(source.images[chosen[-1]].float() / 255))
                allowed.append(source.allowed[chosen[-1]])
            image = torch.cat(images).contiguous(memory_format=torch.channels_last)
            first = chosen[0].cpu()
            weight = torch.ones(len(image))
            weight[: len(first)] = counts[first]
            yield image, Target(torch.cat(allowed), weight.to(image.device), first)

    def loss_of(self, net, image: Tensor, target: Target) -> tuple[Tensor, Tensor]:
        """The loss of the batch, and whether each picture is right; remembers the losses."""
        loss, correct = loss_of(net, image, target.allowed, self.smoothing)
        self.losses[target.chosen] = loss.detach()[: len(target.chosen)].float().cpu()
        return (loss * target.weight).mean(), correct

    def _easy(self, number: int) -> Tensor:
        """bool: the dataset's pictures of which a pass skips some."""
        seen = self.losses.isfinite()
        if number >= self.skip_before or not seen.any():
            return torch.zeros_like(seen)
        return self.losses < self.losses[seen].mean()

    def _order(self, source: Source, easy: Tensor | None, generator: torch.Generator) -> Tensor:
        """Enough shuffled passes over a source for the whole epoch."""
        needed, passes = self.steps * source.per_step, []
        while sum(map(len, passes)) < needed:
            order = torch.randperm(len(source.images), generator=generator)
            if easy is not None:
                skipped = easy[order] & (torch.rand(len(order), generator=generator) < SKIPPED)
                order = order[~skipped]
            passes.append(order)
        return torch.cat(passes)[:needed]


def tensors(images) -> Tensor:
    """numpy uint8 (N, 28, 28) -> tensor (N, 1, 28, 28)."""
    return torch.as_tensor(images).unsqueeze(1)


def classes(labels) -> Tensor:
    """int (N,) labels, NEITHER among them -> bool (N, 11)."""
    return torch.nn.functional.one_hot(torch.as_tensor(labels).long(), 11).bool()


def partial(allowed) -> Tensor:
    """bool (N, 10) -> bool (N, 11), never "none of these"."""
    return torch.nn.functional.pad(torch.as_tensor(allowed), (0, 1))


def loss_of(
    net, image: Tensor, allowed: Tensor, smoothing: float = SMOOTHING
) -> tuple[Tensor, Tensor]:
    """-log of the probability of all allowed classes together, with some label smoothing, (B,);
    and whether each picture is right, bool (B,)."""
    log_p = with_neither(net(image)).log_softmax(1)
    loss = -torch.logsumexp(log_p.masked_fill(~allowed, -torch.inf), 1)
    loss = (1 - smoothing) * loss - smoothing * log_p.mean(1)
    return loss, allowed.gather(1, log_p.argmax(1, keepdim=True)).squeeze(1)


def with_neither(logits: Tensor) -> Tensor:
    """(N, 10) -> (N, 11): "none of these" has the logit 0."""
    return torch.nn.functional.pad(logits, (0, 1))


def neither(
    name: str, parts: list[Tensor], per_step: int, change: Callable[[Tensor], Tensor]
) -> Source:
    """The source of what shows none of the ten, from pictures uint8 (N, 1, 28, 28) of any kinds."""
    images = torch.cat(parts)
    return Source(name, images, classes(torch.full((len(images),), NEITHER)), per_step, change)
