"""What stands before Gradio: only what the page and its clients need gets through, within limits.

Gradio serves more than this app uses (see serve/gradio_insides.py), and has no limit on how much
visitors send at once. What the page asks (serve/ask.py) is answered here: none of it is Gradio's.
This is ASGI middleware (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

import asyncio
import logging
import re

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.apart import fault
from serve import ask, assistants, page
from serve.bodies import Places, once, whole, within
from serve.checks import (
    MOST_BODY,
    check_event,
    check_files,
    check_space,
    check_visit,
    parsed,
)
from serve.files import VERSION
from serve.gradio_insides import (
    ASSISTANT,
    ASSISTANTS,
    EVENT,
    READ,
    UPLOAD,
    blocks_of,
    without_upload_id,
)
from serve.headers import with_cache_control
from serve.refusals import Refused, refusal_of, reply

MOST_EVENT = 64 * 1024  # bytes of a request to an endpoint: it names files, it holds none
FILE = re.compile(r"/page/.+")
NOT_KEPT = (b"cache-control", b"no-store")
# What Gradio raises where it trusts what it is sent.
TRUSTING = (KeyError, IndexError, TypeError, ValueError, AttributeError)
VERSIONED = (b"x-sketch28-version", VERSION.encode())


class Gate:
    """Middleware for the app that Gradio makes: demo.launch(app_kwargs={"middleware": [...]})."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.places = Places()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        reads = scope["method"] in ("GET", "HEAD")
        if reads:
            send = with_cache_control(scope, send)
        begun = False

        async def note_and_send(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], VERSIONED]}
            begun = True
            await send(message)

        try:
            if scope["path"] in ask.ROUTES:
                await self._ask(scope, receive, note_and_send)
            elif reads:
                await self._read(scope, receive, note_and_send)
            else:
                await self._write(scope, receive, note_and_send)
        except ClientDisconnect:
            return
        except Exception as error:
            if begun:  # too late for an answer; uvicorn would log all that it knows
                logging.getLogger("sketch28").error(fault(error))
                return
            if scope["path"] not in ask.ROUTES and isinstance(error, TRUSTING):
                error = Refused("request")
            await reply(refusal_of(error))(scope, receive, note_and_send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, most, answer = ask.ROUTES[scope["path"]]
        if scope["method"] != method:
            raise Refused("post" if method == "POST" else "nothing")
        async with self.places.take(scope, most):
            body = await whole(receive, most)
            kind, content = await answer(QueryParams(scope["query_string"]), body)
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(content)), NOT_KEPT]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/":
            return await page.answer_first(self.app, scope, receive, send)
        if ASSISTANT.fullmatch(path):
            raise Refused("post")
        if not (FILE.fullmatch(path) or READ.fullmatch(path)):
            raise Refused("nothing")
        if path.endswith("/queue/data"):
            check_visit(scope)
        await self.app(scope, receive, send)

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["method"] != "POST":
            raise Refused("post" if ASSISTANT.fullmatch(path) else "nothing")
        if EVENT.fullmatch(path):
            body = await whole(receive, MOST_EVENT)
            check_event(parsed(body), path, blocks_of(scope))
            await self.app(scope, once(body, receive), send)
        elif UPLOAD.fullmatch(path):
            await asyncio.to_thread(check_space)
            async with self.places.take(scope, MOST_BODY):
                await self.app(without_upload_id(scope), within(receive, MOST_BODY), send)
        elif ASSISTANT.fullmatch(path):
            async with self.places.take(scope, MOST_BODY):
                body = await whole(receive, MOST_BODY)
                await self._assist(body, scope, once(body, receive), send)
        else:
            raise Refused("nothing")

    async def _assist(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        said = parsed(body)
        check_files(said)
        if refusal := assistants.refusal(said):
            return await JSONResponse(refusal)(scope, receive, send)
        if said["method"] == "tools/call":
            await asyncio.to_thread(check_space)  # its picture becomes a file
        address = {"path": ASSISTANTS, "raw_path": ASSISTANTS.encode()}
        await self.app({**scope, **address}, receive, send)


async def not_understood(*_) -> JSONResponse:
    """In place of FastAPI's answer to a RequestValidationError, which repeats what was sent."""
    return reply(Refused("request"))
