"""What the page asks, over HTTP: POST /ask/sketch, /ask/photo, /ask/run and /ask/glance, GET
/ask/facts.

The gate has read the body, within the limits of ROUTES, before anything here sees it. A picture
travels as its greys or as its file's bytes, outputs as little-endian float32, all else as JSON.
"""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable

import numpy as np
from starlette.datastructures import QueryParams

from models.decode import MAX_BYTES
from serve import answers
from serve.checks import parsed
from serve.refusals import Refused

MOST_SIDE = 512  # of a drawing; the page sends about 100
MOST_RUN = 64 * 1024  # bytes
SIDE = 28

JSON, NUMBERS = b"application/json", b"application/octet-stream"
Answer = tuple[bytes, bytes]  # content type, body


async def sketch(query: QueryParams, body: bytearray) -> Answer:
    """What a drawing shows.

    query: model, width, height; body: width × height greys, 255 ink, row by row.
    """
    width, height = (_number(query, name, MOST_SIDE) for name in ("width", "height"))
    if len(body) != width * height:
        raise Refused("request")
    ink = np.frombuffer(body, np.uint8).reshape(height, width)
    return JSON, _text(await answers.sketch(ink, query.get("model", "")))


async def photo(query: QueryParams, body: bytearray) -> Answer:
    """What a photo shows.

    query: model, and 0 or 1 for each of: whole (cut nothing out), invert, show (return the
    picture too); body: the bytes of a file.
    """
    options = {name: bool(_number(query, name, 1)) for name in ("whole", "invert", "show")}
    return JSON, _text(await answers.photo(body, query.get("model", ""), **options))


async def run(query: QueryParams, body: bytearray) -> Answer:
    """A network's outputs for one 28×28 picture, or for that picture moved or edited.

    body: JSON {"model", "input": base64 of 784 greys, "outputs": [names], "moves"?: [[right,
    down]], "edits"?: [[[index, grey]]], "moment"?: steps}.
    """
    asked = parsed(body)
    outputs = asked.get("outputs")
    change = {name: asked.get(name) for name in ("moves", "edits", "moment")}
    model, text = asked.get("model"), asked.get("input")
    if not (isinstance(model, str) and isinstance(text, str) and isinstance(outputs, list)):
        raise Refused("request")
    arrays = await answers.run(model, _greys(text), outputs, **change)
    return NUMBERS, b"".join(array.astype("<f4", copy=False).data for array in arrays)


async def glance(query: QueryParams, body: bytearray) -> Answer:
    """The strongest maps of every stage of a network, see serve/glances.py.

    query: model; body: 784 greys.
    """
    return NUMBERS, await answers.glance(_picture(body), query.get("model", ""))


async def facts(query: QueryParams, body: bytearray) -> Answer:
    """What runs here."""
    return JSON, _text(answers.facts())


# Address -> method, most bytes of the body, what answers.
ROUTES: dict[str, tuple[str, int, Callable[[QueryParams, bytearray], Awaitable[Answer]]]] = {
    "/ask/sketch": ("POST", MOST_SIDE**2, sketch),
    "/ask/photo": ("POST", MAX_BYTES, photo),
    "/ask/run": ("POST", MOST_RUN, run),
    "/ask/glance": ("POST", SIDE * SIDE, glance),
    "/ask/facts": ("GET", 0, facts),
}


def _number(query: QueryParams, name: str, most: int) -> int:
    """A whole number 0..most."""
    text = query.get(name, "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= most):
        raise Refused("request")
    return int(text)


def _greys(text: str) -> np.ndarray:
    """uint8 (28, 28)"""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("request") from error
    return _picture(content)


def _picture(content: bytes | bytearray) -> np.ndarray:
    """uint8 (28, 28)"""
    if len(content) != SIDE * SIDE:
        raise Refused("request")
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)


def _text(said: dict) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()
