"""Train the digit networks.

    python train/mnist.py                        # the tutorial's CNN, the tutorial's way
    python train/mnist.py --hold-out 10000       # then: its temperature and rejection threshold
    python train/mnist.py --recipe mlp           # the plain network to compare against

The app's network takes two steps: a long cycle, and a short and gentle one that has it see more of
what is no digit.

    python train/mnist.py --recipe robust --output runs/digits.safetensors
    python train/mnist.py --recipe robust --gentle --start-from runs/digits.safetensors

The tutorial's recipe: Adam, lr 0.001, batches of 100 (the last one dropped when not full),
15 epochs, seed 777, pixels in 0..1. The robust recipe also reads DATA/pendigits, DATA/photos and
DATA/cifar10-train-1000.npz (train/pictures/strokes.py and photos.py say what these are) and does
without what is not there.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import torch

from train import distributed, robust, tutorial
from train.augment import moved, repenned
from train.calibrate import REJECTED
from train.mixture import Source, classes, neither, tensors
from train.pictures.cache import cached
from train.pictures.data import load
from train.pictures.figures import figures
from train.pictures.found import found_digits, found_nothing
from train.pictures.scribbles import not_digits
from train.pictures.strokes import stroke_pictures
from train.pictures.styles import styled_digits
from train.plan import Plan, Recipe, from_words, one_sentence
from train.robust import HeldOut, dataset_parts

TUTORIAL = Recipe(epochs=15, batch_size=100, lr=0.001, seed=777)
ROBUST = Recipe(epochs=26, batch_size=128, lr=0.015, seed=28)
GENTLE = Recipe(epochs=4, batch_size=128, lr=0.003, seed=28)
RECIPES = {"tutorial": TUTORIAL, "mlp": TUTORIAL, "robust": ROBUST}
AWAY = REJECTED["digit"]
COPIES = 4  # of each pen drawing, each by another hand with another pen
STYLED = 16_000  # digits by programs, and as many scribbles, shapes and letters
FOUND = (
    3_000  # digits on made-up papers as the look finds them, and what it finds in other pictures
)
DRAWN = tuple(
    f"train/{name}.py"
    for name in (
        "sketch", "pictures/hand", "pictures/habits", "pictures/letters",
        "pictures/scribbles", "pictures/shapes", "pictures/strokes", "pictures/styles",
    )
)  # fmt: skip


def scanned(image):
    """MNIST's own digits: other hands and pens."""
    image = moved(image, degrees=10, shift=1.5, scale=0.12, shear=0.15, bend=0.6)
    return repenned(image, share=0.4)


def drawn(image):
    """Drawings, which come distorted by train/pictures/hand.py already."""
    return repenned(moved(image, degrees=5, shift=0.7, scale=0.06, shear=0.05), share=0.3)


def other_picture(image):
    return moved(image, degrees=15, shift=2, scale=0.15)


def sources(plan: Plan) -> tuple[list[Source], list[HeldOut]]:
    """What the robust recipe learns from, and what it is judged by while it learns."""
    (images, labels), (held_images, held_labels) = dataset_parts(plan)
    size = plan.batch_size
    learnt = [Source("mnist", images, classes(labels), size, scanned)]
    held = [HeldOut("mnist", held_images, classes(held_labels), AWAY)]
    if plan.dry_run:
        return learnt, held
    root = plan.data_dir
    try:
        pictures, labels = written(root, "train", COPIES, 1)
        learnt.append(Source("strokes", tensors(pictures), classes(labels), size * 3 // 8, drawn))
        pictures, labels = written(root, "validation", 3, 1)
        held.append(HeldOut("strokes", tensors(pictures), classes(labels), AWAY))
    except FileNotFoundError as missing:
        print(f"{missing} Going on without: drawings will be read worse.")
    pictures, labels = styled(root, STYLED, 1)
    learnt.append(Source("styles", tensors(pictures), classes(labels), size * 3 // 8, drawn))
    others = [
        tensors(scribbled(root, STYLED, 1)),
        tensors(figured(root, STYLED, 1)),
        load("fashion_mnist", root, train=True)[0][:4000],
    ]
    try:
        pictures, labels = found_digits(root, "train", FOUND, 1)
        learnt.append(Source("found", tensors(pictures), classes(labels), size // 8, drawn))
        pictures, labels = found_digits(root, "validation", FOUND // 4, 1)
        # Made-up papers hide some digits: they are scored, and decide nothing.
        held.append(HeldOut("found", tensors(pictures), classes(labels), None))
        others.append(tensors(found_nothing(root, "train", FOUND, 1)))
    except FileNotFoundError as missing:
        print(f"{missing} Going on without: digits on paper will be read worse.")
    learnt.append(neither("neither", others, size * 3 // 16, other_picture))
    return learnt, held


written = cached(files=DRAWN)(stroke_pictures)


@cached(files=DRAWN)
def styled(root, count: int, seed: int):
    return styled_digits(count, seed)


@cached(files=DRAWN)
def scribbled(root, count: int, seed: int):
    return not_digits(count, seed)


@cached(files=(*DRAWN, "train/pictures/figures.py"))
def figured(root, count: int, seed: int):
    return figures(count, seed)


def main(words: list[str] | None = None) -> None:
    with one_sentence():
        run(from_words("mnist", RECIPES, words, GENTLE))


def run(plan: Plan) -> None:
    with distributed.together(plan.device):
        if plan.spec.recipe == "robust":
            robust.train(plan, sources)
        else:
            tutorial.train(plan, torch.optim.Adam, drop_last=True)


if __name__ == "__main__":
    main()
