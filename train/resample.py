"""Taking a piece of a picture at another size, as products of matrices."""

import torch
from torch import Tensor

WHOLE = 224  # what a row of weights sums to, about: 255 * 256 * 256 is still below 2**24


def whole_soft(start: Tensor, step: Tensor, count: int, length: int) -> Tensor:
    """Whole weights float32 (count, length): triangles as wide as a step, at least a pixel, so that
    both smaller and larger pictures come out smooth. Rows whose middle is off the picture are all
    0; the others sum to WHOLE, but for rounding and at the picture's edges.

    start, step: of the row of pixels that is wanted, in pixels of the picture, as 0-d tensors.
    """
    pixel = torch.arange(length).to(torch.float32) + 0.5
    middle = (start + step * (torch.arange(count).to(torch.float32) + 0.5)).unsqueeze(1)
    wide = step.clamp(min=1)
    weight = (1 - (pixel - middle).abs() / wide).clamp(min=0)
    return (weight * (WHOLE / wide)).round() * ((middle >= 0) & (middle <= length))


def extent(inside: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last true place of bool (..., L), as int64 (...); 0 and 0 if none."""
    length = inside.shape[-1]
    place = torch.arange(length)
    some = inside.any(-1)
    first = torch.where(inside, place, length).amin(-1)
    last = torch.where(inside, place + 1, 0).amax(-1)
    return torch.where(some, first, 0), torch.where(some, last, 0)
