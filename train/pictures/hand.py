"""Strokes, what hands do to them, and how pens draw them as pixels.

A drawing is a list of strokes; a stroke is a float array (points, 2) of x, y with y pointing
down, in any unit. All randomness comes from the generator that is passed in.
"""

import cv2
import numpy as np
import torch

from train.sketch import SIZE, SketchToImage

Drawing = list[np.ndarray]
Generator = np.random.Generator

CANVAS = 112  # side of the canvases that training pictures are drawn on
BATCH = 32  # drawings that go through SketchToImage together
SUBPIXEL = 4  # cv2 takes coordinates in 1 / 2**SUBPIXEL pixels
DOT = np.array([[-(2**SUBPIXEL), 0], [2**SUBPIXEL, 0]]) // 2  # a stroke one pixel long


def curve(*points: tuple[float, float]) -> np.ndarray:
    """A smooth stroke through points (a Catmull-Rom spline), eight points a piece."""
    p = np.array(points, float)
    p = np.concatenate((2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]))
    a, b, c, d = (p[i : len(p) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    pieces = (
        b + ((c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * (b - c) + d - a) * t**3) / 2
    )
    return np.concatenate((pieces.reshape(-1, 2), p[-2:-1]))


def line(*points: tuple[float, float]) -> np.ndarray:
    """A stroke of straight pieces."""
    return np.array(points, float)


def arc(x: float, y: float, rx: float, ry: float, start: float, turn: float) -> np.ndarray:
    """A piece of an ellipse around x, y. Degrees: 0 points right, 90 down; turn may pass 360."""
    angle = np.radians(np.linspace(start, start + turn, max(8, int(abs(turn) / 12))))
    return np.stack((x + rx * np.cos(angle), y + ry * np.sin(angle)), axis=1)


def shaken(drawing: Drawing, rng: Generator, amount: float = 0.02) -> Drawing:
    """Each stroke moved, turned a little and stretched about its own middle."""
    result = []
    for stroke in drawing:
        middle = stroke.mean(0)
        change = np.eye(2) + rng.normal(0, amount * 1.5, (2, 2))
        result.append((stroke - middle) @ change + middle + rng.normal(0, amount, 2))
    return result


def turned(drawing: Drawing, rng: Generator, most: float = 180) -> Drawing:
    """Rotated by up to `most` degrees either way."""
    angle = np.radians(rng.uniform(-most, most))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return [stroke @ turn for stroke in drawing]


def to_unit(drawing: Drawing) -> Drawing:
    """Centre a drawing at 0, 0 and make its longer side 1. A dot stays a dot."""
    points = np.concatenate(drawing)
    low, high = points.min(0), points.max(0)
    longer = max(float((high - low).max()), 1e-6)
    return [(stroke - (low + high) / 2) / longer for stroke in drawing]


def resample(stroke: np.ndarray, gap: float) -> np.ndarray:
    """Points at equal distances of about `gap` along a stroke, its ends kept."""
    if len(stroke) < 2:
        return stroke
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))))
    if along[-1] < 1e-9:
        return stroke[:1]
    places = np.linspace(0, along[-1], max(2, round(along[-1] / gap) + 1))
    return np.stack([np.interp(places, along, stroke[:, axis]) for axis in (0, 1)], axis=1)


def distort(drawing: Drawing, rng: Generator, strength: float = 1.0) -> Drawing:
    """The same drawing by another hand.

    Slant, rotation, aspect and a smooth warp of the plane; strokes displaced against each other;
    tails too long or too short, gaps; then the tremor of a mouse and few points at high speed.

    strength: 1 is what people do, 0 nothing but resampling.
    """
    drawing = [resample(stroke, 0.03) for stroke in to_unit(drawing)]
    drawing = [_tails(stroke, rng, strength) for stroke in drawing]
    if rng.random() < 0.08 * strength:
        drawing = _lift(drawing, rng)
    lengths = [len(stroke) for stroke in drawing]
    points = np.concatenate(drawing)

    shift = rng.normal(0, 0.015 * strength, (len(drawing), 2))
    points = points + np.repeat(shift, lengths, axis=0)
    points = _warp(points, rng, strength) @ _affine(rng, strength).T
    points = points + _tremor(len(points), rng) * (strength * min(rng.exponential(0.004), 0.012))

    drawing = np.split(points, np.cumsum(lengths)[:-1])
    if rng.random() < 0.25 * strength:  # a fast hand: few points, straight lines between them
        gap = rng.uniform(0.06, 0.16)
        drawing = [resample(stroke, gap) for stroke in drawing]
    return drawing


def _affine(rng: Generator, strength: float) -> np.ndarray:
    """Rotation, slant and aspect as a 2×2 matrix."""
    turn = np.radians(np.clip(rng.normal(0, 6), -16, 16)) * strength
    slant = np.clip(rng.normal(0.05, 0.15), -0.4, 0.45) * strength
    aspect = np.exp(np.clip(rng.normal(0, 0.16), -0.4, 0.4) * strength)
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return rotate @ np.array([[aspect, -slant], [0, 1]])


def _warp(points: np.ndarray, rng: Generator, strength: float) -> np.ndarray:
    """Move points by a smooth random field: three plane waves, about one period a drawing."""
    waves = rng.normal(0, 3.5, (2, 3))
    push = rng.normal(0, 0.02 * strength, (3, 2))
    return points + np.sin(points @ waves + rng.uniform(0, 2 * np.pi, 3)) @ push


def _tremor(count: int, rng: Generator) -> np.ndarray:
    """Noise of deviation about 1 that changes over some three points."""
    noise = rng.normal(0, 1.5, (count + 4, 2)).cumsum(0)
    return (noise[4:] - noise[:-4]) / 3 - rng.normal(0, 0.3, (count, 2))


def _tails(stroke: np.ndarray, rng: Generator, strength: float) -> np.ndarray:
    """Cut a stroke's ends or draw them on in their direction, by up to a tenth of the drawing."""
    if len(stroke) < 8:
        return stroke
    for _ in range(2):
        stroke = stroke[::-1]
        change = rng.normal(0, 0.03) * strength
        if change > 0:
            step = stroke[-1] - stroke[-4]
            step = step / max(float(np.hypot(*step)), 1e-6)
            stroke = np.concatenate((stroke, stroke[-1:] + step * min(change, 0.1)))
        else:
            stroke = stroke[: len(stroke) - min(round(-change / 0.03), len(stroke) // 8)]
    return stroke


def _lift(drawing: Drawing, rng: Generator) -> Drawing:
    """Open a short gap in the longest stroke, as a pen that loses contact does."""
    longest = max(range(len(drawing)), key=lambda index: len(drawing[index]))
    stroke = drawing[longest]
    if len(stroke) < 16:
        return drawing
    at = int(rng.integers(6, len(stroke) - 7))
    halves = [stroke[:at], stroke[at + int(rng.integers(1, 3)) :]]
    return drawing[:longest] + halves + drawing[longest + 1 :]


def render(
    drawing: Drawing, size: float, pen: int, canvas: int, place: tuple[float, float] | None = None
) -> np.ndarray:
    """Draw with a round pen.

    Args:
        size: the longer side of the strokes' middle lines, in pixels.
        pen: width of the pen in pixels, 1 or more.
        canvas: side of the square canvas in pixels.
        place: x, y of the drawing's middle on the canvas; None is the canvas's middle.

    Returns:
        uint8 (canvas, canvas), 255 ink on 0, edges grey.
    """
    picture = np.zeros((canvas, canvas), np.uint8)
    middle = np.array(place if place is not None else (canvas / 2, canvas / 2)) - 0.5
    for stroke in to_unit(drawing):
        points = np.round((stroke * size + middle) * 2**SUBPIXEL).astype(np.int32)
        if np.ptp(points, axis=0).max() < 2**SUBPIXEL:  # cv2 draws no dot with a thin pen
            points = points.mean(0).astype(np.int32) + DOT
        cv2.polylines(picture, [points], False, 255, pen, cv2.LINE_AA, SUBPIXEL)
    return picture


def random_render(drawing: Drawing, canvas: int, rng: Generator) -> np.ndarray:
    """Draw at a random size and place with a random pen, hairline to marker. See render()."""
    size = canvas * rng.uniform(0.3, 0.85)
    pen = max(1, round(size * float(np.exp(rng.uniform(np.log(0.006), np.log(0.2))))))
    pen = min(pen, int(canvas * 0.12))
    points = np.concatenate(to_unit(drawing))
    reach = np.abs(points).max(0) * size + pen / 2 + 1
    low, high = np.minimum(reach, canvas / 2), np.maximum(canvas - reach, canvas / 2)
    return render(drawing, size, pen, canvas, tuple(rng.uniform(low, high)))


def pictures(drawings: list[Drawing], rng: Generator) -> np.ndarray:
    """Draw each with a random pen and turn it into the network's picture: uint8 (N, 28, 28)."""
    network_input = SketchToImage()
    result = np.zeros((len(drawings), SIZE, SIZE), np.uint8)
    for start in range(0, len(drawings), BATCH):
        batch = [random_render(d, CANVAS, rng) for d in drawings[start : start + BATCH]]
        with torch.inference_mode():
            image, _, _ = network_input(torch.from_numpy(np.stack(batch)))
        result[start : start + len(batch)] = (image[:, 0] * 255).round().byte().numpy()
    return result
