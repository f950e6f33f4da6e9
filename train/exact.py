"""Networks whose maps are the same on every machine, to the bit.

Libraries add the products of a convolution in different orders, and floating-point sums depend on
the order, unless none is ever rounded: sums of whole numbers below 2**24 are exact in float32. So
maps hold whole numbers 0..255, weights are whole numbers -127..127, and what a convolution returns
is brought back to 0..255 by a power of two and one rounding. One number of a map stands for a real
number, a `scale` for each channel.

How far a channel reaches is read off its batch normalisation, which knows its mean and spread; no
picture has to be at hand (M. Nagel, M. van Baalen, T. Blankevoort, M. Welling 2019, "Data-free
quantization through weight equalization and bias correction").
"""

import torch
from torch import Tensor, nn

LEVELS = 255
LARGEST = 127  # of a weight
EXACT = 2.0**24  # whole numbers below are exact in float32
REACH = 8.0  # standard deviations of a channel that its 255 levels cover


class ExactLayer(nn.Module):
    """3×3 convolution, batch norm and ReLU over whole numbers 0..255.

    Args:
        conv, norm: as they were trained; they may be on any device, in evaluation mode.
        scale: float64 (inputs,), what 1 stands for in each channel of the input.

    `scale` afterwards is that of the output, float64 (outputs,).
    """

    def __init__(self, conv: nn.Conv2d, norm: nn.BatchNorm2d, scale: Tensor):
        super().__init__()
        mean, variance = norm.running_mean.double(), norm.running_var.double()
        gain = norm.weight.double() / (variance + norm.eps).sqrt()
        shift = norm.bias.double() - mean * gain
        self.scale = (norm.bias.double().clamp(min=0) + REACH * norm.weight.double().abs()).clamp(
            min=1e-6
        ) / LEVELS
        weight = conv.weight.double() * gain[:, None, None, None] * scale[None, :, None, None]
        weight, bias = weight / self.scale[:, None, None, None], shift / self.scale
        power = powers(weight, bias)
        self.conv = whole_convolution(conv, weight, bias, power)
        self.register_buffer("step", (2.0 ** -power.double()).float().view(-1, 1, 1))

    def forward(self, maps: Tensor) -> Tensor:
        return (self.conv(maps) * self.step).round().clamp(0, LEVELS)


def whole_convolution(conv: nn.Conv2d, weight: Tensor, bias: Tensor, power: Tensor) -> nn.Conv2d:
    """The convolution with weights and bias times 2**power, rounded to whole numbers."""
    times = 2.0 ** power.double()
    made = nn.Conv2d(
        conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride, conv.padding
    )
    made.weight.data = (weight * times.view(-1, 1, 1, 1)).round().float()
    made.bias.data = (bias * times).round().float()
    return made.requires_grad_(False)


def powers(weight: Tensor, bias: Tensor) -> Tensor:
    """For each output channel the largest power of two by which weights and bias may grow, so that
    no weight exceeds LARGEST and no sum 2**24: int64 (outputs,)."""
    rows = weight.flatten(1).abs()
    # Rounding adds at most half to each number.
    room = EXACT - 1 - LEVELS * rows.shape[1] / 2
    most = torch.minimum(
        (LARGEST + 0.4) / rows.amax(1).clamp(min=1e-12),
        room / (LEVELS * rows.sum(1) + bias.abs()).clamp(min=1e-12),
    )
    return most.log2().floor().long()


def exact_layers(block: nn.Sequential, scale: Tensor) -> tuple[nn.Sequential, Tensor]:
    """A sequence of such layers (nested ones too) made exact, and the scale of what it returns."""
    convs = [module for module in block.modules() if isinstance(module, nn.Conv2d)]
    norms = [module for module in block.modules() if isinstance(module, nn.BatchNorm2d)]
    layers = []
    for conv, norm in zip(convs, norms, strict=True):
        layers.append(ExactLayer(conv, norm, scale))
        scale = layers[-1].scale
    return nn.Sequential(*layers), scale


def exact_last(conv: nn.Conv2d, scale: Tensor) -> tuple[nn.Conv2d, float]:
    """A last convolution, whose outputs are logits, made exact: one power for all channels, so that
    they compare; and what 1 stands for in what it returns."""
    weight, bias = conv.weight.double() * scale[None, :, None, None], conv.bias.double()
    power = powers(weight, bias).amin().expand(len(weight))
    return whole_convolution(conv, weight, bias, power), float(2.0 ** -power[0].double())
