"""A picture moved about: where does a network still say the same?

A plain network ties each weight to one pixel; a convolution uses the same kernel everywhere. How
much of that carries over to the answer is measured, not assumed.
"""

import numpy as np

from models.classifier import load

REACH = 8  # pixels to each side


def shifts(image: np.ndarray, reach: int = REACH) -> np.ndarray:
    """The picture moved by every (dx, dy) of -reach..reach; what leaves the frame is lost.

    Args:
        image: float32 (28, 28).

    Returns:
        float32 (side², 1, 28, 28) with side = 2 reach + 1: dy (downwards) in rows, dx (to the
        right) along them; the unmoved picture is the middle one.
    """
    height, width = image.shape
    padded = np.pad(image, reach)
    moved = [
        padded[reach - dy : reach - dy + height, reach - dx : reach - dx + width]
        for dy in range(-reach, reach + 1)
        for dx in range(-reach, reach + 1)
    ]
    return np.stack(moved)[:, np.newaxis]


def probabilities(name: str, image: np.ndarray, reach: int = REACH) -> np.ndarray:
    """What that network says of all shifts(), classified in one batch: float32 (side, side, 10).

    Raises:
        KeyError: no model has that name.
    """
    said = load(name).run(shifts(image, reach), ["probabilities"])["probabilities"]
    side = 2 * reach + 1
    return said.reshape(side, side, -1)


def hold(name: str, image: np.ndarray, label: str, reach: int = REACH) -> np.ndarray:
    """Where the answer is that label: bool (side, side), as shifts() orders them.

    Raises:
        KeyError: no model has that name.
        ValueError: the model has no such label.
    """
    return probabilities(name, image, reach).argmax(-1) == load(name).labels.index(label)
