"""Reads what is written on a picture: one digit, or several side by side.

Four graphs and the digit network between them: writing.onnx finds the ink, parts.onnx cuts it into
the groups that may be a digit each, sketch.onnx and the network read every group, reading.onnx says
which of them are the digits. Where the ink is one part, as nearly every digit is, there is one
group and no choice.
"""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from models.preprocess import Trace
from models.sessions import open_session
from models.specs import FOLDER

if TYPE_CHECKING:
    from models.classifier import Classifier

MOST = 8  # digits in a row; more is no number but a page
LEAST_EVIDENCE = -2.0  # log-odds of writing below which a picture is taken to show none


def traces(rgba: np.ndarray, classifier: "Classifier") -> list[Trace]:
    """What the network sees of each digit, from left to right, its box in pixels of the picture.

    Args:
        rgba: uint8 (H, W, 4), as preprocess.pixels() makes it for the graph "writing".
        classifier: of digits.
    """
    height, width = rgba.shape[:2]
    ink, window, evidence = _graph("writing").run(None, {"rgba": rgba})
    if evidence[0] < LEAST_EVIDENCE or not ink.any():
        return []
    left, top, right, _ = (float(side) for side in window)
    scale = (right - left) / ink.shape[1]  # of the ink's pixels, which are square
    corner = np.array((left, top, left, top))
    return [
        Trace(image, "photo", width, height, box=tuple((corner + scale * box).tolist()))
        for image, box in digits(ink, classifier)[:MOST]
    ]


def digits(ink: np.ndarray, classifier: "Classifier") -> list[tuple[np.ndarray, np.ndarray]]:
    """The digits that ink is likeliest to be, from left to right.

    Args:
        ink: uint8 (H, W), 0 paper to 255 ink.
        classifier: of digits.

    Returns:
        Of each, what the network sees, float32 (28, 28), and its left, top, right and bottom in
        pixels of the ink, float32 (4,).
    """
    groups, spans, boxes = _graph("parts").run(None, {"ink": ink})
    (images,) = _graph("sketch").run(["image"], {"ink": groups})
    chosen = np.ones(1, bool)
    if len(groups) > 1:
        logits = classifier.run(images, ["logits"])["logits"]
        given = {"logits": logits, "spans": spans, "boxes": boxes}
        (chosen,) = _graph("reading").run(None, given)
    return [(images[place, 0], boxes[place]) for place in np.flatnonzero(chosen)]


@cache
def _graph(name: str) -> onnxruntime.InferenceSession:
    return open_session(FOLDER / f"{name}.onnx", gpu=False)  # a copy to the GPU takes longer
