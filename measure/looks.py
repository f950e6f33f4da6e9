"""Score what the app says of garments: a look and a network together, on people, categories and
drawings that no training has seen.

    python measure/looks.py                     # the held-out fifth: look at it once
    python measure/looks.py --part validation   # what choices are made on
    python measure/looks.py photos others       # these rows
    python measure/looks.py --write             # also into models/results.json

Everything goes the way of an upload, from pixels through the graphs to label and refusal. The data
folder is DATA_DIR (default: data).
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import cv2
import numpy as np

from measure import cells, look_kinds, machine
from models import auto, results
from models.classifier import load, look
from models.decode import decode
from train.kind_rule import three_ways
from train.pictures import data, people, photos
from train.pictures.cut_out import canvases_of_no_garment
from train.pictures.garments import NEAR, garment_canvases

SEED = 2028
Rows = Iterator[tuple[str, dict[str, float]]]
NAME = "fashion_mnist"


def answer(picture) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool, bool, bool]:
    """The app's, the network's and the look's probabilities, whether it is turned away with the
    garment network chosen, and with "find out by itself", and whether that asks for a garment."""
    picture = decode(picture)
    seen = look(picture)
    result = load(NAME).predict(picture, "photo", seen=seen)
    alone = result if seen.subject == "garment" else auto.load(auto.AUTO).predict(picture)
    own = result.opinions or {"look": result.probabilities, NAME: result.probabilities}
    shares = (result.probabilities, own[NAME], own["look"])
    return (
        *(np.array(list(share.values())) for share in shares),
        result.rejected, alone.rejected, seen.subject == "garment",
    )  # fmt: skip


def table(pictures, allowed=None) -> dict[str, float]:
    """Shares of right answers (the right label and not turned away) and of refusals."""
    rows = [answer(picture) for picture in pictures]
    app, own, look, *flags = zip(*rows, strict=True)
    away, alone, asked = map(np.array, flags)
    lost = alone if allowed is None else alone | ~asked
    figures = {"n": len(rows), "turned away": away.mean(), "turned away by itself": lost.mean()}
    if allowed is not None:
        at = np.arange(len(rows))
        right = allowed[at, np.stack(app).argmax(1)]
        figures |= {
            "right": (right & ~away).mean(), "right before refusal": right.mean(),
            "network alone": allowed[at, np.stack(own).argmax(1)].mean(),
            "look alone": allowed[at, np.stack(look).argmax(1)].mean(),
        }  # fmt: skip
    return figures


def classes(labels) -> np.ndarray:
    return np.eye(10, dtype=bool)[labels]


def photos_of_people(root: Path, part: str) -> Rows:
    files = people.photos(root, part)
    judged = [(path, folder) for path, folder in files if folder in people.JUDGED]
    for word, some in (
        ("photos", judged),
        ("those no earlier version has learnt", [f for f in judged if not photos.was_learnt(f[0])]),
    ):
        yield word, table([decode(path) for path, _ in some], _allowed(some))
    rest = [f for f in files if f[1] in people.FOLDERS and f[1] not in people.JUDGED]
    yield "photos of polo shirts, hoodies, ...", table([decode(p) for p, _ in rest], _allowed(rest))
    hats = [decode(path) for path, folder in files if folder == "hat"]
    yield "hats", table(hats)
    clothes = [decode(path) for path, folder in files if folder in people.OTHER_GARMENTS]
    yield "shorts, skirts, ... (none of the ten)", table(clothes)


def _allowed(files) -> np.ndarray:
    rows = np.zeros((len(files), 10), bool)
    for row, (_, folder) in zip(rows, files, strict=True):
        row[list(people.FOLDERS[folder])] = True
    return rows


def other_things(root: Path, part: str) -> Rows:
    yield "photographs of other things", table([decode(p) for p, _ in people.others(root, part)])
    yield "CIFAR-10", table(list(photos.neither_files(root)[photos.LOOKED_AT[part]]))
    yield "noise, discs, text, screenshots", table(look_kinds.flat_things(60, SEED))


def products(root: Path, part: str) -> Rows:
    images, labels = data.load("fashion_mnist", root, train=part != "test")
    some = slice(0, 200) if part == "test" else slice(-200, None)
    images, labels = images[some, 0].numpy(), labels[some].numpy()
    rng, means = np.random.default_rng(SEED), []
    for name, make in look_kinds.product_kinds().items():
        figures = table([make(image, rng) for image in images], classes(labels))
        yield name, figures
        means.append(figures["right"])
    yield "garments on plain ground", {"mean": float(np.mean(means)), "worst": min(means)}


def drawings(root: Path, part: str) -> Rows:
    """Drawn on the canvas: the network alone, through the drawing's own way."""
    images, labels = data.load("fashion_mnist", root, train=part != "test")
    some = slice(0, 3000) if part == "test" else slice(-3000, None)
    traced = images[some, 0].numpy(), labels[some].numpy()
    seed = SEED if part == "test" else SEED + 1
    for word, share in (("drawn by programs", 0.0), ("traced", 1.0)):
        inks, classes_of = garment_canvases(300, seed, 280, traced, share)
        near = classes(classes_of)
        for row, label in zip(near, classes_of, strict=True):
            row[list(NEAR.get(int(label), ()))] = True
        best, away = drawn_answers(inks)
        at = np.arange(len(best))
        yield f"garments {word}", {
            "n": len(best), "right or near": float((near[at, best] & ~away).mean()),
            "right": float(((best == classes_of) & ~away).mean()),
            "turned away": float(away.mean()),
        }  # fmt: skip
    best, away = drawn_answers(canvases_of_no_garment(300, seed))
    yield "scribbles, letters, digits, shapes", {"n": len(away), "turned away": float(away.mean())}


def drawn_answers(inks) -> tuple[np.ndarray, np.ndarray]:
    results = [load(NAME).predict_ink(ink) for ink in inks]
    labels = load(NAME).labels
    best = np.array([labels.index(result.label) for result in results])
    return best, np.array([result.rejected for result in results])


def digit_or_not(root: Path, part: str) -> Rows:
    """A model that tells MNIST from CIFAR-10: balanced accuracy of what finds out by itself."""
    itself = auto.load(auto.AUTO)
    digits = data.load("mnist", root, train=part != "test")[0][:, 0].numpy()
    digits = digits if part == "test" else digits[-500:]
    cifar = photos.neither_files(root)[photos.LOOKED_AT[part]]
    ones, others = three_ways(list(digits)), three_ways(list(cifar))
    words = ("MNIST or CIFAR-10", "both 32×32 grey", "both 32×32 grey, negative")
    for way, word in enumerate(words):
        digit, other = (part[way * len(part) // 3 :][: len(part) // 3] for part in (ones, others))
        found = float(np.mean([itself.predict(p).shows == "digit" for p in digit]))
        away = float(np.mean([itself.predict(p).shows != "digit" for p in other]))
        yield word, {"digits": found, "others": away, "balanced": (found + away) / 2}


def times(root: Path, part: str) -> Rows:
    """Milliseconds of the way after decoding, of the largest picture and of a usual one."""
    path, _ = people.photos(root, part)[0]
    cv2.setNumThreads(1)
    for side in (320, 1024):
        picture = decode(path).resize((side, side * 3 // 4))
        spent = []
        for _ in range(15):
            start = time.perf_counter()
            answer(picture)
            spent.append(time.perf_counter() - start)
        yield f"time at {side} px", {"median ms": float(np.median(spent) * 1000)}


ROWS = {
    "photos": photos_of_people, "others": other_things, "products": products,
    "drawings": drawings, "kinds": digit_or_not, "times": times,
}  # fmt: skip


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Score what the app says of garments.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    args = parser.parse_args(words)
    groups = args.rows or ROWS
    found = cells.measured(row for group in groups for row in ROWS[group](args.data_dir, args.part))
    if args.write:
        results.update("looks", found | {"machine": machine.facts("numpy", "onnxruntime")})


if __name__ == "__main__":
    main()
