"""How fast training is: our loop beside the tutorials' own, and a schedule made for speed.

    python measure/training.py             # one epoch of each loop, taking turns; seconds an epoch
    python measure/training.py --whole     # and all epochs of ours in bfloat16, scored
    python measure/training.py --choose    # schedules scored on 10,000 training pictures held out
    python measure/training.py --fast      # the chosen ones, five seeds, scored on the test set
    python measure/training.py --write     # also into models/results.json

All loops (theirs: measure/as_published.py; ours in float32 and in bfloat16) train the same network
with the same optimiser, batch size and number of threads, and take turns.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from contextlib import redirect_stderr
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np
import torch
from torch import nn

from measure import loops, machine
from measure.as_published import TUTORIALS, in_turns
from models import results
from models.specs import MODELS
from train import memory
from train.loop import Run, evaluate, fit
from train.muon import KernelMuon
from train.pictures import data
from train.plan import Recipe
from train.weights import build

BLOCK = 50  # steps of a turn
WARM_UP = 5  # of these not timed
HELD_OUT = 10_000  # training pictures on which a schedule is chosen
WEIGHT_DECAY = 0.01
SEEDS = range(5)

# One-cycle Muon (Smith, Topin 2018; train/muon.py) without dropout: few epochs leave no time to
# overfit.
FAST = {"fashion_mnist": Recipe(4, 128, 0.01, 0), "mnist": Recipe(1, 128, 0.01, 0)}
CANDIDATES = {
    "fashion_mnist": [Recipe(e, 128, lr, 0) for e in (3, 4) for lr in (0.01, 0.02)],
    "mnist": [Recipe(1, 128, lr, 0) for lr in (0.005, 0.01, 0.02)],
}


class Paced:
    """Our batches, each when it is asked for."""

    def __init__(self, batches: data.Batches, orders: Connection):
        self.batches, self.orders = batches, orders

    def __len__(self) -> int:
        return len(self.batches)

    def epoch(self, number: int):
        batches = self.batches.epoch(number)
        for order in loops.told(self.orders):
            if order != loops.SCORE:  # ours is scored once, after the last epoch
                yield from islice(batches, order)


def ours(dataset: str, root: Path, bfloat16: bool, orders: Connection) -> None:
    """One epoch of our loop in a loops.Runner."""
    memory.keep_freed()
    with redirect_stderr(io.StringIO()):  # the progress bars of many would mix
        _train(dataset, Paced(_batches(dataset, root), orders), 1, bfloat16)


def whole(dataset: str, root: Path) -> float:
    """Accuracy on the test pictures after the tutorial's whole recipe, multiplied in bfloat16."""
    net = _train(dataset, _batches(dataset, root), TUTORIALS[dataset].recipe.epochs, bfloat16=True)
    return evaluate(net, *data.load(dataset, root, train=False))[1]


def _batches(dataset: str, root: Path) -> data.Batches:
    how = TUTORIALS[dataset]
    pictures = data.load(dataset, root, train=True)
    return data.Batches(*pictures, how.recipe.batch_size, how.recipe.seed, how.drop_last)


def _train(dataset: str, batches, epochs: int, bfloat16: bool) -> nn.Module:
    """The tutorial's network and recipe in our loop."""
    how = TUTORIALS[dataset]
    net = build(MODELS[f"{dataset}_tutorial"], how.recipe.seed, torch.device("cpu"))
    with tempfile.TemporaryDirectory() as folder:
        fit(
            net,
            batches,
            how.optimiser(net.parameters(), lr=how.recipe.lr, fused=True),
            epochs,
            Run(Path(folder), dataset),
            seed=how.recipe.seed,
            bfloat16=bfloat16,
        )
    return net


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


def compare(dataset: str, root: Path, steps: int) -> dict[str, float]:
    """Seconds an epoch by the median turn, of "theirs" and of ours in "float32" and "bfloat16".

    "scoring" is that part of theirs which goes through the test set after every epoch.
    """
    how = TUTORIALS[dataset]
    ways = {"theirs": (in_turns, dataset, root)} | {
        products: (ours, dataset, root, products == "bfloat16")
        for products in ("float32", "bfloat16")
    }
    epoch = len(_batches(dataset, root))
    steps = min(steps, epoch)
    block = min(BLOCK, steps // 2)
    took, scoring = loops.take_turns(ways, steps, block, min(WARM_UP, block - 1))
    figures = {name: float(np.median(seconds)) * epoch for name, seconds in took.items()}
    figures["theirs"] += scoring["theirs"]
    print(
        f"{dataset}: an epoch of the tutorial's loop {figures['theirs']:.1f} s, "
        f"{scoring['theirs']:.1f} s of it on the test set; of ours {figures['float32']:.1f} s: "
        f"{figures['theirs'] / figures['float32']:.2f} times as fast; in bfloat16 "
        f"{figures['bfloat16']:.1f} s: {figures['theirs'] / figures['bfloat16']:.2f} times "
        f"({torch.get_num_threads()} threads, torch {torch.__version__})"
    )
    return figures | {
        "scoring": scoring["theirs"],
        "tutorial_seconds": figures["theirs"] * how.recipe.epochs,
        "tutorial_accuracy": how.accuracy,
    }


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Time our loop beside the tutorials' own.")
    parser.add_argument("datasets", nargs="*", help=f"of {', '.join(TUTORIALS)} (default: both)")
    parser.add_argument(
        "--choose", action="store_true", help="score schedules on held-out pictures"
    )
    parser.add_argument("--fast", action="store_true", help="five seeds of the fast schedule")
    parser.add_argument("--whole", action="store_true", help="the whole recipe in bfloat16")
    parser.add_argument("--steps", type=int, default=10**9, help="of each loop (default: an epoch)")
    parser.add_argument("--write", action="store_true", help="into models/results.json")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    args = parser.parse_args(words)
    if unknown := set(args.datasets) - set(TUTORIALS):
        parser.error(f"there is no dataset {', '.join(unknown)}: {', '.join(TUTORIALS)}.")
    if args.steps < 2:
        parser.error("--steps must be 2 or more: the first turn of each loop only warms it up.")
    memory.keep_freed()
    where = {"threads": torch.get_num_threads(), "machine": machine.facts("torch", "torchvision")}
    for dataset in args.datasets or TUTORIALS:
        if args.choose:
            choose(dataset, args.data_dir)
            continue
        figures = compare(dataset, args.data_dir, args.steps)
        how = TUTORIALS[dataset]
        if args.whole:
            figures["bfloat16_accuracy"] = whole(dataset, args.data_dir)
            print(f"{dataset}: whole recipe in bfloat16: {figures['bfloat16_accuracy']:.2%}")
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
            results.update("training", {dataset: figures | where})


if __name__ == "__main__":
    main()
