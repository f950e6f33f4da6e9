"""The network that finds ink on any paper: a small U-Net (Ronneberger, Fischer, Brox 2015)."""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from train.exact import exact_last, exact_layers

WIDTHS = (16, 24, 40, 64, 96)  # channels at half, quarter, ... of the picture's sides
STRIDE = 32  # a picture's sides are multiples of it


def _layer(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            norm=nn.BatchNorm2d(outputs),
            relu=nn.ReLU(inplace=True),
        )
    )


class InkNetwork(nn.Module):
    """Where the ink is, and whether this is writing on a paper at all.

    Nothing is computed at full size: the last layer tells four pixels at each place.
    """

    def __init__(self):
        super().__init__()
        a, b, c, d, e = WIDTHS
        self.down1 = _layer(3, a, 2)
        self.down2 = nn.Sequential(_layer(a, b, 2), _layer(b, b))
        self.down3 = nn.Sequential(_layer(b, c, 2), _layer(c, c))
        self.down4 = nn.Sequential(_layer(c, d, 2), _layer(d, d), _layer(d, d))
        self.down5 = nn.Sequential(_layer(d, e, 2), _layer(e, e))
        self.up4, self.up3 = _layer(e + d, d), _layer(d + c, c)
        self.up2, self.up1 = _layer(c + b, b), _layer(b + a, a)
        self.mask = nn.Conv2d(a, 4, 1)
        self.evidence = nn.Linear(e + d, 1)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Args:
            picture: float32 (N, 3, H, W), 0..1, RGB; sides are multiples of STRIDE.

        Returns:
            The logit that a pixel is ink, (N, H, W), and that the picture shows writing, (N,).
        """
        half = self.down1(picture * 2 - 1)
        quarter = self.down2(half)
        eighth = self.down3(quarter)
        sixteenth = self.down4(eighth)
        deepest = self.down5(sixteenth)
        up = self.up4(_beside(deepest, sixteenth))
        up = self.up3(_beside(up, eighth))
        up = self.up2(_beside(up, quarter))
        up = self.up1(_beside(up, half))
        mask = F.pixel_shuffle(self.mask(up), 2)[:, 0]
        whole = torch.cat((deepest.amax((2, 3)), sixteenth.mean((2, 3))), 1)
        return mask, self.evidence(whole)[:, 0]


class ExactInk(nn.Module):
    """InkNetwork with maps that are the same on every machine (train/exact.py)."""

    def __init__(self, net: InkNetwork):
        super().__init__()
        # picture * 2 - 1, in whole numbers: 2 picture - 255.
        scale, scales, downs = torch.full((3,), 1 / 255, dtype=torch.float64), [], []
        for stage in (net.down1, net.down2, net.down3, net.down4, net.down5):
            stage, scale = exact_layers(stage, scale)
            downs.append(stage)
            scales.append(scale)
        ups, up = [], scales[-1]
        for stage, beside in zip((net.up4, net.up3, net.up2, net.up1), scales[-2::-1], strict=True):
            stage, up = exact_layers(stage, torch.cat((up, beside)))
            ups.append(stage)
        self.downs, self.ups = nn.ModuleList(downs), nn.ModuleList(ups)
        self.mask, self.unit = exact_last(net.mask, up)
        weight = net.evidence.weight[0].double() * torch.cat((scales[-1], scales[-2]))
        self.register_buffer("weight", weight.detach())
        self.bias = net.evidence.bias.item()

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """As InkNetwork, of pictures of whole numbers 0..255; evidence in float64."""
        seen = [self.downs[0](2 * picture - 255)]
        for stage in self.downs[1:]:
            seen.append(stage(seen[-1]))
        *_, sixteenth, deepest = seen
        places = sixteenth.shape[2] * sixteenth.shape[3]
        sums = sixteenth.sum((2, 3)).double() / places
        features = torch.cat((deepest.amax((2, 3)).double(), sums), 1)
        up = deepest
        for stage, beside in zip(self.ups, seen[-2::-1], strict=True):
            up = stage(_beside(up, beside))
        mask = F.pixel_shuffle(self.mask(up), 2)[:, 0] * self.unit
        return mask, (features * self.weight).sum(1) + self.bias


def _beside(small: Tensor, large: Tensor) -> Tensor:
    """The smaller maps at the larger ones' size, and those."""
    return torch.cat((F.interpolate(small, scale_factor=2.0, mode="nearest"), large), 1)
