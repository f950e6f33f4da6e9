"""The graphs that find the ink on a picture and read the digits in it, or look at a garment.

writing: a picture -> its ink (train/find_ink.py); parts: ink -> groups that may be a digit each
(train/parts.py); reading: what the digit network says of each -> which are the digits
(train/reading.py); look: a photo -> what it shows, which garment, and its mask (train/look_way.py);
verdict: what it and a garment network say together (train/verdict.py); garment_sketch: ink -> a
drawn garment's picture (train/garment_sketch.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from export import parity
from train import colour_network, look_network
from train.find_ink import FindInk
from train.garment import SIDE as GARMENT_SIDE
from train.garment_sketch import GarmentSketch
from train.ink_network import InkNetwork
from train.look_way import Look as LookWay
from train.parts import Parts
from train.reading import Reading
from train.verdict import Verdict
from train.weights import read_weights

SIDE = 512  # the longer side of a picture is at most this, pixels
LONG = 256  # numbers in a table that is worth a node of its own
HALVED_FROM = 256  # kernels with at least so many numbers are kept as float16
# Of places, pixels; the others are probabilities and their logarithms.
TOLERANCES = {
    "boxes": 1e-3, "evidence": 1e-4,
    "kind": 1e-5, "garment": 1e-5, "probabilities": 1e-6, "look": 1e-6, "network": 1e-6,
}  # fmt: skip
RULE = (
    "share", "plain_share", "temper", "weight", "threshold", "plain_weight", "plain_threshold",
)  # fmt: skip
KIND_RULE = ("digit_weight", "digit_least")
BESIDE = "fashion_mnist"  # the network that the rule is fitted with
PLANE = {0: "height", 1: "width"}
GROUPS = {0: "groups"}


@dataclass(frozen=True)
class Look:
    """One of the graphs: axes as export/graph.py has them; given makes inputs to compare."""

    task: str
    make: Callable[[Path], nn.Module]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    axes: tuple[dict[int, str], ...]
    given: Callable[[], Iterator[tuple[Tensor, ...]]]
    side: int | None = None  # the longer side that a picture is reduced to before
    facts: Callable[[Path], dict[str, str]] = lambda folder: {}  # for its metadata


def find_ink(folder: Path) -> nn.Module:
    """The two looks with the shipped weights."""
    network = InkNetwork()
    network.load_state_dict(read_weights(folder / "writing.safetensors")[0])  # kept as float16
    return FindInk(network.eval()).eval()


def look(folder: Path) -> nn.Module:
    """A look at a photo with the shipped weights."""
    network = look_network.shipped(read_weights(folder / "look.safetensors")[0])
    colour = colour_network.shipped(read_weights(folder / "colour.safetensors")[0])
    return LookWay(network, colour).eval()


def rule(folder: Path) -> dict[str, str]:
    """The numbers by which a look and a network answer together, and which network that is."""
    facts = read_weights(folder / "look.safetensors")[1]
    numbers = {name: repr(float(facts[name])) for name in RULE}
    beside = read_weights(folder / f"{BESIDE}.safetensors")[1]
    return numbers | {"temperature": repr(float(beside["temperature"])), "network": BESIDE}


def kind_rule(folder: Path) -> dict[str, str]:
    """The numbers by which a look and the digit network say together that it is a digit; until
    train/kind_rule.py has fitted them the look's own log-odds decide."""
    facts = read_weights(folder / "look.safetensors")[1]
    return {name: repr(float(facts.get(name, 0))) for name in KIND_RULE}


def verdict(folder: Path) -> nn.Module:
    numbers = {name: float(text) for name, text in rule(folder).items() if name != "network"}
    return Verdict(**numbers)


def _opinions() -> Iterator[tuple[Tensor, ...]]:
    """What a look and a network may say, one and two ways: see train/verdict.py."""
    generator = torch.Generator().manual_seed(30)
    for ways in (1, 2, 2, 1):
        for plain in (False, True):
            kind, garment, logits = (
                torch.randn(size, generator=generator) * 4 for size in ((3,), (10,), (ways, 10))
            )
            yield kind.log_softmax(0), garment.log_softmax(0), torch.tensor(plain), logits


def _pictures() -> Iterator[tuple[Tensor, ...]]:
    """Zigzags in colours on papers of many sizes, opaque and not: uint8 (H, W, 4)."""
    generator = torch.Generator().manual_seed(28)
    for drawn in parity.drawings():
        share = drawn[0].unsqueeze(2)
        paper, pen = torch.rand(2, 1, 1, 3, generator=generator)
        page = (
            paper * (1 - share)
            + pen * share
            + 0.02 * torch.randn(*share.shape[:2], 3, generator=generator)
        )
        opaque = torch.ones_like(share)
        for picture in (
            torch.cat((page, opaque), 2),
            torch.cat((pen.expand_as(page), share * 0.5), 2),
        ):
            yield ((picture.clamp(0, 1) * 255).round().to(torch.uint8),)


def _rows() -> Iterator[tuple[Tensor, ...]]:
    """One to five zigzags side by side, and nothing: uint8 (H, W)."""
    generator = torch.Generator().manual_seed(28)
    for count in (1, 2, 3, 5):
        drawn = [parity.zigzag(90, 60, 5.0, generator) for _ in range(count)]
        yield ((torch.cat(drawn, 1) * 255).to(torch.uint8),)
    yield (torch.zeros(80, 100, dtype=torch.uint8),)


def _shapes() -> Iterator[tuple[Tensor, ...]]:
    """Outlines, closed and open, silhouettes and nothing: uint8 (N, H, W)."""
    for size in (40, 100, 280):
        box = torch.zeros(2, size, size + 20, dtype=torch.uint8)
        box[:, size // 5 : -size // 5, size // 5 : -size // 5] = 255
        box[0, size // 4 : -size // 4, size // 4 : -size // 4] = 0
        opened = box.clone()
        opened[0, : size // 4 + 1, size // 2 : size // 2 + size // 20 + 1] = 0
        yield from ((box,), (opened,), (torch.zeros_like(box),))
    for drawn in parity.drawings():
        yield ((drawn * 255).round().to(torch.uint8),)


def _groups() -> Iterator[tuple[Tensor, ...]]:
    """What Parts makes of those rows, with logits at random."""
    generator = torch.Generator().manual_seed(29)
    for (ink,) in _rows():
        _, spans, boxes = Parts()(ink)
        for spread in (1.0, 6.0):
            yield torch.randn(len(spans), 10, generator=generator) * spread, spans, boxes


LOOKS = {
    "writing": Look(
        "a picture to the ink on it", find_ink, ("rgba",), ("ink", "window", "written"),
        (PLANE,), _pictures, SIDE,
    ),
    "parts": Look(
        "ink to the groups of its parts that may be a digit each", lambda folder: Parts(),
        ("ink",), ("groups", "spans", "boxes"), (PLANE,), _rows,
    ),
    "reading": Look(
        "which of those groups are the digits", lambda folder: Reading(),
        ("logits", "spans", "boxes"), ("chosen", "in_a_row"), (GROUPS, GROUPS, GROUPS), _groups,
    ),
    "look": Look(
        "what a photo shows, which garment, and where it is", look, ("rgba",),
        ("kind", "garment", "mask", "found", "plain"), (PLANE,), _pictures, GARMENT_SIDE,
        facts=kind_rule,
    ),
    "verdict": Look(
        "what a look and a garment network say together", verdict,
        ("kind", "garment", "plain", "logits"),
        ("probabilities", "look", "network", "evidence"), ({}, {}, {}, {0: "ways"}), _opinions,
        facts=rule,
    ),
    "garment_sketch": Look(
        "ink of drawn garments to pictures like Fashion-MNIST's", lambda folder: GarmentSketch(),
        ("ink",), ("image", "box", "centre"), ({0: "count", 1: "height", 2: "width"},), _shapes,
    ),
}  # fmt: skip


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Kernels as float16, whole ones as int8, turned into float32 when the graph is opened: half
    the bytes or a quarter. Of tables that are all one number, that number and their shape."""
    casts = []
    for tensor in list(model.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.size > LONG and (values == values.flat[0]).all():
            name, one = tensor.name, onnx.numpy_helper.from_array(values.ravel()[:1])
            shape = onnx.numpy_helper.from_array(np.array(values.shape, np.int64), f"{name}_shape")
            tensor.CopyFrom(shape)
            casts.append(onnx.helper.make_node("ConstantOfShape", [shape.name], [name], value=one))
            continue
        is_kernel = tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) == 4
        if is_kernel and np.prod(tensor.dims) >= HALVED_FROM:
            whole = np.abs(values).max() < 128 and (values == np.rint(values)).all()
            small, name = values.astype(np.int8 if whole else np.float16), tensor.name
            tensor.CopyFrom(onnx.numpy_helper.from_array(small, f"{name}_small"))
            to = onnx.TensorProto.FLOAT
            casts.append(onnx.helper.make_node("Cast", [f"{name}_small"], [name], to=to))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(casts + nodes)
    return model


@torch.no_grad()
def compare(
    session: onnxruntime.InferenceSession, outputs: tuple[str, ...], look: Look, module: nn.Module
) -> dict:
    """The largest difference of each output from torch's, and how many inputs were "compared".

    Raises:
        parity.Mismatch: beyond TOLERANCES (exact where none is given), or of another shape.
    """
    names, compared = parity.outputs_of(session, outputs), 0
    seen = dict.fromkeys(names, 0.0)
    for given in look.given():
        expected = module(*given)
        expected = expected if isinstance(expected, tuple) else (expected,)
        got = parity.run(session, names, *given)
        for name, value, wanted in zip(names, got, expected, strict=True):
            if value.shape != tuple(wanted.shape):
                raise parity.Mismatch(f"{name} has the shape {value.shape}, not {wanted.shape}")
            difference = np.abs(value.astype(np.float64) - wanted.numpy().astype(np.float64))
            apart = difference.max()
            if not apart <= TOLERANCES.get(name, 0):
                raise parity.Mismatch(f"{name} differs by {apart:.1e} from torch's")
            seen[name] = max(seen[name], float(apart))
        compared += 1
    return {**seen, "compared": compared}
