"""Finds the ink on any picture: two looks of one network, models/writing.onnx."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import onnxruntime

from models.sessions import open_session
from models.specs import FOLDER

SIDE = 1024  # the longer side of a picture is at most this, pixels


@dataclass(frozen=True)
class Found:
    """Ink that was found.

    ink: uint8 (h, w), 255 ink, of the part that was looked at twice; its pixels are square.
    window: left, top, right, bottom of that part in pixels of the picture; it may reach beyond.
    evidence: the log-odds that the picture shows writing at all.
    """

    ink: np.ndarray
    window: tuple[float, float, float, float]
    evidence: float


def find(rgba: np.ndarray) -> Found:
    """The ink on a picture: uint8 (H, W, 4), at most SIDE a side; dark or light, on any ground."""
    ink, window, evidence = _graph().run(None, {"rgba": rgba})
    return Found(ink, tuple(window.tolist()), float(evidence[0]))


@cache
def _graph() -> onnxruntime.InferenceSession:
    return open_session(FOLDER / "writing.onnx", gpu=False)
