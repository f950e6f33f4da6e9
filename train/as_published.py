"""The tutorials' own training loops, as they write them and fixed only where they would not run."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from models.specs import MODELS
from train import data, fashion_mnist, mnist
from train.command import Recipe, build


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


def loop(dataset: str, root: Path, net: nn.Module) -> Iterator[None]:
    """One epoch over a DataLoader of Pillow pictures; yields after every step."""
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


class Rival:
    """A tutorial's loop in a process of its own, as its reader runs it: with the memory of another
    program, and nothing of what train/memory.py sets. It stands still until it is told to go on.

    seconds, steps: what it has taken and made so far.
    """

    def __init__(self, dataset: str, root: Path):
        context = get_context("spawn")
        self.turns, theirs = context.Pipe()
        self.process = context.Process(target=_run, args=(dataset, root, theirs), daemon=True)
        self.seconds, self.steps = 0.0, 0

    def __enter__(self) -> "Rival":
        self.process.start()
        self.turns.recv()  # it is ready
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.join()

    def go_on(self, steps: int) -> None:
        self.turns.send(steps)
        self.seconds += self.turns.recv()
        self.steps += steps


def _run(dataset: str, root: Path, turns: Connection) -> None:
    how = TUTORIALS[dataset]
    net = build(MODELS[f"{dataset}_tutorial"], how.recipe.seed, torch.device("cpu"))
    steps = loop(dataset, root, net.to(memory_format=torch.contiguous_format))  # torch's usual one
    turns.send("ready")
    while True:
        count = turns.recv()
        begun = time.perf_counter()
        for _ in range(count):
            next(steps)
        turns.send(time.perf_counter() - begun)
