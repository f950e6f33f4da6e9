"""Asks the app over HTTP as its page does; and what there is to ask about."""

import io
from dataclasses import dataclass

import httpx
import numpy as np
from PIL import Image, ImageDraw

from measure.browser import DIGITS

PEN = 1 / 12  # of the sheet's side
MOST_SIDE = 100  # of what the page sends of a drawing


@dataclass(frozen=True)
class Ink:
    """A drawing as the page sends it: greys, 255 ink, row by row, cropped to the ink."""

    width: int
    height: int
    greys: bytes


def sheet(digit: str = "7", points: int = 999, side: int = 140) -> Image.Image:
    """A digit drawn up to so many points, dark on light."""
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in DIGITS[digit]:
        line = [(x * side, y * side) for x, y in stroke[: max(0, points)]]
        points -= len(stroke)
        if len(line) > 1:
            pen.line(line, 0, round(PEN * side), joint="curve")
    return picture


def drawing(digit: str = "7", points: int = 999) -> Ink:
    """The same as the page sends it."""
    ink = 255 - np.asarray(sheet(digit, points))
    rows, columns = np.nonzero(ink.any(1))[0], np.nonzero(ink.any(0))[0]
    cropped = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    cropped.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.BOX)
    return Ink(cropped.width, cropped.height, cropped.tobytes())


def photo(megapixels: float = 0.1) -> bytes:
    """A JPEG of something dark on a noisy ground, as a phone would send it."""
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = height * 4 // 3
    small = np.random.default_rng(28).integers(150, 220, (height // 8, width // 8, 3), np.uint8)
    picture = Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR)
    box = [width * 0.3, height * 0.2, width * 0.7, height * 0.8]
    ImageDraw.Draw(picture).rectangle(box, (40, 30, 90))
    return file_of(picture, "JPEG", quality=90)


def file_of(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


async def ask_sketch(client: httpx.AsyncClient, ink: Ink, model: str) -> httpx.Response:
    """What a drawing shows. The client's base_url is the app's address."""
    query = {"model": model, "width": ink.width, "height": ink.height}
    return await client.post("/ask/sketch", params=query, content=ink.greys)


async def ask_photo(
    client: httpx.AsyncClient, content: bytes, model: str, whole: bool = False
) -> httpx.Response:
    """What a file shows."""
    return await client.post(
        "/ask/photo", params={"model": model, "whole": int(whole)}, content=content
    )


def likeliest(reply: httpx.Response) -> int:
    """Which of the ten an answer says is likeliest.

    Raises:
        httpx.HTTPError, ValueError, KeyError: it is no answer.
    """
    return int(np.argmax(reply.raise_for_status().json()["probabilities"]))
