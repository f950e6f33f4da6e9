"""Ink -> its parts in reading order, and the groups of them that may each be one digit.

What export/ writes as models/parts.onnx and models/reading.onnx. A number is read by trying: every
run of up to GROUPED neighbouring parts is a picture for the digit network, and the runs that cover
all parts and are likeliest together are its digits (O. Matan, C. Burges, Y. LeCun, J. Denker 1992,
"Multi-Digit Recognition Using a Space Displacement Neural Network"; LeCun, Bottou, Bengio, Haffner
1998, section V, where the runs are the arcs of a segmentation graph). So the whole competes with
its parts, and a 5 with a loose bar stays one digit.

Connected parts take a fixed number of steps, so that they are a graph too: all pixels of one number
take the largest number that any of them touches, then that number's own by now (hooking and pointer
jumping, Y. Shiloach, U. Vishkin 1982: a logarithm of steps).
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d

from train.find_ink import shares

HIGH, WIDE = 48, 144  # the grid on which parts are told apart
SHARES = 4096  # parts of a pixel: with bytes all sums are exact
BESIDE = 3  # columns of it beside the ink, one more than its faint edges reach into
INKED = 0.07  # of the ink's peak: a cell of the grid with more on average holds ink
STEPS, JUMPS = 4, 6  # of spreading numbers: enough for every spiral and tangle tried
PARTS = 16  # the largest that are kept
GROUPED = 4  # parts that a digit may consist of
SPECK = 0.10  # of the ink's longer side, a part smaller than that is dirt ...
SPECK_HEIGHT = 0.22  # ... where it is also smaller than this share of the tallest part
# One pen wrote all: a part so much thinner and paler than another, by the ink in 3 × 3 cells around
# each of its own, is what was left of a frame or an edge. Digits of one number come down to 0.73,
# three of four leftovers lie below 0.3.
PALE = 0.35
BLANK = 5  # of 255: below this peak nothing was drawn


class Parts(nn.Module):
    """Ink -> the groups of its parts."""

    def forward(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Args:
            ink: uint8 (H, W), 255 ink.

        Returns:
            groups: uint8 (N, H, W), the ink of each group; of a single part, or none, one group.
            spans: int64 (N, 2), first and one past the last part of each group, from left to right.
            boxes: float32 (N, 4), left, top, right, bottom of each group in pixels of `ink`.
        """
        height, width = ink.shape
        level = ink.float()
        columns, rows = level.amax(0), level.amax(1)
        peak = columns.amax(0).clamp(min=BLANK)
        left, right = _extent(columns > 0.2 * peak)
        top, bottom = _extent(rows > 0.2 * peak)
        step = torch.maximum((right - left) / WIDE, (bottom - top) / HIGH).clamp(min=1e-3)
        # Most ink is narrower than the grid: only so many of its columns are computed.
        wide = ((right - left) / step).ceil().add(BESIDE).clamp(max=WIDE).long().item()
        torch._check(wide >= BESIDE)
        torch._check(wide <= WIDE)
        over_x, in_x = shares(left, step, wide, width)
        over_y, in_y = shares(top, step, HIGH, height)
        over_x, over_y = ((over * SHARES).round() for over in (over_x, over_y))
        rows = over_y @ level  # whole numbers below 2**24: float32 holds them
        grid = (rows.double() @ over_x.double().T) * (1 / SHARES**2)
        grid = grid * in_x * in_y.unsqueeze(1)
        numbers = _numbered(grid > INKED * peak)
        member = _largest(numbers)
        box = _boxes(member)
        kept = _kept(box, member, grid)
        place = torch.arange(PARTS)  # decides between parts in the same column
        centre = torch.where(kept, box[:, 0] + box[:, 2] + place / 1000, 1e6)
        order = centre.topk(PARTS, largest=False).indices
        member, box, kept = (
            member.index_select(0, order).float(),
            box.index_select(0, order),
            kept.index_select(0, order),
        )

        first = torch.arange(PARTS).view(-1, 1).expand(PARTS, GROUPED).reshape(-1)
        last = first + torch.arange(1, GROUPED + 1).repeat(PARTS)
        inside = (place >= first.view(-1, 1)) & (place < last.view(-1, 1))
        count = kept.sum()
        whole = (first == 0) & (last == 1) & (count == 0)
        chosen = ((last <= count) | whole).nonzero()[:, 0]
        inside = inside.index_select(0, chosen)
        spans = torch.stack((first, last), 1).index_select(0, chosen)

        # Edges fainter than the grid sees lie up to two cells from their part.
        mine = (inside.float() @ member.view(PARTS, HIGH * wide)).view(-1, HIGH, wide)
        foreign = (numbers > 0).float() - mine
        near = max_pool2d(mine, 5, 1, 2) * (1 - max_pool2d(foreign, 3, 1, 1) * (1 - mine))
        alone = 1 - foreign.amax((1, 2), keepdim=True)
        mine = torch.maximum(near, alone)
        x = ((torch.arange(width) + 0.5 - left) / step).floor().long()
        y = ((torch.arange(height) + 0.5 - top) / step).floor().long()
        mine = mine.index_select(2, x.clamp(0, wide - 1)).index_select(1, y.clamp(0, HIGH - 1))
        groups = (level * mine).to(torch.uint8)
        low = torch.where(inside.unsqueeze(2), box[:, :2], 1e6).amin(1)
        high = torch.where(inside.unsqueeze(2), box[:, 2:], -1e6).amax(1)
        corner = torch.stack((left, top))
        boxes = torch.cat((corner + low * step, corner + high * step), 1)
        return groups, spans, boxes


def _extent(inked: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last true place of (L,), as floats; 0 and 1 where none is true."""
    place = torch.arange(inked.shape[0])
    first = torch.where(inked, place, inked.shape[0]).amin(0)
    last = torch.where(inked, place + 1, 0).amax(0)
    blank = last == 0
    return torch.where(blank, 0, first).float(), torch.where(blank, 1, last).float()


def _numbered(inked: Tensor) -> Tensor:
    """bool (H, W) -> int64, the same number all over a connected part, 0 where no ink is."""
    high, wide = inked.shape
    ground = inked.float().view(1, 1, high, wide)
    number = torch.arange(1, high * wide + 1).float() * ground.view(high * wide)
    for _ in range(STEPS):
        near = (max_pool2d(number.view(1, 1, high, wide), 3, 1, 1) * ground).view(high * wide)
        place = number.long()
        table = torch.zeros(high * wide + 1).scatter_reduce(0, place, near, "amax")
        for _ in range(JUMPS):
            table = table.gather(0, table.long())
        number = table.gather(0, place)
    return number.view(high, wide).long()


def _largest(numbers: Tensor) -> Tensor:
    """int64 (H, W) -> bool (PARTS, H, W): the cells of the largest parts."""
    cells = numbers.shape[0] * numbers.shape[1]
    sizes = torch.zeros(cells + 1).scatter_add(0, numbers.view(cells), torch.ones(cells))
    sizes = torch.cat((torch.zeros(1), sizes[1:]))
    size, number = sizes.topk(PARTS)
    return (numbers == number.view(-1, 1, 1)) & (size > 0).view(-1, 1, 1)


def _boxes(member: Tensor) -> Tensor:
    """float32 (PARTS, 4): left, top, right, bottom in cells; of no cell 0, 0, 0, 0."""
    ends = []
    for axis in (1, 2):
        inked = member.amax(axis)
        place = torch.arange(inked.shape[1])
        some = inked.amax(1)
        ends.append(torch.where(inked, place, inked.shape[1]).amin(1) * some)
        ends.append(torch.where(inked, place + 1, 0).amax(1))
    left, right, top, bottom = ends
    return torch.stack((left, top, right, bottom), 1).float()


def _kept(box: Tensor, member: Tensor, grid: Tensor) -> Tensor:
    """bool (PARTS,): False for dirt, for what is too pale and for what is not there."""
    wide, high = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
    longer, tallest = torch.maximum(wide, high), torch.maximum(wide, high).amax(0)
    whole = torch.maximum(box[:, 2].amax(0), box[:, 3].amax(0))
    is_speck = (longer < SPECK * whole) & (longer < SPECK_HEIGHT * tallest)
    near = avg_pool2d(grid.round().float().unsqueeze(0), 3, 1, 1) * 9  # of whole numbers
    cells = member.double()
    level = (cells * near.double()).sum((1, 2)) / cells.sum((1, 2)).clamp(min=1)
    level = level * (longer > 0) * ~is_speck
    return level > PALE * level.amax(0)
