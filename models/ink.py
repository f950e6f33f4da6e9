"""Where the ink is on a clean drawing; models/paper.py does the same for paper photographed."""

import cv2
import numpy as np
from PIL import Image

SIDE = 512  # the longer side of ink is at most this, pixels
FRAME = 0.01  # of the longer side: so wide a strip along the border shows the paper
OUTLINE = 0.03  # of the longer side: a line drawn round the whole canvas lies within this
UNEVEN = 12  # grey levels, of 255, that compression adds to a paper that is not perfectly flat


def drawn(picture: Image.Image) -> np.ndarray:
    """What differs from the paper, that is from what lies along the border.

    Dark on light or light on dark, any colour; on transparent paper, what is opaque.

    Args:
        picture: mode "L", "LA", "RGB" or "RGBA".

    Returns:
        float32 (H, W), 0 paper to 1, the longer side at most SIDE; exactly 0 where flat paper is.
    """
    planes = _planes(picture)
    differences = [cv2.absdiff(plane, float(np.median(_border(plane)))) for plane in planes]
    difference = differences[0]
    for plane in differences[1:]:
        difference = cv2.max(difference, plane)
    _erase_outline(difference)
    uneven = float(np.percentile(_border(difference), 75))
    floor = max(UNEVEN, 3 * uneven) if uneven else 0
    ink = np.multiply(cv2.subtract(difference, floor), np.float32(1 / 255), dtype=np.float32)
    longer = max(ink.shape)
    if longer > SIDE:
        size = [max(1, round(side * SIDE / longer)) for side in ink.shape[::-1]]
        ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    return ink


def _planes(picture: Image.Image) -> list[np.ndarray]:
    """The channels, uint8 (H, W) each; with transparency: colours faded to black by it, and it."""
    planes = [np.asarray(plane) for plane in picture.split()]
    if picture.mode not in ("LA", "RGBA"):
        return planes
    *colours, opacity = planes
    if opacity.min() == 255:
        return colours
    return [cv2.multiply(colour, opacity, scale=1 / 255) for colour in colours] + [opacity]


def _border(plane: np.ndarray) -> np.ndarray:
    width = max(1, round(FRAME * max(plane.shape)))
    strips = plane[:width], plane[-width:], plane[:, :width], plane[:, -width:]
    return np.concatenate([strip.ravel() for strip in strips])


def _erase_outline(difference: np.ndarray) -> None:
    """Clears, in place, a line drawn round the whole canvas: it is no ink."""
    height, width = difference.shape
    outer = min(round(OUTLINE * max(height, width)) + 1, min(height, width) // 4)
    for ring in reversed(range(outer)):
        inside = difference[ring : height - ring, ring : width - ring]
        sides = inside[0], inside[-1], inside[:, 0], inside[:, -1]
        if all(np.count_nonzero(side > UNEVEN) > 0.9 * side.size for side in sides):
            kept = inside[1:-1, 1:-1].copy()
            difference[:] = 0
            inside[1:-1, 1:-1] = kept
            return
