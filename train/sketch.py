"""A sketch of any size -> the 28×28 picture that a digit network reads, as tensor operations.

It does what was done to MNIST's digits (Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based
Learning Applied to Document Recognition", 1998, and http://yann.lecun.com/exdb/mnist/): fit the ink
into 20×20 with its aspect kept and grey edges, then put its centre of mass at the centre of 28×28.
MNIST was written with one kind of pen; people on a canvas use any. So the pen's width is
measured and brought to MNIST's: a marker is thinned, a hairline thickened.

It is written once, here. Training uses SketchToImage; everyone else uses models/sketch.onnx, the
graph of DrawnToImage: the same steps, in float64, and whole 255ths out, so that servers and
browsers round alike.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

SIZE = 28  # the network's picture
FIT = 20.0  # the longer side of the ink in it
CENTRE = 14.5  # of the ink: MNIST's average, the middle of pixel (14, 14) counted from 0
PEN = 2.35  # width of the strokes: with it MNIST's mean ink and shares of white and grey come out
FATTEST = 9.0  # a pen is never enlarged beyond this: it keeps a dot a dot
SOFTEST = 0.4  # least blur, standard deviation: MNIST's edges are grey
CUT = 0.2  # a stroke's edges fainter than this share of its middle are left out

WORK = 64  # side of the picture on which the pen is measured and thinned
WORK_FIT = 60  # the longer side of the ink in it, the rest is a margin
SHARE = 0.7  # so much of a marker's excess is taken off: filled loops make it look wider than it is
THINNING = 8  # at most so many pixels are taken off each side of a stroke there

# Of the polynomial in _normal_below(), the highest power first.
ERFC = (
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807,
    -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
)  # fmt: skip

WIDE = torch.float64  # of sums and places
BLANK = 0.02  # below this peak nothing was drawn
INK = 0.2  # from this share of the peak on, a pixel belongs to the drawing's box


def overlap(starts: Tensor, step: Tensor, low: Tensor, high: Tensor, length: int) -> Tensor:
    """How much of each of `length` unit pixels lies in each interval, as a share of the interval.

    starts (N, K) and step (N, 1): the intervals. low, high (N, 1): only what is between counts.
    Returns (N, K, length): multiplying by it takes exact area averages.
    """
    begin = starts.maximum(low).minimum(high).unsqueeze(2)
    end = (starts + step).maximum(low).minimum(high).unsqueeze(2)
    pixel = torch.arange(length, device=starts.device).to(starts.dtype)
    shared = (end.minimum(pixel + 1) - begin.maximum(pixel)).clamp(min=0)
    return shared / step.unsqueeze(2)


def averages(rows: Tensor, starts: Tensor, step: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """The mean of the rows in each interval: overlap() @ rows, but by running sums, which takes a
    fraction of the time.

    rows: (N, H, W); whole numbers whose sums stay below 2**24 are summed exactly in float32.
    starts (N, K), step, low, high (N, 1): as for overlap().
    Returns (N, K, W), of the dtype of `starts`.
    """
    count, height, width = rows.shape
    edges = torch.cat((starts, starts[:, -1:] + step), 1).maximum(low).minimum(high)
    place = edges.floor().clamp(max=height - 1)
    beyond = (place + 1 - edges).view(-1, 1)  # of the row that an edge lies in
    first = torch.arange(count, device=rows.device).unsqueeze(1) * height
    at = (place.long() + first).view(-1)
    flat, sums = (table.reshape(count * height, width) for table in (rows, rows.cumsum(1)))
    flat, sums = (table.index_select(0, at).to(starts.dtype) for table in (flat, sums))
    until = (sums - flat * beyond).view(count, -1, width)
    return (until[:, 1:] - until[:, :-1]) / step.unsqueeze(2)


def extent(inked: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """First and one past the last true place of (N, L), (N, 1) of that dtype each."""
    length = inked.shape[1]
    place = torch.arange(length, device=inked.device)
    first = torch.where(inked, place, length).amin(1, keepdim=True)
    last = torch.where(inked, place + 1, 0).amax(1, keepdim=True)
    return first.to(dtype), last.to(dtype)


def in_255ths(image: Tensor) -> Tensor:
    """0..1 -> float32, whole 255ths: a byte for each pixel says the same."""
    return ((image * 255).round() / 255).float()


def _pen_width(picture: Tensor) -> Tensor:
    """The mean width of the strokes in (N, H, W), in pixels, as (N,).

    The length of a grey picture's outline is its total variation. A stroke of width w has
    outline P and area A with A = w P / 2 - pi w² / 4 (two long sides and round ends).
    """
    inner = picture[:, :-1, :-1]
    across, down = picture[:, :-1, 1:] - inner, picture[:, 1:, :-1] - inner
    outline = (across.square() + down.square()).sqrt().to(WIDE).sum((1, 2))
    area = picture.to(WIDE).sum((1, 2))
    root = (outline.square() - 4 * math.pi * area).clamp(min=0).sqrt()
    return 4 * area / (outline + root).clamp(min=1e-6)


def _thin(picture: Tensor, radius: Tensor) -> Tensor:
    """Take radius (N,) pixels, 0 to THINNING, off all edges in (N, H, W); fractions are blended.

    Of the pictures that are blended all but two count nothing: their sum is the same in any order.
    """
    taken = torch.arange(THINNING + 1, device=radius.device).to(radius.dtype)
    shares = (1 - (radius.unsqueeze(1) - taken).abs()).clamp(min=0).view(-1, THINNING + 1, 1, 1)
    grounds = [-picture.unsqueeze(1)]  # growing it thins the strokes
    for step in range(1, THINNING + 1):
        ground = grounds[-1]
        if step % 2:  # a square, then a cross: together nearly a disc
            grown = max_pool2d(ground, 3, 1, 1)
        else:
            grown = torch.maximum(
                max_pool2d(ground, (3, 1), 1, (1, 0)), max_pool2d(ground, (1, 3), 1, (0, 1))
            )
        grounds.append(grown)
    return -(torch.cat(grounds, 1) * shares).sum(1)


def _normal_below(x: Tensor) -> Tensor:
    """The share of a normal distribution below x, to 1.2e-7 of the share.

    Composed of exp, for onnxruntime has no erf in float64 (W. H. Press et al., "Numerical Recipes
    in C", 1992, section 6.2, erfcc).
    """
    t = 1 / (1 + x.abs() * math.sqrt(0.125))
    power = t * ERFC[0] + ERFC[1]
    for coefficient in ERFC[2:]:
        power = power * t + coefficient
    above = t * torch.exp(power - x.square() * 0.5) * 0.5
    return torch.where(x < 0, above, 1 - above)


class SketchToImage(nn.Module):
    """A drawing of any size, place and pen -> a picture like MNIST's."""

    def forward(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """One picture for each drawing.

        Args:
            ink: uint8 (N, H, W), 0 paper to 255 ink. Faint ink counts as much as strong ink.

        Returns, in float64:
            image: (N, 1, 28, 28), 0..1, ink bright on black; all 0 for a blank drawing.
            box: (N, 4), left, top, right, bottom of the ink in pixels of `ink`,
                right and bottom exclusive; all 0 for a blank drawing.
            centre: (N, 2), x, y of the ink's centre of mass in the same pixels;
                0 for a blank drawing.
        """
        width, level = ink.shape[2], ink.float()
        columns, rows = (level.amax(axis).to(WIDE) / 255 for axis in (1, 2))
        peak = rows.amax(1, keepdim=True)
        drawn = (peak > BLANK).to(WIDE)
        peak = peak.clamp(min=BLANK)
        left, right = extent(columns >= INK * peak, WIDE)
        top, bottom = extent(rows >= INK * peak, WIDE)
        longer = torch.maximum(right - left, bottom - top).clamp(min=1)

        # The box's content, its longer side WORK_FIT pixels: area averages along both axes.
        step = longer / WORK_FIT
        pixel = torch.arange(WORK, device=ink.device).to(WIDE)
        x0 = (left + right) / 2 - step * WORK / 2
        y0 = (top + bottom) / 2 - step * WORK / 2
        over_x = overlap(x0 + step * pixel, step, left, right, width)
        lines = averages(level, y0 + step * pixel, step, top, bottom)
        work = lines @ over_x.transpose(1, 2) * (drawn / peak / 255).unsqueeze(2)
        work = work.float()  # the same on every machine from here on, but for sums: those are wide

        # The lines between the strokes' middles fill what FIT leaves beside the pen.
        pen = _pen_width(work).view(-1, 1)
        scale = ((FIT - PEN) / (WORK_FIT - pen).clamp(min=1)).minimum(FATTEST / pen.clamp(min=0.1))
        radius = (SHARE * (pen - PEN / scale) / 2).clamp(0, THINNING)
        work = _thin(work, radius.float()).to(WIDE)
        pen = (pen - 2 * radius) * scale  # from here on in pixels of the image

        area = work.sum((1, 2)).clamp(min=1e-6).view(-1, 1)
        x = (work.sum(1) * (pixel + 0.5)).sum(1, keepdim=True) / area
        y = (work.sum(2) * (pixel + 0.5)).sum(1, keepdim=True) / area

        # Blurring a line of width w by s gives one of about sqrt(w² + 2 pi s²).
        blur = ((PEN**2 - pen.square()).clamp(min=0) / (2 * math.pi)).sqrt().clamp(min=SOFTEST)
        both = self._spread(torch.cat((x, y), 1), scale, blur, pixel)
        soft_x, soft_y = both[:, 0], both[:, 1]
        image = soft_y @ work @ soft_x.transpose(1, 2)
        image = self._brighten(image, blur)

        box = torch.cat((left, top, right, bottom), 1) * drawn
        centre = torch.cat((x0 + step * x, y0 + step * y), 1) * drawn
        return image.unsqueeze(1), box, centre

    @staticmethod
    def _spread(centre: Tensor, scale: Tensor, blur: Tensor, pixel: Tensor) -> Tensor:
        """How much of each work pixel falls into each image pixel, along both axes: of the centres
        (N, 2), (N, 2, SIZE, WORK)."""
        scale, blur = scale.view(-1, 1, 1, 1), blur.view(-1, 1, 1, 1)
        place = CENTRE + (pixel + 0.5 - centre.view(-1, 2, 1, 1)) * scale
        edge = torch.arange(SIZE + 1, device=pixel.device).to(pixel.dtype).view(-1, 1)
        below = _normal_below((edge - place) / blur)
        return (below[:, :, 1:] - below[:, :, :-1]) * scale

    @staticmethod
    def _brighten(image: Tensor, blur: Tensor) -> Tensor:
        """Make the middle of a stroke 1, whatever the blur has left of it."""
        typical = image.square().sum((1, 2)) / image.sum((1, 2)).clamp(min=1e-6)
        gain = 1 / typical.clamp(min=1e-3)
        return ((image * gain.view(-1, 1, 1) - CUT) / (1 - CUT)).clamp(0, 1)


class DrawnToImage(nn.Module):
    """What is exported: the bytes of drawings -> what a network gets to see."""

    def __init__(self):
        super().__init__()
        self.fitted = SketchToImage()

    def forward(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As SketchToImage; all float32, the image in 255ths."""
        image, box, centre = self.fitted(ink)
        return in_255ths(image), box.float(), centre.float()
