"""Digits by habits that whole countries have and neither MNIST nor the pen strokes show enough of.

Slashed zeros of every kind, ones with a base or that lean back, sevens with bar and foot, open and
pointed fours, eights that do not close, nines like g. Programs as those of
train/pictures/styles.py: one digit within about 0..1, y down.
"""

from collections.abc import Callable

import numpy as np

from train.pictures.hand import Drawing, Generator, arc, curve, line


def slash(low: np.ndarray, high: np.ndarray, rng: Generator) -> np.ndarray:
    """A slash through the box low..high, mostly rising to the right, inside it or well beyond."""
    middle, half = (low + high) / 2, (high - low) / 2
    reach = rng.uniform(0.4, 1.25) if rng.random() < 0.7 else rng.uniform(1.2, 1.9)
    across = half[0] * reach * rng.uniform(0.1, 1.0) * (1 if rng.random() < 0.88 else -1)
    down = half[1] * reach * rng.uniform(0.6, 0.95)
    bend = rng.normal(0, 0.06, 2) * (high - low)
    half_slash = np.array((across, -down))
    return curve(middle + half_slash, middle + bend, middle - half_slash)


def zero(rng: Generator) -> Drawing:
    """A ring with a slash upright or slanted, inside it or far beyond, a bar, or two."""
    rx, ry = rng.uniform(0.16, 0.5), rng.uniform(0.32, 0.55)
    turn = (360 + rng.normal(4, 14)) * rng.choice((-1, 1))
    ring = arc(0.5, 0.5, rx, ry, rng.uniform(-180, 180), turn)
    kind = rng.random()
    if kind < 0.14:
        return [ring]
    if kind < 0.22:  # a level bar
        reach = rx * rng.uniform(0.3, 1.4)
        y = 0.5 + rng.normal(0, 0.07)
        return [ring, line((0.5 - reach, y), (0.5 + reach, y + rng.normal(0, 0.04)))]
    upright = rng.uniform(0, 28) if kind < 0.5 else rng.uniform(20, 62)  # degrees from upright
    angle = np.radians(upright) * (1 if rng.random() < 0.82 else -1)
    way = np.array((np.sin(angle), -np.cos(angle)))
    # How far it is from the middle to the ring that way, and how far the slash goes.
    ring_at = 1 / np.hypot(way[0] / rx, way[1] / ry)
    reach = ring_at * rng.choice(
        (rng.uniform(0.35, 0.85), rng.uniform(0.85, 1.2), rng.uniform(1.2, 2.1))
    )
    middle = 0.5 + rng.normal(0, 0.05, 2)
    bend = rng.normal(0, 0.03, 2)
    first, second = reach * rng.uniform(0.8, 1.15), reach * rng.uniform(0.8, 1.15)
    slash = curve(middle + way * first, middle + bend, middle - way * second)
    if rng.random() < 0.15:  # in one go with the ring
        return [np.concatenate((ring, slash))]
    return [ring, slash]


def one(rng: Generator) -> Drawing:
    """A plain stroke that leans either way; or a flag, and a base as wide as it likes."""
    kind = rng.random()
    if kind < 0.42:
        lean = np.tan(
            np.radians(rng.choice((rng.normal(0, 5), rng.uniform(-38, -8), rng.uniform(8, 50))))
        )
        middle = (0.5 + rng.normal(0, 0.015), 0.5)
        return [curve((0.5 + lean / 2, 0), middle, (0.5 - lean / 2, 1))]
    lean = rng.normal(0.02, 0.06)
    top = np.array((0.5 + lean, 0.0))
    stem = line(top, (0.5, 1))
    flag = rng.uniform(0.1, 0.46)
    drop = flag * rng.uniform(0.25, 1.5)
    tip = top + np.array((-flag, drop))
    strokes = [np.concatenate((line(tip, top), stem))]
    if kind < 0.6:
        return strokes
    left, right = rng.uniform(0.12, 0.5, 2)
    height = 1 + rng.normal(0, 0.015)
    base = line((0.5 - left, height), (0.5 + right, height + rng.normal(0, 0.025)))
    if rng.random() < 0.3:  # gone over twice, or a box
        down = rng.uniform(0.02, 0.07)
        base = np.concatenate((base, base[::-1] + np.array((0, down))))
    if rng.random() < 0.2:
        strokes = [stem]
    return [*strokes, base]


def four(rng: Generator) -> Drawing:
    """Open with a curved or straight side, or pointed with a long diagonal."""
    bar, stem = rng.uniform(0.45, 0.75), rng.uniform(0.4, 0.75)
    right = stem + rng.uniform(0.02, 0.35)
    kind = rng.random()
    if kind < 0.35:  # two uprights
        left = rng.uniform(0, 0.12)
        side = line(
            (left, rng.uniform(-0.02, 0.15)), (left * 0.6, bar), (right, bar + rng.normal(0, 0.03))
        )
        return [side, line((stem + rng.normal(0, 0.05), rng.uniform(-0.08, 0.25)), (stem, 1))]
    if kind < 0.6:  # a y with a corner
        bowl = curve(
            (0.0, 0), (0.02, bar * 0.7), (0.15, bar), (stem * 0.6, bar), (stem, bar * 0.85)
        )
        return [bowl, line((stem + rng.normal(0.03, 0.04), rng.uniform(-0.05, 0.1)), (stem, 1))]
    peak = (stem + rng.normal(0, 0.05), 0)
    if kind < 0.85:  # pointed
        return [line(peak, (0, bar), (right, bar + rng.normal(0, 0.02))), line(peak, (stem, 1))]
    gap = rng.uniform(0.05, 0.2)
    start = (stem - gap, rng.uniform(0, 0.08))
    return [
        line(start, (0, bar), (right, bar)),
        line((stem, bar - rng.uniform(0.05, 0.4)), (stem, 1)),
    ]


def six(rng: Generator) -> Drawing:
    """Like b: a straight or hardly bent back and a small bowl."""
    rx, ry = rng.uniform(0.16, 0.32), rng.uniform(0.15, 0.27)
    y = 1 - ry
    top = (0.3 - rx + rng.uniform(-0.02, 0.3), 0)
    back = curve(top, (0.3 - rx - 0.02, y - 0.3), (0.3 - rx, y))
    return [np.concatenate((back, arc(0.3, y, rx, ry, 180, -rng.uniform(280, 400))))]


def seven(rng: Generator) -> Drawing:
    """With a bar, a serif, a foot, in every combination."""
    wide, foot = rng.uniform(0.4, 0.75), rng.uniform(0, 0.4)
    end = (wide * foot, 1.0)
    stem = line((wide, 0), end)
    if rng.random() < 0.4:
        stem = curve((wide, 0), (wide * 0.62, 0.42), end)
    top = line((0, rng.normal(0, 0.04)), (wide, 0))
    if rng.random() < 0.35:
        top = np.concatenate((line((rng.normal(0, 0.03), rng.uniform(0.07, 0.25))), top))
    strokes = [np.concatenate((top, stem))]
    if rng.random() < 0.7:
        at = rng.uniform(0.35, 0.65)
        x = wide + (end[0] - wide) * at
        left, right = rng.uniform(0.08, 0.32, 2)
        strokes.append(
            line((x - left, at + rng.normal(0, 0.05)), (x + right, at + rng.normal(0, 0.03)))
        )
    if rng.random() < 0.35:
        left, right = rng.uniform(0.06, 0.25, 2)
        strokes.append(line((end[0] - left, 1), (end[0] + right, 1 + rng.normal(0, 0.02))))
    return strokes


def eight(rng: Generator) -> Drawing:
    """An S that is led back and does not meet its start."""
    wide, waist = rng.uniform(0.4, 0.65), rng.uniform(0.4, 0.52)
    start = (wide * rng.uniform(0.75, 1.0), rng.uniform(0.02, 0.2))
    down = [
        (0.5, 0),
        (0.12, 0.1),
        (0.12, waist * 0.7),
        (0.5, waist),
        (0.92, (1 + waist) / 2),
        (0.5, 1),
    ]
    up = [(0.06, (1 + waist) / 2), (0.5, waist + rng.normal(0, 0.02)), (0.82, waist * 0.6)]
    end = (wide * rng.uniform(0.7, 1.1), rng.uniform(0.05, 0.3))
    whole = curve(start, *[(wide * x, y) for x, y in (*down, *up)], end)
    if rng.random() < 0.3:  # begun at the waist, or not led all the way back
        whole = whole[: -int(rng.integers(3, 11))]
    return [whole if rng.random() < 0.75 else whole * (-1, 1) + (wide, 0)]


def nine(rng: Generator) -> Drawing:
    """Like g: a bowl, maybe open, and a tail that swings to the left, even back up."""
    rx, ry = rng.uniform(0.18, 0.32), rng.uniform(0.17, 0.3)
    right = 0.35 + rx
    bowl = arc(0.35, ry, rx, ry, rng.uniform(-75, -10), -rng.uniform(265, 360))
    tail = [(right, rng.uniform(0, 0.6) * ry), (right + rng.normal(0, 0.02), 0.65)]
    tail += [(0.35 + rx * 0.4, 1.0), (0.35 - rx * rng.uniform(0.4, 1.2), 0.9)]
    if rng.random() < 0.3:
        tail.append((0.35 - rx * rng.uniform(0.8, 1.3), rng.uniform(0.72, 0.84)))
    leg = curve(*tail)
    return [bowl, leg] if rng.random() < 0.4 else [np.concatenate((bowl, leg))]


HABITS: dict[int, Callable[[Generator], Drawing]] = {
    0: zero, 1: one, 4: four, 6: six, 7: seven, 8: eight, 9: nine,
}  # fmt: skip
