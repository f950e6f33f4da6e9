"""The two endpoints as tools for assistants: the Model Context Protocol over streamable HTTP.

Gradio's server for it takes addresses of pictures on the web and fetches them, and offers resources
and prompts (asking for a prompt that is not there calls an endpoint). Here the same server never
fetches, and offers nothing but the tools.
"""

import base64
import binascii
import re

from models.decode import MAX_BYTES
from serve.bodies import over
from serve.checks import MOST_BODY, is_uploaded
from serve.gradio_insides import offer_tools, uploaded
from serve.refusals import refusal_of

TOOLS = ("classify_sketch", "classify_photo")
# What assistants may ask, by https://modelcontextprotocol.io/specification; many ask for the
# lists of resources and prompts unasked, and get empty ones.
METHODS = (
    "initialize", "ping", "notifications/initialized", "notifications/cancelled",
    "tools/list", "tools/call", "resources/list", "resources/templates/list", "prompts/list",
)  # fmt: skip
UNKNOWN_METHOD = -32601  # JSON-RPC's code

DATA_ADDRESS = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,")
HOW = (
    "`image` must be the picture itself, as data:image/png;base64,... (or jpeg, webp, ...), or the"
    " path that an upload to /gradio_api/upload answered. Nothing is fetched from an address."
)


def offer() -> None:
    """Let demo.launch(mcp_server=True) offer the tools in this module's way."""
    offer_tools(TOOLS, HOW, path_of, MOST_BODY)


def refusal(said: dict) -> dict | None:
    """What is answered instead to a request (JSON-RPC) for anything but METHODS."""
    if said.get("method") in METHODS:
        return None
    called = said.get("id") if isinstance(said.get("id"), int | str) else None
    error = {"code": UNKNOWN_METHOD, "message": "There are only tools here: please ask for these."}
    return {"jsonrpc": "2.0", "id": called, "error": error}


def path_of(picture) -> str:
    """The path of an upload, of a data: address or of such a path.

    Raises:
        ValueError: it is neither; the message is a kind sentence for the assistant.
    """
    if is_uploaded(picture):
        return picture
    if isinstance(picture, str) and (start := DATA_ADDRESS.match(picture[:100])):
        return _kept(picture[start.end() :])
    raise ValueError(HOW)


def _kept(text: str) -> str:
    """The path of a new file, deleted with the uploads, that holds what this says in base64."""
    if len(text) > MAX_BYTES * 4 // 3 + 4:
        raise ValueError(str(over(MAX_BYTES)))
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"This is no base64. {HOW}") from error
    try:
        return uploaded(content)
    except OSError as error:
        raise ValueError(str(refusal_of(error))) from error
