"""The network that looks first: a small picture -> where the garment is.

A U-Net (O. Ronneberger, P. Fischer, T. Brox 2015): an encoder that halves the picture five times,
a decoder that brings the mask back up with what the encoder saw on the way.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.look import SHOWN
from train.exact import exact_last, exact_layers

WIDTHS = (16, 32, 64, 96, 128)
CLASSES = 10


def block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A 3×3 convolution, batch norm and a ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def _head(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(0.3), nn.Linear(inputs, 96), nn.ReLU(), nn.Dropout(0.3), nn.Linear(96, outputs)
    )


class LookNet(nn.Module):
    """Pictures float32 (N, 3, S, S) in 0..1, S a multiple of 32, grey beside what is not square ->
    mask, kind and garment.

    Kind and class are asked for in training alone, for what finding the garment learns by it: what
    the app says of them is said by train/colour_network.py.

    Args:
        categories: of other things that training also asks for; 0 leaves that head away.
    """

    def __init__(self, categories: int = 0):
        super().__init__()
        a, b, c, d, e = WIDTHS
        self.first = block(3, a, 2)
        self.quarter = nn.Sequential(block(a, b, 2), block(b, b))
        self.eighth = nn.Sequential(block(b, c, 2), block(c, c))
        self.sixteenth = nn.Sequential(block(c, d, 2), block(d, d), block(d, d))
        self.last = nn.Sequential(block(d, e, 2), block(e, e))
        features = 2 * e + 2 * d
        self.kind = _head(features, len(SHOWN))
        self.garment = _head(features, CLASSES)
        self.category = _head(features, categories) if categories else None
        self.up3 = block(e + d, c)
        self.up2 = block(c + c, 40)
        self.up1 = block(40 + b, 24)
        self.up0 = block(24 + a, a)
        self.mask = nn.Conv2d(a, 4, 1)

    def maps(self, picture: Tensor) -> list[Tensor]:
        """What the encoder sees, from half to a thirty-second of the side."""
        seen = [self.first((picture - 0.5) * 4)]
        for stage in (self.quarter, self.eighth, self.sixteenth, self.last):
            seen.append(stage(seen[-1]))
        return seen

    def found(self, seen: list[Tensor]) -> Tensor:
        """Logits (N, S, S): is this pixel the garment's?"""
        half, quarter, eighth, sixteenth, last = seen
        up = self.up3(torch.cat([_twice(last), sixteenth], 1))
        up = self.up2(torch.cat([_twice(up), eighth], 1))
        up = self.up1(torch.cat([_twice(up), quarter], 1))
        up = self.up0(torch.cat([_twice(up), half], 1))
        return F.pixel_shuffle(self.mask(up), 2)[:, 0]

    def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
        """Logits: mask (N, S, S), kind (N, 3), garment (N, 10), and in training category (N, K)."""
        seen = self.maps(picture)
        *_, sixteenth, last = seen
        pools = [m(x) for x in (last, sixteenth) for m in (_mean, _largest)]
        features = torch.cat(pools, 1)
        said = self.found(seen), self.kind(features), self.garment(features)
        return (*said, self.category(features)) if self.category is not None else said


def shipped(weights: dict[str, Tensor]) -> LookNet:
    """The network of a file that `python train/look.py --epochs 0` wrote: masks alone."""
    net = LookNet()
    masks_alone(net)
    net.load_state_dict(weights)
    return net.eval()


def masks_alone(net: LookNet) -> None:
    """Leave away what is asked for in training alone."""
    net.kind = net.garment = net.category = None


class ExactLook(nn.Module):
    """LookNet's mask, the same on every machine (train/exact.py).

    Pictures float32 (N, 3, S, S) of whole numbers 0..255 -> masks (N, S, S), logits in units of
    `unit`, whole numbers.
    """

    def __init__(self, net: LookNet):
        super().__init__()
        # (picture / 255 - 0.5) * 4, in whole numbers: 2 picture - 255.
        scale = torch.full((3,), 2 / 255, dtype=torch.float64)
        stages, scales = [], []
        for stage in (net.first, net.quarter, net.eighth, net.sixteenth, net.last):
            stage, scale = exact_layers(stage, scale)
            stages.append(stage)
            scales.append(scale)
        ups, up = [], scales[-1]
        for stage, beside in zip((net.up3, net.up2, net.up1, net.up0), scales[-2::-1], strict=True):
            stage, up = exact_layers(stage, torch.cat((up, beside)))
            ups.append(stage)
        self.stages, self.ups = nn.ModuleList(stages), nn.ModuleList(ups)
        self.mask, self.unit = exact_last(net.mask, up)

    def forward(self, picture: Tensor) -> Tensor:
        seen = [self.stages[0](2 * picture - 255)]
        for stage in self.stages[1:]:
            seen.append(stage(seen[-1]))
        up = seen[-1]
        for stage, beside in zip(self.ups, seen[-2::-1], strict=True):
            up = stage(torch.cat((_twice(up), beside), 1))
        return F.pixel_shuffle(self.mask(up), 2)[:, 0]


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


def _mean(x: Tensor) -> Tensor:
    return x.mean((2, 3))


def _largest(x: Tensor) -> Tensor:
    return x.amax((2, 3))
