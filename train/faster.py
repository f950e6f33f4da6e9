"""A network's own layers in an order that trains faster."""

from collections import OrderedDict
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def way(net: nn.Sequential, bfloat16: bool = False) -> nn.Sequential:
    """What training calls in place of net: the same layers with the same weights.

    Args:
        bfloat16: the convolutions multiply in bfloat16.

    A network that is no list of layers is called as it is.
    """
    if not isinstance(net, nn.Sequential):
        return net
    layers = pooled_first(net)
    if bfloat16:
        layers = convolutions_in_bfloat16(layers)
    return linear_over_maps(layers)


def pooled_first(net: nn.Sequential) -> nn.Sequential:
    """The same layers under the same names, but each ReLU after the max-pooling that follows it.

    The largest of four numbers is the same before and after a ReLU, and so is the way of its
    gradient: values, gradients and state_dict() are net's own, to the bit, for a quarter of the
    work.
    """
    layers = list(net.named_children())
    for place, ((_, first), (_, second)) in enumerate(pairwise(list(layers))):
        if isinstance(first, nn.ReLU) and isinstance(second, nn.MaxPool2d):
            layers[place : place + 2] = layers[place + 1], layers[place]
    return nn.Sequential(OrderedDict(layers))


class InBfloat16(nn.Module):
    """Layers that multiply in bfloat16. Their weights, and what they return, are float32."""

    def __init__(self, layers: nn.Module):
        super().__init__()
        self.layers = layers

    def forward(self, image: Tensor) -> Tensor:
        with torch.autocast(image.device.type, torch.bfloat16):
            maps = self.layers(image)
        return maps.float()


def convolutions_in_bfloat16(net: nn.Sequential) -> nn.Sequential:
    """The same layers, those before the flattening in bfloat16.

    Faster on processors that multiply such numbers (AVX512-BF16, AMX, NVIDIA from Ampere on),
    slower on others. The linear layers after them are too small to gain by it.
    """
    layers = list(net)
    place = next(at for at, layer in enumerate(layers) if isinstance(layer, nn.Flatten))
    return nn.Sequential(InBfloat16(nn.Sequential(*layers[:place])), *layers[place:])


class LinearOverMaps(nn.Module):
    """A flattening and the linear layer after it, for maps in channels_last memory.

    It puts the weight into the order of the maps, where nn.Flatten would put the maps of the whole
    batch into the order of the weight, and their gradients back.
    """

    def __init__(self, linear: nn.Linear):
        super().__init__()
        self.linear = linear

    def forward(self, maps: Tensor) -> Tensor:
        weight = self.linear.weight.unflatten(1, maps.shape[1:]).permute(0, 2, 3, 1)
        return F.linear(maps.permute(0, 2, 3, 1).flatten(1), weight.flatten(1), self.linear.bias)


def linear_over_maps(net: nn.Sequential) -> nn.Sequential:
    """The same layers, the flattening and a linear layer right after it as one."""
    layers = list(net)
    place = next(at for at, layer in enumerate(layers) if isinstance(layer, nn.Flatten))
    if isinstance(layers[place + 1], nn.Linear):
        layers[place : place + 2] = [LinearOverMaps(layers[place + 1])]
    return nn.Sequential(*layers)
