"""Writes page/why/digits.png and digits.safetensors: pen digits, and where a network puts them.

    python export/to_digits.py --data-dir DIR     # again, whenever the weights of NETWORK change

The digits are rendered anew from the strokes of "Pen-Based Recognition of Handwritten Digits"
(train/pictures/strokes.py; CC BY 4.0), 200 of each, by the writers of its training part: the page
puts a visitor's drawing among them. What is stored of each is its picture, and its features: the
output FEATURES of the shipped graph, the last before the logits. The plane on which the page lays
them out is a linear projection of the features that keeps neighbours of one class together
(Goldberger, Roweis, Hinton, Salakhutdinov 2004, "Neighbourhood Components Analysis").

Prints how often the nearest of them say what a digit is by writers who are not among them.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import save_file

from models.classifier import load
from models.sessions import sha256
from models.specs import DATASETS, spec
from train.pictures import strokes
from train.pictures.hand import pictures

FOLDER = Path(__file__).resolve().parents[1] / "page" / "why"
NETWORK, FEATURES = "mnist", "pool3"
EACH = 200  # of each digit
COLUMNS = 50  # digits in a row of the picture
GREYS = 16  # of the stored pictures: 4 bits a pixel
NEAREST = 8  # as many as the page asks
SEED = 28
STEPS = 250  # of Adam, until the projection changes no more


def chosen(root: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """The digits that are shown: uint8 (N, 28, 28) in GREYS steps, and labels uint8 (N,) in order.

    Raises:
        FileNotFoundError: the pen strokes are not under `root`.
    """
    rng = np.random.default_rng(SEED)
    digits = strokes.read_split(root, "train")
    labels = np.array([digit.label for digit in digits], np.uint8)
    picked = [rng.permutation(np.flatnonzero(labels == label))[:EACH] for label in range(10)]
    index = np.concatenate(picked)
    drawn = pictures([digits[i].strokes for i in index], rng)
    step = 255 // (GREYS - 1)
    return (np.rint(drawn / step) * step).astype(np.uint8), labels[index]


def features(drawn: np.ndarray) -> np.ndarray:
    """What the network makes of pictures uint8 (N, 28, 28): float32 (N, C)."""
    parts = np.array_split(drawn[:, np.newaxis].astype(np.float32) / 255, len(drawn) // 50 + 1)
    found = [load(NETWORK).run(part, [FEATURES])[FEATURES] for part in parts]
    return np.concatenate(found).reshape(len(drawn), -1)


def nearest(found: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The NEAREST of `among` (M, C) to each of `found` (N, C): indices, nearest first, and their
    distances; both (N, NEAREST)."""
    pair = torch.from_numpy(found), torch.from_numpy(among)
    apart = torch.cdist(*pair, compute_mode="donot_use_mm_for_euclid_dist").numpy()
    order = apart.argsort(axis=1, kind="stable")[:, :NEAREST]
    return order, np.take_along_axis(apart, order, 1)


def majority(labels: np.ndarray) -> np.ndarray:
    """The commonest label of each row; of equally common ones that which comes first in it."""
    counts = (labels[:, :, np.newaxis] == labels[:, np.newaxis]).sum(2)
    return np.take_along_axis(labels, counts.argmax(1)[:, np.newaxis], 1)[:, 0]


def projection(found: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Features (C) @ this = a place on the plane: float32 (C, 2), by NCA from the two principal
    components on."""
    centred = torch.from_numpy(found - found.mean(0))
    values, vectors = np.linalg.eigh(np.cov(centred.numpy().T))
    start = vectors[:, -2:] / np.sqrt(values[-2:]) * 2
    plane = torch.tensor(start, dtype=torch.float32, requires_grad=True)
    alike = torch.from_numpy(labels[:, np.newaxis] == labels).float().fill_diagonal_(0)
    optimiser = torch.optim.Adam([plane], lr=0.02)
    for _ in range(STEPS):
        places = centred @ plane
        closeness = -torch.cdist(places, places).square()
        share = torch.softmax(closeness.fill_diagonal_(-1e9), dim=1)
        loss = -(share * alike).sum(1).clamp_min(1e-6).log().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return plane.detach().numpy()


def arranged(root: str | Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The digits that are shown, uint8 (N, 28, 28), and what is stored of them beside.

    The arrays: features uint8 (N, C), which times `scale` are the network's; labels uint8 (N,);
    projection float32 (C, 2).
    """
    drawn, labels = chosen(root)
    found = features(drawn)
    scale = np.array([found.max() / 255], np.float32)
    return drawn, {
        "features": np.rint(found / scale).astype(np.uint8),
        "labels": labels,
        "scale": scale,
        "projection": projection(found, labels),
    }


def write(drawn: np.ndarray, arrays: dict[str, np.ndarray], folder: Path = FOLDER) -> None:
    """Both files."""
    credit = DATASETS["pendigits"]
    about = {
        "network": NETWORK,
        "output": FEATURES,
        "weights_sha256": sha256(spec(NETWORK).weights.read_bytes()),
        "made_from": f"{credit.title}, {credit.authors}, {credit.page}, {credit.licence}",
    }
    save_file(arrays, folder / "digits.safetensors", about)
    (folder / "digits.safetensors").chmod(0o644)  # safetensors lets only the owner read it
    _sheet(drawn).save(folder / "digits.png", bits=4, optimize=True)


def _sheet(drawn: np.ndarray) -> Image.Image:
    """All digits on one picture, COLUMNS in a row."""
    rows = drawn.reshape(-1, COLUMNS, 28, 28).transpose(0, 2, 1, 3).reshape(-1, COLUMNS * 28)
    step = 255 // (GREYS - 1)
    sheet = Image.fromarray(rows // step, "P")
    sheet.putpalette([step * (i // 3) for i in range(3 * GREYS)])
    return sheet


def agreement(root: str | Path, arrays: dict[str, np.ndarray]) -> dict[str, float]:
    """For digits by writers who are not among them: how often most of the nearest say what it is,
    and how far the nearest is for all but one in a hundred."""
    digits = strokes.read_split(root, "validation") + strokes.read_split(root, "test")
    drawn = pictures([digit.strokes for digit in digits], np.random.default_rng(SEED))
    order, apart = nearest(features(drawn), arrays["features"] * arrays["scale"])
    right = majority(arrays["labels"][order]) == [digit.label for digit in digits]
    return {
        "digits": len(digits),
        "agree": float(right.mean()),
        "far": float(np.quantile(apart[:, 0], 0.99)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="The pen digits that a drawing is shown among.")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    root = parser.parse_args().data_dir
    torch.set_num_threads(1)
    try:
        drawn, arrays = arranged(root)
    except FileNotFoundError as missing:
        sys.exit(str(missing))
    said = agreement(root, arrays)
    write(drawn, arrays | {"far": np.array([said["far"]], np.float32)})
    size = sum(path.stat().st_size for path in FOLDER.glob("digits.*"))
    print(f"{len(drawn)} digits in {size:,} bytes")
    print(f"of {said['digits']} digits by other writers, most of the nearest {NEAREST} agree with")
    print(f"{said['agree']:.1%}; the nearest is within {said['far']:.3f} for 99 %")


if __name__ == "__main__":
    main()
