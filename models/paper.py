"""Finds the ink of a digit on paper, or chalk on a board, that was photographed by hand.

Paper in a photo is shaded, ruled, and ends somewhere: what counts is how much a pixel differs from
the paper around it. The paper under the ink is estimated by a morphological closing wider than any
stroke (J. Serra, "Image Analysis and Mathematical Morphology", 1982): unlike a blur it keeps the
edges of shadows and of the sheet.
"""

import cv2
import numpy as np

SIDE = 400  # the photo is looked at with this longer side, pixels
PAPER_SIDE = 100  # the paper's shading, with this one
WIDEST_STROKE = 0.25  # of the longer side: anything wider belongs to the scene
FAINTEST = 0.08  # of the paper's brightness: less contrast than this is no ink
SURE, JOINED = 0.5, 0.3  # shares of the ink's contrast: ink; ink if joined to such
EDGE = 0.04  # of the longer side: a straight line that runs from edge to edge is ruled, not written
SPECK = 0.03  # of the longer side: what is smaller is dirt
NEAR = 0.3  # of the digit's longer side: a part further off is another digit, or dirt


def find(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ink of the digit.

    Args:
        picture: uint8 RGB (H, W, 3).

    Returns:
        contrast: float32 (h, w), 0..1, how much each pixel differs from the paper around it.
        ink: float32 (h, w), 0 paper to 1 ink; all 0 when nothing is written.
    """
    picture = _shrunk(picture, SIDE)
    contrast = _darker(255 - picture if _is_chalk(picture) else picture)
    noise = 1.4826 * float(np.median(np.abs(contrast - np.median(contrast))))
    contrast = np.maximum(contrast - float(np.median(contrast)), 0)
    faintest = max(FAINTEST, 5 * noise)
    contrast = _without_rules(contrast, faintest)
    visible = contrast[contrast > faintest]
    if not visible.size:
        return contrast, np.zeros_like(contrast)
    full = float(np.percentile(visible, 90))
    joined = max(faintest, JOINED * full)
    kept = _digit(contrast > joined, contrast > SURE * full, contrast)
    ink = np.clip((contrast - joined / 2) / (full - joined / 2), 0, 1)
    return contrast, ink * cv2.dilate(kept, np.ones((3, 3), np.uint8))


def _shrunk(picture: np.ndarray, side: int) -> np.ndarray:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = [max(1, round(length * scale)) for length in picture.shape[1::-1]]
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _reach(picture: np.ndarray) -> int:
    """An odd number of pixels that is wider than any stroke."""
    return max(3, round(WIDEST_STROKE * max(picture.shape[:2])) | 1)


def _is_chalk(picture: np.ndarray) -> bool:
    """True when what is rare against its surroundings is light."""
    small = cv2.cvtColor(_shrunk(picture, PAPER_SIDE), cv2.COLOR_RGB2GRAY)
    usual = cv2.medianBlur(small, _reach(small))
    middle = tuple(slice(side // 8, side - side // 8) for side in small.shape)
    return float(((small[middle] - usual[middle].astype(np.float32)) ** 3).mean()) > 0


def _darker(picture: np.ndarray) -> np.ndarray:
    """How much darker than the paper around it, as a share of that paper's brightness."""
    small = _shrunk(picture, PAPER_SIDE)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_reach(small), _reach(small)))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, disc)
    paper = cv2.resize(paper, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    share = 1 - picture / np.maximum(paper, 32).astype(np.float32)  # in the dark all is noise
    return np.clip(share.max(2), 0, 1)


def _without_rules(contrast: np.ndarray, faintest: float) -> np.ndarray:
    """Straight lines from edge to edge (ruled paper, the sheet's own edge) taken off."""
    height, width = contrast.shape
    longer, shorter = max(height, width), min(height, width)
    if shorter < 40:
        return contrast
    seen = np.uint8(contrast > faintest) * 255
    lines = cv2.HoughLinesP(
        seen,
        1,
        np.pi / 360,
        threshold=round(0.4 * shorter),
        minLineLength=0.6 * shorter,
        maxLineGap=0.08 * shorter,
    )
    margin = EDGE * longer
    rules = np.zeros_like(seen)
    for x0, y0, x1, y1 in [] if lines is None else lines.reshape(-1, 4).tolist():
        across = min(x0, x1) <= margin and max(x0, x1) >= width - 1 - margin
        down = min(y0, y1) <= margin and max(y0, y1) >= height - 1 - margin
        if across or down:
            cv2.line(rules, (x0, y0), (x1, y1), 255, 5)
    if not rules.any():
        return contrast
    on_rules = contrast[(rules > 0) & (seen > 0)]
    line = np.where(rules > 0, 1.5 * float(np.median(on_rules)), 0)
    # Where ink crosses a rule it is darker than the rule, and stays whole.
    return np.where(contrast > line, contrast, 0).astype(np.float32)


def _digit(joined: np.ndarray, sure: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """uint8 (h, w), 1 on the parts that make up the digit: the main one and those near it."""
    height, width = joined.shape
    count, part, stats, centres = cv2.connectedComponentsWithStats(np.uint8(joined), connectivity=8)
    weight = np.bincount(part.ravel(), contrast.ravel(), minlength=count)
    weight[0] = 0
    weight[np.bincount(part[sure], minlength=count) == 0] = 0
    left, top, wide, high = (stats[:, column].astype(np.float32) for column in range(4))
    right, bottom = left + wide, top + high
    off_centre = (centres / (width, height) - 0.5) * 2
    score = weight * np.exp(-1.5 * (off_centre**2).sum(1))
    score[np.maximum(wide, high) < SPECK * max(height, width)] = 0
    cut_off = (left == 0) | (top == 0) | (right == width) | (bottom == height)
    score[cut_off] *= 0.1  # more likely the desk, or a finger
    main = int(score.argmax())
    if not score[main]:
        return np.zeros(part.shape, np.uint8)
    reach = NEAR * max(wide[main], high[main])
    gap_x = np.maximum(left[main] - right, left - right[main])
    gap_y = np.maximum(top[main] - bottom, top - bottom[main])
    near = (np.maximum(gap_x, gap_y) <= reach) & (score > 0.03 * score[main])
    near &= ~cut_off | (np.arange(count) == main)
    return np.isin(part, np.flatnonzero(near)).astype(np.uint8)
