"""Fit when a picture is a digit and not a photograph: what the look sees of it and how sure the
digit network is of what it reads, together.

    python train/kind_rule.py     # after train/look_rule.py and train/mnist.py

The look alone misses one digit in a hundred and takes a few photographs for one. Two numbers go
into the metadata of models/look.safetensors, and from there into the graph and the catalogue: the
weight of the network's energy beside the look's log-odds, and the least sum of the two. They are
those with which fewest go wrong of held-out digits and of photographs, each as it is and as grey
pictures of either polarity, so that neither colour nor size gives it away. The graphs are asked, as
the app asks them: export them first.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
from tqdm import tqdm

from models import auto
from models.classifier import load, look
from models.specs import spec
from train.look_network import shipped
from train.pictures import canvases, data, photos, products
from train.weights import read_weights, save_weights

DIGITS, OTHERS, FLAT = 1000, 350, 200  # pictures to measure on
SIDE = 32  # of grey pictures: CIFAR-10's
WEIGHTS = np.linspace(0, 1.5, 16)
LEAST = np.linspace(-4, 6, 201)


def three_ways(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """uint8 pictures, grey or RGB, as they are, in grey, and in grey turned round."""
    greys = [np.uint8(np.rint(grey(picture))) for picture in pictures]
    return [*pictures, *greys, *[255 - picture for picture in greys]]


def grey(picture: np.ndarray) -> np.ndarray:
    """Of (H, W) or (H, W, 3), at least SIDE pixels high and wide: digits are put on black."""
    plain = picture @ (0.299, 0.587, 0.114) if picture.ndim == 3 else picture
    room = [max(0, SIDE - length) for length in plain.shape]
    return np.pad(plain, [(length // 2, length - length // 2) for length in room])


def signs(pictures: list[np.ndarray], name: str) -> np.ndarray:
    """(N, 2): the look's log-odds of a digit, and the network's energy."""
    network = load(auto.NETWORKS["digit"])
    return np.array([
        (look(picture).odds, auto.energy(network.predict(picture, "photo")))
        for picture in tqdm(pictures, desc=name)
    ])  # fmt: skip


def fitted(digits: list[np.ndarray], others: list[np.ndarray]) -> dict[str, float]:
    """The weight and the least sum with which fewest of all parts go wrong, each as (N, 2)."""
    best = {"digit_wrong": 1.0}
    for weight in WEIGHTS:
        for least in LEAST:
            lost = np.mean([(part @ (1, weight) < least).mean() for part in digits])
            taken = np.mean([(part @ (1, weight) >= least).mean() for part in others])
            if (wrong := (lost + taken) / 2) < best["digit_wrong"]:
                best = {
                    "digit_weight": float(weight), "digit_least": float(least),
                    "digit_wrong": float(wrong), "digit_lost": float(lost),
                    "digit_taken": float(taken),
                }  # fmt: skip
    return best


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Fit when a picture is a digit.")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    root = parser.parse_args(words).data_dir
    rng = np.random.default_rng(32)
    images, _ = data.load("mnist", root, train=True)
    digits = three_ways(list(images[-DIGITS:, 0].numpy()))
    small = three_ways(list(photos.neither_files(root)[photos.LOOKED_AT["validation"]]))
    others, _ = canvases.others(root, "validation")
    others = others[rng.choice(len(others), OTHERS, replace=False)]
    flat = [np.uint8(np.clip(products.flat(200, rng), 0, 255)) for _ in range(FLAT)]
    found = fitted(
        np.split(signs(digits, "digits"), 3),
        [signs(small, "small photographs"), signs(list(others), "photographs"),
         signs(flat, "flat things")],
    )  # fmt: skip
    path = spec("fashion_mnist").weights.with_name("look.safetensors")
    weights, about = read_weights(path)
    save_weights(path, shipped(weights).half(), about | found)
    print(found)


if __name__ == "__main__":
    main()
