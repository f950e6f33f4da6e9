"""Reads what is written: one digit, or several side by side.

    digits = read(ink, load("mnist"))

Three graphs and the digit network between them: parts.onnx cuts ink into the groups that may be a
digit each, sketch.onnx and the network read every group, reading.onnx says which groups are the
digits. Where the ink is one part, as nearly every digit is, there is one group and nothing to decide.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import onnxruntime

from models.sessions import open_session
from models.specs import FOLDER

MOST = 8  # digits in a row; more is no number but a page


@dataclass(frozen=True)
class Digit:
    """One digit of a number.

    network_input: float32 (28, 28), what the network saw of it.
    logits: float32 (10,), what it said.
    box: left, top, right, bottom in pixels of the ink.
    """

    network_input: np.ndarray
    logits: np.ndarray
    box: tuple[float, float, float, float]


def read(ink: np.ndarray, classifier) -> list[Digit]:
    """The digits from left to right; one for a single digit, whatever it consists of.

    Args:
        ink: uint8 (H, W), 255 ink; a drawing, or what writing.onnx found on a picture.
        classifier: a models.classifier.Classifier of digits.
    """
    groups, spans, boxes = _graph("parts").run(None, {"ink": ink})
    images = _images(groups)
    logits = classifier.run(images, ["logits"])["logits"]
    chosen = np.ones(1, bool)
    if len(groups) > 1:
        given = {"logits": logits, "spans": spans, "boxes": boxes}
        (chosen,) = _graph("reading").run(None, given)
    return [
        Digit(images[place, 0], logits[place], tuple(boxes[place].tolist()))
        for place in np.flatnonzero(chosen)
    ]


def _images(groups: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W) -> float32 (N, 1, 28, 28) in 255ths."""
    session = _graph("sketch")
    if session.get_inputs()[0].type == "tensor(float)":
        groups = groups.astype(np.float32) / 255
    (images,) = session.run(["image"], {"ink": groups})
    return np.rint(images * 255).astype(np.float32) / 255


@cache
def _graph(name: str) -> onnxruntime.InferenceSession:
    return open_session(FOLDER / f"{name}.onnx", gpu=False)  # a copy to the GPU takes longer
