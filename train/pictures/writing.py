"""Ink without its paper: single digits, numbers and other writing, as masks of exactly what is ink.

Shapes come from MNIST's training pictures, from pen strokes of the training writers and from the
programs of styles.py; letters and scribbles are ink too, though no digit.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from train.pictures.hand import SUBPIXEL, Drawing, Generator, distort, to_unit
from train.pictures.scribbles import SCRIBBLES, SHAPES, any_letter, drawn
from train.pictures.styles import drawn_digit, restyle

VISIBLE = 60  # of 255: from here on a pixel belongs to a digit's box in MNIST
ENLARGED = (cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_NEAREST)
MOST = 5  # digits in a number


@dataclass(frozen=True)
class Written:
    """Ink on a page: float32 (S, S), 0 paper to 1; and the digits it shows, none where it is other
    writing."""

    ink: np.ndarray
    labels: tuple[int, ...]


@dataclass(frozen=True)
class Hands:
    """Where shapes come from.

    scans: uint8 (N, 28, 28), bright on black, such as MNIST's training pictures; and their labels.
    drawings: digits as strokes, with their labels.
    """

    scans: np.ndarray
    labels: np.ndarray
    drawings: list[tuple[int, Drawing]]

    def written(self, side: int, rng: Generator) -> Written:
        """One digit (mostly), a number, or other writing, somewhere on a page of that side."""
        kind = rng.random()
        if kind < 0.12:
            return Written(self._other(side, rng), ())
        if kind < 0.34:
            return self._number(int(rng.integers(2, MOST + 1)), side, rng)
        return self.single(side, rng)

    def digit(self, size: float, rng: Generator) -> tuple[np.ndarray, int]:
        """One digit cut to its box, its longer side about `size` pixels: float32 (h, w); and which
        it is."""
        if rng.random() < 0.5:
            return self._scan(size, rng)
        if self.drawings and rng.random() < 0.7:
            label, drawing = self.drawings[rng.integers(len(self.drawings))]
            if rng.random() < 0.3:
                drawing = restyle(label, drawing, rng)
            drawing = distort(drawing, rng)
        else:
            label = int(rng.integers(10))
            drawing = drawn_digit(label, rng)
        return inked(drawing, size, pen(size, rng)), label

    def _scan(self, size: float, rng: Generator) -> tuple[np.ndarray, int]:
        place = rng.integers(len(self.scans))
        scan = self.scans[place]
        rows, columns = (np.flatnonzero(scan.max(axis) > VISIBLE) for axis in (1, 0))
        scan = scan[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        scale = size / max(scan.shape)
        sides = [max(2, round(length * scale)) for length in scan.shape[::-1]]
        way = ENLARGED[rng.integers(len(ENLARGED))] if scale > 1 else cv2.INTER_AREA
        ink = cv2.resize(scan, sides, interpolation=way).astype(np.float32) / 255
        if rng.random() < 0.35:  # traced: as dark at its edge as in its middle
            ink = np.clip((ink - 0.5) * rng.uniform(2, 6) + 0.5, 0, 1)
        return np.clip(ink, 0, 1), int(self.labels[place])

    def single(self, side: int, rng: Generator) -> Written:
        """One digit somewhere on a page; small, or large, or in close-up."""
        small, large = ((0.14, 0.4), (0.4, 0.85), (0.8, 1.08))[rng.choice(3, p=(0.25, 0.5, 0.25))]
        ink, label = self.digit(side * rng.uniform(small, large), rng)
        ink = _turned(ink, rng)
        where = rng.random()
        places = []
        for length in ink.shape:
            room = side - length
            ends = (0, room, int(rng.integers(-4, 5)), room + int(rng.integers(-4, 5)))
            middle = room / 2 + rng.normal(0, 0.06) * side
            anywhere = rng.uniform(min(0, room), max(0, room))
            near_end = where < 0.25 and rng.random() < 0.6  # touching an edge, or cut off by it
            places.append(rng.choice(ends) if near_end else anywhere if where < 0.75 else middle)
        return Written(laid(np.zeros((side, side), np.float32), ink, *places), (label,))

    def _number(self, count: int, side: int, rng: Generator) -> Written:
        height = min(side * rng.uniform(0.2, 0.6), 1.5 * side / count)
        page, left, slope = np.zeros((side, 4 * side), np.float32), 2.0, rng.normal(0, 0.05)
        labels = []
        for place in range(count):
            ink, label = self.digit(height * np.exp(rng.normal(0, 0.1)), rng)
            labels.append(label)
            top = side / 2 - ink.shape[0] / 2 + rng.normal(0, 0.05) * height
            laid(page, ink, top + slope * place * height, left)
            left += ink.shape[1] + max(1, height * rng.uniform(0.04, 0.45))
        page = page[:, : int(left) + 2]
        wide = side * rng.uniform(0.5, 1.0)
        if page.shape[1] > wide:
            scale = wide / page.shape[1]
            page = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rows = np.flatnonzero(page.max(1) > 0.1)
        page = page[rows[0] : rows[-1] + 1]
        top, left = (rng.uniform(0, max(1, side - length)) for length in page.shape)
        return Written(laid(np.zeros((side, side), np.float32), page, top, left), tuple(labels))

    def _other(self, side: int, rng: Generator) -> np.ndarray:
        families = ((any_letter,), SCRIBBLES, SHAPES)[rng.integers(3)]
        size = side * rng.uniform(0.2, 0.8)
        drawing = drawn(families[rng.integers(len(families))], rng)
        ink = inked(drawing, size, pen(size, rng))
        top, left = (rng.uniform(0, max(1, side - length)) for length in ink.shape)
        return laid(np.zeros((side, side), np.float32), ink, top, left)


def pen(size: float, rng: Generator) -> float:
    """The width of a pen, hairline to marker, for a drawing of that size in pixels."""
    return max(0.5, size * float(np.exp(rng.uniform(np.log(0.006), np.log(0.2)))))


def inked(drawing: Drawing, size: float, width: float) -> np.ndarray:
    """The drawing by a round pen of that width, cut to its box: float32 (h, w)."""
    drawing = to_unit(drawing)
    points = np.concatenate(drawing)
    low, high = points.min(0), points.max(0)
    margin = width / 2 + 1
    wide, high = (int(length * size + 2 * margin) + 1 for length in high - low)
    fine = 3 if width < 3 else 1  # cv2's thinnest line is a pixel wide
    picture = np.zeros((high * fine, wide * fine), np.uint8)
    for stroke in drawing:
        at = ((stroke - low) * size + margin) * fine - 0.5
        at = np.round(at * 2**SUBPIXEL).astype(np.int32)
        cv2.polylines(picture, [at], False, 255, max(1, round(width * fine)), cv2.LINE_AA, SUBPIXEL)
    if fine > 1:
        picture = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    return picture.astype(np.float32) / 255


def laid(page: np.ndarray, ink: np.ndarray, top: float, left: float) -> np.ndarray:
    """Put ink on a page, in place; what lies beyond the page is lost. Returns the page."""
    top, left = round(float(top)), round(float(left))
    high, wide = page.shape
    y0, y1 = max(0, top), min(high, top + ink.shape[0])
    x0, x1 = max(0, left), min(wide, left + ink.shape[1])
    if y0 < y1 and x0 < x1:
        there = page[y0:y1, x0:x1]
        np.maximum(there, ink[y0 - top : y1 - top, x0 - left : x1 - left], out=there)
    return page


def _turned(ink: np.ndarray, rng: Generator) -> np.ndarray:
    """As a page lies before a camera: turned a little and slanted; cut to its box again."""
    if rng.random() < 0.5:
        return ink
    high, wide = ink.shape
    turn, slant = np.radians(rng.normal(0, 7)), rng.normal(0, 0.08)
    change = np.array([[np.cos(turn), slant - np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    room = np.array((wide, high)) * 1.5
    shift = room / 2 - change @ (np.array((wide, high)) / 2)
    sides = tuple(int(length) + 1 for length in room)
    turned = cv2.warpAffine(ink, np.float32(np.c_[change, shift]), sides)
    rows, columns = (np.flatnonzero(turned.max(axis) > 0.1) for axis in (1, 0))
    return turned[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink
