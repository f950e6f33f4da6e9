"""A drawing or a photo -> the 28×28 picture that the networks see, and how it came about."""

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import onnxruntime
from PIL import Image

from models import catalogue, garment, paper
from models.decode import decode
from models.sessions import open_session
from models.specs import FOLDER, SUBJECTS

SIDE = 28
MASK_SIDE = 96  # the longer side of a mask that is told, pixels
SHOWN_SIDE = 320  # that of a picture that is sent back
BATCH = 64  # drawings of one size that go through the graph at once


@dataclass(frozen=True)
class Trace:
    """What the network sees and how it came about.

    network_input: float32 (28, 28), 0..1 in whole 255ths, ink or garment bright on black.
    kind: the way that the picture took: "sketch", "photo", or "sample" where it already was what
        the networks see.
    width, height: of the picture that box and centre are measured in, pixels.
    box: left, top, right, bottom of the ink or the garment, the last two exclusive; None where
        nothing was told apart.
    centre: x, y of the ink's centre of mass; None where there is no ink.
    mask: uint8 (h, w), 255 on what was taken for ink or garment, the longer side at most 96;
        None where nothing was told apart, or where ink was given.
    blank: True when there is nothing to look at (an empty canvas).
    notes: machine words, such as "identity" or "fallback:no-object".
    picture: the bytes of a small JPEG of the picture, where it was asked for.
    """

    network_input: np.ndarray
    kind: str
    width: int = SIDE
    height: int = SIDE
    box: tuple[float, ...] | None = None
    centre: tuple[float, ...] | None = None
    mask: np.ndarray | None = None
    blank: bool = False
    notes: tuple[str, ...] = ()
    picture: bytes | None = None


def ink(greys: np.ndarray) -> Trace:
    """Ink that is known already -> what the network sees: no decoder, no search.

    Args:
        greys: uint8 (H, W), 0 paper to 255 ink, no side of length 0.
    """
    return _traces_of_ink(greys[np.newaxis], "sketch")[0]


def sketch(source: Any) -> Trace:
    """A drawing -> what the network sees, as MNIST's digits were prepared (see train/sketch.py).

    Args:
        source: anything that decode() takes; any colours, place and size, pen thin or thick.

    Raises:
        BadPicture: the picture cannot be used.
    """
    return sketch_batch([source])[0]


def sketch_batch(sources: Iterable[Any]) -> list[Trace]:
    """sketch() for many drawings; those of one size go through the graph together."""
    traces: dict[int, Trace] = {}
    inks = defaultdict(list)  # size -> (place among the sources, ink)
    for place, source in enumerate(sources):
        picture = decode(source)
        sample = dataset_sample(picture)
        if sample is not None:
            traces[place] = sample
        else:
            drawn = drawn_ink(picture)
            inks[drawn.shape].append((place, drawn))
    for group in inks.values():
        for start in range(0, len(group), BATCH):
            places, drawings = zip(*group[start : start + BATCH], strict=True)
            found = _traces_of_ink(np.stack(drawings), "sketch")
            for place, trace, greys in zip(places, found, drawings, strict=True):
                traces[place] = replace(trace, mask=_reduced(greys, MASK_SIDE))
    return [traces[place] for place in sorted(traces)]


def photo(
    source: Any, subject: str, cut: bool = True, invert: bool = False, show: bool = False
) -> Trace:
    """A photo -> what the network sees.

    A garment is cut out, then prepared as the authors of Fashion-MNIST prepared their pictures (see
    train/garment.py). Of a digit on paper the ink is found, then prepared as a sketch is.

    Args:
        source: anything that decode() takes. Transparency, where there is any, says what to cut.
        subject: "garment" or "digit", ModelSpec.subject.
        cut: False uses the whole picture, light ground made dark, and takes a digit's picture for
            a clean drawing.
        invert: turn the greys of a garment round.
        show: keep a small JPEG of the picture.

    Raises:
        BadPicture: the picture cannot be used.
        ValueError: no such subject.
    """
    if subject not in SUBJECTS:
        raise ValueError(f"There is no subject {subject!r}. There are: {', '.join(SUBJECTS)}.")
    picture = decode(source)
    trace = dataset_sample(picture)
    if trace is None and subject == "digit":
        trace = _digit_photo(picture, cut)
    elif trace is None:
        trace = _garment_photo(picture, cut, invert)
    return replace(trace, picture=_jpeg(picture)) if show else trace


def dataset_sample(picture: Image.Image) -> Trace | None:
    """The picture untouched, if it is such a one as the datasets hold (see train/sample.py)."""
    if picture.size != (SIDE, SIDE):
        return None
    is_sample, grey = _graph("sample").run(["is_sample", "grey"], {"rgba": _rgba(picture)})
    if not is_sample:
        return None
    image = grey.astype(np.float32) / 255
    return Trace(image, "sample", blank=not grey.any(), notes=("identity",))


def drawn_ink(picture: Image.Image) -> np.ndarray:
    """Where the ink of a clean drawing is (see train/ink.py), uint8 (H, W), 0 paper to 255."""
    rgba = _reduced(_rgba(picture), _side("ink"))
    return _graph("ink").run(["ink"], {"rgba": rgba})[0]


def pixels(source: Any, graph: str) -> np.ndarray:
    """A picture as that graph takes it, uint8 (H, W, 4).

    Raises:
        BadPicture: the picture cannot be used.
    """
    return _reduced(_rgba(decode(source)), _side(graph))


def _digit_photo(picture: Image.Image, cut: bool) -> Trace:
    if not cut or _opacity(picture) is not None:
        greys = drawn_ink(picture)
    else:
        _, found = paper.find(np.asarray(picture.convert("RGB")))
        greys = _bytes(found)
    return replace(_traces_of_ink(greys[np.newaxis], "photo")[0], mask=_reduced(greys, MASK_SIDE))


def _garment_photo(picture: Image.Image, cut: bool, invert: bool) -> Trace:
    rgba = _reduced(_rgba(picture), _side("garment"))
    mask, notes = _garment_mask(picture, rgba, cut)
    height, width = rgba.shape[:2]
    feed = {
        "rgba": rgba,
        "mask": np.zeros((height, width), np.uint8) if mask is None else mask,
        "whole": np.array([mask is None]),
        "invert": np.array([invert]),
    }
    image, box, blank = _graph("garment").run(["image", "box", "blank"], feed)
    return Trace(
        image[0, 0],
        "photo",
        width,
        height,
        box=None if mask is None else _numbers(box),
        mask=None if mask is None else _reduced(mask, MASK_SIDE),
        blank=bool(blank[0]),
        notes=notes,
    )


def _traces_of_ink(inks: np.ndarray, kind: str) -> list[Trace]:
    """uint8 (N, H, W), 0 paper to 255 ink -> a trace each."""
    images, boxes, centres = _graph("sketch").run(["image", "box", "centre"], {"ink": inks})
    height, width = inks.shape[1:]
    traces = []
    for image, box, centre in zip(images[:, 0], boxes, centres, strict=True):
        blank = Trace(image, kind, width, height, blank=True)
        places = _numbers(box), _numbers(centre)
        traces.append(Trace(image, kind, width, height, *places) if box.any() else blank)
    return traces


@cache
def _graph(name: str) -> onnxruntime.InferenceSession:
    return open_session(FOLDER / f"{name}.onnx", gpu=False)  # a copy to the GPU takes longer


@cache
def _side(name: str) -> int:
    """The longer side that pictures are reduced to for that graph."""
    return int(catalogue.read()["preprocessing"][name]["side"])


def _rgba(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGBA"))


def _opacity(picture: Image.Image) -> np.ndarray | None:
    """uint8 (H, W), 0 transparent to 255; None where transparency tells nothing apart."""
    if picture.mode not in ("LA", "RGBA"):
        return None
    opacity = np.asarray(picture.getchannel("A"))
    return opacity if opacity.min() < 128 <= opacity.max() else None


def _garment_mask(
    picture: Image.Image, rgba: np.ndarray, cut: bool
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """(uint8 (H, W) of the size of rgba, or None for the whole picture; notes)."""
    if _opacity(picture) is not None and (opacity := rgba[..., 3]).max() > 127:
        return opacity, ("mask:transparency",)
    if not cut:
        return None, ("whole-picture",)
    found = garment.find(np.ascontiguousarray(rgba[..., :3]))
    return (None, ("fallback:no-object",)) if found is None else (_bytes(found), ())


def _reduced(pixels: np.ndarray, side: int) -> np.ndarray:
    """uint8 (H, W) or (H, W, C) -> the same with at most that longer side, by area averages."""
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = [max(1, round(length * scale)) for length in pixels.shape[1::-1]]
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    shown = Image.fromarray(_reduced(np.asarray(picture.convert("RGB")), SHOWN_SIDE))
    shown.save(file, "JPEG", quality=85)
    return file.getvalue()


def _numbers(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values.ravel())


def _bytes(shares: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
