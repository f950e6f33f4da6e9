"""What too few pictures do to a network, and what dropout does about it.

    python train/few.py

The Fashion-MNIST tutorial's network learns from the first 200 training pictures alone, in the
tutorial's way, once with its dropout and once without. The curves go into learning.json beside the
shipped weights, for the page.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import torch
from torch import nn

from models.specs import FOLDER, spec
from train.fashion_mnist import TUTORIAL, sgd
from train.loop import Run, evaluate, fit
from train.pictures import data
from train.plan import RUNS
from train.snapshots import Pictures, Snapshots, first, note
from train.weights import build

NAME = "fashion_mnist_tutorial"
PICTURES = 200
EPOCHS = 800  # of four steps: by then both know every picture by heart
MEASURED = (0, 5, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300, 400, 500, 600, 700, 800)  # epochs


def learn(pictures: Pictures, test: Pictures, dropout: bool, epochs: int) -> list[list[float]]:
    """The curve of one run, as Snapshots has it; moments are steps."""
    net = build(spec(NAME), TUTORIAL.seed, torch.device("cpu"))
    if not dropout:
        net.dropout = nn.Identity()
    batches = data.Batches(*pictures, TUTORIAL.batch_size, TUTORIAL.seed)
    measured = (epoch * len(batches) for epoch in MEASURED)
    watching = Snapshots(net, evaluate, (pictures, test), (), measured)
    word = "with" if dropout else "without"
    fit(
        net,
        batches,
        sgd(net.parameters(), lr=TUTORIAL.lr),
        epochs,
        Run(RUNS / f"few-{word}", f"{word} dropout"),
        seed=TUTORIAL.seed,
        snapshots=watching,
    )
    return watching.curve


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train on few pictures, with and without dropout.")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of learning.json")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    args = parser.parse_args(words)
    torch.set_num_threads(1)  # batches are too small to share
    dataset = spec(NAME).dataset
    pictures = first(data.load(dataset, args.data_dir, train=True), PICTURES)
    test = data.load(dataset, args.data_dir, train=False)
    curves = {
        word: learn(pictures, test, dropout, args.epochs)
        for word, dropout in (("with", True), ("without", False))
    }
    note(args.folder, "few", {"model": NAME, "pictures": PICTURES, **curves})
    for word, curve in curves.items():
        print(f"{word} dropout: test accuracy {curve[-1][4]:.2%}, loss {curve[-1][3]:.3f}")


if __name__ == "__main__":
    main()
