"""Drawings that are no digit: scribbles, shapes, letters that no digit resembles, digits in a row.

Each family is a program of strokes that varies with its generator. HELD_OUT are never trained on:
figures on rejection are reported on them beside the trained families (with other seeds).
"""

from collections.abc import Callable

import numpy as np

from train.pictures import shapes
from train.pictures.hand import (
    Drawing,
    Generator,
    curve,
    distort,
    line,
    pictures,
    random_render,
    resample,
    shaken,
    to_unit,
    turned,
)
from train.pictures.letters import LETTERS, letter
from train.pictures.styles import drawn_digit

SCORED_CANVAS = 400
LEAST_INK = 3.2  # a wandering stroke's length in sides of its box; digits have up to about 3


def wander(rng: Generator) -> Drawing:
    """A smooth curve through random points."""
    while True:
        stroke = curve(*rng.uniform(0, 1, (rng.integers(6, 16), 2)))
        stroke = resample(to_unit([stroke])[0], 0.03)
        if len(stroke) * 0.03 > LEAST_INK:
            return [stroke]


def polygon_walk(rng: Generator) -> Drawing:
    """Straight lines between random points."""
    return [line(*rng.uniform(0, 1, (rng.integers(6, 14), 2)))]


def zigzag(rng: Generator) -> Drawing:
    """A stroke to and fro, as one fills or crosses out."""
    count = rng.integers(6, 18)
    along = np.linspace(0, 1, count) + rng.normal(0, 0.02, count)
    across = np.where(np.arange(count) % 2, 0.5, -0.5) * rng.uniform(0.3, 1.2)
    points = np.stack((along, across * rng.uniform(0.7, 1.1, count)), axis=1)
    return turned([curve(*points) if rng.random() < 0.5 else line(*points)], rng, 45)


def hooks(rng: Generator) -> Drawing:
    """Several short strokes at random."""
    return [
        curve(*(rng.uniform(0, 1, 2) + rng.normal(0, 0.15, (3, 2))))
        for _ in range(rng.integers(4, 11))
    ]


def loops(rng: Generator) -> Drawing:
    """A row of loops, as one tries a pen."""
    count = rng.integers(3, 8)
    t = np.linspace(0, 2 * np.pi * count, count * 20)
    x = t * rng.uniform(0.2, 0.7) + np.cos(t) * rng.uniform(0.8, 1.5)
    return turned([np.stack((x, np.sin(t) * rng.uniform(0.8, 2.5)), axis=1)], rng, 45)


def tangle(rng: Generator) -> Drawing:
    """Round and round on one spot."""
    t = np.linspace(0, 2 * np.pi * rng.uniform(3, 8), 200)
    size = 1 + 0.4 * np.sin(t * rng.uniform(0.1, 0.9) + rng.uniform(0, 6))
    centre = np.cumsum(rng.normal(0, 0.02, (200, 2)), axis=0)
    ring = np.stack((np.cos(t) * size, np.sin(t) * size * rng.uniform(0.5, 1)), axis=1)
    return [ring + centre]


def row(rng: Generator) -> Drawing:
    """Two or three digits side by side."""
    strokes, right = [], 0.0
    for label in rng.integers(0, 10, rng.choice((2, 2, 2, 3))):
        digit = to_unit(drawn_digit(int(label), rng))
        points = np.concatenate(digit)
        place = np.array((right - points[:, 0].min(), rng.normal(0, 0.05)))
        strokes += [stroke + place for stroke in digit]
        right += np.ptp(points[:, 0]) + rng.uniform(0.1, 0.35)
    return strokes


def any_letter(rng: Generator) -> Drawing:
    return letter(str(rng.choice(list(LETTERS))), rng)


Family = Callable[[Generator], Drawing]
SCRIBBLES: tuple[Family, ...] = (wander, wander, polygon_walk, zigzag, hooks, loops, tangle)
SHAPES: tuple[Family, ...] = (
    shapes.spiral,
    shapes.dots,
    shapes.dash,
    shapes.wave,
    shapes.tick,
    shapes.cross,
    shapes.box,
    shapes.triangle,
    shapes.heart,
    shapes.smiley,
    shapes.star,
    shapes.arrow,
    shapes.house,
    shapes.grid,
    shapes.blob,
    row,
    row,
)
HELD_OUT: tuple[Family, ...] = (
    shapes.lissajous,
    shapes.flower,
    shapes.hatching,
    shapes.stick_man,
    shapes.cloud,
    shapes.rings,
)


def drawn(family: Family, rng: Generator) -> Drawing:
    """One drawing of a family by a random hand."""
    return distort(shaken(family(rng), rng), rng, rng.uniform(0.3, 1.0))


def not_digits(count: int, seed: int) -> np.ndarray:
    """Pictures uint8 (count, 28, 28) to train rejection on: scribbles, shapes, letters."""
    rng = np.random.default_rng((seed, 1001))
    kinds = (SCRIBBLES, SHAPES, (any_letter,))
    drawings = []
    for _ in range(count):
        families = kinds[rng.integers(len(kinds))]
        drawings.append(drawn(families[rng.integers(len(families))], rng))
    return pictures(drawings, rng)


def _on_canvas(drawing: Drawing, rng: Generator) -> np.ndarray:
    return 255 - random_render(drawing, SCORED_CANVAS, rng)


def scribble_canvases(count: int, seed: int, held_out: bool = False) -> list[np.ndarray]:
    """Scribbles on a person's canvas: uint8 (400, 400), black on white.

    held_out: from families that not_digits() never draws; otherwise from its scribbles.
    """
    rng = np.random.default_rng((seed, 1002, held_out))
    families = HELD_OUT if held_out else SCRIBBLES
    return [
        _on_canvas(drawn(families[rng.integers(len(families))], rng), rng) for _ in range(count)
    ]


def letter_canvases(letters: str, count: int, seed: int) -> list[np.ndarray]:
    """`count` drawings of letters in turn, on canvases as scribble_canvases() returns them.

    Raises:
        KeyError: there is no program for a letter.
    """
    rng = np.random.default_rng((seed, 1003))
    drawings = [letter(letters[index % len(letters)], rng) for index in range(count)]
    return [_on_canvas(distort(shaken(d, rng), rng, rng.uniform(0.3, 1.0)), rng) for d in drawings]
