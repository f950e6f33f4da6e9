"""Taking a piece of a picture at another size, as products of matrices."""

import torch
from torch import Tensor


def soft(start: Tensor, step: Tensor, count: int, length: int) -> Tensor:
    """Weights float32 (count, length): triangles as wide as a step, at least a pixel, so that both
    smaller and larger pictures come out smooth. Rows whose middle is off the picture are all 0.

    start, step: of the row of pixels that is wanted, in pixels of the picture, as 0-d tensors.
    """
    pixel = torch.arange(length).to(torch.float32) + 0.5
    middle = (start + step * (torch.arange(count).to(torch.float32) + 0.5)).unsqueeze(1)
    weight = (1 - (pixel - middle).abs() / step.clamp(min=1)).clamp(min=0)
    weight = weight / weight.sum(1, keepdim=True).clamp(min=1e-6)
    return weight * ((middle >= 0) & (middle <= length))


def extent(inside: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last true place of bool (..., L), as int64 (...); 0 and 0 if none."""
    length = inside.shape[-1]
    place = torch.arange(length)
    some = inside.any(-1)
    first = torch.where(inside, place, length).amin(-1)
    last = torch.where(inside, place + 1, 0).amax(-1)
    return torch.where(some, first, 0), torch.where(some, last, 0)
