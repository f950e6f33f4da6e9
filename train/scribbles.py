"""Drawings that are no digit: scribbles, shapes, letters that no digit resembles, digits in a row.

Each family is a program of strokes that varies with its generator. HELD_OUT are never trained on:
figures on rejection are reported on them beside the trained families (with other seeds).
"""

from collections.abc import Callable

import numpy as np

from train.hand import Drawing, distort, pictures, random_render, resample, to_unit
from train.letters import LETTERS, letter
from train.styles import Generator, arc, curve, drawn_digit, line, shaken

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


def spiral(rng: Generator) -> Drawing:
    t = np.linspace(0, 2 * np.pi * rng.uniform(2.3, 5), 160)
    ring = np.stack((np.cos(t), np.sin(t) * rng.uniform(0.7, 1)), axis=1) * t[:, None]
    return turned([ring * (1, rng.choice((-1, 1)))], rng)


def dots(rng: Generator) -> Drawing:
    count = rng.integers(1, 9)
    return [np.repeat(rng.uniform(0, 1, (1, 2)), 2, axis=0) for _ in range(count)]


def dash(rng: Generator) -> Drawing:
    """One level line, or two or three."""
    level = [
        line((0, y), (1, y)) for y in np.linspace(0, rng.uniform(0.2, 0.6), rng.integers(1, 4))
    ]
    return turned(level, rng, 12)


def wave(rng: Generator) -> Drawing:
    x = np.linspace(0, 1, 60)
    y = np.sin(x * 2 * np.pi * rng.uniform(1, 4)) * rng.uniform(0.08, 0.25)
    return turned([np.stack((x, y), axis=1)], rng, 15)


def tick(rng: Generator) -> Drawing:
    return [line((0, rng.uniform(0.5, 0.75)), (rng.uniform(0.2, 0.4), 1), (1, rng.uniform(0, 0.3)))]


def cross(rng: Generator) -> Drawing:
    both = [line((0.5, 0), (0.5, 1)), line((0, 0.5), (1, 0.5))]
    if rng.random() < 0.3:
        both += [line((0.15, 0.15), (0.85, 0.85)), line((0.85, 0.15), (0.15, 0.85))]
    return turned(both, rng, 8 if rng.random() < 0.6 else 45)


def box(rng: Generator) -> Drawing:
    w, h = rng.uniform(0.6, 1), rng.uniform(0.6, 1)
    strokes = [line((0, 0), (w, 0), (w, h), (0, h), (0, 0))]
    if rng.random() < 0.3:
        strokes.append(line((0, 0), (w, h)))
    return turned(strokes, rng, 10)


def triangle(rng: Generator) -> Drawing:
    corners = [(0, 1), (rng.uniform(0.2, 0.8), rng.uniform(0, 0.3)), (1, 1)]
    return [line(*corners, corners[0])]


def heart(rng: Generator) -> Drawing:
    dip, wide = rng.uniform(0.15, 0.3), rng.uniform(0.8, 1.1)
    right = curve((0, dip), (0.25 * wide, 0), (0.5 * wide, 0.25), (0.3 * wide, 0.65), (0, 1))
    return [right, right * (-1, 1)]


def smiley(rng: Generator) -> Drawing:
    eyes = [
        line((x, 0.35), (x, 0.35 + rng.choice((0, 0.1))))
        for x in (0.35, 0.65)  # dots or short lines
    ]
    mouth = arc(0.5, 0.5, rng.uniform(0.2, 0.3), rng.uniform(0.15, 0.28), 20, 140)
    face = [arc(0.5, 0.5, 0.5, 0.5, -90, 370)] if rng.random() < 0.8 else []
    return [*face, *eyes, mouth]


def star(rng: Generator) -> Drawing:
    angle = np.radians(np.arange(6) * 144 - 90)
    return turned([np.stack((np.cos(angle), np.sin(angle)), axis=1)], rng, 15)


def arrow(rng: Generator) -> Drawing:
    tip = rng.uniform(0.2, 0.4)
    head = line((1 - tip, -tip), (1, 0), (1 - tip, tip))
    return turned([line((0, 0), (1, 0)), head], rng, 180)


def house(rng: Generator) -> Drawing:
    roof = line((0, 0.4), (0.5, rng.uniform(0, 0.1)), (1, 0.4))
    walls = line((0.05, 0.4), (0.05, 1), (0.95, 1), (0.95, 0.4), (0.05, 0.4))
    return [roof, walls, line((0.4, 1), (0.4, 0.7), (0.6, 0.7), (0.6, 1))][: rng.integers(2, 4)]


def grid(rng: Generator) -> Drawing:
    at = (0.33, 0.67)
    return [line((x, 0), (x, 1)) for x in at] + [line((0, y), (1, y)) for y in at]


def blob(rng: Generator) -> Drawing:
    """An area filled by going to and fro so closely that no gap is left."""
    y = np.linspace(0, 1, 40)
    half = np.sqrt(np.maximum(0.25 - (y - 0.5) ** 2, 0)) + 0.02
    if rng.random() < 0.5:
        half = np.full_like(y, rng.uniform(0.4, 0.7))
    x = np.where(np.arange(40) % 2, half, -half) * rng.uniform(0.8, 1.1, 40)
    return turned([np.stack((x, y), axis=1)], rng)


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


def lissajous(rng: Generator) -> Drawing:
    t = np.linspace(0, 2 * np.pi, 200)
    a, b = ((2, 3), (3, 4), (3, 5), (1, 3))[rng.integers(4)]
    return [np.stack((np.sin(a * t + rng.uniform(0.3, 1.2)), np.sin(b * t)), axis=1)]


def flower(rng: Generator) -> Drawing:
    t = np.linspace(0, 2 * np.pi, 200)
    r = 1 + rng.uniform(0.3, 0.9) * np.cos(rng.integers(4, 8) * t)
    return [np.stack((np.cos(t), np.sin(t)), axis=1) * r[:, None]]


def hatching(rng: Generator) -> Drawing:
    shift = rng.uniform(-0.5, 0.5)
    ends = np.linspace(0, 1, rng.integers(4, 9))
    strokes = [line((x, 0), (x + shift, rng.uniform(0.8, 1.1))) for x in ends]
    return strokes + turned(strokes, rng, 90) if rng.random() < 0.5 else strokes


def stick_man(rng: Generator) -> Drawing:
    arms, legs = rng.uniform(0.15, 0.35), rng.uniform(0.1, 0.3)
    return [
        arc(0, 0.12, 0.12, 0.12, -90, 370),
        line((0, 0.24), (0, 0.65)),
        line((-arms, 0.3), (0, 0.4), (arms, 0.3)),
        line((-legs, 1), (0, 0.65), (legs, 1)),
    ]


def cloud(rng: Generator) -> Drawing:
    angles = np.linspace(0, 360, rng.integers(6, 9), endpoint=False)
    bumps = [
        arc(np.cos(np.radians(a)) * 0.7, np.sin(np.radians(a)) * 0.4, 0.3, 0.25, a - 100, 200)
        for a in angles
    ]
    return [np.concatenate(bumps)]


def rings(rng: Generator) -> Drawing:
    """Three or more circles anywhere."""
    return [
        arc(*rng.uniform(0, 1, 2), *rng.uniform(0.1, 0.4, 2), rng.uniform(0, 360), 360)
        for _ in range(rng.integers(3, 6))
    ]


def turned(drawing: Drawing, rng: Generator, most: float = 180) -> Drawing:
    """Rotated by up to `most` degrees either way."""
    angle = np.radians(rng.uniform(-most, most))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [stroke @ turn for stroke in drawing]


Family = Callable[[Generator], Drawing]
SCRIBBLES: tuple[Family, ...] = (wander, wander, polygon_walk, zigzag, hooks, loops, tangle)
SHAPES: tuple[Family, ...] = (
    spiral, dots, dash, wave, tick, cross, box, triangle, heart, smiley, star, arrow, house, grid,
    blob, row, row,
)  # fmt: skip
HELD_OUT: tuple[Family, ...] = (lissajous, flower, hatching, stick_man, cloud, rings)


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
