"""Digits in the styles that people use, as programs of strokes; and new styles for real drawings.

The 30 writers of the pen strokes (see strokes.py) lack much that others do: a zero with a slash
or a dot, a one with a foot, a two with a loop, an eight of two circles, a five whose top is apart.
Each program draws one digit within about 0..1 (y down) and varies with the generator it is given;
train.hand.distort() then lends it a hand.
"""

from collections.abc import Callable

import numpy as np

from train.pictures.habits import HABITS, slash
from train.pictures.hand import (
    Drawing,
    Generator,
    arc,
    curve,
    distort,
    line,
    pictures,
    shaken,
    to_unit,
)

HABITUAL = 0.55  # share of the drawn digits that follow a habit of train/pictures/habits.py


def zero(rng: Generator) -> Drawing:
    rx, ry = rng.uniform(0.24, 0.46), 0.5
    start, overshoot = rng.uniform(-140, -40), rng.normal(5, 18)
    turn = (360 + overshoot) * (-1 if rng.random() < 0.75 else 1)
    ring = arc(0.5, 0.5, rx, ry, start, turn)
    ring[:, 0] += np.linspace(0, rng.normal(0, 0.04), len(ring))
    kind = rng.random()
    if kind < 0.6:
        box = np.array([0.5 - rx, 0.0]), np.array([0.5 + rx, 1.0])
        return [ring, slash(*box, rng)]
    if kind < 0.7:
        tall = rng.uniform(0.0, 0.12)
        return [ring, line((0.5, 0.5 - tall), (0.5 + rng.normal(0, 0.01), 0.5 + tall))]
    return [ring]


def one(rng: Generator) -> Drawing:
    lean = rng.normal(0, 0.04)
    stem = line((0.5 + lean, 0), (0.5, 1))
    flag = rng.uniform(0.08, 0.42) if rng.random() < 0.75 else 0
    foot = rng.uniform(0.1, 0.32) if rng.random() < 0.55 else 0
    if flag:
        tip = (0.5 + lean - flag, flag * rng.uniform(0.4, 1.3))
        bend = ((tip[0] + 0.5 + lean) / 2, tip[1] * rng.uniform(0.4, 0.65))
        whole = np.concatenate((curve(tip, bend, (0.5 + lean, 0)), stem))
        strokes = [whole] if rng.random() < 0.8 else [stem, whole[:-2]]
    else:
        strokes = [stem]
    if foot:
        left, right = foot * rng.uniform(0.7, 1.3), foot * rng.uniform(0.7, 1.3)
        height = 1 + rng.normal(0, 0.015)
        strokes.append(line((0.5 - left, height), (0.5 + right, height + rng.normal(0, 0.03))))
    return strokes


def two(rng: Generator) -> Drawing:
    wide = rng.uniform(0.5, 0.75)
    top = [(0.02, rng.uniform(0.15, 0.3)), (wide * 0.45, 0), (wide * 0.95, 0.25)]
    kind = rng.random()
    if kind < 0.5:  # a loop at the lower left
        tall = rng.uniform(0.08, 0.2)
        loop = [
            (wide * 0.6, 0.62),
            (0.1, 0.97),
            (-0.04, 1 - tall / 2),
            (0.1, 1 - tall),
            (wide * 0.4, 0.93),
        ]
        end = [(wide * 0.8, 1.0), (wide * rng.uniform(1.1, 1.4), 1 - rng.uniform(0.0, 0.15))]
        return [curve(*top, *loop, *end)]
    neck = [(wide * 0.65, 0.6), (0.0, 1.0)]
    if kind < 0.8:  # a flat foot
        foot = line((0.0, 1.0), (wide * rng.uniform(1, 1.25), 1 + rng.normal(0, 0.03)))
    else:  # a foot that swings
        foot = curve((0.0, 1.0), (wide * 0.45, 0.93), (wide * 0.8, 1.0), (wide * 1.15, 0.92))
    return [np.concatenate((curve(*top, *neck), foot))]


def three(rng: Generator) -> Drawing:
    waist, wide = rng.uniform(0.4, 0.5), rng.uniform(0.45, 0.65)
    inner = wide * rng.uniform(0.3, 0.6)
    right = [(wide * 0.85, waist + 0.1), (wide, 0.72), (wide * 0.85, 0.92)]
    belly = [*right, (wide * 0.5, 1.0), (rng.uniform(-0.05, 0.05), 0.88)]
    if rng.random() < 0.55:  # flat top
        top = line((0.02, rng.normal(0, 0.02)), (wide * 0.95, 0), (inner, waist))
        return [np.concatenate((top, curve((inner, waist), *belly)))]
    head = [(0.02, 0.14), (wide * 0.2, 0.02), (wide * 0.6, 0.0), (wide * 0.88, 0.18)]
    head.append((wide * 0.75, waist - 0.08))
    if rng.random() < 0.4:  # a small loop at the waist
        loop = [(inner, waist), (inner - 0.08, waist + 0.03), (inner, waist + 0.06)]
        return [curve(*head, *loop, *belly)]
    return [curve(*head, (inner, waist)), curve((inner, waist), *belly)]


def four(rng: Generator) -> Drawing:
    bar, stem = rng.uniform(0.5, 0.72), rng.uniform(0.42, 0.62)
    right = stem + rng.uniform(0.03, 0.3)
    kind = rng.random()
    if kind < 0.4:  # open: an L, then the stem
        lean = rng.normal(0, 0.05)
        hook = line((rng.uniform(0.02, 0.2), rng.uniform(0, 0.1)), (0, bar), (right, bar))
        return [hook, line((stem + lean, rng.uniform(-0.05, 0.3)), (stem, 1))]
    if kind < 0.75:  # closed, as printed
        top = (stem + rng.normal(0, 0.03), 0)
        if rng.random() < 0.5:
            return [line(top, (0, bar), (right, bar)), line(top, (stem, 1))]
        return [line((right, bar), (0, bar), top, (stem, 1))]
    if kind < 0.9:  # one stroke, the corner rounded
        start = (rng.uniform(0.05, 0.2), 0)
        down = curve(start, (0.03, bar * 0.7), (0.12, bar), (stem, bar * 0.97))
        return [down, line((stem + 0.02, rng.uniform(0, 0.25)), (stem, 1))]
    # a foot below, as typewriters have it
    top = (stem, 0)
    foot = line((stem - 0.12, 1), (stem + 0.12, 1))
    return [line((right, bar), (0, bar), top, (stem, 1)), foot]


def five(rng: Generator) -> Drawing:
    wide, neck = rng.uniform(0.45, 0.65), rng.uniform(0.36, 0.48)
    side = rng.uniform(0.02, 0.12)
    belly = [(wide * 0.5, neck - 0.05), (wide, neck + 0.25), (wide * 0.5, 1), (0, 0.9)]
    body = np.concatenate((line((side, 0), (side * 0.4, neck)), curve((side * 0.4, neck), *belly)))
    end = (side + wide * rng.uniform(0.6, 1.05), rng.normal(-0.02, 0.04))
    if rng.random() < 0.6:  # the top is a stroke of its own, more or less apart
        gap = rng.normal(0, 0.04, 2) + np.array((0.07, -0.05)) * rng.integers(0, 2, 2)
        return [body, line((side, 0), end) + gap]
    if rng.random() < 0.5:
        return [np.concatenate((line(end), body))]
    s = [end, (side + 0.12, 0.0), (side, neck * 0.6), (wide * 0.5, neck)]
    return [curve(*s, *belly[1:])]


def six(rng: Generator) -> Drawing:
    rx, ry = rng.uniform(0.2, 0.34), rng.uniform(0.18, 0.3)
    x, y = 0.35, 1 - ry
    start = (x + rng.uniform(-0.05, 0.4), 0)
    side = curve(start, (x - rx * 0.6, y - 0.25), (x - rx, y))
    if rng.random() < 0.3:  # a straight back
        side = line(start, (x - rx, y))
    return [np.concatenate((side, arc(x, y, rx, ry, 180, -rng.uniform(300, 420))))]


def seven(rng: Generator) -> Drawing:
    wide = rng.uniform(0.45, 0.7)
    foot = rng.uniform(0.05, wide * 0.6)
    stem = line((wide, 0), (foot, 1))
    if rng.random() < 0.4:
        stem = curve((wide, 0), ((wide * 0.55 + foot * 0.45), 0.42), (foot, 1))
    top = line((0, rng.normal(0, 0.03)), (wide, 0))
    if rng.random() < 0.35:  # a serif at the left
        top = np.concatenate((line((rng.normal(0, 0.02), rng.uniform(0.08, 0.2))), top))
    strokes = [np.concatenate((top, stem))]
    if rng.random() < 0.6:
        at, half = rng.uniform(0.4, 0.6), rng.uniform(0.1, 0.24)
        x = wide + (foot - wide) * at
        strokes.append(line((x - half, at + rng.normal(0, 0.03)), (x + half, at)))
    return strokes


def eight(rng: Generator) -> Drawing:
    if rng.random() < 0.6:  # two circles, a little apart or overlapping
        low = rng.uniform(0.24, 0.29)
        high = rng.uniform(0.17, 0.27)
        gap = rng.normal(-0.01, 0.03)
        upper = arc(0.3 + rng.normal(0, 0.03), high, high * rng.uniform(0.8, 1.1), high, 90, 365)
        y = 2 * high + gap + low
        return [upper, arc(0.3, y, low * rng.uniform(0.8, 1.15), low, -90, -rng.uniform(340, 375))]
    wide = rng.uniform(0.4, 0.6)
    start = (wide * 0.85, 0.16)
    s = [(0.5, 0), (0.18, 0.08), (0.14, 0.28), (0.5, 0.48), (0.88, 0.64), (0.92, 0.88), (0.5, 1)]
    back = [(0.08, 0.88), (0.12, 0.64), (0.5, 0.46), (0.86, 0.28)]
    end = start if rng.random() < 0.6 else (wide * rng.uniform(0.7, 1.1), rng.uniform(0.0, 0.12))
    return [curve(start, *[(wide * x, y) for x, y in (*s, *back)], end)]


def nine(rng: Generator) -> Drawing:
    rx, ry = rng.uniform(0.2, 0.32), rng.uniform(0.18, 0.28)
    x, right = 0.35, 0.35 + rx
    loop = arc(x, ry, rx, ry, rng.uniform(-60, 0), -rng.uniform(300, 370))
    kind = rng.random()
    if kind < 0.45:
        leg = line((right, ry * rng.uniform(0.2, 1)), (right + rng.normal(-0.03, 0.05), 1))
    elif kind < 0.8:
        low = (x - rx * rng.uniform(0.3, 1.1), 0.9 + rng.normal(0, 0.03))
        leg = curve((right, ry), (right - 0.01, 0.7), (x + rx * 0.3, 1), low)
    else:
        leg = curve((right, ry), (right - 0.05, 0.6), (x - rx * rng.uniform(0, 0.8), 1))
    return [np.concatenate((loop, leg))] if rng.random() < 0.7 else [loop, leg]


PROGRAMS: tuple[Callable[[Generator], Drawing], ...] = (
    zero, one, two, three, four, five, six, seven, eight, nine,
)  # fmt: skip


def restyle(label: int, drawing: Drawing, rng: Generator) -> Drawing:
    """A real digit in a style its writer lacks: a slash in 0, a foot under 1, a bar through 7.

    Others come back as they are, and a 7 of two strokes may lose its second, the bar.
    """
    drawing = to_unit(drawing)
    points = np.concatenate(drawing)
    low, high = points.min(0), points.max(0)
    if label == 0:
        return [*drawing, slash(low, high, rng)]
    if label == 1 and len(drawing) == 1 and high[0] - low[0] < 0.6:
        if rng.random() < 0.25:  # as in a mirror: it leans back
            return [stroke * (-1, 1) for stroke in drawing]
        x, y = points[points[:, 1].argmax()]
        left, right = rng.uniform(0.1, 0.45, 2)
        return [*drawing, line((x - left, y), (x + right, y + rng.normal(0, 0.02)))]
    if label == 7 and len(drawing) == 1:
        stem = points[len(points) // 3 :]
        x, y = stem[np.abs(stem[:, 1] - rng.uniform(-0.08, 0.15)).argmin()]
        half = rng.uniform(0.1, 0.24)
        return [*drawing, line((x - half, y + rng.normal(0, 0.03)), (x + half, y))]
    if label == 7 and len(drawing) == 2:
        return drawing[:1]
    return drawing


def drawn_digit(label: int, rng: Generator) -> Drawing:
    """One digit of a random style by a random hand."""
    program = PROGRAMS[label]
    if label in HABITS and rng.random() < HABITUAL:
        program = HABITS[label]
    return distort(shaken(program(rng), rng), rng, rng.uniform(0.4, 1.0))


def styled_digits(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 (count, 28, 28) of drawn digits and their labels int64 (count,)."""
    rng = np.random.default_rng((seed, 57))
    labels = rng.integers(0, 10, count)
    return pictures([drawn_digit(label, rng) for label in labels], rng), labels.astype(np.int64)
