"""The network that names a garment in colour: a square picture and where the look found something
-> what kind of picture it is, and which of the ten garments.

A residual network (K. He and others 2016) that halves the picture five times. Its fourth channel
is the mask that the look (train/look_network.py) has just drawn of the very same square: so it need
not learn from few photos what is floor and what is cloth.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.look import SHOWN
from train.look_network import CLASSES, block

WIDTHS = (24, 48, 80, 128, 192)
HIDDEN = 128
SURE = 6.0  # logits of a mask beyond are all the same
LARGEST = 127  # of a kernel in whole numbers


class Residual(nn.Module):
    """Two 3×3 convolutions whose outcome is added to what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.one = block(width, width)
        self.two = block(width, width)[:2]

    def forward(self, maps: Tensor) -> Tensor:
        return F.relu(maps + self.two(self.one(maps)))


class ColourNet(nn.Module):
    """Pictures float32 (N, 4, S, S) as `seen` makes them, S a multiple of 32 -> logits: kind
    (N, 3), garment (N, 10), and in training category (N, K).

    Args:
        categories: of other things that training also asks for; 0 leaves that head away.
    """

    def __init__(self, categories: int = 0):
        super().__init__()
        first, *rest = WIDTHS
        stages, before = [block(4, first, 2)], first
        for width in rest:
            stages.append(nn.Sequential(block(before, width, 2), Residual(width)))
            before = width
        self.stages = nn.ModuleList(stages)
        features = 2 * WIDTHS[-1] + WIDTHS[-2]
        self.kind = nn.Sequential(nn.Dropout(0.4), nn.Linear(features, len(SHOWN)))
        self.garment = nn.Sequential(
            nn.Dropout(0.4), nn.Linear(features, HIDDEN), nn.ReLU(),
            nn.Dropout(0.3), nn.Linear(HIDDEN, CLASSES),
        )  # fmt: skip
        self.category = nn.Linear(features, categories) if categories else None

    def forward(self, seen: Tensor) -> tuple[Tensor, ...]:
        before = seen
        for stage in self.stages:
            before, seen = seen, stage(seen)
        pools = seen.mean((2, 3)), seen.amax((2, 3)), before.amax((2, 3))
        features = torch.cat(pools, 1).float()
        with torch.autocast(features.device.type, enabled=False):
            said = self.kind(features), self.garment(features)
            return (*said, self.category(features)) if self.category is not None else said


def seen(picture: Tensor, mask: Tensor) -> Tensor:
    """What the network takes.

    Args:
        picture: float32 (N, 3, S, S) in 0..1, grey beside what is not square.
        mask: float32 (N, S, S), logits.
    """
    return torch.cat(((picture - 0.5) * 4, mask.clamp(-SURE, SURE).unsqueeze(1) / 3), 1)


class WholeKernel(nn.Module):
    """A convolution and its batch norm, kernels as whole numbers -127..127 of a step for each
    output channel: a quarter of the bytes."""

    def __init__(self, conv: nn.Conv2d, norm: nn.BatchNorm2d):
        super().__init__()
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        kernel = (conv.weight * gain[:, None, None, None]).detach()
        step = kernel.abs().amax((1, 2, 3)).clamp(min=1e-12) / LARGEST
        self.stride = conv.stride
        self.register_buffer("kernel", (kernel / step[:, None, None, None]).round().to(torch.int8))
        self.register_buffer("step", step.view(-1, 1, 1))
        shift = (norm.bias - norm.running_mean * gain).detach()
        self.register_buffer("shift", shift.view(-1, 1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        return F.conv2d(maps, self.kernel.float(), None, self.stride, 1) * self.step + self.shift


def shipped(weights: dict[str, Tensor]) -> ColourNet:
    """The network of a file that train/colour.py wrote."""
    net = whole(ColourNet())
    net.load_state_dict(weights)
    return net


def whole(net: ColourNet) -> ColourNet:
    """The same network with whole kernels, for shipping: it is not trained any more. In place."""
    for module in list(net.modules()):
        if isinstance(module, nn.Sequential) and isinstance(module[0], nn.Conv2d):
            module[0] = WholeKernel(module[0], module[1])
            module[1] = nn.Identity()
    net.category = None  # it has done its work
    return net.eval()
