"""A 28×28 picture moved or edited, as a request says: the batches of models' run are made of it."""

import numpy as np

from serve.refusals import Refused

SIDE = 28
MOST_PICTURES = 1024  # of one request


def changed(greys: np.ndarray, moves, edits) -> np.ndarray:
    """The pictures that are meant: the picture itself where neither moves nor edits are given.

    Args:
        greys: uint8 (28, 28).
        moves: [[right, down], ...] in pixels; what leaves the frame is lost.
        edits: a list of [index 0..783, grey 0..255] for each picture.

    Returns:
        uint8 (N, 28, 28)

    Raises:
        Refused: they are no such lists, both are given, or they are too many.
    """
    if moves is None and edits is None:
        return greys[np.newaxis]
    given = moves if edits is None else edits
    if not isinstance(given, list) or not 0 < len(given) <= MOST_PICTURES:
        raise Refused("request")
    if edits is None:
        padded = np.pad(greys, SIDE)
        return np.stack([_moved(padded, *_pair(move, -SIDE, SIDE)) for move in moves])
    if moves is not None:
        raise Refused("request")
    return np.stack([_edited(greys, edit) for edit in edits])


def _moved(padded: np.ndarray, right: int, down: int) -> np.ndarray:
    """padded: the picture with a frame of its own side."""
    top, left = SIDE - down, SIDE - right
    return padded[top : top + SIDE, left : left + SIDE]


def _edited(greys: np.ndarray, edit) -> np.ndarray:
    if not isinstance(edit, list):
        raise Refused("request")
    picture = greys.copy()
    for change in edit:
        index, grey = _pair(change, 0, SIDE * SIDE - 1)
        if grey > 255:
            raise Refused("request")
        picture.flat[index] = grey
    return picture


def _pair(value, least: int, most: int) -> tuple[int, int]:
    """Two whole numbers within those bounds."""
    if not isinstance(value, list) or len(value) != 2:
        raise Refused("request")
    first, second = value
    for number in value:
        if type(number) is not int or not least <= number <= most:
            raise Refused("request")
    return first, second
