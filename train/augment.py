"""Changes to a batch of pictures that hands and phones make. All take and return float32
(N, 1, 28, 28) in 0..1, bright on black, and draw from torch's global generator."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def _uniform(count: int, low: float, high: float) -> Tensor:
    return torch.empty(count).uniform_(low, high)


def flipped(image: Tensor) -> Tensor:
    """Half of the pictures mirrored left to right."""
    chosen = torch.rand(len(image), 1, 1, 1) < 0.5
    return torch.where(chosen, image.flip(3), image)


def moved(
    image: Tensor, degrees: float, shift: float, scale: float, shear: float = 0, bend: float = 0
) -> Tensor:
    """Each picture turned, shifted, scaled, slanted and bent on its own.

    Args:
        degrees: greatest turn to either side.
        shift: greatest shift, in pixels.
        scale: greatest change of width and of height, as a share.
        shear: greatest slant, as a tangent.
        bend: standard deviation of a smooth displacement, in pixels (Simard et al. 2003).
    """
    count = len(image)
    angle = _uniform(count, -math.radians(degrees), math.radians(degrees))
    width, height = 1 + _uniform(count, -scale, scale), 1 + _uniform(count, -scale, scale)
    slant = _uniform(count, -shear, shear)
    cos, sin = angle.cos(), angle.sin()
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = cos / width, (slant * cos - sin) / width
    theta[:, 1, 0], theta[:, 1, 1] = sin / height, (slant * sin + cos) / height
    theta[:, :, 2] = torch.empty(count, 2).uniform_(-shift, shift) / 14
    grid = F.affine_grid(theta, list(image.shape), align_corners=False)
    if bend:
        field = torch.randn(count, 2, 5, 5) * (bend / 14)
        field = F.interpolate(field, size=28, mode="bicubic", align_corners=True)
        grid = grid + field.permute(0, 2, 3, 1)
    return F.grid_sample(image, grid.to(image.device), align_corners=False)


def erased(image: Tensor, share: float, side: int) -> Tensor:
    """A square set to black in a share of the pictures (Cutout: DeVries, Taylor 2017)."""
    count = len(image)
    at = torch.arange(28)
    inside = []
    for _ in range(2):
        start = torch.randint(1 - side, 28, (count, 1))
        inside.append((at >= start) & (at < start + side))
    square = inside[0][:, :, None] & inside[1][:, None, :]
    square &= (torch.rand(count) < share)[:, None, None]
    return image.masked_fill(square[:, None].to(image.device), 0)


def relit(image: Tensor, amount: float) -> Tensor:
    """Other exposure and contrast where the picture is not black: x -> gain * x ^ gamma."""
    gamma = _uniform(len(image), -amount, amount).exp().view(-1, 1, 1, 1)
    gain = 1 + _uniform(len(image), -amount / 2, amount / 4).view(-1, 1, 1, 1)
    return (image.clamp_min(1e-6) ** gamma.to(image.device) * gain.to(image.device)).clamp(0, 1)


def repenned(image: Tensor, share: float) -> Tensor:
    """Thinner or thicker strokes in a share of the pictures, by a mix with a 3×3 min or max."""
    amount = (torch.rand(len(image), 1, 1, 1) * (torch.rand(len(image), 1, 1, 1) < share)).to(image)
    thicker = F.max_pool2d(image, 3, 1, 1)
    thinner = -F.max_pool2d(-image, 3, 1, 1)
    other = torch.where((torch.rand(len(image), 1, 1, 1) < 0.6).to(image.device), thicker, thinner)
    return image.lerp(other, amount * 0.6)


def blurred(image: Tensor, share: float) -> Tensor:
    """A 3×3 blur mixed into a share of the pictures: pictures that come from less detail."""
    amount = (torch.rand(len(image), 1, 1, 1) * (torch.rand(len(image), 1, 1, 1) < share)).to(image)
    return image.lerp(F.avg_pool2d(image, 3, 1, 1, count_include_pad=False), amount)
