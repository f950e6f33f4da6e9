"""What a network was like while it learnt: its weights at a few moments, and its curves.

A moment is a number of steps taken: 0 is before the first. The page's slider runs these weights.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor, nn

from models import json_files, learning
from train import distributed

Pictures = tuple[Tensor, Tensor]  # uint8 (N, 1, 28, 28) and labels int64 (N,)
DIGITS = 5  # significant ones, of a figure of a curve


class Snapshots:
    """Watches a network through train/loop.py's fit(), which keeps what it has seen in the
    checkpoint.

    kept: moment -> the weights then, float16 by the names of state_dict().
    curve: [moment, loss and accuracy on the training pictures, then on the test pictures].
    """

    def __init__(
        self,
        net: nn.Module,
        evaluate: Callable[[nn.Module, Tensor, Tensor], tuple[float, float]],
        parts: tuple[Pictures, Pictures],
        kept: Iterable[int],
        measured: Iterable[int],
    ):
        """
        Args:
            evaluate: (net, images, labels) -> (mean cross-entropy in nats, accuracy in 0..1).
            parts: what the curve is measured on: training pictures and test pictures.
            kept, measured: at which moments.
        """
        self._net, self._evaluate, self._parts = net, evaluate, parts
        self._kept, self._measured = frozenset(kept), frozenset(measured)
        self.steps = -1
        self.kept: dict[int, dict[str, Tensor]] = {}
        self.curve: list[list[float]] = []

    def step(self) -> None:
        """Another step is done; to be called once before the first."""
        self.steps += 1
        if distributed.rank():
            return
        if self.steps in self._kept:
            parameters = self._net.named_parameters()  # buffers, as the mean, never change
            self.kept[self.steps] = {name: p.detach().cpu().half() for name, p in parameters}
        if self.steps in self._measured:
            figures = [
                part for pictures in self._parts for part in self._evaluate(self._net, *pictures)
            ]
            self.curve.append([self.steps, *(float(f"{figure:.{DIGITS}g}") for figure in figures)])

    def state_dict(self) -> dict:
        return {"steps": self.steps, "kept": self.kept, "curve": self.curve}

    def load_state_dict(self, state: dict) -> None:
        self.steps, self.kept, self.curve = state["steps"], state["kept"], state["curve"]

    def save(self, weights: Path, name: str, **facts) -> None:
        """Write what was kept beside that file of weights, and the curve into learning.json there.

        Args:
            name: of the model.
            facts: JSON values that say more of the run.
        """
        arrays = {
            learning.array_name(moment, key): value.contiguous()
            for moment, state in self.kept.items()
            for key, value in state.items()
        }
        path = weights.with_suffix(learning.WEIGHTS)
        temporary = path.with_suffix(".tmp")
        save_file(arrays, temporary, {"name": json.dumps(name)})
        temporary.chmod(0o644)  # safetensors lets only the owner read it
        os.replace(temporary, path)
        note(weights.parent, name, {**facts, "curve": self.curve})


def note(folder: Path, name: str, entry: dict) -> None:
    """Put that entry into learning.json; all others stay as they are."""
    path = folder / learning.CURVES
    json_files.write(path, json_files.read(path) | {name: entry})


def moments(per_epoch: int, epochs: int, kept: Iterable[int]) -> tuple[list[int], list[int]]:
    """When the weights are kept and when the curve is measured: densely at first, where most is
    learnt, then after every epoch.

    Args:
        per_epoch: steps.
        kept: epochs after which the weights are kept; the last is not, for it is what is shipped.
    """
    early = [step for step in (0, 10, 60, 600) if step < per_epoch * epochs]
    early += [per_epoch * epoch for epoch in kept if epoch < epochs]
    within = [step for step in (0, 3, 10, 20, 30, 60, 100, 200, 300, 400) if step < per_epoch]
    whole = [per_epoch * (epoch + 1) for epoch in range(epochs)]
    return sorted({*early}), sorted({*within, *early, *whole})


def first(pictures: Pictures, count: int) -> Pictures:
    """The first ones: the datasets are not sorted by class."""
    return pictures[0][:count], pictures[1][:count]
