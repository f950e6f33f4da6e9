"""Any picture -> the ink on it, as tensor operations: what export/ writes as models/writing.onnx.

Two looks of one network (train/ink_network.py): at the whole picture, made small, then at the part
where ink was found, enlarged, in which a thin stroke does not drown. No threshold on polarity,
paper or border stands between: the network has seen them all (train/pictures/pages.py).
"""

import torch
from torch import Tensor, nn

from train.ink_network import STRIDE, ExactInk, InkNetwork

# A look is as wide as high, or wider or higher with the picture: SIDE (1 + W / H) by
# SIDE (1 + H / W), which are 2 SIDE both for a square: 128 pixels, as in training.
FIRST, SECOND = 64, 64
LONGEST = 7  # SIDEs: a picture longer than that is squeezed
MARGIN = 1.3  # the second look's window, in sides of the ink's box
NEAREST = 0.08  # of the first look's window: the second is no smaller than that
FURTHEST = 1.2  # and no larger than that: a digit that fills the picture gets a margin
SURE = 0.5  # from this probability on a pixel belongs to the box of the ink
FLAT = 4  # of 255, greatest difference in a picture of one colour
LEAST_EVIDENCE = -2.0  # log-odds of writing below which a picture is taken to show none
FAINT, FULL = 0.1, 0.5  # probabilities that become no ink, and ink
# Shares of pixels are rounded to these parts along and across: with bytes, and what the first leave
# rounded to 16ths of a level, all sums are whole numbers below 2**24, exact in float32.
ALONG, ACROSS, LEVEL = 4096, 2048, 16
FINE = 2.0**16  # parts of a probability


def shares(start: Tensor, step: Tensor, count: int, length: int) -> tuple[Tensor, Tensor]:
    """How much of each of `length` unit pixels each of `count` steps sees, from `start` on.

    start, step: scalars. A step shorter than a pixel sees one pixel's length (then this is linear
    interpolation). The first and the last pixel go on for ever.

    Returns:
        (count, length), whose rows sum to 1, and how much of each step lies within, (count,).
    """
    wide = step.clamp(min=1)
    begin = start + step * (torch.arange(count).to(step) + 0.5) - wide / 2
    begin, end = begin.unsqueeze(1), (begin + wide).unsqueeze(1)
    pixel = torch.arange(length).to(step)
    low = torch.where(pixel > 0, pixel, -torch.inf)
    high = torch.where(pixel < length - 1, pixel + 1, torch.inf)
    seen = (end.minimum(high) - begin.maximum(low)).clamp(min=0) / wide
    within = (end.clamp(max=length) - begin.clamp(min=0)).clamp(min=0) / wide
    return seen, within.squeeze(1)


def opaque(rgba: Tensor) -> Tensor:
    """uint8 (H, W, 4) -> float32 (3, H, W), whole numbers 0..255: what is see-through lies on
    white, or on black where the opaque is light."""
    picture = rgba.permute(2, 0, 1).float()
    # Browsers keep colours times opacity in bytes: rounded first, both come to the same.
    colours, opacity = (picture[:3] * (picture[3:] / 255)).round(), picture[3:]
    light = colours.sum(0).double().sum() > 1.5 * opacity.double().sum()
    return colours + (255 - opacity) * (1 - light.float())


def sides(height: int, width: int, side: int) -> tuple[int, int]:
    """Height and width of a look at a picture of that size: multiples of STRIDE."""
    high = (side * (height + width) // width + STRIDE // 2) // STRIDE
    wide = (side * (height + width) // height + STRIDE // 2) // STRIDE
    most = side * LONGEST // STRIDE
    return min(high, most) * STRIDE, min(wide, most) * STRIDE


class FindInk(nn.Module):
    """A picture -> its ink, the same on every machine, to the bit.

    network: as it was trained; in evaluation mode.
    """

    def __init__(self, network: InkNetwork):
        super().__init__()
        self.network = ExactInk(network)

    def forward(self, rgba: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Args:
            rgba: uint8 (H, W, 4).

        Returns:
            ink: uint8 (h, w), 255 ink; the second look's size, its pixels square.
            window: float32 (4), left, top, right, bottom of that in pixels of the picture; it may
                reach beyond the picture.
            written: bool (1,), whether the picture shows writing.
        """
        picture = opaque(rgba)
        height, width = picture.shape[1:]
        whole = torch.tensor((float(width), float(height)))
        mask, first = self._look(picture, torch.zeros(2), whole, *sides(height, width, FIRST))
        high, wide = sides(height, width, SECOND)
        start, size = self._window(mask, whole, torch.tensor((float(wide), float(high))))
        mask, second = self._look(picture, start, size, high, wide)
        # Only a picture of one colour is empty: of any other the likeliest pixels are ink.
        full = (0.8 * mask.amax(0).amax(0)).clamp(1e-6, FULL)
        faint = full * FAINT / FULL
        is_flat = (picture.amax((1, 2)) - picture.amin((1, 2))).amax(0) < FLAT
        ink = ((mask - faint) / (full - faint)).clamp(0, 1) * (1 - is_flat.float())
        window = torch.cat((start, start + size))
        written = (first + second) / 2 >= LEAST_EVIDENCE
        return (ink * 255).round().to(torch.uint8), window, written

    def _look(self, picture: Tensor, start: Tensor, size: Tensor, high: int, wide: int):
        """The ink's probability (high, wide) in a window of the picture, and the evidence (1,)."""
        over_x, in_x = shares(start[0], size[0] / wide, wide, picture.shape[2])
        over_y, in_y = shares(start[1], size[1] / high, high, picture.shape[1])
        seen = picture @ (over_x * ALONG).round().T
        seen = (over_y * ACROSS).round() @ (seen * (LEVEL / ALONG)).round()
        seen = (seen * (1 / (LEVEL * ACROSS))).round().clamp(0, 255)
        mask, evidence = self.network(seen.unsqueeze(0))
        # Two libraries may differ in the last of 53 bits, which rounding to 16 hides.
        likely = 1 / (1 + torch.exp(-mask[0].double()))
        likely = ((likely * FINE).round() / FINE).float()
        return likely * in_x * in_y.unsqueeze(1), evidence

    @staticmethod
    def _window(mask: Tensor, whole: Tensor, pixels: Tensor):
        """Where the second look, so many pixels wide and high, goes in the whole picture: x, y of
        its corner and its size."""
        columns, rows = mask.amax(0), mask.amax(1)
        sure = SURE * columns.amax(0).clamp(min=0.2)
        left, right = _extent(columns > sure)
        top, bottom = _extent(rows > sure)
        step = whole / torch.tensor((float(mask.shape[1]), float(mask.shape[0])))
        low, high = torch.stack((left, top)) * step, torch.stack((right, bottom)) * step
        most = (whole / pixels).amax(0)
        needed = ((high - low) / pixels).amax(0) * MARGIN
        size = torch.minimum(torch.maximum(needed, NEAREST * most), FURTHEST * most) * pixels
        return (low + high) / 2 - size / 2, size


def _extent(inked: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last true place of (L,); all of it where none is true."""
    place = torch.arange(inked.shape[0])
    inked = inked | ~inked.any(0)
    first = torch.where(inked, place, inked.shape[0]).amin(0)
    return first.float(), torch.where(inked, place + 1, 0).amax(0).float()
