"""A photo and where its garment is -> the 28×28 picture that a garment network reads.

As the authors of Fashion-MNIST prepared their product pictures on plain ground (H. Xiao, K. Rasul,
R. Vollgraf, "Fashion-MNIST", 2017, section 2): trim, longest edge 28, extend, greyscale.
models/garment.onnx is the graph of GarmentToImage. models/look.onnx finds the garment.
"""

import torch
from torch import Tensor, nn

from train.ink import level
from train.sketch import SIZE, extent, in_255ths, overlap

SIDE = 320  # photos are reduced to this longer side before
DIMMEST = 0.25  # a garment is nowhere darker than this, so that its outline always shows
MOST_CONTRAST = 3.0  # a plain black shirt is not stretched until it is all noise
DARK, BRIGHT = 2, 98  # per cent of its greys at and below which the stretched range begins, ends


class GarmentToImage(nn.Module):
    """The second half of a photo's way: what was found becomes bright on black."""

    def forward(
        self, rgba: Tensor, mask: Tensor, plain: Tensor, whole: Tensor, invert: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One picture for one photo.

        Args:
            rgba: uint8 (H, W, 4); its transparency does not count.
            mask: uint8 (H, W), 0 background to 255 garment.
            plain: bool (): the ground is of one colour, as in a shop's picture. Then the greys stay
                as they are, or are turned round where that is brighter: Fashion-MNIST's were.
            whole: bool (1,): take the whole picture, whatever the mask says, and turn its greys
                round where it lies on a light ground.
            invert: bool (1,): turn the greys round.

        Returns:
            image: float32 (1, 1, 28, 28), in whole 255ths.
            box: float32 (1, 4), left, top, right, bottom of the garment, the last two exclusive.
            blank: bool (1,): all pixels are alike, and the mask does not count.
        """
        colours = rgba.permute(2, 0, 1).float().unbind(0)[:3]
        grey = self._grey(*colours)
        flat = [colour.amax((0, 1)) == colour.amin((0, 1)) for colour in colours]
        blank = whole & flat[0] & flat[1] & flat[2]
        mask = torch.where(whole, 255, mask.int())
        left, right = extent((mask > 127).any(0, keepdim=True), torch.float64)
        top, bottom = extent((mask > 127).any(1).unsqueeze(0), torch.float64)
        right, bottom = torch.maximum(right, left + 1), torch.maximum(bottom, top + 1)
        bought = plain & ~whole
        turned = invert ^ (whole & self._is_on_light(grey)) ^ (bought & self._is_dark(grey, mask))
        as_it_is = torch.where(turned, 255 - grey, grey).double() / 255
        bright = torch.where(bought, as_it_is, self._stretched(grey, mask, whole, turned))
        bright = bright * (mask.double() / 255)

        longer = torch.maximum(right - left, bottom - top)
        over_x = self._fitted(left, right, longer, rgba.shape[1])
        over_y = self._fitted(top, bottom, longer, rgba.shape[0])
        image = over_y @ bright.unsqueeze(0) @ over_x.transpose(1, 2)
        box = torch.cat((left, top, right, bottom), 1).float()
        return in_255ths(image.clamp(0, 1)).unsqueeze(1), box, blank

    @staticmethod
    def _grey(red: Tensor, green: Tensor, blue: Tensor) -> Tensor:
        """Whole bytes as float32 (H, W), by ITU-R BT.601's weights in 16384ths, as OpenCV has them;
        float32 holds all of it exactly."""
        return ((4899 * red + 9617 * green + 1868 * blue + 8192) / 16384).floor()

    @staticmethod
    def _is_on_light(grey: Tensor) -> Tensor:
        """The ground, seen along the border, is lighter than the rest: it should be black."""
        border = torch.cat([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
        return level(border, torch.ones_like(border), 50) > grey.double().mean()

    @staticmethod
    def _is_dark(grey: Tensor, mask: Tensor) -> Tensor:
        """What lies inside the mask is darker than middle grey, on average."""
        inside = (mask > 127).double()
        return ((grey.double() - 127.5) * inside).sum() < 0

    @staticmethod
    def _stretched(grey: Tensor, mask: Tensor, whole: Tensor, turned: Tensor) -> Tensor:
        """float64 (H, W), dimmest to 1; what lies inside the mask sets the range."""
        inside = (mask > 127).int()
        low, high = (level(grey, inside, percent).double() / 255 for percent in (DARK, BRIGHT))
        dimmest = torch.where(whole, 0.0, DIMMEST).double()
        contrast = ((1 - dimmest) / (high - low).clamp(min=1e-6)).clamp(max=MOST_CONTRAST)
        contrast = torch.where(turned, -contrast, contrast)
        around_middle = (grey.double() / 255 - (low + high) / 2) * contrast
        return ((1 + dimmest) / 2 + around_middle).maximum(dimmest).clamp(max=1)

    @staticmethod
    def _fitted(start: Tensor, end: Tensor, longer: Tensor, length: int) -> Tensor:
        """How much of each pixel falls into each of the image: (1, 28, length); exact area
        averages of a whole number of places, in the middle."""
        places = (SIZE * (end - start) / longer).round().clamp(min=1)
        first = ((SIZE - places) / 2).floor()
        place = torch.arange(SIZE).double()
        step = (end - start) / places
        shares = overlap(start + (place - first) * step, step, start, end, length)
        return shares
