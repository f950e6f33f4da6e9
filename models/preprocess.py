"""A drawing or a photo -> the 28×28 picture that the networks see, every step kept for display."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import onnxruntime
from PIL import Image

from models import garment, ink, paper
from models.decode import decode
from models.sessions import open_session
from models.specs import FOLDER

SIDE = 28
SHOWN_SIDE = 320  # the longest picture worth working on and showing, pixels
SHOWN_DRAWING = 200  # the longer side of a drawing's steps
BATCH = 64  # drawings of one size that go through the graph at once
MARK = (255, 64, 64)  # RGB of boxes and crosses


@dataclass(frozen=True)
class Step:
    """One stage of the way, to be shown: uint8 picture (H, W) or (H, W, 3), at most 320 px."""

    name: str
    picture: np.ndarray


@dataclass(frozen=True)
class Trace:
    """What the network sees and how it came about.

    network_input: float32 (28, 28), 0..1, ink or garment bright on black.
    steps: the stages in order; the last is named "input".
    blank: True when there is nothing to look at (an empty canvas).
    notes: machine words, such as "identity" or "fallback:no-object".
    """

    network_input: np.ndarray
    steps: tuple[Step, ...]
    blank: bool = False
    notes: tuple[str, ...] = ()


def sketch(source) -> Trace:
    """A drawing -> what the network sees, as MNIST's digits were prepared (see train/sketch.py).

    Args:
        source: anything that decode() takes; any colours, place and size, pen thin or thick.

    Raises:
        BadPicture: the picture cannot be used.
    """
    return sketch_batch([source])[0]


def sketch_batch(sources: Iterable) -> list[Trace]:
    """sketch() for many drawings; those of one size go through the graph together."""
    traces: list[Trace | None] = []
    inks = defaultdict(list)  # size -> (place in traces, ink)
    for place, source in enumerate(sources):
        picture = decode(source)
        traces.append(_dataset_sample(picture))
        if traces[place] is None:
            drawn = ink.drawn(picture)
            inks[drawn.shape].append((place, drawn))
    for group in inks.values():
        for start in range(0, len(group), BATCH):
            places, drawings = zip(*group[start : start + BATCH], strict=True)
            for place, trace in zip(places, _traces_of_ink(np.stack(drawings)), strict=True):
                traces[place] = trace
    return traces


def photo(source, subject: str, cut: bool = True, invert: bool = False) -> Trace:
    """A photo -> what the network sees.

    A garment is cut out, then prepared as the authors of Fashion-MNIST prepared their product
    pictures on plain ground (Xiao, Rasul, Vollgraf 2017, section 2: trim, longest edge 28, extend,
    greyscale). Of a digit on paper the ink is found, then prepared as a sketch is.

    Args:
        source: anything that decode() takes. Transparency, where there is any, says what to cut.
        subject: "garment" or "digit", ModelSpec.subject.
        cut: False uses the whole picture, light ground made dark, and takes a digit's picture for
            a clean drawing.
        invert: turn the greys of a garment round.

    Raises:
        BadPicture: the picture cannot be used.
        ValueError: no such subject.
    """
    if subject not in ("garment", "digit"):
        raise ValueError(f"There is no subject {subject!r}. The subjects are: digit, garment.")
    picture = decode(source)
    sample = _dataset_sample(picture)
    if sample is not None:
        return sample
    if subject == "digit":
        return _digit_photo(picture, cut)
    return _garment_photo(picture, cut, invert)


def _digit_photo(picture: Image.Image, cut: bool) -> Trace:
    if not cut or _opacity(picture) is not None:
        return _traces_of_ink(ink.drawn(picture)[np.newaxis])[0]
    rgb = np.asarray(picture.convert("RGB"))
    contrast, found = paper.find(rgb)
    trace = _traces_of_ink(found[np.newaxis])[0]
    steps = (Step("found", _small(rgb)), Step("contrast", _small(_bytes(contrast))), *trace.steps)
    return replace(trace, steps=steps)


def _garment_photo(picture: Image.Image, cut: bool, invert: bool) -> Trace:
    picture = Image.fromarray(_small(np.asarray(picture)))
    rgb = np.asarray(picture.convert("RGB"))
    mask, notes = _garment_mask(picture, rgb, cut)
    if mask is None:
        steps = [Step("found", rgb)]
        crop, mask, dimmest = rgb, np.ones(rgb.shape[:2], np.float32), 0.0
        invert ^= garment.is_on_light(rgb)
        blank = bool((rgb == rgb[0, 0]).all())
    else:
        steps = [Step("found", _outlined(rgb, mask)), Step("mask", _bytes(mask))]
        (crop, mask), dimmest, blank = garment.trimmed(rgb, mask), garment.DIMMEST, False
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    grey = garment.stretched(grey, mask, dimmest, invert) * mask
    network_input = garment.fitted(grey)
    steps += [
        Step("crop", _bytes(crop / 255 * mask[..., None])),
        Step("grey", _bytes(grey)),
        Step("input", _bytes(network_input)),
    ]
    return Trace(network_input, tuple(steps), blank, notes)


def _traces_of_ink(inks: np.ndarray) -> list[Trace]:
    """float32 (N, H, W), 0 paper to 1 ink -> a trace each."""
    images, boxes, centres = _sketch_graph().run(["image", "box", "centre"], {"ink": inks})
    traces = []
    for drawn, image, box, centre in zip(inks, images[:, 0], boxes, centres, strict=True):
        blank = not box.any()
        steps = (*_shown_ink(drawn, box, centre, blank), Step("input", _bytes(image)))
        traces.append(Trace(image, steps, blank))
    return traces


@cache
def _sketch_graph() -> onnxruntime.InferenceSession:
    return open_session(FOLDER / "sketch.onnx", gpu=False)  # a copy to the GPU takes longer


def _shown_ink(drawn: np.ndarray, box: np.ndarray, centre: np.ndarray, blank: bool) -> list[Step]:
    """The ink, its box and its centre of mass, on pictures small enough to show."""
    scale = min(1, SHOWN_DRAWING / max(drawn.shape))
    size = [max(1, round(side * scale)) for side in drawn.shape[::-1]]
    shown = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)
    shown = _bytes(shown / max(float(shown.max()), 1e-6))
    if blank:
        return [Step("ink", shown)]
    left, top, right, bottom = (int(value) for value in np.rint(box * scale))
    boxed = cv2.cvtColor(shown, cv2.COLOR_GRAY2RGB)
    cv2.rectangle(boxed, (left, top), (right - 1, bottom - 1), MARK)
    marked = boxed.copy()
    place = tuple(int(value) for value in centre * scale)
    cv2.drawMarker(marked, place, MARK, cv2.MARKER_CROSS, 13, 2)
    return [Step("ink", shown), Step("box", boxed), Step("centre", marked)]


def _dataset_sample(picture: Image.Image) -> Trace | None:
    """The picture untouched, if it is a 28×28 grey one, bright on black, as both datasets hold.

    Measured on all 140,000 of them: at least a sixth of the border is black, and more of it is
    black than white. A dark-on-light scan of that size fails this.
    """
    if picture.size != (SIDE, SIDE) or picture.mode not in ("L", "RGB"):
        return None
    pixels = np.asarray(picture)
    if pixels.ndim == 3:
        if (pixels != pixels[..., :1]).any():
            return None
        pixels = pixels[..., 0]
    border = np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])
    black = np.count_nonzero(border <= 10)
    if black < len(border) / 6 or black <= np.count_nonzero(border >= 245):
        return None
    blank = not pixels.any()
    return Trace(pixels.astype(np.float32) / 255, (Step("input", pixels),), blank, ("identity",))


def _opacity(picture: Image.Image) -> np.ndarray | None:
    """float32 (H, W), 0 transparent to 1; None where transparency tells nothing apart."""
    if picture.mode not in ("LA", "RGBA"):
        return None
    opacity = np.asarray(picture.getchannel("A"), np.float32) / 255
    return opacity if opacity.min() < 0.5 < opacity.max() else None


def _garment_mask(
    picture: Image.Image, rgb: np.ndarray, cut: bool
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """(float32 (H, W) or None for the whole picture, notes)."""
    opacity = _opacity(picture)
    if opacity is not None:
        return opacity, ("mask:transparency",)
    if not cut:
        return None, ("whole-picture",)
    mask = garment.find(rgb)
    return mask, () if mask is not None else ("fallback:no-object",)


def _outlined(rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The photo with the garment's box drawn on it."""
    shown = rgb.copy()
    left, top, right, bottom = garment.box(mask)
    cv2.rectangle(shown, (left, top), (right - 1, bottom - 1), MARK, 2)
    return shown


def _small(pixels: np.ndarray) -> np.ndarray:
    """uint8 (H, W) or (H, W, C) -> the same with a longer side of at most SHOWN_SIDE."""
    scale = SHOWN_SIDE / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.uint8(np.rint(np.clip(values, 0, 1) * 255))
