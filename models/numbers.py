"""A picture, or ink -> what the network sees of the digit on it, or of several side by side.

Five graphs: writing.onnx finds the ink on any picture, parts.onnx cuts ink into the groups that may
be a digit each, sketch.onnx makes the network's picture of every group, a digit network reads them,
and reading.onnx says which of the groups are the digits. Where the ink is one part, as nearly every
digit is, there is one group and nothing to choose.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from models import preprocess
from models.decode import decode
from models.result import NOTHING, Place, Trace

Logits = Callable[[np.ndarray], np.ndarray]  # float32 (N, 1, 28, 28) -> (N, 10)
SEVERAL = "several"  # note: more than one digit
UNWRITTEN = "no-writing"  # note: there is something, and it is no writing


def of_file(source: Any, logits: Logits, show: bool = False) -> Trace:
    """What a digit network sees of a picture, photographed or drawn.

    Args:
        source: anything that decode() takes.
        logits: of the digit network that tells digits from what is none.
        show: keep a small JPEG of the picture.

    Raises:
        BadPicture: the picture cannot be used.
    """
    picture = decode(source)
    trace = preprocess.dataset_sample(picture)
    if trace is None:
        trace = _written(preprocess.pixels(picture, "writing"), logits)
    return replace(trace, picture=preprocess.jpeg(picture)) if show else trace


def of_ink(greys: np.ndarray, logits: Logits) -> Trace:
    """The same of ink that is known: uint8 (H, W), 0 paper to 255 ink, no side of length 0."""
    height, width = greys.shape
    return _read(greys, logits, Trace(NOTHING, "sketch", width, height))


def _written(rgba: np.ndarray, logits: Logits) -> Trace:
    """rgba: uint8 (H, W, 4), as writing.onnx takes it."""
    height, width = rgba.shape[:2]
    names = ["ink", "window", "written"]
    ink, window, written = preprocess.graph("writing").run(names, {"rgba": rgba})
    left, top, right, bottom = map(float, window)
    plain = Trace(NOTHING, "photo", width, height, mask=ink,
                  window=(left, top, right, bottom))  # fmt: skip
    if written[0] or not ink.any():
        return _read(ink, logits, plain)
    (image,), (box,), (centre,) = _pictures(ink[np.newaxis])
    return replace(_placed(plain, image, box, centre), notes=(UNWRITTEN,), rejected=True)


def _read(ink: np.ndarray, logits: Logits, plain: Trace) -> Trace:
    """plain: the trace of a picture with this ink before anything was read."""
    groups, spans, sides = preprocess.graph("parts").run(None, {"ink": ink})
    images, boxes, centres = _pictures(groups)
    if len(groups) == 1:
        return _placed(plain, images[0], boxes[0], centres[0])
    told = {"logits": logits(images), "spans": spans, "boxes": sides}
    chosen, in_a_row = preprocess.graph("reading").run(None, told)
    places = np.flatnonzero(chosen)
    digits = tuple(_placed(plain, images[i], boxes[i], centres[i]) for i in places)
    if len(digits) == 1:
        return digits[0]
    (image,), (box,), (centre,) = _pictures(ink[np.newaxis])
    whole = replace(_placed(plain, image, box, centre), notes=(SEVERAL,), rejected=True)
    return replace(whole, digits=digits if in_a_row[0] else ())


def _pictures(inks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """uint8 (N, H, W) -> images float32 (N, 1, 28, 28), boxes (N, 4) and centres (N, 2)."""
    return tuple(preprocess.graph("sketch").run(["image", "box", "centre"], {"ink": inks}))


def _placed(plain: Trace, image: np.ndarray, box: np.ndarray, centre: np.ndarray) -> Trace:
    """The trace of one digit; box and centre in pixels of the ink."""
    if not box.any():
        return replace(plain, network_input=image[0], blank=True)
    return replace(
        plain,
        network_input=image[0],
        box=_on_picture(plain, box),
        centre=_on_picture(plain, centre),
    )


def _on_picture(plain: Trace, place: np.ndarray) -> Place:
    """x, y, ... in pixels of the ink -> in pixels of the picture, within it."""
    sizes = (plain.width, plain.height) * 2
    if plain.window is None or plain.mask is None:
        return tuple(map(float, place))
    left, top, right, _ = plain.window
    scale = (right - left) / plain.mask.shape[1]  # the ink's pixels are square
    return tuple(
        min(max(0.0, start + scale * float(at)), float(most))
        for at, start, most in zip(place, (left, top) * 2, sizes, strict=False)
    )
