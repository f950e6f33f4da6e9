"""A photo and the mask of its garment -> the 28×28 picture that a garment network reads.

As the authors of Fashion-MNIST prepared their product pictures (Xiao, Rasul, Vollgraf 2017,
section 2): cut to the garment, the longer side 28, in the middle of black, grey. The garment's own
greys set the range, and it is nowhere as dark as the ground, so that its outline always shows.

Bytes times whole weights add up exactly in float32, and all after that is float64: the same pixels
give the same 784 bytes on every machine.
"""

import torch
from torch import Tensor, nn

from train.resample import areas, extent

SIZE = 28
FINE = 4  # pixels a side for each of the 28: where the range of greys is measured
DIMMEST = 0.25  # a garment is nowhere darker than this
MOST_CONTRAST = 3.0  # a plain black shirt is not stretched until it is all noise
RANGE = (0.02, 0.98)  # shares of the garment's pixels that set its range of greys


class GarmentCut(nn.Module):
    """One photo, cut out."""

    def forward(self, rgba: Tensor, mask: Tensor, whole: Tensor, invert: Tensor):
        """Args:
            rgba: uint8 (H, W, 4); opacity is not looked at, `mask` says what counts.
            mask: uint8 (H, W), 255 garment.
            whole: bool (1,), take the whole picture, its ground made dark, and no mask.
            invert: bool (1,), turn the greys round.

        Returns:
            image: float32 (1, 1, 28, 28), 0..1, in steps of 1/255.
            box: int64 (4,), left, top, right, bottom of the garment in pixels.
        """
        whole, invert = whole[0], invert[0]
        colours = rgba[..., :3].to(torch.int32)
        parts = 299 * colours[..., 0] + 587 * colours[..., 1] + 114 * colours[..., 2]
        grey = torch.div(parts + 500, 1000, rounding_mode="floor").to(torch.float32)
        mask = torch.where(whole, torch.full_like(mask, 255), mask)
        inside = mask > 127
        left, right = extent(inside.any(0))
        top, bottom = extent(inside.any(1))
        wide, high = (right - left).clamp(min=1), (bottom - top).clamp(min=1)
        longer = torch.maximum(wide, high)
        over_x = _columns(left, wide, longer, grey.shape[1])
        over_y = _columns(top, high, longer, grey.shape[0])
        weight = over_y.sum(1, keepdim=True).double() * over_x.sum(1).double()
        weight = weight.clamp(min=1) * 255
        fine = (over_y @ grey @ over_x.T).double() / weight
        share = (over_y @ mask.to(torch.float32) @ over_x.T).double() / weight

        low, high = _range(fine, share > 0.5)
        dimmest = torch.where(whole, 0.0, DIMMEST).double()
        contrast = ((1 - dimmest) / (high - low).clamp(min=1e-6)).clamp(max=MOST_CONTRAST)
        turned = torch.logical_xor(invert, whole & _is_on_light(grey))
        contrast = torch.where(turned, -contrast, contrast)
        middle = (1 + dimmest) / 2 + (fine - (low + high) / 2) * contrast
        middle = middle.maximum(dimmest).clamp(max=1) * share
        image = middle.view(SIZE, FINE, SIZE, FINE).mean((1, 3)).clamp(0, 1)
        image = ((image * 255 + 0.5).floor() / 255).to(torch.float32)
        return image[None, None], torch.stack((left, top, right, bottom))


def _columns(first: Tensor, length: Tensor, longer: Tensor, picture: int) -> Tensor:
    """Whole weights float32 (28 * FINE, picture): the garment's part of an axis, in the middle."""
    ratio = length.double() * SIZE / longer.double()
    pixels = (ratio + 0.5).floor().clamp(min=1)
    margin = ((SIZE - pixels) / 2).floor()
    step = length.double() / (pixels * FINE)
    weights = areas(first.double() - margin * FINE * step, step, SIZE * FINE, picture)
    place = torch.arange(picture)
    return weights * ((place >= first) & (place < first + length))


def _range(fine: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """The greys below which RANGE of the pixels inside lie, with linear interpolation."""
    count = inside.sum()
    ordered = torch.where(inside, fine, 9.0).flatten().sort().values
    last = (count - 1).clamp(min=0)
    ends = []
    for share in RANGE:
        place = last.double() * share
        under = place.floor()
        low = ordered[under.long()]
        high = ordered[torch.minimum(under.long() + 1, last)]
        ends.append(low + (high - low) * (place - under))
    return ends[0], ends[1]


def _is_on_light(grey: Tensor) -> Tensor:
    """True when most of the border is lighter than the picture's mean."""
    border = torch.cat((grey[0], grey[-1], grey[:, 0], grey[:, -1])).double()
    return (border > grey.double().mean()).double().mean() > 0.5


def exported():
    """What torch.onnx.export needs: module, examples, dynamic shapes, input and output names."""
    size = {0: "height", 1: "width"}
    mask = torch.zeros(60, 80, dtype=torch.uint8)
    mask[10:50, 20:60] = 255
    rgba = torch.randint(0, 256, (60, 80, 4), dtype=torch.uint8)
    flags = torch.tensor([False]), torch.tensor([False])
    return (
        GarmentCut(), (rgba, mask, *flags), (size, size, None, None),
        ["rgba", "mask", "whole", "invert"], ["image", "box"],
    )  # fmt: skip
