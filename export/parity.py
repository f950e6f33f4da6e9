"""Compares an ONNX graph with the torch module it was made from: numbers, not just runs."""

import math
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from export.graph import Stages
from models.classifier import ANSWERS
from train.pictures.data import TORCHVISION

# A difference counts as it is below 1, above that as a share of the picture's largest value in
# that output. A logit near 0 may be a sum of large terms: torch's own float32 logits lie up to
# 1.5e-5 from those it computes in float64.
TOLERANCE = 1e-5
# Of a place in a picture, pixels: float32 tells no smaller steps beyond 256.
PLACE_TOLERANCE = 5e-5
PLACES = ("box", "centre")
BATCHES = (1, 64)
SCORED_AT_ONCE = 500


class Mismatch(Exception):
    """Graph and torch disagree; the message is one sentence with the figures."""


class Differences:
    """The largest difference seen so far of each kind of output.

    absolute, relative: kind -> figure; relative is what the tolerance bounds.
    """

    def __init__(self, kinds: Iterable[str], tolerance: float):
        self.tolerance = tolerance
        self.absolute = dict.fromkeys(kinds, 0.0)
        self.relative = dict.fromkeys(self.absolute, 0.0)

    def add(self, kind: str, name: str, got: np.ndarray, expected: Tensor) -> None:
        """Compare one output of a batch, (N, ...), with torch's.

        Raises:
            Mismatch: it is beyond the tolerance, or has another shape.
        """
        expected = expected.numpy()
        if got.shape != expected.shape:
            raise Mismatch(f"{name} has the shape {got.shape}, torch's {expected.shape}")
        flat = expected.reshape(len(expected), -1)
        apart = np.abs(got.reshape(flat.shape).astype(np.float64) - flat).max(1)
        relative = apart / np.maximum(1, np.abs(flat).max(1))
        if not (relative <= self.tolerance).all():  # NaN fails too
            raise Mismatch(f"{name} differs by {apart.max():.1e} from torch's")
        self.absolute[kind] = max(self.absolute[kind], float(apart.max()))
        self.relative[kind] = max(self.relative[kind], float(relative.max()))


def test_pictures(dataset: str, root: Path) -> Tensor | None:
    """The dataset's test pictures, uint8 (10000, 1, 28, 28), or None where they are not at hand."""
    try:
        return TORCHVISION[dataset](str(root), train=False, download=False).data.unsqueeze(1)
    except RuntimeError:
        return None


def opened(graph: Path) -> onnxruntime.InferenceSession:
    """A session on the CPU, the provider that every machine has."""
    return onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])


@torch.no_grad()
def compare_classifier(
    session: onnxruntime.InferenceSession,
    outputs: tuple[str, ...],
    net: nn.Module,
    stages: Stages,
    pictures: Tensor | None,
) -> dict:
    """Every output on made-up pictures, the answers on the pictures given as well.

    Args:
        outputs: what the session must return: the ANSWERS, or all that `stages` does.
        net: the network as it was trained; logits are held against it, not against the folded one.
        stages: the module that was exported.
        pictures: uint8 (N, 1, 28, 28) or None.

    Returns:
        The largest absolute differences (of each of the ANSWERS, and "stages" where the session
        returns them), "logits_relative" as TOLERANCE counts it, and how many classes were "equal"
        of how many "compared", of which "test_pictures" were the dataset's.

    Raises:
        Mismatch: a difference beyond TOLERANCE, a missing output, or another class.
    """
    names = outputs_of(session, outputs)
    answers, shown = names[: len(ANSWERS)], names[len(ANSWERS) :]
    seen = Differences((*answers, *(("stages",) if shown else ())), TOLERANCE)
    for batch in _made_up() if shown else ():
        got = run(session, shown, batch)
        for name, value, expected in zip(shown, got, stages(batch)[len(answers) :], strict=True):
            seen.add("stages", name, value, expected)
    equal = compared = 0
    for batch in chain(_made_up(), _scaled(pictures)):
        got, expected = run(session, answers, batch), stages.answers(net(batch))
        for name, value, wanted in zip(answers, got, expected, strict=True):
            seen.add(name, name, value, wanted)
        equal += int((got[0].argmax(1) == expected[0].numpy().argmax(1)).sum())
        compared += len(batch)
    if equal != compared:
        raise Mismatch(f"the class differs from torch's on {compared - equal} of {compared}")
    return {
        **seen.absolute,
        "logits_relative": seen.relative["logits"],
        "equal": equal,
        "compared": compared,
        "test_pictures": 0 if pictures is None else len(pictures),
    }


@torch.no_grad()
def compare_preprocessing(
    session: onnxruntime.InferenceSession,
    outputs: tuple[str, ...],
    module: nn.Module,
    made_up: Iterable[tuple[Tensor, ...]],
) -> dict:
    """Every output on made-up inputs: bytes, 255ths and booleans must be the same, places may be
    PLACE_TOLERANCE apart.

    Returns:
        The largest absolute difference of each output, and how many inputs were "compared".

    Raises:
        Mismatch: a difference beyond that, or other outputs than these.
    """
    names = outputs_of(session, outputs)
    places = Differences((name for name in names if name in PLACES), PLACE_TOLERANCE)
    exact = Differences((name for name in names if name not in PLACES), 0.0)
    compared = 0
    for given in made_up:
        expected = module(*given)
        expected = expected if isinstance(expected, tuple) else (expected,)
        for name, value, wanted in zip(names, run(session, names, *given), expected, strict=True):
            seen = places if name in PLACES else exact
            seen.add(name, name, np.atleast_1d(value), torch.atleast_1d(wanted.float()))
        compared += 1
    return {**exact.absolute, **places.absolute, "compared": compared}


def outputs_of(session: onnxruntime.InferenceSession, expected: tuple[str, ...]) -> list[str]:
    names = [output.name for output in session.get_outputs()]
    if names != list(expected):
        raise Mismatch(f"the outputs are {names}, not {list(expected)}")
    return names


def run(session: onnxruntime.InferenceSession, names: list[str], *given: Tensor) -> list:
    inputs = [wanted.name for wanted in session.get_inputs()]
    try:
        feed = {name: tensor.numpy() for name, tensor in zip(inputs, given, strict=True)}
        return session.run(names, feed)
    except Exception as error:  # onnxruntime's exceptions share no ancestor
        raise Mismatch(f"the graph cannot be run: {str(error).splitlines()[0]}") from error


def _made_up() -> Iterator[Tensor]:
    """A blank picture, then noise in BATCHES; float32 (B, 1, 28, 28)."""
    generator = torch.Generator().manual_seed(28)
    yield torch.zeros(1, 1, 28, 28)
    for size in BATCHES:
        yield torch.rand(size, 1, 28, 28, generator=generator)


def _scaled(pictures: Tensor | None) -> Iterator[Tensor]:
    """uint8 (N, 1, 28, 28) or None -> float32 batches in 0..1."""
    for some in () if pictures is None else pictures.split(SCORED_AT_ONCE):
        yield some.float() / 255


def drawings() -> Iterator[Tensor]:
    """Zigzags by hairlines and markers on canvases of many sizes, and blank ones: (N, H, W)."""
    generator = torch.Generator().manual_seed(28)
    for count, height, width in ((1, 28, 28), (1, 400, 400), (4, 64, 300), (2, 411, 37)):
        pens = torch.logspace(0, math.log10(min(height, width) / 5), count)
        strokes = [zigzag(height, width, float(pen), generator) for pen in pens]
        yield torch.stack(strokes)
        yield torch.stack(strokes) * 0.3  # faint ink
        yield torch.zeros(count, height, width)


def zigzag(height: int, width: int, pen: float, generator: torch.Generator) -> Tensor:
    """Three joined lines of that width with soft edges, float32 (H, W)."""
    corners = torch.rand(4, 2, generator=generator) * torch.tensor([width, height])
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    places = torch.stack((x, y), -1)
    ink = torch.zeros(height, width)
    for start, end in pairwise(corners):
        along = end - start
        share = ((places - start) @ along / along.square().sum()).clamp(0, 1)
        distance = (places - start - share.unsqueeze(-1) * along).norm(dim=-1)
        ink = torch.maximum(ink, (pen / 2 + 0.5 - distance).clamp(0, 1))
    return ink
