"""The networks as lists of layers, as train/networks.py builds them: to walk through without torch.

tests/test_inside.py computes every stage of every graph from these lists and the shipped weights,
so the two descriptions cannot drift apart unnoticed.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Layer:
    """One step of a network.

    name: what the graph calls its output, where that is one of the graph's.
    kind: "normalise", "conv", "relu", "max", "average", "add", "flatten", "mirror", "linear" or
        "softmax".
    sources: names of the layers whose outputs it takes; "input" is the picture.
    kernel: side of the window of "max" and "average", which is their stride too.
    padding: zeros around the input of "conv".
    weights, norm: what the weights file calls its parameters, and those of the batch norm that
        follows it and is folded into it.
    block: the residual block that it belongs to, or "".
    """

    name: str
    kind: str
    sources: tuple[str, ...] = ()
    kernel: int = 0
    padding: int = 0
    weights: str = ""
    norm: str = ""
    block: str = ""


def _conv(name: str, padding: int = 0, **options) -> Layer:
    return Layer(name, "conv", padding=padding, **{"weights": name} | options)


def _linear(name: str, weights: str) -> Layer:
    return Layer(name, "linear", weights=weights)


def _chain(*layers: Layer) -> tuple[Layer, ...]:
    """The layers in order; one that names no source takes the output of the one before."""
    previous, chained = "input", []
    for layer in layers:
        chained.append(layer if layer.sources else replace(layer, sources=(previous,)))
        previous = layer.name
    return tuple(chained)


def _block(name: str, source: str, widens: bool) -> list[Layer]:
    """What goes through two convolutions is added to what came in (He, Zhang, Ren, Sun 2016).

    Where the block has more maps than came in, a 1×1 convolution brings those to the same number.
    """
    way_round = f"{name}_shortcut_conv" if widens else source
    shortcut = _conv(
        way_round, weights=f"{name}.shortcut.conv", norm=f"{name}.shortcut.norm", sources=(source,)
    )
    layers = [
        _conv(f"{name}_conv1", 1, weights=f"{name}.conv1", norm=f"{name}.norm1", sources=(source,)),
        Layer(f"{name}_relu1", "relu"),
        _conv(f"{name}_conv2", 1, weights=f"{name}.conv2", norm=f"{name}.norm2"),
        *([shortcut] if widens else []),
        Layer(f"{name}_add", "add", sources=(f"{name}_conv2", way_round)),
        Layer(f"{name}_relu2", "relu"),
    ]
    return [replace(layer, block=name) for layer in layers]


_FASHION_CNN = _chain(
    Layer("normalise", "normalise"),
    _conv("conv1"),
    Layer("pool1", "max", kernel=2),
    Layer("relu1", "relu"),
    _conv("conv2"),
    Layer("pool2", "max", kernel=2),
    Layer("relu2", "relu"),
    Layer("flatten", "flatten"),
    _linear("fc1", "fc1"),
    Layer("relu3", "relu"),
    _linear("logits", "fc2"),
    Layer("probabilities", "softmax"),
)

_MNIST_CNN = _chain(
    _conv("conv1", 1),
    Layer("relu1", "relu"),
    Layer("pool1", "max", kernel=2),
    _conv("conv2", 1),
    Layer("relu2", "relu"),
    Layer("pool2", "max", kernel=2),
    Layer("flatten", "flatten"),
    _linear("logits", "fc"),
    Layer("probabilities", "softmax"),
)

_PLAIN = _chain(
    Layer("normalise", "normalise"),
    Layer("flatten", "flatten"),
    _linear("fc1", "fc1"),
    Layer("relu1", "relu"),
    _linear("logits", "fc2"),
    Layer("probabilities", "softmax"),
)

_RESIDUAL_TRUNK = (
    Layer("normalise", "normalise"),
    _conv("conv", 1, norm="norm"),
    Layer("relu", "relu"),
    Layer("pool1", "max", kernel=2),
    *_block("block1", "pool1", widens=True),
    *_block("block2", "block1_relu2", widens=False),
    Layer("pool2", "max", kernel=2),
    *_block("block3", "pool2", widens=True),
    *_block("block4", "block3_relu2", widens=False),
    Layer("pool3", "average", kernel=7),
    Layer("flatten", "flatten"),
)
_END = (_linear("logits", "fc"), Layer("probabilities", "softmax"))
_DIGIT_RESNET = _chain(*_RESIDUAL_TRUNK, *_END)
_GARMENT_RESNET = _chain(*_RESIDUAL_TRUNK, Layer("mirror", "mirror"), *_END)

# By the name of the class in train/networks.py.
NETWORKS = {
    "FashionCNN": _FASHION_CNN,
    "MnistCNN": _MNIST_CNN,
    "MnistMLP": _PLAIN,
    "FashionMLP": _PLAIN,
    "DigitResNet": _DIGIT_RESNET,
    "GarmentResNet": _GARMENT_RESNET,
}
