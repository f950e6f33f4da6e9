"""Made-up pictures for the network that looks first: garments on plain ground as shops show them,
from Fashion-MNIST, digits on paper, and flat things that are neither.

All return uint8-ranged float32 RGB (side, side, 3); the generator that is passed in draws it all.
"""

import cv2
import numpy as np

Generator = np.random.Generator
WORDS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?-"


def ground(side: int, rng: Generator) -> np.ndarray:
    """A plain ground: white, grey, black or coloured, flat or with light from one side."""
    kind = rng.random()
    if kind < 0.35:
        colour = np.full(3, rng.uniform(225, 255)) + rng.normal(0, 3, 3)
    elif kind < 0.5:
        colour = np.full(3, rng.uniform(0, 30))
    elif kind < 0.65:
        colour = np.full(3, rng.uniform(30, 225)) + rng.normal(0, 8, 3)
    else:
        colour = rng.uniform(0, 255, 3)
    plain = np.ones((side, side, 3), np.float32) * np.clip(colour, 0, 255).astype(np.float32)
    if rng.random() < 0.35:
        y, x = np.mgrid[:side, :side].astype(np.float32) / side - 0.5
        slope = rng.uniform(-0.6, 0.6, 2)
        plain *= (1 + x * slope[0] + y * slope[1])[..., None]
    return plain


def shape_of(garment: np.ndarray) -> np.ndarray:
    """Where a garment of Fashion-MNIST is: uint8 (28, 28), 255 on it, its dark parts too."""
    found = np.pad(np.uint8(garment > 10), 2)
    found = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(found, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    filled = found.copy()
    for outline in outlines:
        if cv2.contourArea(outline) < 14:  # small holes are folds, large ones the gap in a handle
            cv2.drawContours(filled, [outline], -1, 1, -1)
    return filled[2:-2, 2:-2] * 255


def product(garment: np.ndarray, side: int, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """A garment of Fashion-MNIST, uint8 (28, 28), as a shop's picture of any size would show it.

    Returns:
        picture float32 (side, side, 3) and its mask float32 (side, side), 0..1.
    """
    mask = shape_of(garment)
    grey = garment.astype(np.float32)
    if rng.random() < 0.5:  # the dataset's pictures are negatives of the shop's
        grey = 255 - grey
    elif rng.random() < 0.3:
        grey = grey * rng.uniform(0.5, 1) + rng.uniform(0, 60)
    colour = np.ones(3) if rng.random() < 0.4 else rng.uniform(0.35, 1.15, 3)
    size = side * rng.uniform(0.45, 1.0) if rng.random() < 0.8 else side * rng.uniform(0.25, 0.5)
    place = _placed(size, side, rng)
    how = cv2.INTER_CUBIC if rng.random() < 0.6 else cv2.INTER_LINEAR
    if rng.random() < 0.15:
        how = cv2.INTER_NEAREST
    shape = (side, side)
    alpha = cv2.warpAffine(mask, place, shape, flags=cv2.INTER_CUBIC).astype(np.float32) / 255
    grey = cv2.warpAffine(grey, place, shape, flags=how, borderMode=cv2.BORDER_REPLICATE)
    plain = ground(side, rng)
    if rng.random() < 0.25:  # the negative as it is, its ground white and its edges soft
        plain = np.full((side, side, 3), 255.0, np.float32)
        blend = cv2.warpAffine(garment, place, shape, flags=how).astype(np.float32)[..., None] / 255
        return plain - blend * 255 * np.float32(rng.uniform(0.8, 1)), np.clip(alpha, 0, 1)
    tinted = np.clip(grey[..., None] * colour.astype(np.float32), 0, 255)
    if rng.random() < 0.25:
        plain = _shadowed(plain, alpha, rng)
    alpha = np.clip(alpha, 0, 1)
    return tinted * alpha[..., None] + plain * (1 - alpha[..., None]), alpha


def _placed(size: float, side: int, rng: Generator) -> np.ndarray:
    """The affine map from 28×28 to a place on the canvas, mirrored half of the time."""
    wide, high = size / 28 * np.exp(rng.normal(0, 0.04, 2))
    turn = np.radians(rng.normal(0, 3))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.diag([wide * rng.choice((-1, 1)), high])
    room = max(0.0, side - size) / 2
    middle = side / 2 + rng.uniform(-room, room, 2)
    return np.column_stack((matrix, middle - matrix @ (13.5, 13.5)))


def _shadowed(plain: np.ndarray, alpha: np.ndarray, rng: Generator) -> np.ndarray:
    moved = np.float32([[1, 0, rng.normal(0, 4)], [0, 1, rng.uniform(0, 6)]])
    soft = cv2.GaussianBlur(cv2.warpAffine(alpha, moved, alpha.shape), (0, 0), rng.uniform(1, 5))
    return plain * (1 - rng.uniform(0.1, 0.6) * soft[..., None])


def digit(glyph: np.ndarray, side: int, rng: Generator) -> np.ndarray:
    """A digit, uint8 (28, 28) bright on black, as a scan of any polarity or on any paper."""
    if rng.random() < 0.35:  # as it is, enlarged, or turned to dark on light
        grey = cv2.resize(glyph, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        grey = grey if rng.random() < 0.5 else 255 - grey
        return np.repeat(grey[..., None], 3, 2)
    place = _placed(side * rng.uniform(0.35, 1.3), side, rng)
    if place[0, 0] < 0:  # no mirrored digits
        place[:, 2] += place[:, 0] * 27
        place[:, 0] *= -1
    alpha = cv2.warpAffine(glyph, place, (side, side), flags=cv2.INTER_CUBIC)
    alpha = np.clip(alpha.astype(np.float32) / 255, 0, 1)[..., None] * rng.uniform(0.5, 1)
    paper = ground(side, rng)
    if rng.random() < 0.3:
        paper = _ruled(paper, rng)
    for _ in range(20):
        ink = rng.uniform(0, 255, 3) if rng.random() < 0.4 else np.full(3, rng.choice((20, 240)))
        if np.abs(ink - paper.mean((0, 1))).max() > 60:
            break
    return paper * (1 - alpha) + np.float32(ink) * alpha


def _ruled(paper: np.ndarray, rng: Generator) -> np.ndarray:
    side, gap = len(paper), int(rng.integers(7, 30))
    colour = tuple(float(v) for v in np.clip(paper.mean((0, 1)) + rng.normal(0, 60, 3), 0, 255))
    squared = rng.random() < 0.5
    for at in range(int(rng.integers(0, gap)), side, gap):
        cv2.line(paper, (0, at), (side, at), colour, 1)
        if squared:
            cv2.line(paper, (at, 0), (at, side), colour, 1)
    return paper


def flat(side: int, rng: Generator) -> np.ndarray:
    """Noise, discs and boxes, a gradient, a page of text, a screenshot."""
    kind = rng.integers(6)
    if kind == 0:
        coarse = int(side / rng.uniform(1, 24))
        noise = rng.uniform(0, 255, (coarse, coarse, 1 if rng.random() < 0.4 else 3))
        # Fine noise has lost most of its contrast when the picture has become small.
        noise = 127.5 + (noise - 127.5) * np.exp(rng.uniform(-2.5, 0))
        noise = cv2.resize(noise.astype(np.float32), (side, side), interpolation=rng.choice((0, 1)))
        return np.broadcast_to(noise.reshape(side, side, -1), (side, side, 3)).copy()
    plain = np.uint8(np.clip(ground(side, rng), 0, 255))  # cv2 writes letters on bytes alone
    if kind == 1:
        return plain
    if kind == 2:
        for _ in range(rng.integers(1, 6)):
            _shape(plain, rng)
        return plain
    if kind == 3:
        y, x = np.mgrid[:side, :side].astype(np.float32) / side
        ends = rng.uniform(0, 255, (3, 3))
        return np.float32(ends[0] * (1 - x)[..., None] + ends[1] * y[..., None] + ends[2] * 0.2)
    if kind == 4:
        return _text(plain, (0, 0, side, side), rng)
    for _ in range(rng.integers(3, 9)):  # windows, bars and texts
        left, top = (int(v) for v in rng.integers(0, side * 3 // 4, 2))
        wide, high = (int(v) for v in rng.integers(side // 10, side, 2))
        colour = tuple(float(v) for v in rng.choice((rng.uniform(0, 255), 245, 30), 3))
        cv2.rectangle(plain, (left, top), (left + wide, top + high), colour, -1)
        if rng.random() < 0.6:
            _text(plain, (left, top, left + wide, top + high), rng)
    return plain


def _shape(picture: np.ndarray, rng: Generator) -> None:
    side = len(picture)
    middle = tuple(int(v) for v in rng.uniform(0.1, 0.9, 2) * side)
    colour = tuple(float(v) for v in rng.uniform(0, 255, 3))
    line = -1 if rng.random() < 0.7 else int(rng.integers(1, 6))
    radius = rng.uniform(0.05, 0.45, 2) * side
    kind = rng.integers(3)
    if kind == 0:
        cv2.circle(picture, middle, int(radius[0]), colour, line, cv2.LINE_AA)
    elif kind == 1:
        axes = tuple(int(v) for v in radius)
        cv2.ellipse(picture, middle, axes, rng.uniform(0, 180), 0, 360, colour, line, cv2.LINE_AA)
    else:
        turn = rng.uniform(0, 2 * np.pi)
        angles = turn + np.arange(rng.integers(3, 8)) * 2 * np.pi / rng.integers(3, 8)
        points = np.stack((np.cos(angles), np.sin(angles)), 1) * radius + middle
        cv2.fillPoly(picture, [np.int32(points)], colour, cv2.LINE_AA)


def _text(picture: np.ndarray, box: tuple[int, int, int, int], rng: Generator) -> np.ndarray:
    left, top, _, bottom = box
    dark = picture.mean() > 120
    colour = tuple(float(v) for v in rng.uniform(*((0, 90) if dark else (160, 255)), 3))
    scale = rng.uniform(0.18, 0.55)
    gap, font = int(scale * rng.uniform(26, 44)) + 1, int(rng.integers(0, 8))
    for y in range(top + gap, bottom, gap):
        words = "".join(rng.choice(list(WORDS + " " * 14), int(rng.integers(3, 40))))
        cv2.putText(picture, words, (left + 3, y), font, scale, colour, 1, cv2.LINE_AA)
    return picture
