"""One picture's way through a network, stage by stage, and the arithmetic of any one value.

    stages = walk("mnist_tutorial", image)
    how = arithmetic(stages, "conv2", (5, 3, 4))  # the value at row 3, column 4 of map 5

Convolutions, poolings, logits and probabilities are outputs of the ONNX graph itself; what lies
between them (normalising, ReLU, adding, flattening, a hidden linear layer) is computed here.
"""

from dataclasses import dataclass

import numpy as np

from models.classifier import load
from models.kernels import kernels
from models.layers import NETWORKS, Layer


@dataclass(frozen=True)
class Stage:
    """What the picture has become after one layer.

    name, kind, sources, block, padding: of the layer, see models.layers.Layer; the first stage is
        the picture itself, of kind "input".
    values: float32 (C, H, W) maps or (K,) features.
    kernel, stride: side and step of the window that slides over the input; 0 where none does.
    weight, bias: what was learnt, see models.kernels.kernels(); of "softmax" the temperature that
        logits are divided by, and None; None where nothing was learnt.
    from_graph: the values are an output of the ONNX graph, not computed here.
    """

    name: str
    kind: str
    values: np.ndarray
    sources: tuple[str, ...] = ()
    block: str = ""
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None
    from_graph: bool = False


@dataclass(frozen=True)
class Arithmetic:
    """How one value came about.

    inputs: float32, what the value was made of: (C, k, k) windows of a convolution, one for each
        input map, zeros where they reach over the edge; (1, k, k) of a pooling; (2,) of an
        addition; (2,) of the picture and its mirror image; (K,) of a linear layer; all ten logits
        of a softmax; else (1,).
    weights: float32 of the same shape, what inputs were multiplied by; None where by nothing.
    corner: (row, column) of the window's first pixel in the input, negative in the padding; None
        where there is no window.
    bias: what was added to the sum of the products.
    result: the value computed here.
    shown: the value as it stands in the stage.
    """

    inputs: np.ndarray
    weights: np.ndarray | None
    corner: tuple[int, int] | None
    bias: float
    result: float
    shown: float


def walk(name: str, image: np.ndarray) -> list[Stage]:
    """Every stage of a picture's way through the network, the picture first.

    Args:
        image: float32 (28, 28), 0..1, bright on black.

    Raises:
        KeyError: no model has that name.
        BrokenModel: its graph or its weights are not what was shipped.
        ValueError: another shape or dtype, or values that are no finite numbers.
    """
    classifier = load(name)
    outputs = classifier.run(image[np.newaxis, np.newaxis])
    learnt = {**kernels(name), "probabilities": (np.float32(classifier.temperature), None)}
    stages = [Stage("input", "input", image[np.newaxis], from_graph=True)]
    by_name = {"input": stages[0]}
    for layer in NETWORKS[classifier.spec.network]:
        weight, bias = learnt.get(layer.name, (None, None))
        inputs = [by_name[source].values for source in layer.sources]
        given = layer.name in outputs
        values = outputs[layer.name][0] if given else _computed(layer, inputs, weight, bias)
        slides = layer.kind == "conv"
        stage = Stage(
            layer.name,
            layer.kind,
            values,
            layer.sources,
            layer.block,
            kernel=weight.shape[-1] if slides else layer.kernel,
            stride=1 if slides else layer.kernel,
            padding=layer.padding,
            weight=weight,
            bias=bias,
            from_graph=given,
        )
        stages.append(stage)
        by_name[layer.name] = stage
    return stages


def arithmetic(stages: list[Stage], name: str, place: tuple[int, ...]) -> Arithmetic:
    """How the value at one place of a stage was computed.

    Args:
        stages: what walk() returned.
        name: of the stage.
        place: (map, row, column), or (feature,) where the stage has no maps.

    Raises:
        KeyError: there is no such stage, or it is the picture itself.
        IndexError: the stage has no such place.
    """
    by_name = {stage.name: stage for stage in stages}
    if name not in by_name or name == "input":
        raise KeyError(f"There is no stage {name!r}; there are: {', '.join(list(by_name)[1:])}.")
    stage = by_name[name]
    shape = stage.values.shape
    if len(place) != len(shape) or not all(
        0 <= at < size for at, size in zip(place, shape, strict=True)
    ):
        raise IndexError(f"The stage {name!r} of shape {shape} has no place {place}.")
    sources = [by_name[source].values for source in stage.sources]
    inputs, corner = _inputs(stage, sources, place)
    weights = stage.weight[place[0]] if stage.kind in ("conv", "linear") else None
    bias = float(stage.bias[place[0]]) if weights is not None else 0.0
    result = _combined(stage, inputs, weights, bias, place)
    return Arithmetic(inputs, weights, corner, bias, result, float(stage.values[place]))


def _inputs(stage: Stage, sources: list[np.ndarray], place: tuple[int, ...]):
    """(the values that went into that place, the corner of their window or None)."""
    first = sources[0]
    if stage.kind in ("linear", "softmax"):
        return first, None
    if stage.kind == "flatten":
        return first.reshape(-1)[[place[0]]], None
    if stage.kind == "mirror":  # the graph tells the mean alone
        return np.array([first[place], 2 * stage.values[place] - first[place]]), None
    if not stage.kernel:
        return np.array([source[place] for source in sources], np.float32), None
    if stage.kind != "conv":
        first = first[[place[0]]]
    border = stage.padding
    padded = np.pad(first, ((0, 0), (border, border), (border, border)))
    row, column = (at * stage.stride for at in place[1:])
    window = padded[:, row : row + stage.kernel, column : column + stage.kernel]
    return window, (row - border, column - border)


def _combined(stage: Stage, inputs: np.ndarray, weights, bias: float, place) -> float:
    """The value that those inputs make."""
    if weights is not None:
        return float((inputs.astype(np.float64) * weights).sum() + bias)
    if stage.kind == "normalise":
        return float((inputs[0] - stage.bias) / stage.weight)
    if stage.kind == "relu":
        return max(0.0, float(inputs[0]))
    if stage.kind == "max":
        return float(inputs.max())
    if stage.kind in ("average", "mirror"):
        return float(inputs.mean())
    if stage.kind == "softmax":
        scaled = inputs.astype(np.float64) / stage.weight
        return float(np.exp(scaled[place[0]] - np.logaddexp.reduce(scaled)))
    return float(inputs.sum())  # add: of two; flatten: of one


def _computed(layer: Layer, inputs: list[np.ndarray], weight, bias) -> np.ndarray:
    """The output of a layer that is no output of the graph."""
    first = inputs[0]
    if layer.kind == "normalise":
        return (first - bias) / weight
    if layer.kind == "relu":
        return np.maximum(first, 0)
    if layer.kind == "add":
        return first + inputs[1]
    if layer.kind == "flatten":
        return first.reshape(-1)
    if layer.kind == "linear":
        return weight @ first + bias
    raise ValueError(f"{layer.name} should be an output of the graph: export it anew.")
