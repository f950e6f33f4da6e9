"""Garments as people draw them: ten programs of outlines and inner lines, and the outlines of
Fashion-MNIST's own pictures, by many hands, as outlines or filled.

Each program draws within about 0..1 (y down) and varies with the generator it is given. A drawing
is (outlines, inner lines); train/pictures/hand.py lends both a hand.
"""

import cv2
import numpy as np
import torch

from train.garment_sketch import SIZE, GarmentSketch
from train.pictures.hand import Drawing, Generator, curve, distort, line, shaken
from train.pictures.products import shape_of

CANVAS = 112
BATCH = 32
# Classes that a drawing without cloth or colour does not tell apart.
NEAR = {0: (6,), 2: (4, 6), 4: (2, 6), 5: (7, 9), 6: (0, 2, 4), 7: (5, 9), 9: (5, 7)}
Garment = tuple[Drawing, Drawing]


def _closed(half: list, rng: Generator, soft: float = 0.0) -> np.ndarray:
    """One outline from its right half, (x from the middle line, y) from top to bottom."""
    half = [(x * np.exp(rng.normal(0, 0.05)), y + rng.normal(0, 0.01)) for x, y in half]
    right = np.array(half)
    left = np.array([(-x * np.exp(rng.normal(0, 0.04)), y + rng.normal(0, 0.008)) for x, y in half])
    points = np.concatenate((right, left[::-1], right[:1]))
    return curve(*points) if rng.random() < soft else line(*points)


def _neck(wide: float, deep: float) -> np.ndarray:
    side = wide * 0.6, deep * 0.8
    return curve((-wide, 0), (-side[0], side[1]), (0, deep), side, (wide, 0))


def _buttons(rng: Generator, top: float, bottom: float) -> Drawing:
    places = np.linspace(top, bottom, int(rng.integers(3, 7)))
    size = rng.uniform(0.006, 0.018)
    return [line((-size, y), (size, y), (size, y + size), (-size, y)) for y in places]


def _sleeved(rng: Generator, reach: float, drop: float, length: float, wide: float) -> list:
    """Right half of a top: neck, shoulder, sleeve of that reach and drop, armpit, hem."""
    cuff = rng.uniform(0.07, 0.13)
    armpit = (wide * rng.uniform(0.9, 1.0), rng.uniform(0.24, 0.34))
    return [
        (rng.uniform(0.07, 0.15), 0), (rng.uniform(0.24, 0.34), rng.uniform(0.02, 0.08)),
        (reach, drop), (reach - cuff, drop + cuff * rng.uniform(0.1, 0.7)), armpit,
        (wide * rng.uniform(0.9, 1.1), length),
    ]  # fmt: skip


def t_shirt(rng: Generator) -> Garment:
    wide, length = rng.uniform(0.24, 0.34), rng.uniform(0.8, 1.0)
    if rng.random() < 0.2:  # without sleeves
        half = [(0.12, 0), (0.2, 0), (0.2, 0.15), (wide, 0.3), (wide, length)]
    else:
        half = _sleeved(rng, rng.uniform(0.42, 0.58), rng.uniform(0.22, 0.4), length, wide)
    inner = [_neck(half[0][0], rng.uniform(0.05, 0.15))] if rng.random() < 0.6 else []
    return [_closed(half, rng, 0.2)], inner


def trouser(rng: Generator) -> Garment:
    waist, hem = rng.uniform(0.15, 0.24), rng.uniform(0.06, 0.12)
    out, crotch = rng.uniform(0.16, 0.32), rng.uniform(0.25, 0.42)
    hips, inner_hem = (max(waist, out * 0.9), 0.25), (out - hem * 1.4, 1)
    half = [(waist, 0), hips, (out, 1), inner_hem, (0.005, crotch)]
    inner = [line((-waist, 0.07), (waist, 0.07))] if rng.random() < 0.4 else []
    if rng.random() < 0.3:
        inner.append(line((0, 0.07), (0, crotch)))
    return [_closed(half, rng, 0.1)], inner


def pullover(rng: Generator) -> Garment:
    wide, length = rng.uniform(0.24, 0.34), rng.uniform(0.75, 1.0)
    reach, drop = rng.uniform(0.4, 0.62), length * rng.uniform(0.75, 1.0)
    if rng.random() < 0.3:  # arms held out
        reach, drop = rng.uniform(0.6, 0.85), rng.uniform(0.35, 0.6)
    half = _sleeved(rng, reach, drop, length, wide)
    inner = [_neck(half[0][0], rng.uniform(0.04, 0.1))] if rng.random() < 0.6 else []
    if rng.random() < 0.4:
        inner.append(line((-wide, length - 0.06), (wide, length - 0.06)))
    return [_closed(half, rng, 0.2)], inner


def dress(rng: Generator) -> Garment:
    top, waist = rng.uniform(0.12, 0.2), rng.uniform(0.1, 0.16)
    hem, at = rng.uniform(0.17, 0.4), rng.uniform(0.3, 0.45)
    kind = rng.random()
    if kind < 0.4:  # straps or no sleeves
        half = [(top * 0.5, 0), (top * 0.75, 0), (top, 0.2), (waist, at), (hem, 1)]
    elif kind < 0.75:
        half = [(0.06, 0), (top, 0.03), (top + 0.12, 0.17), (top + 0.06, 0.22), (top, 0.18), (waist, at), (hem, 1)]  # fmt: skip # noqa: E501
    else:
        half = [(0.06, 0), (top, 0.03), (top + 0.16, 0.45), (top + 0.1, 0.46), (top, 0.2), (waist, at), (hem, 1)]  # fmt: skip # noqa: E501
    inner = [line((-waist, at), (waist, at))] if rng.random() < 0.4 else []
    if rng.random() < 0.4:
        inner.append(_neck(half[0][0], rng.uniform(0.03, 0.1)))
    return [_closed(half, rng, 0.3)], inner


def coat(rng: Generator) -> Garment:
    wide, length = rng.uniform(0.25, 0.34), rng.uniform(0.9, 1.2)
    half = _sleeved(rng, rng.uniform(0.38, 0.58), length * rng.uniform(0.6, 0.85), length, wide)
    neck = half[0][0]
    inner = [line((0, 0.15), (0, length))]
    if rng.random() < 0.7:  # lapels
        inner += [line((-neck, 0), (0, rng.uniform(0.2, 0.4))), line((neck, 0), (0, 0.3))]
    if rng.random() < 0.6:
        inner += _buttons(rng, 0.3, length * 0.85)
    return [_closed(half, rng, 0.2)], inner


def sandal(rng: Generator) -> Garment:
    """Seen from the side: a sole, with or without a heel, and straps over it."""
    heel = rng.uniform(0, 0.4) if rng.random() < 0.6 else rng.uniform(0, 0.06)
    thick = rng.uniform(0.03, 0.09)
    back, flat = 0.42 - heel, 0.45
    sole = [(0, back), (0.2, back + 0.02), (0.6, flat - 0.05), (1, flat - 0.02), (1, flat + thick), (0.6, flat + thick)]  # fmt: skip # noqa: E501
    sole += [(0.22, back + thick + 0.06), (0.16, flat + thick), (0.06, flat + thick), (0, back)]
    straps = [curve((0.62, flat - 0.03), (0.72, 0.2 + rng.uniform(0, 0.1)), (0.92, flat - 0.03))]
    if rng.random() < 0.7:
        straps.append(curve((0.02, back), (0.08, back - 0.25), (0.26, back - 0.22), (0.3, back + 0.03)))  # fmt: skip # noqa: E501
    if rng.random() < 0.5:
        straps.append(curve((0.3, back), (0.45, back - 0.1), (0.62, flat - 0.05)))
    return [line(*sole)], straps


def shirt(rng: Generator) -> Garment:
    wide, length = rng.uniform(0.24, 0.33), rng.uniform(0.8, 1.05)
    long = rng.random() < 0.6
    reach = rng.uniform(0.42, 0.58)
    drop = length * rng.uniform(0.7, 0.95) if long else rng.uniform(0.25, 0.4)
    half = _sleeved(rng, reach, drop, length, wide)
    neck = half[0][0]
    inner = [line((s * neck, 0), (s * 0.02, 0.1), (s * 0.1, 0.16)) for s in (-1, 1)]
    inner.append(line((0, 0.1), (0, length)))
    if rng.random() < 0.7:
        inner += _buttons(rng, 0.2, length * 0.9)
    return [_closed(half, rng, 0.2)], inner


def sneaker(rng: Generator) -> Garment:
    high, toe = rng.uniform(0.34, 0.5), rng.uniform(0.14, 0.24)
    top = [(0, 0.05), (0.1, 0.02), (0.28, 0.1), (0.36, 0.1)]
    top += [(0.7, high - toe), (0.95, high - toe * 0.8)]
    outline = curve(*top, (1, high - 0.05)), line((1, high - 0.05), (1, high), (0, high), (0, 0.05))
    inner = [line((0, high - 0.07), (1, high - 0.07))]
    if rng.random() < 0.6:
        inner += [line((x, 0.28 - x * 0.1), (x + 0.08, 0.22)) for x in (0.42, 0.5, 0.58)]
    return [np.concatenate(outline)], inner


def bag(rng: Generator) -> Garment:
    wide, high = 0.5, rng.uniform(0.5, 0.95)
    taper = rng.uniform(-0.12, 0.12)
    body = line((-wide, 0), (wide, 0), (wide + taper, high), (-wide - taper, high), (-wide, 0))
    span, tall = rng.uniform(0.15, 0.4), rng.uniform(0.15, 0.55)
    handle = curve((-span, 0), (-span * 0.8, -tall * 0.7), (0, -tall), (span * 0.8, -tall * 0.7), (span, 0))  # fmt: skip # noqa: E501
    inner = [handle]
    if rng.random() < 0.4:
        inner.append(handle * 0.85)
    if rng.random() < 0.4:
        inner.append(line((-wide, high * 0.3), (wide, high * 0.3)))
    return [body], inner


def ankle_boot(rng: Generator) -> Garment:
    shaft, toe = rng.uniform(0.34, 0.46), rng.uniform(0.18, 0.28)
    high = rng.uniform(0.7, 1.1)
    heel = rng.uniform(0.05, 0.25) if rng.random() < 0.5 else 0.0
    front = curve((shaft, 0), (shaft + 0.02, high * 0.45), (0.7, high - toe), (1, high - 0.08))
    sole = [(1, high), (0.4, high)]
    if heel:
        sole += [(0.24, high - heel * 0.4), (0.2, high + heel * 0.3), (0.03, high + heel * 0.3)]
    outline = np.concatenate((front, line(*sole, (0, high * 0.8), (0.02, 0), (shaft, 0))))
    inner = [line((0, high - 0.06), (1, high - 0.06))] if rng.random() < 0.5 else []
    if rng.random() < 0.3:
        inner += [line((shaft, y), (shaft - 0.12, y + 0.04)) for y in np.linspace(0.1, 0.5, 4)]
    return [outline], inner


PROGRAMS = (t_shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle_boot)


def traced(picture: np.ndarray, rng: Generator) -> Garment:
    """The outline of a garment of Fashion-MNIST, uint8 (28, 28), as few straight pieces."""
    large = cv2.resize(shape_of(picture), (112, 112), interpolation=cv2.INTER_CUBIC)
    large = np.uint8(np.pad(large, 4) > 127)
    found, _ = cv2.findContours(large, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found = [c for c in found if cv2.contourArea(c) > 60]
    if not found:
        found = [np.array([[[20, 20]], [[90, 20]], [[90, 90]], [[20, 90]]])]
    coarse = rng.uniform(0.8, 3.5)
    outlines = []
    for outline in found:
        points = cv2.approxPolyDP(outline, coarse, True)[:, 0] / 112.0
        outlines.append(np.concatenate((points, points[:1])))
    return outlines, []


def drawn(label: int, rng: Generator, pictures: np.ndarray | None = None) -> Garment:
    """A garment of that class by a random hand; traced from one of the pictures, if given."""
    if pictures is not None:
        outlines, inner = traced(pictures[rng.integers(len(pictures))], rng)
    else:
        outlines, inner = PROGRAMS[label](rng)
    if rng.random() < 0.2 and label not in (5, 8):
        inner = []
    count = len(outlines)
    strokes = distort(shaken([*outlines, *inner], rng, 0.01), rng, rng.uniform(0.15, 0.6))
    if len(strokes) != count + len(inner):  # a stroke was lifted in two: draw it on as lines
        return strokes, []
    if rng.random() < 0.5:
        strokes = [stroke * (-1, 1) for stroke in strokes]
    return strokes[:count], strokes[count:]


def render(garment: Garment, filled: bool, canvas: int, rng: Generator) -> np.ndarray:
    """Ink uint8 (canvas, canvas), 255 ink: an outline drawn with a pen, or a filled silhouette."""
    outlines, inner = garment
    points = np.concatenate([*outlines, *inner])
    low, high = points.min(0), points.max(0)
    size = canvas * rng.uniform(0.4, 0.85)
    scale = size / max(float((high - low).max()), 1e-6)
    room = (canvas - (high - low) * scale) / 2
    shift = canvas / 2 - (low + high) / 2 * scale + rng.uniform(-0.7, 0.7, 2) * room
    pen = max(1, round(size * float(np.exp(rng.uniform(np.log(0.01), np.log(0.07))))))
    ink = np.zeros((canvas, canvas), np.uint8)
    if filled:
        shapes = [np.int32((stroke * scale + shift) * 16) for stroke in outlines]
        cv2.fillPoly(ink, shapes, 255, cv2.LINE_AA, 4)
        inner = inner if rng.random() < 0.8 else []
    for stroke in [*outlines, *inner]:
        points = np.int32(np.round((stroke * scale + shift) * 16))
        cv2.polylines(ink, [points], False, 255, pen, cv2.LINE_AA, 4)
    return ink


def garment_canvases(
    count: int,
    seed: int,
    canvas: int = CANVAS,
    traced_from: tuple | None = None,
    share: float = 0.5,
) -> tuple[list[np.ndarray], np.ndarray]:
    """`count` drawings as ink uint8 (canvas, canvas), and their labels.

    traced_from: pictures (N, 28, 28) and labels (N,), of which `share` of the drawings are traced.
    """
    rng = np.random.default_rng((seed, 71))
    labels = rng.integers(0, 10, count)
    rows = [np.flatnonzero(traced_from[1] == k) for k in range(10)] if traced_from else None
    inks = []
    for label in labels:
        pictures = None
        if rows is not None and rng.random() < share:
            pictures = traced_from[0][rng.choice(rows[label], 4)]
        inks.append(render(drawn(int(label), rng, pictures), rng.random() < 0.45, canvas, rng))
    return inks, labels.astype(np.int64)


def garment_pictures(count: int, seed: int, traced_from: tuple | None = None, share: float = 0.5):
    """Pictures uint8 (count, 28, 28) of drawn garments as the network sees them, and labels."""
    inks, labels = garment_canvases(count, seed, CANVAS, traced_from, share)
    way, result = GarmentSketch(), np.zeros((count, SIZE, SIZE), np.uint8)
    for start in range(0, count, BATCH):
        batch = torch.from_numpy(np.stack(inks[start : start + BATCH]))
        with torch.inference_mode():
            image = way(batch)[0][:, 0]
        result[start : start + len(batch)] = (image * 255).round().byte().numpy()
    return result, labels
