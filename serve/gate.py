"""What stands before Gradio: only what the page and its clients need gets through, within limits.

Gradio serves more than this app uses (see serve/gradio_insides.py), and has no limit on how much
visitors send at once. What the page asks (serve/ask.py), what assistants ask and what programs
upload is answered here: none of it is Gradio's.
This is ASGI middleware (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

import gzip
import logging
import re

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.apart import fault
from models.decode import MAX_BYTES
from serve import ask, assistants, page, uploads
from serve.bodies import LARGE, MOST_MARKS, Incoming, Visitors, address_of, once
from serve.checks import check_asked, check_visit, checked_event, parsed
from serve.files import VERSION
from serve.gradio_insides import CALLED, EVENT, READ, UPLOAD
from serve.headers import SAFE, with_cache_control
from serve.line import Pace, visitor
from serve.refusals import Refused, refusal_of, reply

MOST_EVENT = 64 * 1024  # bytes of a request to an endpoint: it names files, it holds none
MOST_JSON = MAX_BYTES * 7 // 5  # of any other: a picture in base64 and the frame around it
MOST_HEADERS = 32 * 1024  # bytes
FILE = re.compile(r"/page/.+")
ASSISTANT = re.compile(r"/gradio_api/mcp/?")
SCHEMA = re.compile(r"/gradio_api/mcp/schema/?")
NAMING = (
    b"host",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-forwarded-port",
    b"x-gradio-server",
)
NAMED = re.compile(rb"[\w.:/\[\]-]{1,255}")
NOT_KEPT = (b"cache-control", b"no-store")
SHORT, LONG = 2000, 100_000  # bytes between which an answer in JSON is compressed
# What Gradio raises where it trusts what it is sent.
TRUSTING = (KeyError, IndexError, TypeError, ValueError, AttributeError)
# Nobody honest is told these in the middle of sending: it trickles in, or has too many marks.
UNREAD = ("trickle", "request")
ALWAYS = [(b"x-sketch28-version", VERSION.encode()), *SAFE]


class Gate:
    """Middleware for the app that Gradio makes: demo.launch(app_kwargs={"middleware": [...]})."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.visitors, self.pace = Visitors(), Pace()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        visitor.set(address_of(scope))
        reads = scope["method"] in ("GET", "HEAD")
        if reads:
            send = with_cache_control(scope, send)
        incoming, begun = Incoming(receive), False

        async def note_and_send(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *ALWAYS]}
            begun = True
            await send(message)

        try:
            await self._answer(scope, incoming, note_and_send, reads)
        except ClientDisconnect:
            return
        except Exception as error:
            if begun:  # too late for an answer; uvicorn would log all that it knows
                logging.getLogger("sketch28").error(fault(error))
                return
            if scope["path"] not in ask.ROUTES and isinstance(error, TRUSTING):
                error = Refused("request")
            refusal = refusal_of(error)
            if refusal.key not in UNREAD:
                await incoming.discard(LARGE)
            answer = reply(refusal, client=scope["path"].rstrip("/").endswith("/queue/join"))
            await answer(scope, receive, note_and_send)

    async def _answer(self, scope: Scope, receive: Incoming, send: Send, reads: bool) -> None:
        scope = {**scope, "headers": list(filter(_is_sound, scope["headers"]))}
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            raise Refused("headers", kilobytes=MOST_HEADERS // 1024)
        if scope["path"] in ask.ROUTES:
            await self._ask(scope, receive, send)
        elif reads:
            await self._read(scope, receive, send)
        else:
            await self._write(scope, receive, send)

    async def _ask(self, scope: Scope, receive: Incoming, send: Send) -> None:
        method, most, answer = ask.ROUTES[scope["path"]]
        if scope["method"] != method:
            raise Refused("post" if method == "POST" else "nothing")
        async with self.visitors.body(scope, receive, most) as body:
            kind, content = await answer(QueryParams(scope["query_string"]), body)
        headers = [(b"content-type", kind), NOT_KEPT]
        if kind == ask.JSON and SHORT < len(content) < LONG and page.takes_gzip(scope):
            content = gzip.compress(content, mtime=0)  # several digits: two thirds less
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", b"%d" % len(content)))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/":
            return await page.answer_first(self.app, scope, receive, send)
        if SCHEMA.fullmatch(path):
            return await JSONResponse(assistants.schema())(scope, receive, send)
        if ASSISTANT.fullmatch(path):
            raise Refused("post")
        if not (FILE.fullmatch(path) or READ.fullmatch(path)):
            raise Refused("nothing")
        if path.endswith("/queue/data"):
            check_visit(scope)
        elif CALLED.fullmatch(path):
            check_asked(scope)
        await self.app(scope, receive, send)

    async def _write(self, scope: Scope, receive: Incoming, send: Send) -> None:
        path = scope["path"]
        if scope["method"] != "POST":
            raise Refused("post" if ASSISTANT.fullmatch(path) else "nothing")
        if EVENT.fullmatch(path):
            body = self.visitors.body(scope, receive, MOST_EVENT)
            async with body as content, self.pace.turn():
                event = checked_event(parsed(content), scope)
                await self.app(as_json(scope, event), once(event, receive), send)
        elif UPLOAD.fullmatch(path):
            body = self.visitors.body(scope, receive, uploads.MOST_FORM)
            async with body as content, self.pace.turn():
                paths = await uploads.take(scope, content, receive)
            await JSONResponse(paths)(scope, receive, send)
        elif ASSISTANT.fullmatch(path):
            assistants.check_sender(scope)
            body = self.visitors.body(scope, receive, MOST_JSON, MOST_MARKS)
            async with body as content:
                said = assistants.message(content)
                del content
                told = await assistants.answer(said)
            await told(scope, receive, send)
        else:
            raise Refused("nothing")


def _is_sound(header: tuple[bytes, bytes]) -> bool:
    """Not so is a name of this host that is none: Gradio makes addresses of it, and trips."""
    name, value = header
    return name not in NAMING or NAMED.fullmatch(value) is not None


def as_json(scope: Scope, body: bytes) -> Scope:
    """The request, with this body in place of its own and no word in its address."""
    ours = (b"content-type", b"content-length", b"transfer-encoding")
    headers = [(name, value) for name, value in scope["headers"] if name not in ours]
    headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    return {**scope, "headers": headers, "query_string": b""}


async def not_understood(*_) -> JSONResponse:
    """In place of FastAPI's answer to a RequestValidationError, which repeats what was sent."""
    return reply(Refused("request"))
