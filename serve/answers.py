"""What the page, the endpoints and assistants are answered. Anyone can ask, so all is checked."""

import asyncio
import math
import os
import platform
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from models import learning
from models.apart import Apart
from models.auto import AUTO
from models.classifier import ANSWERS, load
from models.pipe import Buffer
from models.result import Result
from models.sessions import VERSION
from models.specs import MODELS
from serve import glances, seen
from serve.changes import changed
from serve.gradio_insides import UPLOADS, gr
from serve.line import Line
from serve.offered import offered
from serve.refusals import Refused

# Drawings are answered by as many threads as there are cores: the 40 that Starlette keeps would
# hold each other up, and 64 visitors got half as many answers.
_pens = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="pen")
# Many pictures at once are another's, which lets drawings go first.
_labs = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lab")
# Files of strangers are decoded in a process of their own, one at a time: that keeps the other core
# free for those who draw.
apart = Apart(UPLOADS)
_line = Line()

MOST_NUMBERS = 2**20  # that one run may return: all stages of a picture are 93,000
PATIENCE = 0.02  # seconds that a batch waits for drawings that are being answered
AT_ONCE = 8  # pictures in a batch: more take longer, and none of them less time
MOST_RUNS = 4  # whose numbers are held at once; others wait
# An event loop has its own, for tests have many loops.
_runs: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class Drawings:
    """Those that are being answered; `over` is set while there is none."""

    def __init__(self) -> None:
        self.count = 0
        self.over = threading.Event()
        self.over.set()

    def __enter__(self) -> None:
        self.count += 1
        self.over.clear()

    def __exit__(self, *_) -> None:
        self.count -= 1
        if not self.count:
            self.over.set()


_drawings = Drawings()


async def sketch(ink: np.ndarray, model: str) -> dict:
    """What a drawing shows: `Seen`, as page/hosts/types.js describes it.

    Args:
        ink: uint8 (H, W), 255 ink, cropped to it.
        model: one of those that can be chosen.

    Raises:
        Refused: there is no such model.
    """
    check_model(model)
    if not ink.size:
        raise Refused("request")
    with _drawings:
        return await asyncio.get_running_loop().run_in_executor(_pens, seen.of_sketch, ink, model)


async def photo(content: Buffer, model: str, whole: bool, invert: bool, show: bool) -> dict:
    """What a file shows: `Seen`.

    Raises:
        Refused: there is no such model, or too many wait.
        BadPicture: the picture cannot be used.
    """
    options = {"cut": not whole, "invert": invert, "show": show}
    return seen.of(await classify(content, model, "photo", **options))


@dataclass(frozen=True)
class InBase64:
    """The bytes of a file as an assistant sends them."""

    text: bytes | memoryview


async def classify(picture: Buffer | InBase64 | Path, model: str, kind: str, **options) -> Result:
    """Classifier.predict() for a file or its bytes; all visitors' files stand in one line.

    Raises:
        Refused, BadPicture: the message is one kind sentence for the visitor.
    """
    check_model(model, (AUTO,))

    def work() -> Result:
        if isinstance(picture, InBase64):
            return apart.predict(picture.text, model, kind, base64=True, **options)
        content = picture.read_bytes() if isinstance(picture, Path) else picture
        return apart.predict(content, model, kind, **options)

    try:
        return await _line.turn(work)
    except FileNotFoundError as error:  # it was deleted meanwhile
        raise Refused("uploaded") from error


async def run(
    model: str, greys: np.ndarray, outputs: list, moves=None, edits=None, moment=None
) -> list[np.ndarray]:
    """A network's outputs for one picture, or for its moves or edits: float32 (N, ...) each.

    Args:
        model: any whose graph is here, the plain networks too.
        greys: uint8 (28, 28).
        outputs: names of outputs, each once.
        moves: [[right, down], ...] in pixels, or None.
        edits: [[[index, grey], ...], ...], a list for each picture, or None.
        moment: the network as it was after so many steps of its training; None: as it is.

    Raises:
        Refused: something of this is not so.
    """
    if model not in MODELS or not MODELS[model].graph.exists():
        raise Refused("model", model=model[:40], models=", ".join(MODELS))
    pictures = changed(greys, moves, edits)
    known, runs = _network(model, moment)
    names = [name for name in outputs if isinstance(name, str) and name in known]
    if not names or len(names) != len(outputs) or len(set(names)) != len(names):
        raise Refused("request")
    loop = asyncio.get_running_loop()
    async with _runs.setdefault(loop, asyncio.Semaphore(MOST_RUNS)):
        return await _run(runs, pictures, names)


async def _run(runs: Callable, pictures: np.ndarray, names: list[str]) -> list[np.ndarray]:
    """The outputs of all the pictures, in batches."""
    found: list[np.ndarray] = []
    many = len(pictures) > 1

    def run(batch: np.ndarray) -> dict[str, np.ndarray]:
        if many:
            _drawings.over.wait(PATIENCE)
        return runs(batch, names)

    for start in range(0, len(pictures), AT_ONCE):
        batch = pictures[start : start + AT_ONCE, np.newaxis].astype(np.float32) / 255
        loop = asyncio.get_running_loop()
        part = await loop.run_in_executor(_labs if many else _pens, run, batch)
        if not found:
            shapes = [(len(pictures), *part[name].shape[1:]) for name in names]
            if sum(map(math.prod, shapes)) > MOST_NUMBERS:
                raise Refused("request")
            found = [np.empty(shape, np.float32) for shape in shapes]
        for whole, name in zip(found, names, strict=True):
            whole[start : start + AT_ONCE] = part[name]
    return found


def _network(model: str, moment) -> tuple[set[str], Callable]:
    """Names of the outputs, and what runs a batch for some of them."""
    if moment is None:
        classifier = load(model)
        return {*ANSWERS, *classifier.stages}, classifier.run
    try:
        past = learning.load(model)
    except KeyError as error:
        raise Refused("request") from error
    if type(moment) is not int or moment not in past.moments:
        raise Refused("request")
    return {*past.outputs}, lambda batch, names: past.run(batch, moment, names)


async def glance(greys: np.ndarray, model: str) -> bytes:
    """The strongest maps of every stage, as serve/glances.py packs them.

    Raises:
        Refused: there is no such model.
    """
    check_model(model)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pens, glances.of, load(model), greys)


def facts() -> dict:
    """Where the networks run, and what they run on."""
    return {
        "provider": load(offered()[0]).provider,
        "versions": {
            "ONNX Runtime": VERSION,
            "Gradio": gr.__version__,
            "NumPy": np.__version__,
            "Python": platform.python_version(),
        },
    }


def end() -> None:
    """No more files are read; whoever waits for one is told so."""
    _line.end()
    apart.stop()


def check_model(name: str, more: tuple[str, ...] = ()) -> None:
    known = (*offered(), *more)
    if name not in known:
        raise Refused("model", model=name[:40], models=", ".join(known))
