"""Train the garment networks.

    python train/fashion_mnist.py                    # the tutorial's CNN, the tutorial's way
    python train/fashion_mnist.py --hold-out 10000   # then: its temperature and rejection threshold
    python train/fashion_mnist.py --recipe mlp       # the plain network to compare against

The tutorial's recipe: SGD, lr 0.01, momentum 0.5, batches of 64, 40 epochs.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import torch

from train import tutorial
from train.command import Recipe, arguments

MOMENTUM = 0.5
TUTORIAL = Recipe(epochs=40, batch_size=64, lr=0.01, seed=777)
RECIPES = {"tutorial": TUTORIAL, "mlp": TUTORIAL}


def sgd(parameters, lr: float) -> torch.optim.SGD:
    return torch.optim.SGD(parameters, lr=lr, momentum=MOMENTUM)


def main(words: list[str] | None = None) -> None:
    args = arguments("fashion_mnist", RECIPES, words)
    tutorial.train(args, sgd, drop_last=False)


if __name__ == "__main__":
    main()
