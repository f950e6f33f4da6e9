"""Calls the page's server functions as a hostile visitor would: in this process, or over HTTP."""

import asyncio
import base64
import inspect
import io
import itertools
import re

import httpx
import numpy as np
from PIL import Image, ImageDraw

from measure.browser import DIGITS

_visits = itertools.count()


def server_functions(demo) -> list:
    """All that the page's gr.HTML components let anyone call."""
    found = {
        name: getattr(demo.blocks[component["id"]], name)
        for component in demo.get_config_file()["components"]
        for name in component["props"].get("server_fns", [])
    }
    return list(found.values())


def call(function, request):
    answer = function(request)
    return asyncio.run(answer) if inspect.isawaitable(answer) else answer


def drawing(digit: str = "7", points: int = 999, side: int = 140) -> str:
    """A digit as the page sends it, drawn up to so many points: base64 of a PNG."""
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in DIGITS[digit]:
        line = [(x * side, y * side) for x, y in stroke[: max(0, points)]]
        points -= len(stroke)
        if len(line) > 1:
            pen.line(line, 0, side // 12, joint="curve")
    return base64.b64encode(_png(picture)).decode()


def photo(megapixels: float = 0.1) -> bytes:
    """A JPEG of something dark on a noisy ground, as a phone would send it."""
    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = height * 4 // 3
    small = np.random.default_rng(28).integers(150, 220, (height // 8, width // 8, 3), np.uint8)
    picture = Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR)
    box = [width * 0.3, height * 0.2, width * 0.7, height * 0.8]
    ImageDraw.Draw(picture).rectangle(box, (40, 30, 90))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


class Visitor:
    """One open page, as far as the server can tell.

    Args:
        client: httpx.AsyncClient whose base_url is the app's address.
        component: the page's number of each server function, from numbers().
    """

    def __init__(self, client: httpx.AsyncClient, component: dict[str, int]):
        self.client = client
        self.component = component
        self.visit = f"visitor{next(_visits)}"

    async def ask(self, function: str, request) -> httpx.Response:
        """Call a server function the way Gradio's own script does."""
        body = {
            "data": request,
            "component_id": self.component[function],
            "fn_name": function,
            "session_hash": self.visit,
        }
        return await self.client.post("/gradio_api/component_server/", json=body)


def numbers(address: str) -> dict[str, int]:
    """Server function -> number of the component that offers it, read off the page itself."""
    config = httpx.get(f"{address}/config", timeout=60).json()
    return {
        name: component["id"]
        for component in config["components"]
        for name in component["props"].get("server_fns", [])
    }


def models(address: str) -> dict[str, str]:
    """Subject -> the network that the page offers first for it."""
    page = httpx.get(f"{address}/config", timeout=60).text
    pairs = re.findall(r'"name":\s*"(\w+)",\s*"subject":\s*"(\w+)"', page)
    return {subject: name for name, subject in reversed(pairs)}
