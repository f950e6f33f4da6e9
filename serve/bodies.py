"""Reads the body of a request, within limits on its bytes, its memory, its time and its marks."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, nullcontext, suppress

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from models.decode import MAX_BYTES
from serve.refusals import Refused

SECONDS_TO_SEND = 60.0
# Whoever sends more slowly than this after the first seconds holds a place that others need.
FIRST_SECONDS, LEAST_RATE = 10.0, 20_000  # bytes a second
LARGE = 256 * 1024  # a request of more bytes is large
MOST_LARGE = 2  # of one address at a time; a third waits, unread
MOST_WAITING = 32  # of one address
MOST_HELD = 128 * 2**20  # bytes of large requests in memory, everybody's, until they are answered
MOST_DISCARDED = 64 * 2**20  # bytes of a request that is refused while it arrives
REST = 0.005  # seconds after each of its pieces, 64 kB or more, which the others have
# JSON is parsed into objects of some 60 bytes each: what opens, divides or escapes is counted.
MARKS, MOST_MARKS = (b"[", b"{", b",", b'"', b"\\"), 20_000


class Incoming:
    """A request's `receive`, which knows whether there is more."""

    def __init__(self, receive: Receive):
        self.receive = receive
        self.more = True

    async def __call__(self) -> Message:
        message = await self.receive()
        self.more = bool(message.get("more_body"))
        return message

    async def discard(self, most: int) -> None:
        """Let the rest arrive, within limits: a connection that is closed before takes the answer
        with it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_SECONDS):
                while self.more and most > 0:
                    most -= len((await self()).get("body", b""))
                    await asyncio.sleep(REST)


class Visitors:
    """The large requests there are, and whose."""

    def __init__(self) -> None:
        self.held = 0
        self._large: dict[str, asyncio.Semaphore] = {}
        self._here: Counter[str] = Counter()

    @asynccontextmanager
    async def body(self, scope: Scope, receive: Incoming, most: int, marks: int | None = None):
        """The body of the request, whose memory counts as held for as long as the block lasts.

        Args:
            most: bytes.
            marks: how many of MARKS it may hold, None: any.

        Raises:
            Refused: it is longer, trickles in or has more marks; or too much is held already.
            ClientDisconnect: whoever sent it has left.
        """
        length = Headers(scope=scope).get("content-length", "")
        declared = int(length) if length.isdecimal() and len(length) < 16 else None
        large = (most if declared is None else declared) > LARGE
        reading = Reading(self, most, marks)
        try:
            async with self._turn(address_of(scope)) if large else nullcontext():
                try:
                    if declared is not None and declared > most:
                        raise over(most)
                    content = await reading.whole(receive)
                except Refused as refusal:
                    if refusal.key in ("large", "long", "busy"):  # an honest sender may read it
                        await receive.discard(MOST_DISCARDED)
                    raise
                yield content
        finally:
            self.held -= reading.counted

    @asynccontextmanager
    async def _turn(self, address: str):
        """One of the few places that an address has for large requests."""
        if self._here[address] >= MOST_LARGE + MOST_WAITING:
            raise Refused("busy")
        places = self._large.setdefault(address, asyncio.Semaphore(MOST_LARGE))
        self._here[address] += 1
        try:
            async with places:
                yield
        finally:
            self._here[address] -= 1
            if not self._here[address]:
                del self._here[address], self._large[address]


class Reading:
    """A body that arrives."""

    def __init__(self, visitors: Visitors, most: int, marks: int | None):
        self.visitors, self.most, self.marks = visitors, most, marks
        self.counted = 0  # bytes
        self.content = bytearray()

    async def whole(self, receive: Incoming) -> bytearray:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while receive.more:
            allowed = min(SECONDS_TO_SEND, FIRST_SECONDS + len(self.content) / LEAST_RATE)
            try:
                async with asyncio.timeout_at(began + allowed):
                    message = await receive()
            except TimeoutError as error:
                raise Refused("trickle") from error
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._add(message.get("body", b""))
        return self.content  # a copy of 28 MB would keep everybody waiting

    def _add(self, piece: bytes) -> None:
        if len(self.content) + len(piece) > self.most:
            raise over(self.most)
        if self.visitors.held + len(piece) > MOST_HELD:
            raise Refused("busy")
        self.visitors.held += len(piece)
        self.counted += len(piece)
        if self.marks is not None:
            # Python finds a byte ten times as fast as it counts them; base64 has none of these.
            self.marks -= sum(piece.count(mark) for mark in MARKS if mark in piece)
            if self.marks < 0:
                raise Refused("request")
        self.content += piece


def address_of(scope: Scope) -> str:
    """The visitor's; of a visitor behind a proxy that is trusted, the one it tells."""
    return scope["client"][0] if scope.get("client") else ""


def over(most: int) -> Refused:
    """What is said of a body of more bytes than that."""
    if most >= MAX_BYTES:  # it can only be a picture
        return Refused("large", megabytes=MAX_BYTES // 2**20)
    return Refused("long", kilobytes=most // 1024)


def once(body: bytes | bytearray, receive: Receive) -> Receive:
    """A receive that yields the body first; then whether the client has left."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def next_message() -> Message:
        return next(messages, None) or await receive()

    return next_message
