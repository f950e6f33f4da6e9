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
EDGE = (
    0.04  # of the longer side: a straight line that runs so near to an edge is ruled, not written
)
MOST_CHALK = 0.2  # of the picture: more light than this is a patch of sun on paper
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
    contrast = _contrast(picture)
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


def _contrast(picture: np.ndarray) -> np.ndarray:
    if _may_be_chalk(picture):
        chalk = _darker(255 - picture)
        if (chalk > 0.3).mean() < MOST_CHALK:
            return chalk
    return _darker(picture)


def _may_be_chalk(picture: np.ndarray) -> bool:
    """True on a dark ground where what is rare against its surroundings is light."""
    small = cv2.cvtColor(_shrunk(picture, PAPER_SIDE), cv2.COLOR_RGB2GRAY)
    usual = cv2.medianBlur(small, _reach(small)).astype(np.float32)
    middle = tuple(slice(side // 10, side - side // 10) for side in small.shape)
    is_dark = np.median(small) < 0.6 * np.percentile(small, 99.5)
    return bool(is_dark and ((small - usual)[middle] ** 3).mean() > 0)


def _darker(picture: np.ndarray) -> np.ndarray:
    """How much darker than the paper around it, as a share of that paper's brightness."""
    small = _shrunk(picture, PAPER_SIDE)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_reach(small), _reach(small)))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, disc)
    paper = cv2.resize(paper, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    share = 1 - picture / np.maximum(paper, 32).astype(np.float32)  # in the dark all is noise
    return np.clip(share.max(2), 0, 1)


def _without_rules(contrast: np.ndarray, faintest: float) -> np.ndarray:
    """Straight lines that leave the picture (ruled paper, the sheet's own edge) taken off."""
    height, width = contrast.shape
    longer, shorter = max(height, width), min(height, width)
    if shorter < 40:
        return contrast
    seen = np.where(contrast > faintest, 255, 0).astype(np.uint8)
    lines = cv2.HoughLinesP(
        seen,
        1,
        np.pi / 360,
        threshold=round(0.4 * shorter),
        minLineLength=0.45 * shorter,
        maxLineGap=0.08 * shorter,
    )
    rules = np.zeros_like(seen)
    ends = [] if lines is None else lines.reshape(-1, 4).astype(np.int32).tolist()
    for x0, y0, x1, y1 in ends:
        if _leaves((x0, x1), (y0, y1), width, EDGE * longer) or _leaves(
            (y0, y1), (x0, x1), height, EDGE * longer
        ):
            cv2.line(rules, (x0, y0), (x1, y1), 255, 5)
    if not rules.any():
        return contrast
    on_rules = contrast[(rules > 0) & (seen > 0)]
    line = np.where(rules > 0, 1.5 * float(np.median(on_rules)), 0)
    # Where ink crosses a rule it is darker than the rule, and stays whole.
    return np.where(contrast > line, contrast, 0).astype(np.float32)


def _leaves(along: tuple, across: tuple, length: int, margin: float) -> bool:
    """True for a line that goes one way, with little slope, and out of the picture."""
    is_straight = abs(across[1] - across[0]) < 0.2 * abs(along[1] - along[0])
    return is_straight and (min(along) <= margin or max(along) >= length - 1 - margin)


def _digit(joined: np.ndarray, sure: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """uint8 (h, w), 1 on the parts that make up the digit: the main one and those near it."""
    height, width = joined.shape
    count, part, stats, centres = cv2.connectedComponentsWithStats(
        joined.astype(np.uint8), connectivity=8
    )
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
