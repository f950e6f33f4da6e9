"""The way of a look: a whole photo -> what it shows, which garment, and the garment's mask.

Two networks look twice, each time at the picture and its mirror image: at the whole, and at a
square around what was found there. One draws the mask (train/look_network.py), the other is given
it and says what the picture shows and which garment (train/colour_network.py): the mean of its
looks.

Where the picture's border is of one colour, a garment lies on plain ground as in a shop's picture:
then its edge is where that colour ends, as long as the network sees it there too (a shadow is no
garment, and a white stripe on white is).
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, pad

from train.colour_network import ColourNet, seen
from train.look_network import ExactLook, LookNet
from train.resample import extent, whole_soft

SIDE = 128  # of what the network sees, pixels
GREY = 127.0  # beside a picture that is not square
MARGIN = 0.12  # around what was found, of its longer side
FIRST_OF, MASK_OF = 100, 400  # less than one pixel in so many is nothing found
OPAQUE = 128  # opacity from which on a pixel belongs to what is shown
ALIKE, UNLIKE_OF = 12, 4  # levels of 255: at most one pixel in four of the border is further off
APART = 20  # levels of 255 from that colour: this is something else
WHOLE = 64.0  # see train/resample.py


class Look(nn.Module):
    """One photo, looked at. All that the mask depends on is whole numbers (train/exact.py)."""

    def __init__(self, net: LookNet, colour: ColourNet):
        super().__init__()
        self.net, self.colour = ExactLook(net), colour

    def forward(self, rgba: Tensor) -> tuple[Tensor, ...]:
        """Args:
            rgba: uint8 (H, W, 4), the longer side at most 1,024.

        Returns:
            kind: float32 (3,), log-probabilities of a digit on paper, a garment, neither.
            garment: float32 (10,), log-probabilities of the ten garments.
            mask: uint8 (H, W), 255 on the garment; where transparency tells it apart, the opacity.
            found: bool (), whether there is a mask; if not it is all 255.
            plain: bool (), whether the ground is plain.
        """
        height, width = rgba.shape[:2]
        opacity = rgba[..., 3]
        rgb = _on_white(rgba)
        # As tensors: the exporter takes a Python number for a constant.
        ones = torch.ones_like(rgb[0])
        high, wide = ones[:, 0].sum(), ones[0].sum()
        longer = torch.maximum(high, wide)
        left, top = (wide - longer) / 2, (high - longer) / 2
        first = self._seen(rgb, left, top, longer / SIDE)

        inside = first[0] > 0
        some = _more(inside, FIRST_OF)
        x0, x1 = extent(inside.any(0))
        y0, y1 = extent(inside.any(1))
        side = torch.maximum(x1 - x0, y1 - y0) * (1 + 2 * MARGIN)
        side = torch.where(some, side.clamp(max=SIDE), float(SIDE)) * longer / SIDE
        middle_x = torch.where(some, (x0 + x1) / 2, SIDE / 2) * longer / SIDE + left
        middle_y = torch.where(some, (y0 + y1) / 2, SIDE / 2) * longer / SIDE + top
        left, top, step = middle_x - side / 2, middle_y - side / 2, side / SIDE
        second = self._seen(rgb, left, top, step)

        place = left, top, step, height, width
        inside = second[0] > 0
        mask = self._large(inside, *place)
        ground, plain = ground_of(rgba)
        edge = (rgba[..., :3].to(torch.int32) - ground).abs().amax(2) > APART
        near = self._large(_grown(inside, 2), *place) > 127
        sure = self._large(~_grown(~inside, 2), *place) > 127
        on_plain = ((edge & near) | sure).to(torch.uint8) * 255
        mask = torch.where(plain, on_plain, mask)
        seen_through = (opacity < OPAQUE).any() & (opacity >= OPAQUE).any()
        mask = torch.where(seen_through, opacity, mask)
        colours = rgba[..., :3].flatten(0, 1).to(torch.int32)
        is_flat = (colours.amax(0) == colours.amin(0)).all() & ~seen_through
        found = _more(mask >= OPAQUE, MASK_OF) & ~is_flat
        mask = torch.where(found, mask, torch.full_like(mask, 255))
        kind = ((first[1] + second[1]) / 2).log_softmax(0)
        garment = ((first[2] + second[2]) / 2).log_softmax(0)
        return kind, garment, mask, found, plain

    def _seen(self, rgb: Tensor, left: Tensor, top: Tensor, step: Tensor) -> list[Tensor]:
        """Mask logits (S, S), kind logits (3,) and log-probabilities of the garments (10,) of a
        square piece of the picture, float32 (3, H, W) of whole numbers."""
        over_x = whole_soft(left, step, SIDE, rgb.shape[2])
        over_y = whole_soft(top, step, SIDE, rgb.shape[1])
        weight = over_y.sum(1).unsqueeze(1) * over_x.sum(1)
        picture = (over_y @ rgb @ over_x.T / weight.clamp(min=1)).round()
        picture = torch.where(weight > 0, picture, GREY)
        both = torch.stack((picture, picture.flip(2)))
        mask = self.net(both)
        kind, garment = self.colour(seen(both / 255, mask * self.net.unit))
        return [mask[0] + mask[1].flip(1), kind.mean(0), garment.log_softmax(1).mean(0)]

    @staticmethod
    def _large(inside: Tensor, left, top, step, height: int, width: int) -> Tensor:
        """The mask in the picture's own pixels, its edge soft: uint8 (H, W). Whole numbers."""
        inside = pad(inside.to(torch.float32)[None, None], (1, 1, 1, 1), mode="replicate")
        small = avg_pool2d(avg_pool2d(inside, 2, 1), 2, 1)[0, 0] * 16
        over_x = _between(left, step, width)
        over_y = _between(top, step, height)
        large = over_y @ small @ over_x.T
        return (large * 255 / (16 * WHOLE * WHOLE)).round().clamp(0, 255).to(torch.uint8)


def _on_white(rgba: Tensor) -> Tensor:
    """uint8 (H, W, 4) -> float32 (3, H, W), whole numbers 0..255."""
    share = rgba[..., 3:].to(torch.float32)
    rgb = rgba[..., :3].to(torch.float32) * share + 255 * (255 - share)
    return (rgb / 255).round().permute(2, 0, 1)


def _more(inside: Tensor, of: int) -> Tensor:
    """Whether more than one place in so many is true."""
    return inside.to(torch.int64).sum() * of > torch.ones_like(inside, dtype=torch.int64).sum()


def _grown(inside: Tensor, by: int) -> Tensor:
    return max_pool2d(inside.to(torch.float32)[None, None], 2 * by + 1, 1, by)[0, 0] > 0.5


def ground_of(rgba: Tensor) -> tuple[Tensor, Tensor]:
    """The border's middle colour, int32 (3,), and whether nearly all of the border has it."""
    colours = rgba[..., :3].to(torch.int32)
    border = torch.cat((colours[0], colours[-1], colours[:, 0], colours[:, -1]))
    ordered = border.to(torch.float32).sort(0).values
    middle = ordered[ordered.shape[0] // 2].to(torch.int32)
    other = (border - middle).abs().amax(1) > ALIKE
    return middle, ~_more(other, UNLIKE_OF) & (rgba[..., 3] == 255).all()


def _between(start: Tensor, step: Tensor, length: int) -> Tensor:
    """Whole weights float32 (length, SIDE) that bring a row of SIDE back to a picture's pixels."""
    place = ((torch.arange(length).double() + 0.5 - start) / step - 0.5).unsqueeze(1)
    weight = (1 - (place - torch.arange(SIDE).double()).abs()).clamp(min=0)
    return (weight * WHOLE).round().to(torch.float32)
