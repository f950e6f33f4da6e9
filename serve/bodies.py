"""Reads the body of a request, within limits (ASGI's receive in, bytes or a receive out)."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from models.decode import MAX_BYTES
from serve.refusals import Refused

SECONDS_TO_SEND = 60.0


def too_large() -> Refused:
    return Refused("large", megabytes=MAX_BYTES // 2**20)


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
    length, over = 0, False

    async def next_message() -> Message:
        nonlocal length, over
        if over:
            return await receive()
        try:
            async with asyncio.timeout_at(end):
                message = await receive()
        except TimeoutError as error:
            raise Refused("trickle") from error
        length += len(message.get("body", b""))
        if length > most:
            raise too_large()
        over = not message.get("more_body")
        return message

    return next_message
