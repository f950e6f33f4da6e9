"""Ink and paper for the pictures that digits are scored on: see measure/uploads.py."""

import numpy as np
from PIL import Image

Generator = np.random.Generator
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def enlarged(ink: np.ndarray, side: int, smooth: bool = True) -> np.ndarray:
    """The 28×28 picture at that side: float32 (side, side), 0..1."""
    way = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
    picture = Image.fromarray(np.uint8(ink * 255)).resize((side, side), way)
    return np.asarray(picture, np.float32) / 255


def cut(ink: np.ndarray, left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """The digit's box with so much paper beside it, in shares of its longer side."""
    rows, columns = np.flatnonzero(ink.max(1) > 0.2), np.flatnonzero(ink.max(0) > 0.2)
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longer = max(box.shape)
    pad = [round(share * longer) for share in (top, bottom, left, right)]
    return np.pad(box, (pad[:2], pad[2:]))


def painted(ink: np.ndarray, paper, pen, strength: float = 1.0) -> np.ndarray:
    """Pen on paper: float32 (H, W, 3), 0..255. paper: a colour or a picture."""
    share = (ink * strength)[..., None]
    return np.float32(paper) * (1 - share) + np.float32(pen) * share


def scaled(ink: np.ndarray, longer: int) -> np.ndarray:
    """Smoothly resized so that the longer side is that long."""
    scale = longer / max(ink.shape)
    size = [max(1, round(side * scale)) for side in ink.shape[::-1]]
    picture = Image.fromarray(np.uint8(ink * 255)).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32) / 255


def placed(ink: np.ndarray, side: int, longer: float, rng: Generator) -> np.ndarray:
    """The digit somewhere on a square: float32 (side, side)."""
    digit = scaled(cut(ink, 0, 0, 0, 0), max(4, round(longer)))
    page = np.zeros((side, side), np.float32)
    top, left = (int(rng.integers(0, side - length + 1)) for length in digit.shape)
    page[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return page


def as_bytes(page: np.ndarray) -> np.ndarray:
    return np.uint8(np.rint(np.clip(page, 0, 255)))


def slope(side: int, rng: Generator) -> np.ndarray:
    """-0.5..0.5 across a square in any direction."""
    y, x = np.mgrid[:side, :side] / (side - 1) - 0.5
    turn = rng.uniform(0, 2 * np.pi)
    return x * np.cos(turn) + y * np.sin(turn)


def number(inks: list[np.ndarray], rng: Generator) -> np.ndarray:
    """Digits side by side as a hand spaces them, as a picture: uint8 (H, W, 3)."""
    high = int(rng.integers(60, 200))
    row = [
        scaled(cut(ink, 0, 0, 0, 0), max(8, round(high * rng.uniform(0.85, 1.15)))) for ink in inks
    ]
    margin, left = round(high * rng.uniform(0.2, 0.6)), 0
    page = np.zeros(
        (round(1.6 * high) + 2 * margin, round(2.2 * high * len(inks)) + 2 * margin), np.float32
    )
    left, slope = margin, rng.normal(0, 0.04)
    for place, digit in enumerate(row):
        top = margin + round(
            0.3 * high + (high - digit.shape[0]) / 2 + high * (rng.normal(0, 0.04) + slope * place)
        )
        top = min(max(0, top), page.shape[0] - digit.shape[0])
        there = page[top : top + digit.shape[0], left : left + digit.shape[1]]
        np.maximum(there, digit, out=there)
        left += digit.shape[1] + round(high * rng.uniform(0.06, 0.4))
    page = page[:, : left + margin]
    style = rng.random()
    if style < 0.5:
        return as_bytes(painted(page, WHITE, rng.integers(0, 70, 3)))
    if style < 0.65:
        return as_bytes(painted(page, rng.integers(0, 40, 3), WHITE))
    paper = painted(page, rng.integers(190, 250, 3), rng.integers(0, 80, 3))
    return as_bytes(paper + rng.normal(0, rng.uniform(0, 12), paper.shape))
