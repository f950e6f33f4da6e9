"""Reads the body of a request, within limits (ASGI's receive in, bytes or a receive out)."""

import asyncio
from contextlib import asynccontextmanager

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from models.decode import MAX_BYTES
from serve.refusals import Refused

SECONDS_TO_SEND = 60.0
LARGE = 256 * 1024  # a request of more bytes is large: few are held in memory at once
MOST_LARGE = 4
MOST_LARGE_WAITING = 32


class Places:
    """The few places that there are for large requests."""

    def __init__(self) -> None:
        self.large = asyncio.Semaphore(MOST_LARGE)
        self.waiting = 0

    @asynccontextmanager
    async def take(self, scope: Scope, most: int):
        """Wait for a place if the request, of at most so many bytes, is large.

        Raises:
            Refused: it is larger than that, or too many wait already.
        """
        length = Headers(scope=scope).get("content-length", "")
        if most <= LARGE or (length.isdecimal() and int(length) <= LARGE):
            yield
            return
        if length.isdecimal() and int(length) > most:
            raise over(most)
        if self.waiting >= MOST_LARGE_WAITING:
            raise Refused("busy")
        self.waiting += 1
        try:
            async with self.large:
                yield
        finally:
            self.waiting -= 1


def over(most: int) -> Refused:
    """What is said of a body of more bytes than that."""
    if most >= MAX_BYTES:  # it can only be a picture
        return Refused("large", megabytes=MAX_BYTES // 2**20)
    return Refused("long", kilobytes=most // 1024)


async def whole(receive: Receive, most: int) -> bytes:
    """The body, of at most so many bytes.

    Raises:
        Refused: it is longer, or trickles in.
        ClientDisconnect: whoever sent it has left.
    """
    parts, receive = [], within(receive, most)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def once(body: bytes, receive: Receive) -> Receive:
    """A receive that yields the body first; then whether the client has left."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def next_message() -> Message:
        return next(messages, None) or await receive()

    return next_message


def within(receive: Receive, most: int) -> Receive:
    """A receive that gives up on bodies which are too long, or trickle in."""
    end = asyncio.get_running_loop().time() + SECONDS_TO_SEND
    length, ended = 0, False

    async def next_message() -> Message:
        nonlocal length, ended
        if ended:
            return await receive()
        try:
            async with asyncio.timeout_at(end):
                message = await receive()
        except TimeoutError as error:
            raise Refused("trickle") from error
        length += len(message.get("body", b""))
        if length > most:
            raise over(most)
        ended = not message.get("more_body")
        return message

    return next_message
