"""How fast training is: our loop beside the tutorials' own, and a schedule made for speed.

    python train/bench.py             # one epoch of both loops, taking turns; seconds an epoch
    python train/bench.py --choose    # schedules scored on 10,000 training pictures held out
    python train/bench.py --fast      # the chosen ones, five seeds, scored on the test set
    python train/bench.py --write     # also into models/results.json

The tutorials' loop is a DataLoader over torchvision's transforms of Pillow pictures, as they write
it and fixed only where it would not run; it profits from train/memory.py as ours does. Both loops
train the same network with the same optimiser, batch size and number of threads.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from models import results
from models.specs import MODELS, ModelSpec
from train import data, fashion_mnist, memory, mnist
from train.command import Recipe, build
from train.loop import Run, evaluate, fit
from train.muon import KernelMuon

BLOCK = 50  # steps of one loop before the other has its turn
HELD_OUT = 10_000  # training pictures on which a schedule is chosen
WEIGHT_DECAY = 0.01
SEEDS = range(5)


@dataclass(frozen=True)
class Tutorial:
    """What a tutorial does, and how well its network then does on the test set."""

    recipe: Recipe
    accuracy: float
    transform: list
    optimiser: type
    drop_last: bool


TUTORIALS = {
    "fashion_mnist": Tutorial(
        fashion_mnist.TUTORIAL, 0.8965,
        [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))],
        fashion_mnist.sgd, drop_last=False,
    ),
    "mnist": Tutorial(
        mnist.TUTORIAL, 0.986, [transforms.ToTensor()], torch.optim.Adam, drop_last=True
    ),
}  # fmt: skip
# One-cycle Muon (Smith, Topin 2018; train/muon.py) without dropout: few epochs leave no time to
# overfit.
FAST = {"fashion_mnist": Recipe(4, 128, 0.01, 0), "mnist": Recipe(1, 128, 0.01, 0)}
CANDIDATES = {
    "fashion_mnist": [Recipe(e, 128, lr, 0) for e in (3, 4) for lr in (0.01, 0.02)],
    "mnist": [Recipe(1, 128, lr, 0) for lr in (0.005, 0.01, 0.02)],
}


def tutorials_loop(dataset: str, root: Path, net: nn.Module) -> Iterator[None]:
    """The tutorial's training loop; yields after every step."""
    how = TUTORIALS[dataset]
    source = data.TORCHVISION[dataset]
    train_set = source(str(root), train=True, transform=transforms.Compose(how.transform))
    train_loader = DataLoader(
        train_set, batch_size=how.recipe.batch_size, shuffle=True, drop_last=how.drop_last
    )
    optimizer = how.optimiser(net.parameters(), lr=how.recipe.lr)
    net.train()
    if dataset == "mnist":
        criterion = nn.CrossEntropyLoss()
        avg_cost = 0
        for X, Y in train_loader:
            optimizer.zero_grad()
            hypothesis = net(X)
            cost = criterion(hypothesis, Y)
            cost.backward()
            optimizer.step()
            avg_cost += cost / len(train_loader)
            yield
    else:
        layers = nn.Sequential(*list(net)[1:])  # the transform normalises
        for _, (images, target) in enumerate(train_loader):
            optimizer.zero_grad()
            output = F.log_softmax(layers(images), dim=1)
            loss = F.cross_entropy(output, target)
            loss.backward()
            optimizer.step()
            yield


class TakingTurns:
    """Our batches; before every block of them the other loop makes as many steps.

    other_seconds: what these took.
    """

    def __init__(self, batches: data.Batches, other: Iterator[None], steps: int):
        self.batches, self.other, self.steps = batches, other, min(steps, len(batches))
        self.other_seconds = 0.0

    def __len__(self) -> int:
        return self.steps

    def epoch(self, number: int):
        for step, batch in zip(range(self.steps), self.batches.epoch(number), strict=False):
            if step % BLOCK == 0:
                begun = time.perf_counter()
                for _ in range(min(BLOCK, self.steps - step)):
                    next(self.other)
                self.other_seconds += time.perf_counter() - begun
            yield batch


def epoch_seconds(dataset: str, root: Path, steps: int) -> dict[str, float]:
    """Seconds an epoch of "ours" and "theirs", from so many steps of each."""
    spec, how = MODELS[f"{dataset}_tutorial"], TUTORIALS[dataset]
    size, seed = how.recipe.batch_size, how.recipe.seed
    theirs = tutorials_loop(dataset, root, _as_written(spec, seed))
    images, labels = data.load(dataset, root, train=True)
    ours = data.Batches(images, labels, size, seed, how.drop_last)
    both = TakingTurns(ours, theirs, steps)
    net = build(spec, seed, torch.device("cpu"))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        fit(
            net, both, how.optimiser(net.parameters(), lr=how.recipe.lr), 1,
            Run(Path(folder), dataset), seed=seed,
        )  # fmt: skip
        whole = time.perf_counter() - begun
    share = len(ours) / len(both)
    return {"ours": (whole - both.other_seconds) * share, "theirs": both.other_seconds * share}


def _as_written(spec: ModelSpec, seed: int) -> nn.Module:
    """The network as a tutorial has it: in torch's usual memory layout."""
    return build(spec, seed, torch.device("cpu")).to(memory_format=torch.contiguous_format)


def fast(dataset: str, recipe: Recipe, seed: int, train, test) -> tuple[float, float]:
    """(accuracy on the test pictures, seconds of training) of the schedule made for speed.

    Args:
        train, test: (images uint8 (N, 1, 28, 28), labels int64 (N,)).
    """
    net = build(MODELS[f"{dataset}_tutorial"], seed, torch.device("cpu"))
    if hasattr(net, "dropout"):
        net.dropout.p = 0.0
    begun = time.perf_counter()
    batches = data.Batches(*train, recipe.batch_size, seed, drop_last=True)
    optimiser = KernelMuon(net, recipe.lr, WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.lr, recipe.epochs * len(batches), pct_start=0.25, cycle_momentum=False
    )
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), f"{dataset}, seed {seed}")
        fit(net, batches, optimiser, recipe.epochs, run, seed=seed, schedule=schedule)
    seconds = time.perf_counter() - begun
    return evaluate(net, *test)[1], seconds


def choose(dataset: str, root: Path) -> None:
    images, labels = data.load(dataset, root, train=True)
    train = images[:-HELD_OUT], labels[:-HELD_OUT]
    held = images[-HELD_OUT:], labels[-HELD_OUT:]
    for recipe in CANDIDATES[dataset]:
        accuracy, seconds = fast(dataset, recipe, 0, train, held)
        print(f"{dataset}: {recipe}: held-out {accuracy:.2%}, {seconds:.1f} s", flush=True)


def race(dataset: str, root: Path) -> dict:
    """The fast schedule from SEEDS, scored on the test set."""
    train, test = data.load(dataset, root, train=True), data.load(dataset, root, train=False)
    runs = [fast(dataset, FAST[dataset], seed, train, test) for seed in SEEDS]
    return {
        "fast_accuracies": [accuracy for accuracy, _ in runs],
        "fast_accuracy": float(np.mean([accuracy for accuracy, _ in runs])),
        "fast_seconds": float(np.mean([seconds for _, seconds in runs])),
        "fast_epochs": FAST[dataset].epochs,
    }


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Time our loop beside the tutorials' own.")
    parser.add_argument("datasets", nargs="*", help=f"of {', '.join(TUTORIALS)} (default: both)")
    parser.add_argument(
        "--choose", action="store_true", help="score schedules on held-out pictures"
    )
    parser.add_argument("--fast", action="store_true", help="five seeds of the fast schedule")
    parser.add_argument("--steps", type=int, default=10**9, help="of each loop (default: an epoch)")
    parser.add_argument("--write", action="store_true", help="into models/results.json")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    args = parser.parse_args(words)
    memory.keep_freed()  # both loops profit
    for dataset in args.datasets or TUTORIALS:
        if args.choose:
            choose(dataset, args.data_dir)
            continue
        figures = epoch_seconds(dataset, args.data_dir, args.steps)
        how = TUTORIALS[dataset]
        figures |= {
            "tutorial_seconds": figures["theirs"] * how.recipe.epochs,
            "tutorial_accuracy": how.accuracy,
        }
        print(
            f"{dataset}: {figures['ours']:.1f} s an epoch, the tutorial's loop "
            f"{figures['theirs']:.1f} s: {figures['theirs'] / figures['ours']:.2f} times as long "
            f"({torch.get_num_threads()} threads, torch {torch.__version__})"
        )
        if args.fast:
            figures |= race(dataset, args.data_dir)
            print(
                f"{dataset}: fast schedule: {figures['fast_accuracy']:.2%} (mean of "
                f"{len(SEEDS)} seeds: {figures['fast_accuracies']}) in "
                f"{figures['fast_seconds']:.1f} s, {figures['fast_epochs']} epochs; the tutorial: "
                f"{how.accuracy:.2%} in {figures['tutorial_seconds']:.0f} s, "
                f"{figures['tutorial_seconds'] / figures['fast_seconds']:.1f} times as long"
            )
        if args.write:
            results.update("training", {dataset: figures | {"threads": torch.get_num_threads()}})


if __name__ == "__main__":
    main()
