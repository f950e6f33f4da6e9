"""A picture of a clean drawing -> where its ink is: what differs from the paper along its border.

models/ink.onnx is the graph of PictureToInk. train/find_ink.py does the same
for any paper.
"""

from functools import reduce

import torch
from torch import Tensor, nn

SIDE = 512  # pictures are reduced to this longer side before
FRAME = 100  # one part in so many of the longer side: so wide a strip at the border shows the paper
WIDEST = (2 * SIDE + FRAME) // (2 * FRAME)  # such a strip, pixels
OUTLINE = 33  # one in so many: a line drawn round the whole canvas lies within this of the border
RINGS = SIDE // OUTLINE + 2  # such places, at most
UNEVEN = 12  # grey levels, of 255, that compression adds to a paper that is not perfectly flat


def level(values: Tensor, weight: Tensor, percent: int) -> Tensor:
    """The smallest byte that so many per cent of the weights lie at or below.

    Args:
        values: integers 0..255, any shape.
        weight: integers of the same shape, not all 0.

    Returns:
        int64 ().
    """
    counts = torch.zeros(256, dtype=torch.int64)
    counts = counts.scatter_add(0, values.flatten().long(), weight.flatten().long())
    return (100 * counts.cumsum(0) < percent * counts.sum()).sum()


class PictureToInk(nn.Module):
    """Dark on light or light on dark, any colour; on transparent paper, what is opaque."""

    def forward(self, rgba: Tensor) -> Tensor:
        """The ink of one picture.

        Args:
            rgba: uint8 (H, W, 4), the longer side at most SIDE.

        Returns:
            uint8 (H, W), 0 paper to 255; exactly 0 where flat paper is.
        """
        apart = [(plane - self._paper(plane)).abs() for plane in self._planes(rgba)]
        difference = reduce(torch.maximum, apart)
        difference = difference * self._inside_outline(difference)
        uneven = level(*self._border(difference), 75).float()
        floor = torch.where(uneven > 0, (3 * uneven).clamp(min=UNEVEN), 0)
        return (difference - floor).clamp(min=0).to(torch.uint8)

    @staticmethod
    def _planes(rgba: Tensor) -> list[Tensor]:
        """Colours faded to black by transparency, and opacity: bytes as float32 (H, W), which holds
        all that is computed here exactly, and is fast."""
        *colours, opacity = rgba.permute(2, 0, 1).float().unbind(0)
        return [(colour * opacity / 255).round() for colour in colours] + [opacity]

    def _paper(self, plane: Tensor) -> Tensor:
        return level(*self._border(plane), 50).float()

    @staticmethod
    def _border(plane: Tensor) -> tuple[Tensor, Tensor]:
        """What lies in the strips along the border, and how often each of that counts: 0 or 1."""
        height, width = plane.shape
        strip = torch.sym_max(1, (torch.sym_max(height, width) + FRAME // 2) // FRAME)
        places = torch.arange(WIDEST)
        values, counts = [], []
        for length, along in ((height, plane), (width, plane.T)):
            from_start = places.clamp(max=length - 1)
            taken = ((places < strip) & (places < length)).int()
            for rows in (from_start, length - 1 - from_start):
                values.append(along[rows].flatten())
                counts.append(
                    (torch.ones_like(along[rows], dtype=torch.int32) * taken[:, None]).flatten()
                )
        return torch.cat(values), torch.cat(counts)

    @staticmethod
    def _inside_outline(difference: Tensor) -> Tensor:
        """float32 (H, W): 0 on a line drawn round the whole canvas and beyond it, else 1."""
        height, width = difference.shape
        marked = (difference > UNEVEN).int()
        ring = torch.arange(RINGS)
        outer = (torch.sym_max(height, width) + OUTLINE // 2) // OUTLINE + 1
        is_line = (ring < outer) & (ring < torch.sym_min(height, width) // 4)
        for length, across, along in ((height, width, marked), (width, height, marked.T)):
            place = torch.arange(across)
            side = ((place >= ring[:, None]) & (place < across - ring[:, None])).int()
            from_start = ring.clamp(max=length - 1)
            for rows in (from_start, length - 1 - from_start):
                count = (along[rows] * side).sum(1)
                is_line = is_line & (10 * count > 9 * side.sum(1))
        line = torch.where(is_line, ring, -1).amax(0)  # the innermost, where there are several
        down, right = torch.arange(height), torch.arange(width)
        from_side = torch.minimum(right, width - 1 - right)
        from_border = torch.minimum(torch.minimum(down, height - 1 - down)[:, None], from_side)
        return (from_border > line).float()
