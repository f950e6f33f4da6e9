"""A picture as somebody else would have taken it: turned, nearer or further, in other light,
greyer, less sharp, partly hidden."""

import cv2
import numpy as np

from train.pictures.canvases import PAD

Generator = np.random.Generator


def retaken(side: int, source: int, rng: Generator, zoom=(0.8, 1.5), turn=10.0) -> np.ndarray:
    """The affine map from a canvas to a picture that somebody else took of it."""
    scale = np.exp(rng.uniform(*np.log(zoom))) * side / source
    angle = np.radians(rng.normal(0, turn))
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    matrix = matrix @ np.diag(np.exp(rng.normal(0, 0.06, 2)) * (rng.choice((-1, 1)), 1))
    middle = side / 2 + rng.normal(0, 0.06 * side, 2)
    half = (source - 1) / 2
    return np.column_stack((matrix, middle - matrix @ (half, half)))


def taken(picture: np.ndarray, place: np.ndarray, side: int, border: int = PAD) -> np.ndarray:
    area = np.hypot(*place[:2, 0]) < 0.6  # much smaller: average first
    if area:
        picture = cv2.blur(picture, (2, 2))
    values = (int(border),) * 4
    shape = (side, side)
    moved = cv2.warpAffine(picture, place, shape, flags=cv2.INTER_LINEAR, borderValue=values)
    return moved.astype(np.float32)


def relit(picture: np.ndarray, rng: Generator) -> np.ndarray:
    """Other exposure, contrast and colour of the light."""
    picture = picture * np.float32(np.exp(rng.normal(0, 0.2)))
    mean = picture.mean()
    picture = (picture - mean) * np.float32(np.exp(rng.normal(0, 0.2))) + mean
    picture = picture * np.exp(rng.normal(0, 0.07, 3)).astype(np.float32)
    return np.clip(picture, 0, 255)


def spoilt(picture: np.ndarray, rng: Generator) -> np.ndarray:
    """Now and then grey, less sharp, noisy."""
    if rng.random() < 0.08:
        picture = np.repeat(picture.mean(2, keepdims=True), 3, 2)
    if rng.random() < 0.2:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.2))
    if rng.random() < 0.3:
        picture = picture + rng.normal(0, rng.uniform(1, 10), picture.shape)
    return np.clip(picture, 0, 255).astype(np.float32)


def hidden(picture: np.ndarray, rng: Generator) -> None:
    """Now and then a rectangle of one colour lies over it (Cutout: DeVries, Taylor 2017)."""
    if rng.random() < 0.35:
        side = len(picture)
        high, wide = rng.integers(side // 10, side * 2 // 5, 2)
        top, left = rng.integers(0, side - high), rng.integers(0, side - wide)
        picture[top : top + high, left : left + wide] = rng.uniform(0, 255, 3)


def close(picture: np.ndarray, mask: np.ndarray, margin: float = 0.12) -> np.ndarray:
    """The square around a mask, uint8 (S, S, 3) -> the same size; as it is where there is none."""
    found = mask > 127
    if found.mean() < 0.01:
        return picture
    rows, columns = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = max(bottom - top, right - left) * (1 + 2 * margin)
    scale = len(picture) / side
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    place = np.float32([[scale, 0, -x * scale], [0, scale, -y * scale]])
    size, border = (len(picture), len(picture)), (PAD, PAD, PAD)
    return cv2.warpAffine(picture, place, size, flags=cv2.INTER_LINEAR, borderValue=border)
