"""More things that people draw and that are no digit: outlines like a 0, things with limbs.

A bumpy outline passed for a 0 and a stick figure for an 8 where training had seen none like them.
Programs as those of train/pictures/shapes.py; none of them draws what scribbles.HELD_OUT does.
"""

import numpy as np

from train.pictures import hand
from train.pictures.hand import Drawing, Generator, arc, curve, line, turned


def outline(rng: Generator) -> Drawing:
    """A closed line that goes in and out: an island, a puddle, a splash."""
    t = np.linspace(0, 2 * np.pi, 120)
    radius = np.ones(120)
    for wave in rng.choice(np.arange(3, 14), rng.integers(1, 4), replace=False):
        least = 0.2 if wave < 6 else 0.1  # less than that and it is a 0
        radius += rng.uniform(least, 0.3) * np.cos(wave * t + rng.uniform(0, 2 * np.pi))
    ring = np.stack((np.cos(t), np.sin(t) * rng.uniform(0.5, 1)), axis=1)
    return turned([ring * radius[:, None]], rng)


def cog(rng: Generator) -> Drawing:
    """A toothed wheel, or a saw's round blade."""
    teeth = rng.integers(5, 13)
    angle = np.linspace(0, 2 * np.pi, 4 * teeth + 1) + rng.uniform(0, 1)
    depth = rng.uniform(0.65, 0.85)
    radius = np.where(np.arange(4 * teeth + 1) % 4 < 2, 1.0, depth)
    if rng.random() < 0.3:
        angle, radius = angle[::2], radius[::2]
    wheel = np.stack((np.cos(angle), np.sin(angle) * rng.uniform(0.6, 1)), axis=1)
    hub = [arc(0, 0, 0.25, 0.25, 0, 370)] if rng.random() < 0.3 else []
    return [wheel * radius[:, None], *hub]


def scallops(rng: Generator) -> Drawing:
    """A row of arches, open or closed by a line, as of an awning."""
    count = rng.integers(4, 9)
    up = rng.choice((-1, 1))
    arches = np.concatenate([arc(i + 0.5, 0, 0.5, 0.5 * up, 180, 180) for i in range(count)])
    flat = rng.uniform(0.5, 1.5)
    ends = [line((0, 0), (0, flat), (count, flat), (count, 0))] if rng.random() < 0.5 else []
    return turned([arches, *ends], rng, 180 if rng.random() < 0.4 else 12)


def fish(rng: Generator) -> Drawing:
    body = curve((1.2, -0.25), (0.8, 0.05), (0.35, 0.3), (0, 0), (0.35, -0.3), (0.8, -0.05),
                 (1.2, 0.25))  # fmt: skip
    tail = [line((1.2, -0.25), (1.2, 0.25))] if rng.random() < 0.7 else []
    eye = [arc(0.2, -0.06, 0.03, 0.03, 0, 360)] if rng.random() < 0.7 else []
    return turned([body, *tail, *eye], rng, 20)


def tree(rng: Generator) -> Drawing:
    """A trunk with branches to both sides, bare or under a crown."""
    trunk = [line((0, 0), (0, 1))]
    for y in np.linspace(0.15, 0.75, rng.integers(2, 5)):
        reach, rise = rng.uniform(0.15, 0.4), rng.uniform(-0.25, 0.15)
        trunk.append(line((-reach, y + rise), (0, y), (reach, y + rise)))
    return turned(trunk, rng, 180 if rng.random() < 0.4 else 8)


def insect(rng: Generator) -> Drawing:
    """A body, or two or three, and legs."""
    count = rng.integers(1, 4)
    bodies = [arc(0, 0.45 * i, rng.uniform(0.12, 0.25), 0.22, 0, 365) for i in range(count)]
    legs = []
    for y in np.linspace(0, 0.45 * (count - 1) + 0.1, rng.integers(2, 5)):
        reach, bend = rng.uniform(0.35, 0.6), rng.uniform(-0.25, 0.25)
        legs += [line((side * 0.15, y), (side * reach, y + bend)) for side in (-1, 1)]
    return turned([*bodies, *legs], rng)


def lollipop(rng: Generator) -> Drawing:
    """A ring on a stick with something across: a key, a balloon, the sign for a woman."""
    stick = [arc(0, 0, 0.3, 0.3, rng.uniform(0, 360), 365), line((0, 0.3), (0, 1.2))]
    for y in rng.uniform(0.6, 1.2, rng.integers(2, 4)):
        left = rng.choice((0, 0.25))
        stick.append(line((-left, y), (rng.uniform(0.15, 0.3), y)))
    return turned(stick, rng, 180 if rng.random() < 0.7 else 10)


def sun(rng: Generator) -> Drawing:
    rays = rng.integers(5, 13)
    drawing = [arc(0, 0, 0.45, 0.45, 0, 370)]
    for angle in np.linspace(0, 2 * np.pi, rays, endpoint=False):
        way = np.array((np.cos(angle), np.sin(angle)))
        drawing.append(line(way * rng.uniform(0.5, 0.6), way * rng.uniform(0.75, 1.1)))
    return drawing


def chain(rng: Generator) -> Drawing:
    """Links in a row, each through the next."""
    count = rng.integers(3, 6)
    links = [arc(0.8 * i, 0, 0.5, rng.uniform(0.2, 0.5), 0, 365) for i in range(count)]
    return turned(links, rng)


def ladder(rng: Generator) -> Drawing:
    high = rng.uniform(1.2, 2.5)
    rungs = np.linspace(0.15, high - 0.15, rng.integers(2, 6))
    rails = [line((0, 0), (0, high)), line((0.6, 0), (0.6, high))]
    return turned([*rails, *[line((0, y), (0.6, y)) for y in rungs]], rng, 90)


def umbrella(rng: Generator) -> Drawing:
    """A half-moon with or without points, and a hooked stick."""
    roof = arc(0, 0, 0.6, rng.uniform(0.4, 0.6), 180, 180)
    rim = line((-0.6, 0), (0.6, 0))
    if rng.random() < 0.5:
        rim = np.concatenate([arc(x, 0, 0.2, 0.12, 180, 180) for x in (-0.4, 0, 0.4)])
    return [roof, rim, curve((0, -0.05), (0, 0.7), (0.1, 0.85), (0.22, 0.7))]


def cup(rng: Generator) -> Drawing:
    wide, high = rng.uniform(0.5, 0.9), rng.uniform(0.6, 1)
    body = line((0, 0), (0.08, high), (wide - 0.08, high), (wide, 0), (0, 0))
    handle = arc(wide, high / 2, 0.2, high / 4, -90, 180)
    steam = [curve((x, -0.1), (x + 0.08, -0.25), (x, -0.4)) for x in (0.2, 0.4)]
    return [body, handle, *steam[: rng.integers(3)]]


def knot(rng: Generator) -> Drawing:
    """Two or three loops out of one middle: a bow, a propeller, a clover of wire."""
    loops = rng.integers(3, 6)
    t = np.linspace(0, 2 * np.pi, 160)
    radius = np.abs(np.cos(loops * t / 2)) ** rng.uniform(0.5, 1.5)
    ring = np.stack((np.cos(t), np.sin(t)), axis=1) * radius[:, None]
    tail = [curve((0, 0), (0.2, 0.8), (-0.1, 1.5))] if rng.random() < 0.4 else []
    return turned([ring, *tail], rng)


def eyes(rng: Generator) -> Drawing:
    """An almond with a ring in it, or a mouth: bows that a slashed or flat 0 is not."""
    drawing = [curve((0, 0.3), (0.5, 0), (1, 0.3)), curve((0, 0.3), (0.5, 0.6), (1, 0.3))]
    if rng.random() < 0.6:
        drawing.append(arc(0.5, 0.3, 0.16, 0.16, 0, 365))
    lashes = [line((x, 0), (x, -0.25)) for x in np.linspace(0.2, 0.8, rng.integers(3, 6))]
    return turned(drawing + (lashes if len(drawing) < 3 or rng.random() < 0.4 else []), rng, 15)


def leaf(rng: Generator) -> Drawing:
    """Two bows that meet in points, a vein, with or without side veins and a stalk."""
    wide = rng.uniform(0.15, 0.45)
    drawing = [curve((0, 0), (0.5, wide), (1, 0)), curve((0, 0), (0.5, -wide), (1, 0))]
    drawing.append(line((0.02, 0), (rng.uniform(0.7, 1.3), 0)))
    for x in np.linspace(0.25, 0.75, rng.integers(0, 5)):
        drawing += [line((x, 0), (x - 0.12, side * wide * 0.7)) for side in (-1, 1)]
    return turned(drawing, rng, 180)


def moon(rng: Generator) -> Drawing:
    """A sickle: a bow, and one within it that starts and ends with it."""
    inner = rng.uniform(0.25, 0.65)  # with less it is a 0
    outer = arc(0, 0, 0.8, 1, -90, 180)
    back = np.stack((np.cos(np.linspace(np.pi / 2, -np.pi / 2, 60)) * 0.8 * inner,
                     np.sin(np.linspace(np.pi / 2, -np.pi / 2, 60))), axis=1)  # fmt: skip
    return turned([np.concatenate((outer, back))], rng, 180)


def bubble(rng: Generator) -> Drawing:
    """What somebody says: a round or boxy outline with a pointed tail, empty or with lines."""
    boxy = rng.uniform(0.35, 1)  # exponent of a superellipse: 1 is round
    t = np.linspace(0.62 * np.pi, 2.4 * np.pi, 120)
    ring = np.stack((np.sign(np.cos(t)) * np.abs(np.cos(t)) ** boxy,
                     0.65 * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** boxy), axis=1)  # fmt: skip
    tip = np.array([(rng.uniform(-0.8, 0.6), rng.uniform(1.1, 1.6))])  # shorter, and it is a 0
    words = [line((-0.5, y), (rng.uniform(0, 0.5), y)) for y in (-0.2, 0.05, 0.3)]
    return turned([np.concatenate((ring, tip, ring[:1])), *words[: rng.integers(0, 4)]], rng, 15)


def ghost(rng: Generator) -> Drawing:
    """A dome with a wavy hem, with or without eyes; a jellyfish where the hem has threads."""
    waves = rng.integers(2, 6)
    t = np.linspace(0, 1, 60)
    depth, high = rng.uniform(0.05, 0.2), rng.uniform(0.3, 1.1)
    hem = np.stack((0.6 - 1.2 * t, high - depth * np.sin(np.pi * waves * t) ** 2), axis=1)
    body = np.concatenate((arc(0, 0, 0.6, 0.6, 180, 180), hem, [(-0.6, 0)]))
    eyes_ = [arc(x, 0, 0.08, 0.1, 0, 365) for x in (-0.2, 0.2)] if rng.random() < 0.6 else []
    count = rng.integers(3, 6) if rng.random() < 0.3 else 0
    threads = [curve((x, high), (x + 0.1, high + 0.3), (x - 0.05, high + 0.7))
               for x in np.linspace(-0.45, 0.45, count)]  # fmt: skip
    return turned([body, *eyes_, *threads], rng, 10)


def crown(rng: Generator) -> Drawing:
    """Points on a band; with long points a hand or a castle."""
    points = rng.integers(3, 6)
    x = np.linspace(0, 1, 2 * points + 1)
    deep = rng.uniform(0.25, 0.7)
    y = np.where(np.arange(2 * points + 1) % 2, deep, 0) + rng.normal(0, 0.03, 2 * points + 1)
    rim = list(zip(x, y, strict=True))
    band = [line((0, 0.85), (1, 0.85))] if rng.random() < 0.5 else []
    outline_ = [*rim, (1, 1), (0, 1), rim[0]]
    stroke = curve(*outline_) if rng.random() < 0.3 else line(*outline_)
    return turned([stroke, *band], rng, 12)


def butterfly(rng: Generator) -> Drawing:
    """A body, two pairs of wings, feelers."""
    drawing = [line((0, -0.5), (0, 0.5))]
    high, low = rng.uniform(0.4, 0.9), rng.uniform(0.3, 0.7)
    for side in (-1, 1):
        drawing.append(curve((0, -0.1), (side * high, -0.7), (side * high, -0.1), (0, 0)))
        drawing.append(curve((0, 0), (side * low, 0.15), (side * low, 0.6), (0, 0.2)))
        if rng.random() < 0.5:
            drawing.append(curve((0, -0.5), (side * 0.1, -0.75), (side * 0.3, -0.85)))
    return turned(drawing, rng, 30)


def bone(rng: Generator) -> Drawing:
    """Two knobs at each end of a bar, in one line."""
    long, wide, knob = rng.uniform(0.6, 1.6), rng.uniform(0.1, 0.25), rng.uniform(0.16, 0.3)
    right_top = arc(long, -wide, knob, knob, 150, 210)
    right_low = arc(long, wide, knob, knob, 0, 210)
    half = np.concatenate((right_top, right_low))
    return turned([np.concatenate((half, half[::-1] * (-1, 1), half[:1]))], rng, 180)


FIGURES = (
    outline, outline, cog, cog, scallops, fish, tree, insect, lollipop, sun, chain, ladder,
    umbrella, cup, knot, eyes, leaf, moon, bubble, ghost, crown, butterfly, bone,
)  # fmt: skip


def figures(count: int, seed: int) -> np.ndarray:
    """Pictures uint8 (count, 28, 28) to train rejection on."""
    rng = np.random.default_rng((seed, 1004))
    drawings = []
    for _ in range(count):
        family = FIGURES[rng.integers(len(FIGURES))]
        drawing = hand.shaken(family(rng), rng)
        drawings.append(hand.distort(drawing, rng, rng.uniform(0.3, 1.0)))
    return hand.pictures(drawings, rng)
