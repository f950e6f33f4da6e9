"""Networks as they were while they learnt: the weights of some moments, and the graph they run in.

NAME.learning.safetensors holds the weights of every moment, float16; NAME.learning.onnx is the
network without weights, which are inputs beside the picture; learning.json has the curves. A moment
is a number of steps. The last is no part of these: it is the shipped network.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from safetensors import numpy as safetensors

from models import catalogue
from models.sessions import BrokenModel, open_session, sha256
from models.specs import FOLDER

ENDING = ".learning"
WEIGHTS, GRAPH, CURVES = f"{ENDING}.safetensors", f"{ENDING}.onnx", "learning.json"


def array_name(moment: int, parameter: str) -> str:
    """What a parameter of a moment is called in the file of weights: "600/conv1.weight"."""
    return f"{moment}/{parameter}"


class Learning:
    """A network at any moment of its training; may be used from many threads at once.

    moments: numbers of steps, the first 0.
    outputs: names of what run() returns.
    """

    def __init__(self, name: str, folder: Path = FOLDER):
        """
        Raises:
            KeyError: the catalogue knows no moments of that network.
            BrokenModel: a file is missing or altered; the message names it.
        """
        entry = catalogue.read(folder)["learning"][name]
        path = folder / entry["weights"]
        if not path.exists() or sha256(content := path.read_bytes()) != entry["weights_sha256"]:
            raise BrokenModel(f"{path} is not the file that {catalogue.NAME} knows: restore it.")
        self.moments: tuple[int, ...] = tuple(entry["moments"])
        self.outputs: tuple[str, ...] = tuple(entry["outputs"])
        self._session = open_session(folder / entry["graph"], gpu=False)
        self._parameters = [given.name for given in self._session.get_inputs()][1:]
        self._arrays = {
            key: array.astype(np.float32) for key, array in safetensors.load(content).items()
        }

    def run(self, batch: np.ndarray, moment: int, outputs: Sequence[str]) -> dict[str, np.ndarray]:
        """What the network made of pictures at that moment.

        Args:
            batch: float32 (N, 1, 28, 28), 0..1, bright on black.
            moment: one of `moments`.
            outputs: of "logits" float32 (N, 10), and, the same for every picture, the first
                convolution's "kernels" (N, C, 1, k, k) and "biases" (N, C).
        """
        weights = {name: self._arrays[array_name(moment, name)] for name in self._parameters}
        arrays = self._session.run(list(outputs), {"image": batch, **weights})
        return dict(zip(outputs, arrays, strict=True))


@cache
def load(name: str) -> Learning:
    """Opened once and kept; raises what Learning() does."""
    return Learning(name)
