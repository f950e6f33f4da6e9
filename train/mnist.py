"""Train the digit networks.

    python train/mnist.py                        # the tutorial's CNN, the tutorial's way
    python train/mnist.py --hold-out 10000       # then: its temperature and rejection threshold
    python train/mnist.py --recipe mlp           # the plain network to compare against

The tutorial's recipe: Adam, lr 0.001, batches of 100 (the last one dropped when not full),
15 epochs, seed 777, pixels in 0..1.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import torch

from train import tutorial
from train.command import Recipe, arguments

TUTORIAL = Recipe(epochs=15, batch_size=100, lr=0.001, seed=777)
RECIPES = {"tutorial": TUTORIAL, "mlp": TUTORIAL}


def main(words: list[str] | None = None) -> None:
    args = arguments("mnist", RECIPES, words)
    tutorial.train(args, torch.optim.Adam, drop_last=True)


if __name__ == "__main__":
    main()
