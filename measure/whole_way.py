"""How long an answer takes, step by step: from ink, a file of a drawing, a phone's photo."""

import io
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from functools import cache
from unittest.mock import patch

import cv2
import numpy as np
from PIL import Image

from measure.clock import side_by_side
from models import numbers, preprocess
from models.classifier import Classifier, load

SECONDS = {"ink": 4.0, "sketch": 6.0, "photo": 8.0}
CANVAS = 400  # pixels a side
PHOTO = (4032, 3024)  # pixels, 12 megapixels as phones make them
QUALITY = 90  # of the photo's JPEG

# What is timed: word -> the functions whose time (less that of others in here) it is.
STEPS = {
    "decode": [(preprocess, "decode"), (numbers, "decode")],
    "find": [(numbers, "_written"), (numbers, "_read"), (preprocess, "_looked")],
    "to 28×28": [(numbers, "_pictures"), (preprocess, "_garment_photo")],
    "network": [(Classifier, "run")],
}
REST = "the rest"


def canvas() -> np.ndarray:
    """A 7 drawn with a thick pen, dark on light, uint8 (400, 400)."""
    picture = np.full((CANVAS, CANVAS), 255, np.uint8)
    corners = np.array([[90, 110], [270, 110], [170, 320]], np.int32)
    cv2.polylines(picture, [corners], False, 20, 18, cv2.LINE_AA)
    return picture


def inked(greys: np.ndarray) -> np.ndarray:
    """The part with ink: all that the page sends."""
    rows, columns = (np.flatnonzero(greys.any(axis)) for axis in (1, 0))
    return greys[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@cache
def photo() -> bytes:
    """A shirt on a wooden floor, a JPEG of 12 megapixels: planks, folds, a sensor's noise."""
    width, height = PHOTO
    generator = np.random.default_rng(28)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    planks = 120 + 25 * np.sin(across / 60 + 3 * np.sin(down / 500)) + 15 * (across // 400 % 2)
    picture = np.stack([planks * 1.1, planks * 0.85, planks * 0.6], -1)
    shirt = np.array(
        [[1100, 500], [1600, 400], [2400, 400], [2900, 500], [3500, 1200], [3100, 1500],
         [2800, 1250], [2800, 2700], [1200, 2700], [1200, 1250], [900, 1500], [500, 1200]],
        np.int32,
    )  # fmt: skip
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [shirt], 255)
    folds = 150 + 40 * np.sin(across / 130 + down / 300)
    picture[mask > 0] = np.stack([folds * 0.4, folds * 0.6, folds], -1)[mask > 0]
    noise = generator.integers(-9, 10, (height, width, 1), np.int8)
    picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


class Clock:
    """Adds up the time of each step; a step inside another one's time counts once."""

    def __init__(self):
        self.spent: dict[str, float] = {}
        self._inner = [0.0]

    def wrapped(self, word: str, function):
        def timed(*args, **kwargs):
            begun = time.perf_counter()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - begun
                self.spent[word] = self.spent.get(word, 0) + took - self._inner.pop()
                self._inner[-1] += took

        return timed


@contextmanager
def timed_steps():
    """Within, every step of predict() is timed by the Clock that this yields."""
    clock = Clock()
    with ExitStack() as patches:
        for word, places in STEPS.items():
            for owner, attribute in places:
                timed = clock.wrapped(word, getattr(owner, attribute))
                patches.enter_context(patch.object(owner, attribute, timed))
        yield clock


def steps(call, repeats: int) -> dict[str, float]:
    """Median time of each step of one call, in ms; "the rest" is what no step accounts for."""
    rows = []
    for _ in range(repeats):
        with timed_steps() as clock:
            begun = time.perf_counter()
            call()
            whole = time.perf_counter() - begun
        rows.append(clock.spent | {REST: whole - sum(clock.spent.values())})
    return {word: float(np.median([row[word] for row in rows])) * 1000 for word in rows[0]}


def ways(name: str) -> dict[str, Callable[[], object]]:
    """What a model is asked, by what it is given."""
    classifier = load(name)
    if classifier.spec.kind == "photo":
        return {"photo": lambda: classifier.predict(photo())}
    drawn = canvas()
    file = io.BytesIO()
    Image.fromarray(drawn).save(file, "PNG")
    content, ink = file.getvalue(), inked(255 - drawn)
    return {
        "ink": lambda: classifier.predict_ink(ink),
        "sketch": lambda: classifier.predict(content),
    }


def measure(names: list[str]) -> list[dict]:
    """Of every model and way: "model", "kind", "median" and "p99" in ms, and "steps" in ms."""
    rows = []
    for name in names:
        for kind, call in ways(name).items():
            took = side_by_side({kind: call}, SECONDS[kind], 1)[kind]
            rows.append({
                "model": name,
                "kind": kind,
                "median": took["median"] / 1000,
                "p99": took["p99"] / 1000,
                "steps": steps(call, 15 if kind == "photo" else 100),
            })  # fmt: skip
    return rows


def show(rows: list[dict]) -> None:
    print(f"\nAn answer: canvas {CANVAS}×{CANVAS}, photo {PHOTO[0]}×{PHOTO[1]} JPEG")
    for took in rows:
        parts = ", ".join(f"{word} {ms:.2f}" for word, ms in took["steps"].items())
        way = f"{took['model']} from {took['kind']}"
        print(f"  {way}: {took['median']:.2f} ms (p99 {took['p99']:.2f}): {parts}")
