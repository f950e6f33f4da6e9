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

from models import catalogue
from models.decode import decode
from models.look import Look
from models.result import SIDE, Trace
from models.sessions import open_session
from models.specs import FOLDER

MASK_SIDE = 96  # the longer side of a mask that is told, pixels
SHOWN_SIDE = 320  # that of a picture that is sent back
BATCH = 64  # drawings of one size that go through the graph at once


def ink(greys: np.ndarray, subject: str = "digit") -> Trace:
    """Ink that is known already -> what the network sees: no decoder, no search.

    Args:
        greys: uint8 (H, W), 0 paper to 255 ink, no side of length 0.
        subject: as for sketch().
    """
    return _traces_of_ink(greys[np.newaxis], subject)[0]


def sketch(source: Any, subject: str = "digit") -> Trace:
    """A drawing -> what the network sees.

    Of a digit, as MNIST's were prepared (see train/sketch.py). A garment's outline is filled, and
    it fills the 28×28 (see train/garment_sketch.py).

    Args:
        source: anything that decode() takes; any colours, place and size, pen thin or thick.
        subject: "digit" or "garment", ModelSpec.subject.

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
            found = _traces_of_ink(np.stack(drawings), subject)
            for place, trace, greys in zip(places, found, drawings, strict=True):
                traces[place] = replace(trace, mask=small(greys))
    return [traces[place] for place in sorted(traces)]


def photo(
    source: Any,
    cut: bool = True,
    invert: bool = False,
    show: bool = False,
    seen: Look | None = None,
) -> Trace:
    """A photo of a garment -> what the network sees, cut out along the mask of a first look (see
    train/look_way.py) and prepared as the authors of Fashion-MNIST prepared their pictures (see
    train/garment.py).

    Args:
        source: anything that decode() takes. Transparency, where there is any, says what to cut.
        cut: False uses the whole picture, light ground made dark.
        invert: turn its greys round.
        show: keep a small JPEG of the picture.
        seen: the first look at it, where there was one already.

    Raises:
        BadPicture: the picture cannot be used.
    """
    picture = decode(source)
    trace = dataset_sample(picture) or _garment_photo(picture, cut, invert, seen)
    return replace(trace, picture=jpeg(picture)) if show else trace


def dataset_sample(picture: Image.Image) -> Trace | None:
    """The picture untouched, if it is such a one as the datasets hold (see train/sample.py)."""
    if picture.size != (SIDE, SIDE):
        return None
    is_sample, grey = graph("sample").run(
        ["is_sample", "grey"], {"rgba": np.asarray(picture.convert("RGBA"))}
    )
    if not is_sample:
        return None
    image = grey.astype(np.float32) / 255
    return Trace(image, "sample", blank=not grey.any(), notes=("identity",))


def drawn_ink(picture: Image.Image) -> np.ndarray:
    """Where the ink of a clean drawing is (see train/ink.py), uint8 (H, W), 0 paper to 255."""
    return graph("ink").run(["ink"], {"rgba": pixels(picture, "ink")})[0]


def pixels(picture: Image.Image, name: str) -> np.ndarray:
    """A picture as that graph takes it, uint8 (H, W, 4)."""
    return np.asarray(_reduced(picture.convert("RGBA"), _side(name)))


def first_look(source: Any) -> Look:
    """What a picture shows: a digit, a garment or neither.

    Raises:
        BadPicture: the picture cannot be used.
    """
    return _looked(pixels(decode(source), "look"))


def _looked(rgba: np.ndarray) -> Look:
    kind, garment, mask, found, plain = graph("look").run(None, {"rgba": rgba})
    return Look(kind, garment, mask, bool(found), bool(plain))


def _garment_photo(picture: Image.Image, cut: bool, invert: bool, seen: Look | None) -> Trace:
    rgba = pixels(picture, "look")
    seen = seen or _looked(rgba)
    clear = _opacity(picture) is not None
    whole = not (cut or clear) or not seen.found
    image, box, blank = _taken_out(rgba, seen.mask, whole, invert)
    notes = ("mask:transparency",) if clear else ()
    if whole:
        notes = ("fallback:no-object" if cut else "whole-picture",)
    return Trace(
        image[0, 0],
        "photo",
        rgba.shape[1],
        rgba.shape[0],
        box=None if whole else _numbers(box),
        mask=None if whole else small(seen.mask),
        blank=bool(blank[0]),
        notes=notes,
        look=seen,
        turned=None if invert else _taken_out(rgba, seen.mask, whole, True)[0][0, 0],
    )


def _taken_out(rgba: np.ndarray, mask: np.ndarray, whole: bool, invert: bool) -> list[np.ndarray]:
    """The network's picture float32 (1, 1, 28, 28), the garment's box, whether it is blank."""
    given = {"rgba": rgba, "mask": mask, "whole": np.array([whole]), "invert": np.array([invert])}
    return graph("garment").run(["image", "box", "blank"], given)


def _traces_of_ink(inks: np.ndarray, subject: str) -> list[Trace]:
    """uint8 (N, H, W), 0 paper to 255 ink -> a trace each."""
    way, kind = graph("garment_sketch" if subject == "garment" else "sketch"), "sketch"
    images, boxes, centres = way.run(["image", "box", "centre"], {"ink": inks})
    height, width = inks.shape[1:]
    traces = []
    for image, box, centre in zip(images[:, 0], boxes, centres, strict=True):
        blank = Trace(image, kind, width, height, blank=True)
        places = _numbers(box), _numbers(centre)
        traces.append(Trace(image, kind, width, height, *places) if box.any() else blank)
    return traces


@cache
def graph(name: str) -> onnxruntime.InferenceSession:
    """The graph of that name in models/, opened once and kept."""
    return open_session(FOLDER / f"{name}.onnx", gpu=False)  # a copy to the GPU takes longer


@cache
def _side(name: str) -> int:
    """The longer side that pictures are reduced to for that graph."""
    return int(catalogue.read()["preprocessing"][name]["side"])


def _opacity(picture: Image.Image) -> np.ndarray | None:
    """uint8 (H, W), 0 transparent to 255; None where transparency tells nothing apart."""
    if picture.mode not in ("LA", "RGBA"):
        return None
    opacity = np.asarray(picture.getchannel("A"))
    return opacity if opacity.min() < 128 <= opacity.max() else None


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    """The same with at most that longer side, by area averages."""
    scale = side / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def small(mask: np.ndarray) -> np.ndarray:
    """uint8 (H, W) -> the same with no side longer than MASK_SIDE."""
    return np.asarray(_reduced(Image.fromarray(mask), MASK_SIDE))


def jpeg(picture: Image.Image) -> bytes:
    """The bytes of a small JPEG of it."""
    file = io.BytesIO()
    _reduced(picture.convert("RGB"), SHOWN_SIDE).save(file, "JPEG", quality=85)
    return file.getvalue()


def _numbers(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values.ravel())
