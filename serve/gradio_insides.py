"""All that reaches into Gradio's insides, written for 6.31: an upgrade of Gradio reads this file.

Each function here stands on something that Gradio does not promise; its test in
tests/test_gradio_insides.py fails where that has changed. Gradio is imported here first, because
some of it has to be said before.
"""

# ruff: noqa: E402
import asyncio
import copy
import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import asynccontextmanager
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

# Nobody is told that the app runs, and the queue does not rebuild a table of its own statistics
# after every request.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "100000")
# A folder of this process alone: see serve/sweep.py.
UPLOADS = Path(tempfile.mkdtemp("", "sketch28-", os.environ.get("GRADIO_TEMP_DIR")))
os.environ["GRADIO_TEMP_DIR"] = str(UPLOADS)
# Gradio would load this with itself, for 0.4 s: serve/assistants.py does when an assistant comes.
sys.modules.setdefault("mcp", None)  # type: ignore[arg-type]

import gradio as gr
import gradio.mcp
from gradio.context import Context
from gradio.mcp import GradioMCPServer
from gradio.processing_utils import save_bytes_to_cache
from gradio.route_utils import get_root_url
from gradio.utils import get_upload_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

if sys.modules.get("mcp", sys) is None:
    del sys.modules["mcp"]

Blocks = gr.Blocks

# Of all the addresses that Gradio serves, what the page and its clients need. There are more: a
# proxy, a fetcher of addresses, a video recorder, deep links that are written to disk, an editor.
READ = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt"
    r"|/(?:static|assets|svelte)/.+|/gradio_api/(?:info/?|mcp/schema/?|openapi\.json"
    r"|startup-events|theme\.css|app_id/?|heartbeat/[^/]+|queue/data|call/\w+/\w+"
    r"|file=(?![a-zA-Z][\w+.-]*:).+)"
)
EVENT = re.compile(r"/gradio_api/(?:queue/join/?|call/(?:v2/)?\w+/?|cancel|reset/?)")
UPLOAD = re.compile(r"/gradio_api/upload/?")
ASSISTANT = re.compile(r"/gradio_api/mcp/?")
ASSISTANTS = "/gradio_api/mcp/"  # as Gradio mounts it
# The bundler puts a hash of the content into these names; a second digit tells twins apart.
HASHED = re.compile(r"/assets/.+-[\w-]{8}\d?\.\w+")
HASHED_THEME = re.compile(rb"v=[0-9a-f]{64}")


class Told(gr.Error):
    """One sentence for whoever called an endpoint, as it is: a gr.Error puts quotes around it."""

    def __init__(self, sentence: str):
        super().__init__(sentence, print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


def blocks_of(scope: Scope) -> Blocks:
    """The gr.Blocks that a request is for."""
    return scope["app"].get_blocks()


def inputs_of(blocks: Blocks) -> dict[str, tuple[str, ...]]:
    """Endpoint -> the names of the values that it takes."""
    return {
        str(function.api_name): tuple(signature(function.fn).parameters)
        for function in blocks.fns.values()
        if function.fn is not None
    }


def endpoint_of(blocks: Blocks, number) -> str | None:
    """The endpoint that Gradio's script means by that number (`fn_index`)."""
    known = type(number) is int and number in blocks.fns
    return str(blocks.fns[number].api_name) if known else None


def add_endpoint(function: Callable, example: Path, **limits) -> None:
    """Make it an endpoint of the gr.Blocks being built; the file is what printed examples send."""
    gr.api(function, api_name=function.__name__, **limits)
    root = Context.root_block
    assert root is not None
    picture: Any = list(root.fns.values())[-1].inputs[0]
    picture.example_payload = lambda: file_data(example.as_posix()) | {"url": example.as_posix()}


def file_data(path: str) -> dict:
    """What stands for a file in a call."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def has_asked(blocks: Blocks, visit: str | None) -> bool:
    """Whether somebody of that name waits for an answer; Gradio logs a trace where nobody does."""
    return visit in blocks._queue.pending_messages_per_session


def forget_the_gone(blocks: Blocks) -> None:
    """The names of visits that asked for something and never came to fetch it: kept for ever."""
    queue = blocks._queue
    for visit in set(queue.pending_event_ids_session) - set(queue.pending_messages_per_session):
        queue.pending_event_ids_session.pop(visit, None)


def upload_folder() -> Path:
    """Where Gradio puts what visitors upload."""
    return Path(get_upload_folder())


def uploaded(content: bytes) -> str:
    """The path of a new upload that holds these bytes."""
    return save_bytes_to_cache(content, "picture.bin", get_upload_folder())


def without_upload_id(scope: Scope) -> Scope:
    """An upload without the name under which Gradio would count its progress, for ever."""
    return {**scope, "query_string": b""}


def root_of(scope: Scope) -> str:
    """The address of the page as the visitor knows it, before any proxy; no slash at its end."""
    return get_root_url(Request(scope), "/", scope.get("root_path"))


META = re.compile(r'<meta\s+(?!charset)[^>]*>|<link rel="manifest"[^>]*>')
START = re.compile(r"(<html)\s+lang=\"en\"(.*?<head>)(.*?)(</head>.*?<body[^>]*>)", re.DOTALL)


def first_html(html: str, attributes: str, head: str, body: str) -> str:
    """The answer to GET "/", with our head in place of Gradio's own words about itself.

    Args:
        html: Gradio's; it builds the page from its config by script.
        attributes: of the <html> element.
        head: what stands in <head>, last.
        body: what stands first in <body>.

    Raises:
        RuntimeError: Gradio's is not what it was.
    """
    found = START.search(html)
    if found is None or "<gradio-app" not in html:
        raise RuntimeError(
            "Gradio's first HTML has changed: see first_html() in gradio_insides.py."
        )
    start, middle, told, end = found.groups()
    new = f"{start} {attributes}{middle}{META.sub('', told)}{head}{end}{body}"
    return html[: found.start()] + new + html[found.end() :]


def offer_tools(names: tuple[str, ...], how: str, path_of: Callable, most: int) -> None:
    """Let demo.launch(mcp_server=True) offer these endpoints as tools, and load that when asked.

    Gradio's own server fetches addresses, and also offers resources and prompts.

    Args:
        how: the sentence that says how a picture is handed over.
        path_of: what an assistant sends for a picture -> the path of an upload.
        most: bytes of a request; without it 4 MB, and the refusal is no sentence.
    """
    insides: Any = gradio.mcp
    insides.GradioMCPServer = partial(LateServer, names, how, path_of, most)


class LateServer:
    """In place of gradio.mcp.GradioMCPServer, as far as Gradio uses it: makes one when asked."""

    def __init__(self, names, how, path_of, most, blocks: Blocks):
        self.make = partial(_tools_server, names, how, path_of, most, blocks)
        self._local_url = None  # set by Gradio, for requests to itself; none are made
        self.wanted = asyncio.Event()
        self.server: asyncio.Future | None = None

    def launch_mcp_on_sse(self, app, subpath: str, root_path: str) -> None:
        """What Gradio calls to have its routes added; this one is all that there is."""
        app.mount(subpath, self.answer)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.wanted.set()
        assert self.server is not None
        server = await asyncio.shield(self.server)
        if scope["path"].rstrip("/") == f"{ASSISTANTS}schema":
            described = await server.get_complete_schema(Request(scope))
            return await described(scope, receive, send)
        await server.handle_streamable_http(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, app):
        self.server = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._serve(self.server))
        try:
            yield
        finally:
            task.cancel()

    async def _serve(self, told: asyncio.Future) -> None:
        """The server's tasks must begin and end in one task."""
        await self.wanted.wait()
        try:
            server = await asyncio.to_thread(self.make)
        except Exception as error:
            told.set_exception(error)
            return
        async with server.lifespan(Starlette()):
            told.set_result(server)
            await asyncio.Event().wait()  # until it is cancelled


def _tools_server(names, how, path_of, most, blocks: Blocks) -> GradioMCPServer:
    """Gradio's server for assistants. Takes about half a second the first time."""
    from mcp import types
    from mcp.server import Server
    from mcp.server.lowlevel.helper_types import ReadResourceContents
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it would log what was sent

    class Loaded(OnlyTools):
        tools, file_path = names, staticmethod(path_of)
        _file_data_tool_description = f" {how}"

    # Names that Gradio finds only where mcp was there when gradio.mcp was imported.
    limited = partial(StreamableHTTPSessionManager, max_request_body_size=most)
    for name, value in {
        "types": types,
        "Server": Server,
        "ReadResourceContents": ReadResourceContents,
        "StreamableHTTPSessionManager": limited,
    }.items():
        setattr(Loaded, name, value)
    return Loaded(blocks)


class OnlyTools(GradioMCPServer):
    """Gradio's server, but for how it names, describes and calls tools, and reads pictures."""

    tools: tuple[str, ...] = ()
    file_path: Callable = staticmethod(str)

    def get_tool_to_endpoint(self) -> dict[str, str]:
        """In a Space Gradio would put the Space's name before each."""
        return {name: f"/{name}" for name in self.tools}

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
        return value | {name: file_data(self.file_path(value[name])) for name in pictures}

    def postprocess_output_data(self, data, root_url: str) -> list:
        """An answer as JSON, without the 784 greys: nobody reads them, and they cost tokens."""
        told = {name: value for name, value in data[0].items() if name != "network_input"}
        return [self.types.TextContent(type="text", text=json.dumps(told))]
