"""Pictures of writing on paper with their exact ink, and pictures without any.

    page = made_up(hands, photos, rng)      # hands: train/pictures/writing.py

Each is made as it comes about: paper, ink, lamp, camera, file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from train.pictures import camera, papers
from train.pictures.hand import Generator
from train.pictures.writing import Hands, Written

SIDE = 128
DIGIT, OTHER_WRITING, NOTHING = 1, 2, 0  # what a page shows


@dataclass(frozen=True)
class Page:
    """picture: uint8 RGB (SIDE, SIDE, 3); ink: uint8 (SIDE, SIDE), 255 ink; shows: see above;
    labels: of its digits."""

    picture: np.ndarray
    ink: np.ndarray
    shows: int
    labels: tuple[int, ...] = ()


def made_up(hands: Hands, photos: Sequence[np.ndarray], rng: Generator) -> Page:
    """Writing on a made-up paper. photos: uint8 (SIDE, SIDE, 3), of other things."""
    return on_paper(hands.written(SIDE, rng), photos, rng)


def on_paper(written: Written, photos: Sequence[np.ndarray], rng: Generator) -> Page:
    """That writing on a made-up paper."""
    page = papers.ground(SIDE, photos, rng)
    ink = written.ink
    if rng.random() < 0.18:
        page = papers.cluttered(page, ink < 0.05, photos, rng)
    page, ink = _inked(page, ink, rng)
    if rng.random() < 0.65:
        page = camera.lit(page, rng)
    if rng.random() < 0.22:
        page, covered = papers.framed(page, rng)
        ink = np.where(covered, 0, ink)
    page = camera.filed(camera.taken(page, rng), rng)
    shows = DIGIT if written.labels else OTHER_WRITING
    return Page(page, np.uint8(np.rint(ink * 255)), shows, written.labels)


def _inked(page: np.ndarray, ink: np.ndarray, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """The page with ink of a colour that is seen on it; and the ink as the pen left it."""
    where = ink > 0.5
    under = page[where].mean(0) if where.any() else page.mean((0, 1))
    needed = rng.uniform(25, 140)
    for _ in range(30):
        kind = rng.random()
        if kind < 0.35:
            paint = rng.uniform(0, 255, 3)
        elif kind < 0.5:
            paint = rng.choice((0.0, 255.0)) * np.ones(3)
        elif kind < 0.6:  # a highlighter, a signal: some of the three at an end
            paint = rng.choice((0.0, 255.0), 3)
        else:
            paint = rng.uniform(*(papers.DARK, papers.LIGHT)[rng.integers(2)]) + rng.normal(0, 8, 3)
        if np.abs(paint - under).max() > needed:
            break
    strength = rng.uniform(0.35, 1) if rng.random() < 0.4 else 1.0
    strength = max(strength, min(1, 22 / max(float(np.abs(paint - under).max()), 1)))
    wet = ink
    if rng.random() < 0.15:  # chalk, pencil, a pen that runs dry
        grain = cv2.GaussianBlur(rng.standard_normal(ink.shape).astype(np.float32), (0, 0), 0.7)
        wet = ink * np.clip(0.75 + grain * rng.uniform(0.2, 0.9), 0.15, 1)
    if rng.random() < 0.06:  # glowing or bleeding
        wet = np.maximum(
            wet, cv2.GaussianBlur(ink, (0, 0), rng.uniform(1, 4)) * rng.uniform(0.2, 0.6)
        )
    layer = np.float32(np.clip(paint, 0, 255))
    return page + (layer - page) * (wet * strength)[..., None].astype(np.float32), ink


def without_ink(photos: Sequence[np.ndarray], rng: Generator) -> Page:
    """A picture that shows no writing: mostly photos; empty paper, noise, flat shapes, print."""
    kind = rng.random()
    if len(photos) and kind < 0.62:
        page = _crop(photos[rng.integers(len(photos))], rng)
    elif kind < 0.72:
        page = papers.ground(SIDE, photos, rng)
    elif kind < 0.8:
        page = _noise(rng)
    elif kind < 0.9:
        page = papers.ground(SIDE, (), rng)
        free = np.ones((SIDE, SIDE), bool)
        for _ in range(int(rng.integers(1, 6))):
            page = papers.cluttered(page, free, photos, rng)
    else:
        page = np.ones((SIDE, SIDE, 3), np.float32) * papers.colour(rng)
        _boxes(page, rng)
    page = camera.lit(page, rng) if rng.random() < 0.3 else page
    page = papers.framed(page, rng)[0] if rng.random() < 0.1 else page
    page = camera.filed(camera.taken(page, rng), rng)
    return Page(page, np.zeros((SIDE, SIDE), np.uint8), NOTHING)


def _crop(photo: np.ndarray, rng: Generator) -> np.ndarray:
    """A photo nearly whole, or a part of it."""
    share = rng.uniform(0.35, 1) if rng.random() < 0.5 else 1
    side = max(16, int(min(photo.shape[:2]) * share))
    top, left = (int(rng.integers(0, length - side + 1)) for length in photo.shape[:2])
    part = photo[top : top + side, left : left + side].astype(np.float32)
    page = cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    return page.mean(2, keepdims=True) * np.ones(3, np.float32) if rng.random() < 0.2 else page


def _noise(rng: Generator) -> np.ndarray:
    cells = int(np.exp(rng.uniform(np.log(2), np.log(SIDE))))
    field = rng.uniform(0, 255, (cells, cells, 3)).astype(np.float32)
    if rng.random() < 0.5:
        field = field[..., :1] * np.ones(3, np.float32)
    way = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_CUBIC
    return cv2.resize(field, (SIDE, SIDE), interpolation=way)


def _boxes(page: np.ndarray, rng: Generator) -> None:
    """Flat shapes and panels, as screens and signs show them; in place."""
    for _ in range(int(rng.integers(1, 12))):
        (x0, x1), (y0, y1) = np.sort(rng.uniform(0, SIDE, (2, 2)).astype(int), axis=1)
        paint = [float(v) for v in papers.colour(rng)]
        kind = rng.random()
        if kind < 0.5:
            filled = -1 if rng.random() < 0.6 else int(rng.integers(1, 5))
            cv2.rectangle(page, (int(x0), int(y0)), (int(x1), int(y1)), paint, filled)
        elif kind < 0.75:
            cv2.circle(page, (int(x0), int(y0)), int(rng.integers(3, 45)), paint, -1, cv2.LINE_AA)
        else:
            cover = np.zeros((SIDE, SIDE), np.float32)
            layer = page.copy()
            papers.printed(layer, cover, paint, rng)
            page += (layer - page) * cover[..., None]
