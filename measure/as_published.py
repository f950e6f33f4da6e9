"""The tutorials' own training loops, as they write them and fixed only where they would not run."""

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms

from measure import loops
from models.specs import MODELS
from train import fashion_mnist, mnist
from train.pictures import data
from train.plan import Recipe
from train.weights import build


@dataclass(frozen=True)
class Tutorial:
    """What a tutorial does, and how well its network then does on the test set.

    scores: whether it goes through the test set after every epoch, as part of its loop.
    """

    recipe: Recipe
    accuracy: float
    transform: list
    optimiser: type
    drop_last: bool
    scores: bool


TUTORIALS = {
    "fashion_mnist": Tutorial(
        fashion_mnist.TUTORIAL, 0.8965,
        [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))],
        fashion_mnist.sgd, drop_last=False, scores=True,
    ),
    "mnist": Tutorial(
        mnist.TUTORIAL, 0.986, [transforms.ToTensor()], torch.optim.Adam,
        drop_last=True, scores=False,
    ),
}  # fmt: skip


def loop(dataset: str, root: Path, net: nn.Module) -> Iterator[None]:
    """One epoch over a DataLoader of Pillow pictures; yields after every step."""
    how = TUTORIALS[dataset]
    train_loader = loader(dataset, root, train=True)
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
        layers = without_normalise(net)
        for _, (images, target) in enumerate(train_loader):
            optimizer.zero_grad()
            output = F.log_softmax(layers(images), dim=1)
            loss = F.cross_entropy(output, target)
            loss.backward()
            optimizer.step()
            yield


def score(test_loader: DataLoader, net: nn.Module) -> tuple[float, float]:
    """What the Fashion-MNIST tutorial does after every epoch: (mean loss, accuracy)."""
    net.eval()
    layers = without_normalise(net)
    test_loss, correct = 0.0, 0
    with torch.no_grad():
        for images, target in test_loader:
            output = F.log_softmax(layers(images), dim=1)
            test_loss += F.cross_entropy(output, target, reduction="sum").item()
            correct += (output.argmax(dim=1) == target).sum().item()
    count = len(test_loader.dataset)
    return test_loss / count, correct / count


def loader(dataset: str, root: Path, train: bool) -> DataLoader:
    how = TUTORIALS[dataset]
    pictures = data.TORCHVISION[dataset](
        str(root), train=train, transform=transforms.Compose(how.transform)
    )
    return DataLoader(
        pictures, how.recipe.batch_size, shuffle=True, drop_last=train and how.drop_last
    )


def without_normalise(net: nn.Module) -> nn.Sequential:
    """The network as the tutorial has it, whose transform normalises."""
    return nn.Sequential(*list(net)[1:])


def in_turns(dataset: str, root: Path, orders: Connection) -> None:
    """One epoch in a loops.Runner, with torch's usual order of memory and nothing of what
    train/memory.py sets."""
    how = TUTORIALS[dataset]
    net = build(MODELS[f"{dataset}_tutorial"], how.recipe.seed, torch.device("cpu"))
    net.to(memory_format=torch.contiguous_format)
    steps, test_loader = loop(dataset, root, net), loader(dataset, root, train=False)
    for order in loops.told(orders):
        if order != loops.SCORE:
            for _ in range(order):
                next(steps)
        elif how.scores:
            score(test_loader, net)
