"""Things people draw that are neither digit nor letter, as programs of strokes."""

import numpy as np

from train.pictures.hand import Drawing, Generator, arc, curve, line, turned


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
