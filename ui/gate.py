"""What stands before Gradio: only what the page and its clients need gets through, within limits.

Gradio serves more than this app uses (a proxy, a fetcher of addresses, a video recorder, deep links
that it writes to disk, a code editor), and has no limit on how much visitors send at once. This is
ASGI middleware (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

import asyncio
import inspect
import json
import logging
import re
from contextlib import asynccontextmanager
from pathlib import Path

from gradio.utils import get_upload_folder
from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.apart import fault
from models.decode import MAX_BYTES

MOST_BODY = 2 * MAX_BYTES  # bytes of any request: a picture in base64 and the frame around it
MOST_EVENT = 64 * 1024  # bytes of a request to an endpoint: it names files, it holds none
MOST_NAME = 64  # characters of a visit's name, under which Gradio keeps its state
LARGE = 256 * 1024  # a request of more bytes is large: few are held in memory at once
MOST_LARGE = 4
MOST_LARGE_WAITING = 32
SECONDS_TO_SEND = 60.0
MOST_UPLOADED = 512 * 2**20  # bytes of uploads on disk, until they are deleted after minutes

READ = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json"
    r"|/(?:static|assets|svelte)/.+|/gradio_api/(?:info/?|openapi\.json|startup-events|theme\.css"
    r"|app_id/?|heartbeat/[^/]+|queue/data|call/\w+/\w+|file=(?![a-zA-Z][\w+.-]*:).+)"
)
EVENT = re.compile(r"/gradio_api/(?:queue/join/?|call/(?:v2/)?\w+/?|cancel|reset/?)")
CALL = re.compile(r"/gradio_api/component_server/?")
UPLOAD = re.compile(r"/gradio_api/upload/?")

JSON = (b"content-type", b"application/json")
CLOSE = {"connection": "close"}  # the rest of a refused request is not waited for
NOTHING = "There is nothing at this address. Please go to the start page, /."
TOO_LARGE = f"This is larger than {MAX_BYTES // 2**20} MB. Please choose a smaller picture."
BUSY = "Too much is being sent just now. Please try again in a moment."
NOT_UNDERSTOOD = "This request cannot be understood. Please see /?view=api for how to ask."


class Refused(Exception):
    """The request is answered with this status and one sentence."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


class Gate:
    """Middleware for the app that Gradio makes: demo.launch(app_kwargs={"middleware": [...]})."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.large = asyncio.Semaphore(MOST_LARGE)
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
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
                _check_visit(scope)
            await self.app(scope, receive, send)
        elif scope["method"] != "POST":
            raise Refused(404, NOTHING)
        elif EVENT.fullmatch(path):
            body = await _whole(receive, MOST_EVENT)
            _check_event(_parsed(body), path, scope["app"].get_blocks())
            await self.app(scope, _once(body, receive), send)
        elif CALL.fullmatch(path):
            async with self._place(scope):
                body = await _whole(receive, MOST_BODY)
                _check_call(_parsed(body))
                scope = scope | {"headers": [*_without_type(scope), JSON]}
                await self.app(scope, _once(body, receive), send)
        elif UPLOAD.fullmatch(path):
            await asyncio.to_thread(_check_space)
            async with self._place(scope):
                scope = scope | {"query_string": b""}  # Gradio would keep count for ever
                await self.app(scope, _within(receive, MOST_BODY), send)
        else:
            raise Refused(404, NOTHING)

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
        return JSONResponse({"detail": str(error)}, error.status, CLOSE)
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


def _parsed(body: bytes) -> dict:
    """What a request says: an object that names the visit it belongs to briefly, if at all."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, NOT_UNDERSTOOD) from error
    visit = said.get("session_hash") if isinstance(said, dict) else 0
    if not (visit is None or (isinstance(visit, str) and len(visit) <= MOST_NAME)):
        raise Refused(400, NOT_UNDERSTOOD)
    return said


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


def _check_call(said: dict) -> None:
    """What Gradio's script sends to call a server function."""
    kinds = {"component_id": int, "fn_name": str, "session_hash": str}
    if "data" not in said or any(type(said.get(name)) is not kinds[name] for name in kinds):
        raise Refused(400, NOT_UNDERSTOOD)


def _check_event(said: dict, path: str, blocks) -> None:
    """That the endpoint exists, and gets as many values as it takes; Gradio logs all it is sent."""
    _check_files(said)
    name = path.strip("/").split("/")[-1]
    if name in ("cancel", "reset"):
        return
    endpoints = {function.api_name: function for function in blocks.fns.values()}
    called = blocks.fns.get(said.get("fn_index")) if name == "join" else endpoints.get(name)
    if called is None:
        raise Refused(404, f"There is no such endpoint. There are: {', '.join(endpoints)}.")
    values = said.get("data")
    if "/v2/" not in path and (type(values) is not list or len(values) != len(called.inputs)):
        takes = ", ".join(inspect.signature(called.fn).parameters)
        raise Refused(400, f"`data` must be a list of exactly these values: {takes}.")


def _check_visit(scope: Scope) -> None:
    """That somebody under this name has asked for something: else Gradio logs a trace."""
    visit = QueryParams(scope["query_string"]).get("session_hash")
    if visit not in scope["app"].get_blocks()._queue.pending_messages_per_session:
        raise Refused(404, "Nobody by this name has asked for anything. Please ask first.")


def _check_files(said: dict) -> None:
    """Only files that were uploaded; Gradio would fetch an address that stands for one."""
    folder = Path(get_upload_folder()).resolve()
    values = [said]
    while values:
        value = values.pop()
        if isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            values += value.values()
            path = value.get("path")
            if "path" in value and not (type(path) is str and _is_within(path, folder)):
                raise Refused(400, "A picture must be an uploaded file. Please upload it first.")


def _is_within(path: str, folder: Path) -> bool:
    try:
        return Path(path).resolve().is_relative_to(folder)
    except (OSError, ValueError):  # no path at all
        return False


def _without_type(scope: Scope) -> list:
    """The headers but for the content's type: whatever it says, it is read as JSON here."""
    return [pair for pair in scope["headers"] if pair[0] != b"content-type"]


def _check_space() -> None:
    held = sum(path.stat().st_size for path in Path(get_upload_folder()).rglob("*"))
    if held > MOST_UPLOADED:
        raise Refused(503, BUSY)
