"""What stands before Gradio: only what the page and its clients need gets through, within limits.

Gradio serves more than this app uses (a proxy, a fetcher of addresses, a video recorder, deep links
that it writes to disk, a code editor), and has no limit on how much visitors send at once. This is
ASGI middleware (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

import asyncio
import logging
import re
from contextlib import asynccontextmanager

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.apart import fault
from models.decode import MAX_BYTES
from serve import assistants
from serve.checks import (
    BUSY,
    MOST_BODY,
    NOT_UNDERSTOOD,
    Refused,
    check_call,
    check_event,
    check_files,
    check_space,
    check_visit,
    parsed,
)
from serve.headers import with_cache_control

MOST_EVENT = 64 * 1024  # bytes of a request to an endpoint: it names files, it holds none
LARGE = 256 * 1024  # a request of more bytes is large: few are held in memory at once
MOST_LARGE = 4
MOST_LARGE_WAITING = 32
SECONDS_TO_SEND = 60.0

READ = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json"
    r"|/(?:static|assets|svelte)/.+|/gradio_api/(?:info/?|mcp/schema/?|openapi\.json"
    r"|startup-events|theme\.css|app_id/?|heartbeat/[^/]+|queue/data|call/\w+/\w+"
    r"|file=(?![a-zA-Z][\w+.-]*:).+)"
)
EVENT = re.compile(r"/gradio_api/(?:queue/join/?|call/(?:v2/)?\w+/?|cancel|reset/?)")
CALL = re.compile(r"/gradio_api/component_server/?")
UPLOAD = re.compile(r"/gradio_api/upload/?")
ASSISTANT = re.compile(r"/gradio_api/mcp/?")

JSON = (b"content-type", b"application/json")
CLOSE = {"connection": "close"}  # the rest of a refused request is not waited for
NOTHING = "There is nothing at this address. Please go to the start page, /."
ONLY_POST = "This address is for assistants (MCP, streamable HTTP): they send POST requests here."
TOO_LARGE = f"This is larger than {MAX_BYTES // 2**20} MB. Please choose a smaller picture."


class Gate:
    """Middleware for the app that Gradio makes: demo.launch(app_kwargs={"middleware": [...]})."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.large = asyncio.Semaphore(MOST_LARGE)
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if scope["method"] in ("GET", "HEAD"):
            send = with_cache_control(scope, send)
        begun = False

        async def note_and_send(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._admit(scope, receive, note_and_send)
        except ClientDisconnect:
            return
        except Exception as error:
            if begun:  # too late for an answer; uvicorn would log all that it knows
                return _log(error)
            await _answer_of(error)(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, reads = scope["path"], scope["method"] in ("GET", "HEAD")
        if reads and READ.fullmatch(path):
            if path.endswith("/queue/data"):
                check_visit(scope)
            await self.app(scope, receive, send)
        elif scope["method"] != "POST":
            only_post = ASSISTANT.fullmatch(path)
            raise Refused(405, ONLY_POST) if only_post else Refused(404, NOTHING)
        elif EVENT.fullmatch(path):
            body = await _whole(receive, MOST_EVENT)
            check_event(parsed(body), path, scope["app"].get_blocks())
            await self.app(scope, _once(body, receive), send)
        elif CALL.fullmatch(path):
            async with self._place(scope):
                body = await _whole(receive, MOST_BODY)
                check_call(parsed(body))
                scope = scope | {"headers": [*_without_type(scope), JSON]}
                await self.app(scope, _once(body, receive), send)
        elif UPLOAD.fullmatch(path):
            await asyncio.to_thread(check_space)
            async with self._place(scope):
                scope = scope | {"query_string": b""}  # Gradio would keep count for ever
                await self.app(scope, _within(receive, MOST_BODY), send)
        elif ASSISTANT.fullmatch(path):
            async with self._place(scope):
                body = await _whole(receive, MOST_BODY)
                await self._assist(body, scope, _once(body, receive), send)
        else:
            raise Refused(404, NOTHING)

    async def _assist(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        said = parsed(body)
        check_files(said)
        if refusal := assistants.refusal(said):
            return await JSONResponse(refusal)(scope, receive, send)
        if said["method"] == "tools/call":
            await asyncio.to_thread(check_space)  # its picture becomes a file
        address = {"path": assistants.PATH, "raw_path": assistants.PATH.encode()}
        await self.app(scope | address, receive, send)

    @asynccontextmanager
    async def _place(self, scope: Scope):
        """Wait for one of few places if the request is large."""
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) <= LARGE:
            yield
            return
        if length.isdecimal() and int(length) > MOST_BODY:
            raise Refused(413, TOO_LARGE)
        if self.waiting >= MOST_LARGE_WAITING:
            raise Refused(503, BUSY)
        self.waiting += 1
        try:
            async with self.large:
                yield
        finally:
            self.waiting -= 1


def _answer_of(error: Exception) -> JSONResponse:
    if isinstance(error, Refused):
        allowed = {"allow": "POST"} if error.status == 405 else {}
        return JSONResponse({"detail": str(error)}, error.status, CLOSE | allowed)
    if isinstance(error, (KeyError, IndexError, TypeError, ValueError, AttributeError)):
        return JSONResponse({"detail": NOT_UNDERSTOOD}, 400)  # Gradio trusts what it is sent
    _log(error)
    return JSONResponse({"detail": "Something went wrong here. Please try again."}, 500)


async def not_understood(*_) -> JSONResponse:
    """In place of FastAPI's answer to a RequestValidationError, which repeats what was sent."""
    return JSONResponse({"detail": NOT_UNDERSTOOD}, 400)


def _log(error: Exception) -> None:
    logging.getLogger("sketch28").error(fault(error))


async def _whole(receive: Receive, most: int) -> bytes:
    parts, receive = [], _within(receive, most)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _once(body: bytes, receive: Receive) -> Receive:
    """A receive that yields the body first; then whether the client has left."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def next_message() -> Message:
        return next(messages, None) or await receive()

    return next_message


def _within(receive: Receive, most: int) -> Receive:
    """A receive that gives up on bodies which are too long, or trickle in."""
    end = asyncio.get_running_loop().time() + SECONDS_TO_SEND
    length, over = 0, False

    async def next_message() -> Message:
        nonlocal length, over
        if over:
            return await receive()
        try:
            async with asyncio.timeout_at(end):
                message = await receive()
        except TimeoutError as error:
            raise Refused(408, "This took too long to arrive. Please try again.") from error
        length += len(message.get("body", b""))
        if length > most:
            raise Refused(413, TOO_LARGE)
        over = not message.get("more_body")
        return message

    return next_message


def _without_type(scope: Scope) -> list:
    """The headers but for the content's type: whatever it says, it is read as JSON here."""
    return [pair for pair in scope["headers"] if pair[0] != b"content-type"]
