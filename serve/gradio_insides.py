"""All that reaches into Gradio's insides, written for 6.31: an upgrade of Gradio reads this file.

Each function here stands on something that Gradio does not promise; its test in
tests/test_gradio_insides.py fails where that has changed. Gradio is imported here first, because
some of it has to be said before.
"""

# ruff: noqa: E402
import gc
import os
import re
import sys
from collections.abc import Callable
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from serve import folder, server

# Nobody is told that the app runs, and the queue does not rebuild a table of its own statistics
# after every request.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "100000")
server.port()  # Gradio reads it too, and would end with a trace where it is none
UPLOADS = folder.make()
os.environ["GRADIO_TEMP_DIR"] = str(UPLOADS)
# Gradio would load this where it is installed, for 0.4 s: serve/assistants.py is without.
sys.modules.setdefault("mcp", None)  # type: ignore[arg-type]
# What a module defines is never let go: to look through it while Gradio is being loaded takes a
# fifth of that time, and later it would delay answers.
gc.disable()

import gradio as gr
from fastapi import FastAPI
from gradio.context import Context
from gradio.route_utils import get_root_url
from gradio.routes import mount_gradio_app
from gradio.utils import get_function_description, get_upload_folder
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

gc.freeze()
gc.enable()
if sys.modules.get("mcp", sys) is None:
    del sys.modules["mcp"]

Blocks = gr.Blocks

# Of all the addresses that Gradio serves, what the page and its clients need. There are more: a
# proxy, a fetcher of addresses, a video recorder, deep links that are written to disk, an editor.
READ = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt"
    r"|/(?:static|assets|svelte)/.+|/gradio_api/(?:info/?|openapi\.json"
    r"|startup-events|theme\.css|app_id/?|heartbeat/[^/]+|queue/data|call/(?:v2/)?\w+/\w+)"
)
CALLED = re.compile(r"/gradio_api/call/.+")
EVENT = re.compile(r"/gradio_api/(?:queue/join/?|call/(?:v2/)?\w+/?|cancel|reset/?)")
UPLOAD = re.compile(r"/gradio_api/upload/?")
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
        str(function.api_name): tuple(values_of(function.fn))
        for function in blocks.fns.values()
        if function.fn is not None
    }


def values_of(function: Callable) -> dict[str, Parameter]:
    """What a program hands over, by name: all but the request itself, which Gradio adds."""
    takes = signature(function).parameters
    return {name: takes[name] for name in takes if takes[name].annotation != gr.Request | None}


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


def has_event(blocks: Blocks, event: str) -> bool:
    """Whether this was asked for, and its answer not fetched yet."""
    queue = blocks._queue
    visits = queue.pending_event_ids_session.values()
    return event in queue.event_ids_to_events or any(event in events for events in visits)


def unfetched(blocks: Blocks) -> set[str]:
    """Names of visits for whom an answer lies there."""
    messages = blocks._queue.pending_messages_per_session
    return {visit for visit in list(messages) if not messages[visit].empty()}


def forget_the_gone(blocks: Blocks, unread: set[str]) -> set[str]:
    """Forget what visits have asked for and never came to fetch: Gradio keeps it for ever.

    Args:
        unread: what this returned the last time.

    Returns:
        Names of visits for whom an answer lies there that nobody has fetched. Whoever waits for
        one takes it at once.
    """
    queue = blocks._queue
    events, messages = queue.pending_event_ids_session, queue.pending_messages_per_session
    waiting = unfetched(blocks)
    for visit in (set(events) - set(messages)) | (waiting & unread):
        for event in events.pop(visit, ()):
            queue.event_ids_to_events.pop(event, None)
        if visit in messages:
            del messages[visit]
    return waiting - unread


def upload_folder() -> Path:
    """Where Gradio puts what visitors upload."""
    return Path(get_upload_folder())


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


def described(function: Callable) -> tuple[str, dict[str, str], list[str]]:
    """What a docstring says: of the function, of each argument, of what it returns."""
    return get_function_description(function)


def made(blocks: Blocks, options: dict) -> ASGIApp:
    """The app that blocks.launch(**options) would serve, for a server of our own."""
    options = dict(options)
    blocks.state_session_capacity = options.pop("state_session_capacity")
    whole = FastAPI()
    root = os.environ.get("GRADIO_ROOT_PATH", "")
    mount_gradio_app(whole, blocks, "/", root_path=root, **options)
    blocks.custom_mount_path = None  # only launch() leaves it so, and root_path counts
    app: Any = whole.routes[-1].app  # type: ignore[attr-defined]
    blocks.app = blocks.server_app = app

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        # Requests need not pass through the empty app around Gradio's.
        await (whole if scope["type"] == "lifespan" else app)(scope, receive, send)

    return served


def end(blocks: Blocks) -> None:
    """Let streams to visitors end: they would hold up whoever waits for requests to finish."""
    blocks._queue.stopped = True
    blocks.server_app.stop_event.set()
