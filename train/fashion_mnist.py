"""Train the garment networks.

    python train/fashion_mnist.py                    # the tutorial's CNN, the tutorial's way
    python train/fashion_mnist.py --hold-out 10000   # then: its temperature and rejection threshold
    python train/fashion_mnist.py --recipe mlp       # the plain network to compare against

The app's network takes four steps: a long cycle, two short and gentle ones from its weights, and
their mean, which reads photos better than either.

    python train/fashion_mnist.py --recipe robust --output runs/first.safetensors
    python train/fashion_mnist.py --recipe robust --gentle --start-from runs/first.safetensors \
        --output runs/one.safetensors --seed 29
    python train/fashion_mnist.py --recipe robust --gentle --start-from runs/first.safetensors \
        --output runs/two.safetensors --smoothing 0
    python train/fashion_mnist.py --recipe robust --epochs 0 --start-from runs/one.safetensors \
        runs/two.safetensors

The tutorial's recipe: SGD, lr 0.01, momentum 0.5, batches of 64, 40 epochs. The robust recipe also
reads DATA/photos and DATA/cifar10-train-1000.npz (train/pictures/photos.py says what these
are) and does without what is not there.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
import torch

from train import distributed, robust, tutorial
from train.augment import blurred, erased, flipped, moved, relit
from train.calibrate import REJECTED
from train.mixture import Source, classes, neither, partial, tensors
from train.pictures.cut_out import (
    cut_others,
    cut_photos,
    cut_products,
    drawn_garments,
    not_garments,
)
from train.pictures.data import load
from train.pictures.garments import NEAR
from train.plan import Plan, Recipe, from_words, one_sentence
from train.robust import HeldOut, dataset_parts

MOMENTUM = 0.5
TUTORIAL = Recipe(epochs=40, batch_size=64, lr=0.01, seed=777)
ROBUST = Recipe(epochs=32, batch_size=128, lr=0.015, seed=28)
GENTLE = Recipe(epochs=3, batch_size=128, lr=0.003, seed=28)
RECIPES = {"tutorial": TUTORIAL, "mlp": TUTORIAL, "robust": ROBUST}
AWAY = REJECTED["garment"]
COPIES = 3  # of each photo, the first as it is, the others taken differently
BOUGHT, DRAWN = 12_000, 8_000  # shops' pictures and drawings to make up
DRAWN_AWAY = 0.05  # of drawn garments, at most, may be turned away


def sgd(parameters, lr: float, fused: bool = False) -> torch.optim.SGD:
    return torch.optim.SGD(parameters, lr=lr, momentum=MOMENTUM, fused=fused)


def product_picture(image):
    """Fashion-MNIST's own pictures: mirrored, shifted a little, partly hidden."""
    image = moved(flipped(image), degrees=4, shift=1.5, scale=0.06)
    return erased(relit(image, 0.2), share=0.5, side=10)


def gentle_picture(image):
    """Pictures as they are, nearly: those of a last cycle (see --gentle)."""
    return moved(flipped(image), degrees=2, shift=0.7, scale=0.03)


def phone_picture(image):
    """Photos of clothes: somebody else's hand, light and distance."""
    image = moved(flipped(image), degrees=12, shift=1.5, scale=0.12, shear=0.08, bend=0.5)
    return erased(blurred(relit(image, 0.35), share=0.2), share=0.4, side=9)


def drawn_picture(image):
    """Drawn garments, which come distorted already, with more or less ink."""
    image = moved(flipped(image), degrees=6, shift=1, scale=0.06)
    return blurred(relit(image, 0.4), share=0.3)


def near_classes(labels):
    """bool (N, 11): the class itself and those that a drawing does not tell from it."""
    allowed = classes(labels)
    for row, label in zip(allowed, labels, strict=True):
        row[list(NEAR.get(int(label), ()))] = True
    return allowed


def other_picture(image):
    return moved(flipped(image), degrees=15, shift=3, scale=0.25)


def sources(plan: Plan) -> tuple[list[Source], list[HeldOut]]:
    """What the robust recipe learns from, and what it is judged by while it learns."""
    (images, labels), (held_images, held_labels) = dataset_parts(plan)
    product = gentle_picture if plan.gentle else product_picture
    learnt = [Source("fashion_mnist", images, classes(labels), plan.batch_size, product)]
    held = [HeldOut("fashion_mnist", held_images, classes(held_labels), AWAY)]
    if plan.dry_run:
        return learnt, held
    root, size = plan.data_dir, plan.batch_size
    pictures, bought = cut_products(root, BOUGHT, 1)
    learnt.append(Source("products", tensors(pictures), classes(bought), size // 4, phone_picture))
    pictures, labels = drawn_garments(root, "train", DRAWN, 1)
    learnt.append(Source("drawn", tensors(pictures), classes(labels), size // 4, drawn_picture))
    pictures, drawn_labels = drawn_garments(root, "validation", 1000, 2)
    held.append(HeldOut("drawn", tensors(pictures), near_classes(drawn_labels), DRAWN_AWAY))
    others = [tensors(not_garments(root, 4000, 1)), load("mnist", root, train=True)[0][:2000]]
    try:
        pictures, allowed, none = cut_photos(root, "train", COPIES, 1)
        seen, allowed = tensors(pictures[~none]), partial(allowed[~none])
        learnt.append(Source("photos", seen, allowed, size // 4, phone_picture))
        others.append(tensors(np.repeat(pictures[none], 3, 0)))
        pictures, allowed, none = cut_photos(root, "validation", 1, 1)
        held.append(HeldOut("photos", tensors(pictures[~none]), partial(allowed[~none]), 0.03))
        others.append(tensors(cut_others(root, "train", 1, 1)))
    except FileNotFoundError as missing:
        print(f"{missing} Going on without: photos will be read much worse.")
    learnt.append(neither("neither", others, size // 4, other_picture))
    return learnt, held


def main(words: list[str] | None = None) -> None:
    with one_sentence():
        run(from_words("fashion_mnist", RECIPES, words, GENTLE))


def run(plan: Plan) -> None:
    with distributed.together(plan.device):
        if plan.spec.recipe == "robust":
            robust.train(plan, sources)
        else:
            tutorial.train(plan, sgd, drop_last=False)


if __name__ == "__main__":
    main()
