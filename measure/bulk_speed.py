"""How fast a folder is scored, beside the bare graph on pictures made ahead of time."""

import statistics
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from measure import machine
from models import bulk
from models.classifier import load
from models.specs import MODELS

BATCHES = 40  # of bulk.AT_ONCE pictures, in the folder
ROUNDS = 3
PICTURES = np.random.default_rng(0).random((bulk.AT_ONCE, 1, 28, 28), np.float32)


def measure(names: list[str]) -> dict:
    """Pictures a second on all cores, by model; both ways take turns, ROUNDS times.

    Either way is the same pool of processes, each with one thread. What they need to start does not
    count: the clock runs from the moment when all have work behind them.
    """
    where, figures = machine.facts("onnxruntime", "opencv-python-headless", "pillow"), {}
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        for name in names:
            rounds = [(_folder(Path(folder), name), _bare(name)) for _ in range(ROUNDS)]
            whole, bare = (statistics.median(rates) for rates in zip(*rounds, strict=True))
            share = statistics.median(whole / bare for whole, bare in rounds)
            figures[name] = {"folder": whole, "bare": bare, "share": share}
    return {"models": figures, "processes": bulk.cores(), "machine": where}


def show(figures: dict) -> None:
    for name, took in figures["models"].items():
        print(
            f"{name:24}{took['folder']:10,.0f} pictures a second, the bare graph "
            f"{took['bare']:10,.0f}: {took['share']:.0%}"
        )


def _fill(folder: Path) -> None:
    """PNGs of 28×28 pixels: soft blobs on black."""
    rng = np.random.default_rng(0)
    for number in range(BATCHES * bulk.AT_ONCE):
        picture = cv2.GaussianBlur(rng.normal(0, 400, (28, 28)), (0, 0), 3)
        cv2.imwrite(str(folder / f"{number:06}.png"), np.uint8(np.clip(picture, 0, 255)))


def _folder(folder: Path, name: str) -> float:
    files = bulk.files(folder)
    return _rate(bulk.scored(folder, files, name, MODELS[name].kind, bulk.cores()))


def _bare(name: str) -> float:
    with bulk.pool(name, bulk.cores()) as pool:
        return _rate(_answers(pool, name))


def _answers(pool, name: str) -> Iterator[list]:
    """As many batches, a few waiting ahead, as bulk.scored() has them."""
    waiting = deque()
    for _ in range(BATCHES):
        waiting.append(pool.submit(_answer, name))
        if len(waiting) > bulk.AHEAD * bulk.cores():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _answer(name: str) -> list:
    return load(name).run(PICTURES, ["logits", "probabilities"])["logits"].tolist()


def _rate(batches: Iterator) -> float:
    """Pictures a second, from the moment when every process has had its first two batches."""
    times = [time.perf_counter() for _ in batches][2 * bulk.cores() :]
    return (len(times) - 1) * bulk.AT_ONCE / (times[-1] - times[0])
