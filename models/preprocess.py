"""A drawing or a photo -> the 28×28 picture that the networks see, and how it came about."""

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import onnxruntime
from PIL import Image

from models import catalogue, paper
from models import look as looking
from models.answer import SIDE, Trace
from models.decode import decode
from models.sessions import open_session
from models.specs import FOLDER, SUBJECTS

MASK_SIDE = 96  # the longer side of a mask that is told, pixels
SHOWN_SIDE = 320  # that of a picture that is sent back
BATCH = 64  # drawings of one size that go through the graph at once


def ink(greys: np.ndarray, subject: str = "digit") -> Trace:
    """Ink that is known already -> what the network sees: no decoder, no search.

    Args:
        greys: uint8 (H, W), 0 paper to 255 ink, no side of length 0.
        subject: as for sketch().
    """
    return _traces_of_ink(greys[np.newaxis], "sketch", subject)[0]


def sketch(source: Any, subject: str = "digit") -> Trace:
    """A drawing -> what the network sees.

    Of a digit, as MNIST's were prepared (see train/sketch.py). A garment's outline is filled, and
    it fills the 28×28 (see train/garment_sketch.py).

    Args:
        source: anything that decode() takes; any colours, place and size, pen thin or thick.
        subject: "garment" or "digit", ModelSpec.subject.

    Raises:
        BadPicture: the picture cannot be used.
    """
    return sketch_batch([source], subject)[0]


def sketch_batch(sources: Iterable[Any], subject: str = "digit") -> list[Trace]:
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
            found = _traces_of_ink(np.stack(drawings), "sketch", subject)
            for place, trace, greys in zip(places, found, drawings, strict=True):
                traces[place] = replace(trace, mask=_reduced(greys, MASK_SIDE))
    return [traces[place] for place in sorted(traces)]


def photo(
    source: Any,
    subject: str,
    cut: bool = True,
    invert: bool = False,
    show: bool = False,
    seen: looking.Look | None = None,
) -> Trace:
    """A photo -> what the network sees.

    A garment is cut out along the mask of a first look (see train/look_way.py), then prepared as
    the authors of Fashion-MNIST prepared their pictures (see train/garment.py). Of a digit on paper
    the ink is found, then prepared as a sketch is.

    Args:
        source: anything that decode() takes. Transparency, where there is any, says what to cut.
        subject: "garment" or "digit", ModelSpec.subject.
        cut: False uses the whole picture, light ground made dark, and takes a digit's picture for
            a clean drawing.
        invert: turn the greys of a garment round.
        show: keep a small JPEG of the picture.
        seen: the first look at it, where there was one already.

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
        trace = _garment_photo(picture, cut, invert, seen)
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


def first_look(source: Any) -> looking.Look:
    """What a picture shows: a digit, a garment or neither.

    Raises:
        BadPicture: the picture cannot be used.
    """
    return looking.look(pixels(source, "look"))


def _garment_photo(
    picture: Image.Image, cut: bool, invert: bool, seen: looking.Look | None
) -> Trace:
    rgba = _reduced(_rgba(picture), _side("look"))
    seen = seen or looking.look(rgba)
    whole = not (cut or _opacity(picture) is not None) or not seen.found
    image, box, blank = looking.cut(rgba, seen.mask, whole, invert)
    note = "fallback:no-object" if cut else "whole-picture"
    if not whole:
        note = "mask:transparency" if _opacity(picture) is not None else ""
    return Trace(
        image,
        "photo",
        rgba.shape[1],
        rgba.shape[0],
        box=None if whole else box,
        mask=None if whole else _reduced(seen.mask, MASK_SIDE),
        blank=blank,
        notes=(note,) if note else (),
        look=seen,
        turned=None if invert else looking.cut(rgba, seen.mask, whole, True)[0],
    )


def _traces_of_ink(inks: np.ndarray, kind: str, subject: str = "digit") -> list[Trace]:
    """uint8 (N, H, W), 0 paper to 255 ink -> a trace each."""
    if subject == "garment":
        images, boxes, centres = looking.drawn(inks)
    else:
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


def _reduced(pixels: np.ndarray, side: int) -> np.ndarray:
    """uint8 (H, W) or (H, W, C) -> the same with at most that longer side, by area averages."""
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    shown = Image.fromarray(_reduced(np.asarray(picture.convert("RGB")), SHOWN_SIDE))
    shown.save(file, "JPEG", quality=85)
    return file.getvalue()


def _numbers(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values.ravel())


def _bytes(shares: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
