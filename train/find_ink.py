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
UNEVEN = 12  # of 255: so much compression adds to a ground of one colour
GROUND = 0.6  # of a clean picture is ground, and more than that of its border
FAINTEST = 3 * UNEVEN  # greatest difference from the ground that is told from it without a network
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
        apart, is_clean = from_ground(picture)
        picture = torch.cat((picture, apart.unsqueeze(0)))
        height, width = picture.shape[1:]
        whole = torch.tensor((float(width), float(height)))
        first_look = (torch.zeros(2), whole, *sides(height, width, FIRST))
        mask, first = self._look(picture, is_clean, *first_look)
        high, wide = sides(height, width, SECOND)
        start, size = self._window(mask, whole, torch.tensor((float(wide), float(high))))
        mask, second = self._look(picture, is_clean, start, size, high, wide)
        # Only a picture of one colour is empty: of any other the likeliest pixels are ink.
        full = (0.8 * mask.amax(0).amax(0)).clamp(1e-6, FULL)
        faint = full * FAINT / FULL
        is_flat = (picture[:3].amax((1, 2)) - picture[:3].amin((1, 2))).amax(0) < FLAT
        ink = ((mask - faint) / (full - faint)).clamp(0, 1) * (1 - is_flat.float())
        ink = torch.where(is_clean, mask, ink)
        window = torch.cat((start, start + size))
        written = (first + second) / 2 >= LEAST_EVIDENCE
        return (ink * 255).round().to(torch.uint8), window, written

    def _look(self, picture: Tensor, is_clean: Tensor, start: Tensor, size: Tensor, high, wide):
        """The ink's probability (high, wide) in a window of the picture, and the evidence (1,).

        picture: (4, H, W), the colours and how far they are from the ground.
        """
        over_x, in_x = shares(start[0], size[0] / wide, wide, picture.shape[2])
        over_y, in_y = shares(start[1], size[1] / high, high, picture.shape[1])
        seen = picture @ (over_x * ALONG).round().T
        seen = (over_y * ACROSS).round() @ (seen * (LEVEL / ALONG)).round()
        seen = (seen * (1 / (LEVEL * ACROSS))).round().clamp(0, 255)
        mask, evidence = self.network(seen[:3].unsqueeze(0))
        # Two libraries may differ in the last of 53 bits, which rounding to 16 hides.
        likely = 1 / (1 + torch.exp(-mask[0].double()))
        likely = ((likely * FINE).round() / FINE).float()
        likely = torch.where(is_clean, seen[3] / 255, likely)
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


def from_ground(picture: Tensor) -> tuple[Tensor, Tensor]:
    """How far a picture is from its ground, and whether that alone tells the ink.

    A drawing program's picture, whose ground is of one colour, needs no network, and to one that
    knows ruled paper a 1 drawn with a ruler is a line of the paper.

    Args:
        picture: float32 (3, H, W), 0..255.

    Returns:
        float32 (H, W), whole numbers, 0 the ground to 255; bool ().
    """
    border = (picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1])
    low = torch.stack([side.amin(1) for side in border]).amin(0)
    high = torch.stack([side.amax(1) for side in border]).amax(0)
    ground = ((low + high) / 2).floor()
    difference = (picture - ground[:, None, None]).abs().amax(0)
    greatest = difference.amax((0, 1)).clamp(min=UNEVEN + 1)
    apart = ((difference - UNEVEN).clamp(min=0) * 255 / (greatest - UNEVEN)).round()
    marked = (difference > UNEVEN).double()
    is_even = ((high - low).amax(0) <= UNEVEN) & (greatest >= FAINTEST)
    is_ground = marked.mean((0, 1)) < 1 - GROUND
    return apart, is_even & is_ground & ~_is_frame(marked)


def _is_frame(marked: Tensor) -> Tensor:
    """Whether what is marked, 0 or 1 (H, W), is drawn round something: half of each side of its box
    is marked, and less than half of the box."""
    columns, rows = marked.sum(0), marked.sum(1)
    left, right = _extent(columns > 0)
    top, bottom = _extent(rows > 0)
    wide, high = right - left, bottom - top
    down = columns[torch.stack((left, right - 1)).long()] / high
    along = rows[torch.stack((top, bottom - 1)).long()] / wide
    return (torch.cat((down, along)).amin(0) > 0.5) & (marked.sum((0, 1)) < 0.5 * wide * high)


def _extent(inked: Tensor) -> tuple[Tensor, Tensor]:
    """First and one past the last true place of (L,); all of it where none is true."""
    place = torch.arange(inked.shape[0])
    inked = inked | ~inked.any(0)
    first = torch.where(inked, place, place[-1:] + 1).amin(0)
    return first.float(), torch.where(inked, place + 1, 0).amax(0).float()
