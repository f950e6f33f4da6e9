"""What stands before Gradio: only what the page and its clients need gets through, within limits.

Gradio serves more than this app uses (a proxy, a fetcher of addresses, a video recorder, deep links
that it writes to disk, a code editor), and has no limit on how much visitors send at once. This is
ASGI middleware (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

import asyncio
import logging
import re
from contextlib import asynccontextmanager

from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.apart import fault
from models.decode import BadPicture
from serve import answers, ask, assistants, page
from serve.bodies import once, too_large, whole, within
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
from serve.refusals import Refused

MOST_EVENT = 64 * 1024  # bytes of a request to an endpoint: it names files, it holds none
LARGE = 256 * 1024  # a request of more bytes is large: few are held in memory at once
MOST_LARGE = 4
MOST_LARGE_WAITING = 32

OURS = re.compile(r"/page/.+")

VERSIONED = (b"x-sketch28-version", VERSION.encode())
CLOSE = {"connection": "close"}  # the rest of a refused request is not waited for


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
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message["headers"], VERSIONED]}
            begun = True
            await send(message)

        try:
            await self._admit(scope, receive, note_and_send)
        except ClientDisconnect:
            return
        except Exception as error:
            if begun:  # too late for an answer; uvicorn would log all that it knows
                return _log(error)
            await _answer_of(error)(scope, receive, note_and_send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, reads = scope["path"], scope["method"] in ("GET", "HEAD")
        if reads and path == "/":
            await page.answer_first(self.app, scope, receive, send)
        elif reads and (OURS.fullmatch(path) or READ.fullmatch(path)):
            if path.endswith("/queue/data"):
                check_visit(scope)
            await self.app(scope, receive, send)
        elif path in ask.MOST and scope["method"] == "POST":
            async with self._place(scope, ask.MOST[path]):
                body = await whole(receive, ask.MOST[path])
                await self._answer(path, scope, body, send)
        elif path == ask.FACTS and reads:
            await self._answer(path, scope, b"", send)
        elif scope["method"] != "POST":
            only_post = ASSISTANT.fullmatch(path)
            raise Refused("post" if only_post else "nothing")
        elif EVENT.fullmatch(path):
            body = await whole(receive, MOST_EVENT)
            check_event(parsed(body), path, blocks_of(scope))
            await self.app(scope, once(body, receive), send)
        elif UPLOAD.fullmatch(path):
            await asyncio.to_thread(check_space)
            async with self._place(scope):
                await self.app(without_upload_id(scope), within(receive, MOST_BODY), send)
        elif ASSISTANT.fullmatch(path):
            async with self._place(scope):
                body = await whole(receive, MOST_BODY)
                await self._assist(body, scope, once(body, receive), send)
        else:
            raise Refused("nothing")

    async def _answer(self, path: str, scope: Scope, body: bytes, send: Send) -> None:
        try:
            kind, content = await ask.ROUTES[path](QueryParams(scope["query_string"]), body)
        except Exception as error:
            raise answers.refusal_of(error) from error
        headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store"),
                   (b"content-length", b"%d" % len(content))]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _assist(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        said = parsed(body)
        check_files(said)
        if refusal := assistants.refusal(said):
            return await JSONResponse(refusal)(scope, receive, send)
        if said["method"] == "tools/call":
            await asyncio.to_thread(check_space)  # its picture becomes a file
        address = {"path": ASSISTANTS, "raw_path": ASSISTANTS.encode()}
        await self.app(scope | address, receive, send)

    @asynccontextmanager
    async def _place(self, scope: Scope, most: int = MOST_BODY):
        """Wait for one of few places if the request is large."""
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) <= LARGE:
            yield
            return
        if length.isdecimal() and int(length) > most:
            raise too_large()
        if self.waiting >= MOST_LARGE_WAITING:
            raise Refused("busy")
        self.waiting += 1
        try:
            async with self.large:
                yield
        finally:
            self.waiting -= 1


def _answer_of(error: Exception) -> JSONResponse:
    if isinstance(error, (Refused, BadPicture)):
        return _refusal(error)
    if isinstance(error, (KeyError, IndexError, TypeError, ValueError, AttributeError)):
        return _refusal(Refused("request"))  # Gradio trusts what it is sent
    _log(error)
    return _refusal(Refused("fault"))


async def not_understood(*_) -> JSONResponse:
    """In place of FastAPI's answer to a RequestValidationError, which repeats what was sent."""
    return _refusal(Refused("request"))


def _refusal(error: Refused | BadPicture) -> JSONResponse:
    """`refusal` is for the page, `detail` for programs: Gradio's client reads that."""
    status = getattr(error, "status", 400)
    told = {"key": getattr(error, "key", "unread"), "values": getattr(error, "values", {})}
    headers = CLOSE if status != 400 else {}
    if status == 405:
        headers = headers | {"allow": "POST"}
    return JSONResponse({"refusal": told, "detail": str(error)}, status, headers)


def _log(error: Exception) -> None:
    logging.getLogger("sketch28").error(fault(error))
