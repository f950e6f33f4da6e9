"""Score what is read of digits uploaded, drawn, and written side by side.

    python measure/digits.py                    # held-out training digits: for choices
    python measure/digits.py --test --write     # MNIST's test digits and test writers: once
    python measure/digits.py --only uploads numbers --count 60

A row for each kind of upload (measure/uploads.py), for numbers of two to five digits, for
pens that no training has seen, for letters and scribbles, and for other things. *Right*: the right
label, and not turned away. A digit is turned away where its energy is below the threshold of the
network, no writing is found (models/numbers.py), or several digits are read.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
from PIL import Image

from measure import cells, machine, paint, uploads
from models import auto, results
from models.classifier import load
from models.result import Result
from train.pictures import data, people, scribbles, strokes

HELD_OUT = 5000  # of MNIST's training pictures, as train/robust.py holds them out
LETTERS = "AFHKMNWX"
SEED = {False: 2028, True: 2029}
Rows = Iterator[tuple[str, dict[str, float]]]


@dataclass(frozen=True)
class Said:
    """What was read: the digits, the least energy and probability of them, and whether refused."""

    text: str
    energy: float
    probability: float
    blank: bool
    rejected: bool


class Reader:
    """The way of a file, and of the canvas, from pixels to digits."""

    def __init__(self, model: str, threshold: float | None):
        self.classifier = load(model)
        self.threshold = self.classifier.rejection_threshold if threshold is None else threshold

    def file(self, picture: np.ndarray) -> Said:
        return self._said(self.classifier.predict(picture))

    def canvas(self, picture: np.ndarray) -> Said:
        """uint8 (H, W), black on white, as drawn: cropped to its ink, its longer side 100."""
        ink = 255 - picture
        rows, columns = (np.flatnonzero(ink.max(axis) > 0) for axis in (1, 0))
        ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        scale = 100 / max(ink.shape)
        size = [max(1, round(side * scale)) for side in ink.shape[::-1]]
        small = np.array(Image.fromarray(ink).resize(size, Image.Resampling.BOX))
        return self._said(self.classifier.predict_ink(small))

    def _said(self, result: Result) -> Said:
        """As the page decides: a number is refused where one of its digits is none."""
        each = result.digits or (result,)
        sure = min(digit.probability for digit in each)
        refused = result.blank or (result.trace.rejected and not result.digits)
        energy = auto.energy(result)
        return Said(result.number, energy, sure, result.blank, refused or energy < self.threshold)


def row(said: Iterable[tuple[Said, str]]) -> dict[str, float]:
    """The shares of a kind of pictures of digits."""
    said = list(said)
    right = [a.text == text for a, text in said]
    kept = [not a.rejected for a, _ in said]
    sure = [a.probability > 0.9 for a, _ in said]
    return {
        "n": len(said),
        "right": np.mean([r and k for r, k in zip(right, kept, strict=True)]),
        "sure and wrong": np.mean(
            [s and k and not r for s, k, r in zip(sure, kept, right, strict=True)]
        ),
        "lost": np.mean([r and not k for r, k in zip(right, kept, strict=True)]),
        "empty": np.mean([a.blank for a, _ in said]),
        "one named": np.mean(
            [len(a.text) == 1 < len(text) and k for (a, text), k in zip(said, kept, strict=True)]
        ),
    }


def away(said: Iterable[Said]) -> dict[str, float]:
    """The share of pictures that are no digit and are turned away; a number is turned away too."""
    said = list(said)
    return {"n": len(said), "away": np.mean([a.rejected or len(a.text) > 1 for a in said])}


def of_uploads(reader: Reader, inks, labels, count: int, seed: int) -> Rows:
    for place, kind in enumerate(uploads.KINDS):
        rng = np.random.default_rng((seed, place))
        chosen = rng.choice(len(inks), count, replace=False)
        said = [(reader.file(kind(inks[i], rng)), str(labels[i])) for i in chosen]
        yield f"upload: {kind.__name__.replace('_', ' ')}", row(said)


def of_numbers(reader: Reader, inks, labels, count: int, seed: int) -> Rows:
    rng = np.random.default_rng((seed, 500))
    for length in (2, 3, 4, 5):
        said = []
        for _ in range(count):
            chosen = rng.choice(len(inks), length)
            picture = paint.number([inks[i] for i in chosen], rng)
            said.append((reader.file(picture), "".join(str(labels[i]) for i in chosen)))
        yield f"{length} digits", row(said)


def of_drawings(reader: Reader, root: Path, part: str, count: int, seed: int) -> Rows:
    canvases, labels = strokes.canvases(root, part, seed)
    everyone = list(zip(canvases, labels, strict=True))
    yield "pens, canvas", row((reader.canvas(c), str(label)) for c, label in everyone)
    yield "pens, as a file", row((reader.file(c), str(label)) for c, label in everyone[::6])
    drawn = scribbles.letter_canvases(LETTERS, count, seed)
    yield "letters", away(reader.canvas(c) for c in drawn)
    drawn = scribbles.scribble_canvases(count, seed, held_out=True)
    yield "scribbles", away(reader.canvas(c) for c in drawn)


def of_things(reader: Reader, root: Path, part: str, count: int, seed: int) -> Rows:
    rng = np.random.default_rng((seed, 600))
    for name, source in (("other things", people.others), ("clothes", people.photos)):
        files = [path for path, _ in source(root, part)]
        chosen = rng.choice(len(files), min(count, len(files)), replace=False)
        pictures = (np.asarray(Image.open(files[i]).convert("RGB")) for i in chosen)
        yield name, away(reader.file(picture) for picture in pictures)


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Score what is read of digits.")
    parser.add_argument("--test", action="store_true", help="test digits and writers: once")
    parser.add_argument("--only", nargs="*", default=["uploads", "numbers", "drawings", "things"])
    parser.add_argument("--count", type=int, default=200, help="pictures of a kind")
    parser.add_argument("--model", default="mnist")
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    parser.add_argument("--threshold", type=float, help="of the energy, in place of the model's")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    args = parser.parse_args(words)
    seed, reader = SEED[args.test], Reader(args.model, args.threshold)
    images, labels = data.load("mnist", args.data_dir, train=not args.test)
    images, labels = images[:, 0].numpy().astype(np.float32) / 255, labels.numpy()
    if not args.test:
        images, labels = images[-HELD_OUT:], labels[-HELD_OUT:]
    part = "test" if args.test else "validation"
    digits, drawn = (images, labels), (args.data_dir, part)
    ways = {
        "uploads": lambda: of_uploads(reader, *digits, args.count, seed),
        "numbers": lambda: of_numbers(reader, *digits, args.count // 2, seed),
        "drawings": lambda: of_drawings(reader, *drawn, 2 * args.count, seed),
        "things": lambda: of_things(reader, *drawn, args.count, seed),
    }
    found = cells.measured(row for group in args.only for row in ways[group]())
    if args.write:
        results.update("digits", found | {"machine": machine.facts("numpy", "onnxruntime")})


if __name__ == "__main__":
    main()
