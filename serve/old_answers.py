"""Answers for the page. Its functions can be called by anyone, so they check all that arrives."""

import asyncio
import base64
import binascii
import io
import logging
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from models.apart import fault
from models.classifier import Result, load
from models.decode import MAX_BYTES, BadPicture
from serve import parts

MOST_SKETCH_BYTES = 64 * 1024  # the page sends about 2 kB
MOST_SKETCH_SIDE = 512  # and about 140 pixels
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

# Files of strangers are decoded in a process of their own, one at a time: that keeps the other core
# free for those who draw.
MOST_WAITING = 32
# Drawings are answered by as many threads as there are cores: the 40 that Starlette keeps would
# hold each other up, and 64 visitors got half as many answers.
_pens = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="pen")
from serve.answers import apart

_line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="apart")
_waiting = 0


class Refused(ValueError):
    """What arrived cannot be answered; the message is one kind sentence for the visitor."""


async def answer_sketch(request) -> dict:
    """What a drawing shows.

    Args:
        request: {"picture": base64 of a PNG of at most MOST_SKETCH_SIDE pixels a side,
            "model": one of those that can be chosen}.

    Returns:
        The answer as page/answer/answer.js describes it, or {"refusal": one sentence}.
    """
    return await asyncio.get_running_loop().run_in_executor(_pens, _answer_sketch, request)


async def answer_photo(request) -> dict:
    """What a photo shows.

    Args:
        request: {"picture": base64 of a picture file, "model": one of those that can be chosen,
            "cut": bool, whether to cut the object out, "invert": bool}.

    Returns:
        The answer as page/answer/answer.js describes it, or {"refusal": one sentence}.
    """
    try:
        check(request, {"picture": str, "model": str, "cut": bool, "invert": bool})
        _check_model(request["model"])
        return await _in_line(_answer_photo, request)
    except Exception as error:
        return {"refusal": sentence(error)}


async def classify_file(path: str, model: str, kind: str, **options) -> Result:
    """Classifier.predict() for an uploaded file; all visitors' files stand in one line.

    Raises:
        Refused, BadPicture: the message is one kind sentence for the visitor.
    """
    _check_model(model)
    return await _in_line(lambda: apart.predict(Path(path).read_bytes(), model, kind, **options))


def sentence(error: Exception) -> str:
    """What the visitor reads: our own sentences, and of anything else only that it happened."""
    if isinstance(error, (Refused, BadPicture)):
        return str(error)
    logging.getLogger("sketch28").error(fault(error))
    return "Something went wrong here. Please try another picture."


async def _in_line(work, *arguments):
    """Run work(*arguments) after everyone who came before.

    Raises:
        Refused: too many wait already.
    """
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Refused("Too many pictures are waiting just now. Please try again in a moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_line, work, *arguments)
    finally:
        _waiting -= 1


def _answer_sketch(request) -> dict:
    try:
        check(request, {"picture": str, "model": str})
        content = _decoded(request["picture"], MOST_SKETCH_BYTES)
        _check_small_png(content)
        _check_model(request["model"])
        return _shown(load(request["model"]).predict(content, kind="sketch"))
    except Exception as error:
        return {"refusal": sentence(error)}


def _answer_photo(request: dict) -> dict:
    content = _decoded(request["picture"], MAX_BYTES)
    options = {"cut": request["cut"], "invert": request["invert"]}
    return _shown(apart.predict(content, request["model"], "photo", **options))


def _check_model(name: str) -> None:
    known = [choice["name"] for choice in parts.models()]
    if name not in known:
        raise Refused(f"There is no model {name[:40]!r}. The models are: {', '.join(known)}.")


def check(request, fields: dict[str, type]) -> None:
    """Exactly these fields, of exactly these types."""
    if not isinstance(request, dict) or set(request) != set(fields):
        raise Refused(f"A request must hold exactly these fields: {', '.join(fields)}.")
    for name, kind in fields.items():
        if type(request[name]) is not kind:
            raise Refused(f"The field {name!r} must be of type {kind.__name__}.")


def _decoded(text: str, most_bytes: int) -> bytes:
    if len(text) > most_bytes * 4 // 3 + 4:
        raise Refused(f"This picture is larger than {most_bytes // 1024} kB. Please send less.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("The picture must be the bytes of a file in base64.") from error


def _check_small_png(content: bytes) -> None:
    """By its header alone, before any pixel is decoded."""
    if not content.startswith(PNG) or len(content) < len(PNG) + 8:
        raise Refused("A drawing must be sent as a PNG.")
    width, height = struct.unpack(">II", content[len(PNG) : len(PNG) + 8])
    if not 0 < width <= MOST_SKETCH_SIDE or not 0 < height <= MOST_SKETCH_SIDE:
        raise Refused(f"A drawing must be at most {MOST_SKETCH_SIDE} pixels wide and high.")


def _shown(result: Result) -> dict:
    """The answer as page/answer/answer.js describes it."""
    return {
        "model": result.model,
        "label": result.label,
        "probability": result.probability,
        "labels": list(result.probabilities),
        "probabilities": list(result.probabilities.values()),
        "rejected": result.rejected,
        "blank": result.blank,
        "notes": list(result.notes),
        "input": _base64(np.uint8(np.rint(result.network_input * 255)).tobytes()),
        "steps": [
            {"name": step.name, "picture": _address(step.picture)}
            for step in result.steps
            if step.name != "input"
        ],
    }


def _address(picture: np.ndarray) -> str:
    """A data: address: uint8 (H, W) as PNG, (H, W, 3) as JPEG, in which photos are far smaller."""
    file = io.BytesIO()
    if picture.ndim == 2:
        Image.fromarray(picture).save(file, "PNG", compress_level=1)
        return f"data:image/png;base64,{_base64(file.getvalue())}"
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{_base64(file.getvalue())}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
