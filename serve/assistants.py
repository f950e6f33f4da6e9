"""The two endpoints as tools for assistants: the Model Context Protocol over streamable HTTP.

Gradio's server for it takes addresses of pictures on the web and fetches them, offers resources and
prompts (asking for a prompt that is not there calls an endpoint), and takes 0.4 s to load. Here the
same server never fetches, offers nothing but the tools, and is loaded when somebody asks for it.
"""

import asyncio
import base64
import binascii
import copy
import json
import logging
import re
import sys
from contextlib import asynccontextmanager
from functools import partial

import gradio.mcp
from gradio.mcp import GradioMCPServer
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from models.decode import MAX_BYTES
from serve import answers
from serve.checks import MOST_BODY, is_uploaded

if sys.modules.get("mcp", sys) is None:  # app.py hid it while gradio was imported
    del sys.modules["mcp"]

PATH = "/gradio_api/mcp/"
SCHEMA = f"{PATH}schema"  # the tools, for the page of the endpoints and for Hugging Face
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
    gradio.mcp.GradioMCPServer = Assistants


def refusal(said: dict) -> dict | None:
    """What is answered instead to a request (JSON-RPC) for anything but METHODS."""
    if said.get("method") in METHODS:
        return None
    called = said.get("id") if isinstance(said.get("id"), int | str) else None
    error = {"code": UNKNOWN_METHOD, "message": "There are only tools here: please ask for these."}
    return {"jsonrpc": "2.0", "id": called, "error": error}


class Assistants:
    """In place of gradio.mcp.GradioMCPServer, as far as Gradio uses it: makes one when asked."""

    def __init__(self, blocks: gradio.Blocks):
        self.blocks = blocks
        self._local_url = None  # set by Gradio, for requests to itself; none are made
        self.wanted = asyncio.Event()
        self.server: asyncio.Future | None = None

    def launch_mcp_on_sse(self, app, subpath: str, root_path: str) -> None:
        """What Gradio calls to have its routes added; this one is all that there is."""
        app.mount(subpath, self.answer)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.wanted.set()
        server = await asyncio.shield(self.server)
        if scope["path"].rstrip("/") == SCHEMA:
            described = await server.get_complete_schema(Request(scope))
            return await described(scope, receive, send)
        await server.handle_streamable_http(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, app):
        self.server = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._serve())
        try:
            yield
        finally:
            task.cancel()

    async def _serve(self) -> None:
        """The server's tasks must begin and end in one task."""
        await self.wanted.wait()
        try:
            server = await asyncio.to_thread(_made, self.blocks)
        except Exception as error:
            self.server.set_exception(error)
            return
        async with server.lifespan(None):
            self.server.set_result(server)
            await asyncio.Event().wait()  # until it is cancelled


def _made(blocks: gradio.Blocks) -> GradioMCPServer:
    """Gradio's server for assistants. Takes about half a second the first time."""
    from mcp import types
    from mcp.server import Server
    from mcp.server.lowlevel.helper_types import ReadResourceContents
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it would log what was sent

    limited = partial(StreamableHTTPSessionManager, max_request_body_size=MOST_BODY)
    attributes = {
        "types": types,
        "Server": Server,
        "ReadResourceContents": ReadResourceContents,
        "StreamableHTTPSessionManager": limited,  # else 4 MB, and its refusal is no sentence
    }
    return type("Loaded", (OnlyTools,), attributes)(blocks)


class OnlyTools(GradioMCPServer):
    """Gradio's server, but for how it names, describes and calls tools, and reads pictures."""

    _file_data_tool_description = f" {HOW}"

    def get_tool_to_endpoint(self) -> dict[str, str]:
        """In a Space Gradio would put the Space's name before each."""
        return {name: f"/{name}" for name in TOOLS}

    def get_input_schema(self, tool_name: str, parameters=None):
        schema, pictures = super().get_input_schema(tool_name, parameters)
        for (name,) in pictures:
            for word in ("format", "required"):  # Gradio's: a web address; the fields of a file
                schema["properties"][name].pop(word, None)
        return schema, pictures

    def get_block_fn_from_endpoint_name(self, endpoint_name: str):
        """The endpoint, to be called right here: through the queue, Gradio would send a request to
        itself, with the visitor's headers, to an address that they can have a say in."""
        called = copy.copy(super().get_block_fn_from_endpoint_name(endpoint_name))
        if called is not None:
            called.queue = False
        return called

    def convert_strings_to_filedata(self, value: dict, filedata_positions: list) -> dict:
        """The arguments of a call, with a file for each picture; Gradio's would fetch addresses."""
        pictures = {name for (name,) in filedata_positions if name in value}
        return value | {name: _file(value[name]) for name in pictures}

    def postprocess_output_data(self, data, root_url: str) -> list:
        """An answer as JSON, without the 784 greys: nobody reads them, and they cost tokens."""
        told = {name: value for name, value in data[0].items() if name != "network_input"}
        return [self.types.TextContent(type="text", text=json.dumps(told))]


def _file(picture) -> dict:
    """What stands for a file in a call, of a data: address or of the path of an upload.

    Raises:
        ValueError: it is neither; the message is a kind sentence for the assistant.
    """
    if is_uploaded(picture):
        path = picture
    elif isinstance(picture, str) and (start := DATA_ADDRESS.match(picture[:100])):
        path = _kept(picture[start.end() :])
    else:
        raise ValueError(HOW)
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def _kept(text: str) -> str:
    """The path of a new file, deleted with the uploads, that holds what this says in base64."""
    if len(text) > MAX_BYTES * 4 // 3 + 4:
        size = MAX_BYTES // 2**20
        raise ValueError(f"This picture is larger than {size} MB. Please send a smaller one.")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"This is no base64. {HOW}") from error
    try:
        return save_bytes_to_cache(content, "picture.bin", get_upload_folder())
    except OSError as error:
        raise ValueError(str(answers.refusal_of(error))) from error
