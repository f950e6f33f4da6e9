"""The networks, each a list of layers that reads like its tutorial.

Every network takes the picture tensor, float32 (N, 1, 28, 28) in 0..1, bright on black, and returns
logits (N, 10). Normalisation is a layer, so no caller can get it wrong.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn


class Normalise(nn.Module):
    """(image - mean) / deviation, with both as buffers: they travel with the weights."""

    def __init__(self, mean: float, deviation: float):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))

    def forward(self, image: Tensor) -> Tensor:
        return (image - self.mean) / self.deviation


class FashionCNN(nn.Sequential):
    """The Fashion-MNIST tutorial's CNN, 21,840 parameters.

    The tutorial normalises with MNIST's mean and deviation, and so does this network.
    """

    def __init__(self):
        super().__init__(
            OrderedDict(
                normalise=Normalise(0.1307, 0.3081),
                conv1=nn.Conv2d(1, 10, 5),  # (10, 24, 24)
                pool1=nn.MaxPool2d(2),  # (10, 12, 12)
                relu1=nn.ReLU(),
                conv2=nn.Conv2d(10, 20, 5),  # (20, 8, 8)
                pool2=nn.MaxPool2d(2),  # (20, 4, 4)
                relu2=nn.ReLU(),
                flatten=nn.Flatten(),  # 320
                fc1=nn.Linear(320, 50),
                relu3=nn.ReLU(),
                dropout=nn.Dropout(0.5),
                fc2=nn.Linear(50, 10),
            )
        )


class MnistCNN(nn.Sequential):
    """The MNIST tutorial's CNN, 50,186 parameters."""

    def __init__(self):
        super().__init__(
            OrderedDict(
                conv1=nn.Conv2d(1, 32, 3, padding=1),  # (32, 28, 28)
                relu1=nn.ReLU(),
                pool1=nn.MaxPool2d(2),  # (32, 14, 14)
                conv2=nn.Conv2d(32, 64, 3, padding=1),  # (64, 14, 14)
                relu2=nn.ReLU(),
                pool2=nn.MaxPool2d(2),  # (64, 7, 7)
                flatten=nn.Flatten(),  # 3136
                fc=nn.Linear(3136, 10),
            )
        )
        nn.init.xavier_uniform_(self.fc.weight)


class PlainNetwork(nn.Sequential):
    """One hidden layer over the flat picture: it sees pixels, not shapes."""

    def __init__(self, hidden: int, mean: float, deviation: float):
        super().__init__(
            OrderedDict(
                normalise=Normalise(mean, deviation),
                flatten=nn.Flatten(),  # 784
                fc1=nn.Linear(784, hidden),
                relu1=nn.ReLU(),
                fc2=nn.Linear(hidden, 10),
            )
        )


class MnistMLP(PlainNetwork):
    """50,095 parameters, beside MnistCNN's 50,186."""

    def __init__(self):
        super().__init__(63, 0.0, 1.0)


class FashionMLP(PlainNetwork):
    """21,475 parameters, beside FashionCNN's 21,840."""

    def __init__(self):
        super().__init__(27, 0.1307, 0.3081)


class Block(nn.Module):
    """Two 3×3 convolutions with batch norm, added to what came in (He, Zhang, Ren, Sun 2016)."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if inputs != outputs:
            self.shortcut = nn.Sequential(
                OrderedDict(
                    conv=nn.Conv2d(inputs, outputs, 1, bias=False), norm=nn.BatchNorm2d(outputs)
                )
            )

    def forward(self, x: Tensor) -> Tensor:
        inner = torch.relu(self.norm1(self.conv1(x)))
        return torch.relu(self.norm2(self.conv2(inner)) + self.shortcut(x))


class WithMirrored(nn.Module):
    """In use, doubles the batch: (N, ...) -> (2N, ...), the pictures and then their mirror images.

    Together with MeanOfBoth it answers for both at once, which is right more often where left and
    right mean nothing (K. Simonyan, A. Zisserman 2015, section 3.2). Training sees either.
    """

    def forward(self, image: Tensor) -> Tensor:
        return image if self.training else torch.cat([image, image.flip(3)])


class MeanOfBoth(nn.Module):
    """In use, features of pictures and of their mirror images (2N, K) -> their means (N, K)."""

    def forward(self, features: Tensor) -> Tensor:
        return features if self.training else features.unflatten(0, (2, -1)).mean(0)


class ResidualCNN(nn.Sequential):
    """A small residual network: one layer while the picture is large, eight when it is small.

    Trained with "none of these" as an eleventh class whose logit is always 0: the log-sum-exp of
    the ten logits is then the log-odds that the picture shows one of the ten.
    """

    def __init__(self, a: int, b: int, c: int, mean: float, deviation: float, mirrors: bool):
        super().__init__(
            OrderedDict(
                both=WithMirrored() if mirrors else nn.Identity(),
                normalise=Normalise(mean, deviation),
                conv=nn.Conv2d(1, a, 3, padding=1, bias=False),  # (a, 28, 28)
                norm=nn.BatchNorm2d(a),
                relu=nn.ReLU(),
                pool1=nn.MaxPool2d(2),  # (a, 14, 14)
                block1=Block(a, b),
                block2=Block(b, b),
                pool2=nn.MaxPool2d(2),  # (b, 7, 7)
                block3=Block(b, c),
                block4=Block(c, c),
                pool3=nn.AvgPool2d(7),  # (c, 1, 1)
                flatten=nn.Flatten(),
                mirror=MeanOfBoth() if mirrors else nn.Identity(),
                fc=nn.Linear(c, 10),
            )
        )


class DigitResNet(ResidualCNN):
    """The app's digit network."""

    def __init__(self):
        super().__init__(24, 48, 80, 0.1307, 0.3081, mirrors=False)


class GarmentResNet(ResidualCNN):
    """The app's garment network. A garment that is mirrored is the same garment."""

    def __init__(self):
        super().__init__(24, 48, 80, 0.2860, 0.3530, mirrors=True)


NETWORKS = {
    net.__name__: net
    for net in (FashionCNN, MnistCNN, MnistMLP, FashionMLP, DigitResNet, GarmentResNet)
}


def parameters(net: nn.Module) -> int:
    """How many numbers the training adjusts."""
    return sum(p.numel() for p in net.parameters())
