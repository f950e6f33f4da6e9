"""A garment drawn on a canvas -> the 28×28 picture that a garment network reads.

A garment's drawing is no pen's line but a shape: its outline is filled, its pen is left as it is,
and it fills the whole of 28×28, as Fashion-MNIST's garments do. Outlines by hand stay open here and
there, so gaps are bridged as far as needed: by none, a few or more pixels, whichever first holds
most of what the widest bridge holds.

The paper around it is found in a fixed number of sweeps: along every row, and along every column,
what is joined to known paper is paper. Two sweeps go round one corner, eight round a spiral.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, max_pool2d

SIZE = 28
WORK = 64  # side of the picture on which outlines are filled
FIT = 56  # the longer side of the drawing in it, the rest is a margin
INK = 0.2  # from this share of the strongest ink on, a pixel belongs to the drawing's box
LINE = 0.3  # from here on a pixel of the work is a line that stops the paper
BRIDGES = (0, 1, 2)  # pixels of the halved work on each side of a line
ENOUGH = 0.6  # of what the widest bridge holds
SWEEPS = 8
CLOTH = 0.75  # grey of what an outline encloses; lines are 1


class GarmentSketch(nn.Module):
    """A drawing of any size, place and pen -> a picture like Fashion-MNIST's."""

    def forward(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """One picture for each drawing.

        Args:
            ink: uint8 (N, H, W), 255 ink, 0 paper.

        Returns:
            image: float32 (N, 1, 28, 28), 0..1, bright on black, in steps of 1/255.
            box: float32 (N, 4), left, top, right, bottom of the ink in pixels of `ink`.
            centre: float32 (N, 2), x, y of the middle of that box.
        """
        height, width = ink.shape[1:]
        ink = ink.to(torch.float64)
        columns, rows = ink.amax(1), ink.amax(2)
        peak = rows.amax(1, keepdim=True)
        drawn = (peak > 5).to(torch.float64)
        peak = peak.clamp(min=1)
        left, right = _extent(columns >= INK * peak)
        top, bottom = _extent(rows >= INK * peak)
        step = torch.maximum(right - left, bottom - top).clamp(min=1) / FIT
        over_x = _overlap((left + right) / 2 - step * WORK / 2, step, left, right, width)
        over_y = _overlap((top + bottom) / 2 - step * WORK / 2, step, top, bottom, height)
        work = over_y @ ink @ over_x.transpose(1, 2) * (drawn / peak).unsqueeze(2)
        # A hairline on a large canvas is fainter here than it was there.
        work = (work / work.flatten(1).amax(1).clamp(min=1e-3).view(-1, 1, 1)).clamp(0, 1)

        line = work >= LINE
        filled = _filled(line).to(torch.float64)
        picture = CLOTH * filled + (1 - CLOTH) * (2 * work).clamp(max=1)
        picture = torch.maximum(picture, work)
        margin = (WORK - 2 * SIZE) // 2
        picture = picture[:, margin : margin + 2 * SIZE, margin : margin + 2 * SIZE]
        image = picture.reshape(-1, 1, SIZE, 2, SIZE, 2).mean((3, 5))
        image = ((image * 255 + 0.5).floor() / 255).to(torch.float32)
        box = torch.cat((left, top, right, bottom), 1) * drawn
        centre = torch.cat((left + right, top + bottom), 1) / 2 * drawn
        return image, box.to(torch.float32), centre.to(torch.float32)


def _extent(inked: Tensor) -> tuple[Tensor, Tensor]:
    length = inked.shape[1]
    place = torch.arange(length)
    first = torch.where(inked, place, length).amin(1, keepdim=True)
    last = torch.where(inked, place + 1, 0).amax(1, keepdim=True)
    return first.to(torch.float64), last.to(torch.float64)


def _overlap(start: Tensor, step: Tensor, low: Tensor, high: Tensor, length: int) -> Tensor:
    """How much of each pixel lies in each interval, as a share of it: float64 (N, WORK, length)."""
    begin = start + step * torch.arange(WORK).to(torch.float64)
    end = (begin + step).maximum(low).minimum(high).unsqueeze(2)
    begin = begin.maximum(low).minimum(high).unsqueeze(2)
    pixel = torch.arange(length).to(torch.float64)
    return (end.minimum(pixel + 1) - begin.maximum(pixel)).clamp(min=0) / step.unsqueeze(2)


def _filled(line: Tensor) -> Tensor:
    """bool (N, WORK, WORK): lines and what they enclose."""
    coarse = max_pool2d(line.to(torch.float32).unsqueeze(1), 2)[:, 0] > 0.5
    paper = torch.stack([_grown(_paper(_grown(coarse, by)), by) for by in BRIDGES], 1)
    held = (~paper).to(torch.float32).sum((2, 3))
    first = (held >= ENOUGH * held[:, -1:]).to(torch.int64).argmax(1)
    chosen = first.view(-1, 1, 1, 1).expand(-1, 1, WORK // 2, WORK // 2)
    paper = paper.gather(1, chosen).to(torch.float32)
    paper = interpolate(paper, scale_factor=2.0, mode="nearest")[:, 0] > 0.5
    for _ in range(2):  # from the coarse picture's edge up to the line itself
        paper = _grown(paper & ~line, 1) & ~line
    return ~paper


def _grown(inside: Tensor, by: int) -> Tensor:
    if not by:
        return inside
    return max_pool2d(inside.to(torch.float32).unsqueeze(1), 2 * by + 1, 1, by)[:, 0] > 0.5


def _paper(line: Tensor) -> Tensor:
    """bool (N, S, S): what is joined to the border without crossing a line."""
    rows, columns = _joined(line), _joined(line.transpose(1, 2))
    border = torch.ones_like(line[0])
    border[1:-1, 1:-1] = False
    paper = (border & ~line).to(torch.float32)
    for _ in range(SWEEPS):
        paper = (rows @ paper.unsqueeze(3))[..., 0].clamp(max=1)
        across = paper.transpose(1, 2).unsqueeze(3)
        paper = (columns @ across)[..., 0].clamp(max=1).transpose(1, 2)
    return paper > 0.5


def _joined(line: Tensor) -> Tensor:
    """float32 (N, S, S, S), 1 where two places of a row have no line between them."""
    walls = line.to(torch.float32).cumsum(2)
    # Places on a line get numbers of their own, so that they are joined to nothing.
    lone = torch.arange(line.shape[2]).to(torch.float32) + 1000
    walls = torch.where(line, lone, walls)
    return (walls.unsqueeze(3) == walls.unsqueeze(2)).to(torch.float32)


def exported() -> tuple[GarmentSketch, Tensor, dict[int, str], list[str], list[str]]:
    """What torch.onnx.export needs: module, example, dynamic shape, input and output names."""
    shape = {0: "count", 1: "height", 2: "width"}
    example = torch.zeros(2, 120, 160, dtype=torch.uint8)
    example[:, 30:90, 70:78] = 255
    return GarmentSketch(), example, shape, ["ink"], ["image", "box", "centre"]
