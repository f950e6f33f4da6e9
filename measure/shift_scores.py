"""How often the answer stays right when the pictures of the test set are moved.

python measure/shift_scores.py       # print the average share of every model
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np

from export.names import model_name
from measure.moves import REACH, hold
from models.classifier import load
from models.specs import MODELS
from train.pictures import data

SEED = 2028


def average(name: str, root: Path, count: int = 1000, seed: int = SEED) -> tuple[np.ndarray, dict]:
    """Over pictures of the model's test set, drawn at random, each moved by up to 8 pixels.

    Args:
        root: folder of the datasets.
        count: how many pictures.
        seed: of the draw.

    Returns:
        float64 (17, 17), the share that is still right at each (dy, dx); and the figures for
        results.json: "share" (of all moves and pictures), "pictures", "by_distance" (the share
        at each max(|dx|, |dy|), 0 to 8).
    """
    classifier = load(name)
    images, labels = data.load(classifier.spec.dataset, root, train=False)
    chosen = np.random.default_rng(seed).choice(len(images), count, replace=False)
    held = np.zeros((2 * REACH + 1,) * 2)
    for i in chosen:
        image = images[i, 0].numpy().astype(np.float32) / 255
        held += hold(name, image, classifier.labels[int(labels[i])])
    held /= count
    return held, {
        "share": float(held.mean()),
        "pictures": count,
        "by_distance": [float(held[ring].mean()) for ring in _rings()],
    }


def _rings() -> list[np.ndarray]:
    """bool (17, 17) for each distance: where max(|dx|, |dy|) is just that."""
    offsets = np.abs(np.arange(-REACH, REACH + 1))
    distance = np.maximum.outer(offsets, offsets)
    return [distance == d for d in range(REACH + 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Move the test pictures; count what stays right.")
    parser.add_argument("names", nargs="*", type=model_name, help="models (default: all)")
    parser.add_argument("--count", type=int, default=1000, help="pictures a model")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    args = parser.parse_args()
    for name in args.names or MODELS:
        _, figures = average(name, args.data_dir, args.count)
        by_distance = " ".join(f"{share:.3f}" for share in figures["by_distance"])
        print(f"{name}: {figures['share']:.4f} of all moves; by distance 0..8: {by_distance}")


if __name__ == "__main__":
    main()
