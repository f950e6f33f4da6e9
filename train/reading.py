"""Which groups of parts are the digits: what export/ writes as models/reading.onnx.

The likeliest way to cut a row of parts into digits, found forwards and backwards (L. Rabiner 1989,
"A Tutorial on Hidden Markov Models", the Viterbi algorithm): no step depends on the last one's
outcome, so that it is a graph.
"""

import torch
from torch import Tensor, nn

from train.parts import GROUPED, PARTS

NEVER = -1e4
MOST = 8  # digits of a number; more is a page
# In nats, fitted on made-up numbers and single digits of held-out pictures. The network alone does
# not do: a row of five, squeezed into 20 pixels, looks to it like an 8 now and then.
EACH = 0.5  # what a further digit costs
OVERLAPPING = 6.0  # cutting where ink lies above ink, per height of the row
SHORT, SHORT_FROM = 6.0, 0.5  # a digit lower than that share of the row
APART, APART_FROM, APART_TO = 20.0, -0.04, 0.3  # parts of one digit with a gap between, per height
WIDE, WIDE_FROM = 8.0, 1.3  # a digit wider than so many of its heights


class Reading(nn.Module):
    """Groups as train/parts.py makes them, read one by one -> which of them are the digits."""

    def forward(self, logits: Tensor, spans: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """Args:
            logits: float32 (N, 10) of the digit network for each group.
            spans: int64 (N, 2), boxes: float32 (N, 4), as Parts returns them.

        Returns:
            chosen: bool (N,), True for the digits; their spans follow each other without a gap.
            in_a_row: bool (1,), whether they are a number: at most MOST digits, each beside the
                last one.
        """
        first, last = spans[:, 0], spans[:, 1]
        place = first * GROUPED + (last - first - 1)
        count = last.amax(0)
        # The network's own eleventh class, "none of these", has the logit 0.
        known = logits.amax(1) - torch.cat((logits, torch.zeros_like(logits[:, :1])), 1).logsumexp(
            1
        )
        high = boxes[:, 3] - boxes[:, 1]
        row = torch.where(last - first == 1, high, 0).amax(0).clamp(min=1)
        apart = self._apart(place, boxes, row)
        gaps = (apart.clamp(APART_FROM, APART_TO) - APART_FROM).cumsum(0)
        wide = (boxes[:, 2] - boxes[:, 0]) / torch.maximum(high, row / 2)
        score = known - EACH - SHORT * (SHORT_FROM - high / row).clamp(min=0)
        score = score - WIDE * (wide - WIDE_FROM).clamp(min=0)
        score = score - APART * (gaps[last - 1] - gaps[first])
        score = score - OVERLAPPING * (-apart[first]).clamp(min=0)
        table = torch.full((PARTS * GROUPED,), NEVER).scatter(0, place, score)
        table = table.view(PARTS, GROUPED)

        zero = torch.zeros(())
        before = [zero]  # the likeliest way through the parts before each place
        for end in range(1, PARTS + 1):
            ways = [
                before[end - k] + table[end - k, k - 1] for k in range(1, min(end, GROUPED) + 1)
            ]
            before.append(torch.stack(ways).amax(0))
        after = [zero] * (PARTS + 1)  # and through those from each place on
        for start in range(PARTS - 1, -1, -1):
            most = min(PARTS - start, GROUPED)
            ways = [after[start + k] + table[start, k - 1] for k in range(1, most + 1)]
            after[start] = torch.where(count > start, torch.stack(ways).amax(0), zero)
        before, after = torch.stack(before), torch.stack(after)
        total = before[first] + table.flatten()[place] + after[last]
        chosen = total >= after[0] - 1e-3
        return chosen, self._in_a_row(boxes.index_select(0, chosen.nonzero()[:, 0]))

    @staticmethod
    def _in_a_row(boxes: Tensor) -> Tensor:
        """Of digits from left to right, bool (1,)."""
        top, bottom = boxes[:, 1], boxes[:, 3]
        apart = torch.maximum(top[1:], top[:-1]) >= torch.minimum(bottom[1:], bottom[:-1])
        count = torch.ones_like(top).sum(0, keepdim=True)
        return (apart.float().sum(0, keepdim=True) == 0) & (count <= MOST)

    @staticmethod
    def _apart(place: Tensor, boxes: Tensor, row: Tensor) -> Tensor:
        """How far each part lies to the right of all before it, in heights of the row; negative
        where they overlap: (PARTS,), 0 for the first."""
        alone = torch.full((PARTS * GROUPED, 4), 1e6).scatter(
            0, place.unsqueeze(1).expand(-1, 4), boxes
        )
        alone = alone.view(PARTS, GROUPED, 4)[:, 0]
        index = torch.arange(PARTS)
        earlier = index.view(1, -1) < index.view(-1, 1)
        reached = torch.where(earlier, alone[:, 2].view(1, -1), -1e6).amax(1)
        begun = torch.where(earlier, 1e6, alone[:, 0].view(1, -1)).amin(1)
        return torch.where(index > 0, (begun - reached) / row, 0.0)
