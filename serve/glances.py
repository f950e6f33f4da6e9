"""What the layers of a network make of a picture, small enough to be sent under a moving pen."""

import numpy as np

from models.classifier import Classifier

MAPS = 4  # of each stage; page/hosts/glance.js picks as many, in the same way
TOP = 127  # of an int8


def of(classifier: Classifier, greys: np.ndarray) -> bytes:
    """The strongest maps of every stage that has maps, in the order of execution.

    Args:
        greys: uint8 (28, 28).

    Returns:
        Of each stage which MAPS maps they are, ascending, one byte each; then those maps, int8, of
        which TOP stands for the stage's largest magnitude.
    """
    batch = greys[np.newaxis, np.newaxis].astype(np.float32) / 255
    stages = (array[0] for array in classifier.run(batch, classifier.stages).values())
    return b"".join(map(_packed, (stage for stage in stages if stage.ndim == 3)))


def _packed(maps: np.ndarray) -> bytes:
    """maps: float32 (C, H, W)"""
    strengths = np.abs(maps).max((1, 2))
    chosen = np.sort(np.argsort(-strengths, kind="stable")[:MAPS])
    scaled = maps[chosen] * (TOP / (strengths.max() or 1))
    return chosen.astype(np.uint8).tobytes() + np.rint(scaled).astype(np.int8).tobytes()
