"""What one client sends who means ill, or is clumsy: each an endless coroutine function.

measure/hostile.py runs each beside people who draw. CANARY stands in every text that a visitor can
choose: nothing of it may be found in the log.
"""

import asyncio
import base64
import contextlib
import struct
import zlib
from collections.abc import Awaitable, Callable

import httpx
from PIL import Image

from measure.calls import file_of, photo
from models.classifier import ANSWERS, load
from models.price import SCAN
from serve.offered import default

CANARY = "CANARY-28-A-NAME"
JSON = {"content-type": "application/json"}
MCP, UPLOAD = "/gradio_api/mcp", "/gradio_api/upload"
# What an input meets where it is refused, or the other side hangs up.
REFUSED = (httpx.HTTPError, ValueError, KeyError, OSError)
Input = Callable[[httpx.AsyncClient], Awaitable[None]]


def client_at(app: str, own: str | None = None) -> httpx.AsyncClient:
    """A client for the inputs; `own`: the address it comes from."""
    limits = httpx.Limits(max_connections=300)
    transport = httpx.AsyncHTTPTransport(limits=limits, local_address=own)
    return httpx.AsyncClient(base_url=app, timeout=120, transport=transport)


def over_mcp(image: str) -> bytes:
    """An assistant's call, with the picture as its text says."""
    head = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"classify_photo",'
    return f'{head}"arguments":{{"image":"{image}","model":"{default("garment")}"}}}}}}'.encode()


def in_base64(content: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"


def chunk(name: bytes, body: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def two_headers() -> bytes:
    """A PNG that says it is small, and then that it is not (7,700 x 7,700)."""
    sides = ((9, 9), (7700, 7700))
    heads = [chunk(b"IHDR", struct.pack(">IIBBBBB", *side, 1, 0, 0, 0, 0)) for side in sides]
    pixels = chunk(b"IDAT", zlib.compress(bytes(964 * 7700)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(heads) + pixels + chunk(b"IEND", b"")


def many_scans(count: int = 400) -> bytes:
    """A progressive JPEG of 12 megapixels whose last scan, of 20 bytes, comes again and again."""
    content = file_of(Image.new("RGB", (4000, 3000), "grey"), "JPEG", progressive=True)
    last = content[content.rindex(SCAN) : -2]
    return content[:-2] + last * count + content[-2:]


def large_photo() -> bytes:
    """Nearly 20 MB of a photo: what a phone makes, and what was written behind it."""
    content = photo(12)
    return content + bytes(20 * 2**20 - len(content) - 100)


def repeated(path: str, content: bytes, headers: dict | None = None, **query) -> Input:
    """Sends the same again as soon as it is answered."""

    async def send(client: httpx.AsyncClient) -> None:
        while True:
            reply = await client.post(path, content=content, headers=headers, params=query)
            if reply.status_code >= 400:
                await asyncio.sleep(0.02)  # a refusal costs little; neither shall this client

    return send


async def half_headers(client: httpx.AsyncClient) -> None:
    """Two hundred connections that never get to the end of a header."""
    url = client.base_url

    async def hold() -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(url.host, url.port)
                writer.write(f"GET /{CANARY} HTTP/1.1\r\nHost: ".encode())
                await reader.read()
                writer.close()
            await asyncio.sleep(0.05)

    await asyncio.gather(*(hold() for _ in range(200)))


async def trickles(client: httpx.AsyncClient) -> None:
    """Eight photos of which a kilobyte arrives each second."""

    async def body():
        for _ in range(20_000):
            yield bytes(1000)
            await asyncio.sleep(1)

    async def send() -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await client.post(f"/ask/photo?model={CANARY}", content=body())

    await asyncio.gather(*(send() for _ in range(8)))


async def small_uploads(client: httpx.AsyncClient) -> None:
    """Files of one byte, as many in a request as may be."""
    files = [("files", (CANARY, b"x"))] * 8

    async def send() -> None:
        while True:
            await client.post(UPLOAD, files=files)

    await asyncio.gather(*(send() for _ in range(8)))


async def _uploaded(client: httpx.AsyncClient) -> dict:
    file = file_of(Image.new("L", (60, 60), 255))
    path = (await client.post(UPLOAD, files={"files": (CANARY, file)})).json()[0]
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


async def unfetched(client: httpx.AsyncClient) -> None:
    """Answers asked for and never fetched."""
    picture = await _uploaded(client)
    call = "/gradio_api/call/classify_sketch"

    async def send() -> None:
        while True:
            reply = await client.post(call, json={"data": [picture, default("digit")]})
            if reply.status_code == 400:  # the file was deleted meanwhile
                picture.update(await _uploaded(client))

    await asyncio.gather(*(send() for _ in range(8)))


async def wrong_references(client: httpx.AsyncClient) -> None:
    """Uploads named with words where Gradio expects numbers, and words everywhere else."""
    wrong = {"size": CANARY, "url": CANARY, "mime_type": [CANARY], "is_stream": CANARY}
    body = {"data": [await _uploaded(client) | wrong, CANARY], "session_hash": CANARY,
            "event_data": CANARY, "trigger_id": CANARY, CANARY: CANARY}  # fmt: skip
    while True:
        for call in ("call/classify_sketch", "call/v2/classify_sketch", "queue/join", "cancel"):
            reply = await client.post(f"/gradio_api/{call}?{CANARY}", json=body)
            if "event_id" in reply.json():
                await client.get(f"/gradio_api/{call}/{reply.json()['event_id']}")
        await client.get(f"/gradio_api/queue/data?session_hash={CANARY}")


async def moves(client: httpx.AsyncClient) -> None:
    """Twenty runs at once of as many pictures as may be, with all that a network tells."""
    model = default("digit")
    content = {"model": model, "input": base64.b64encode(bytes(784)).decode()}
    moved = [[right, down] for right in range(-9, 9) for down in range(-9, 9)]
    some = content | {"outputs": list(ANSWERS), "moves": moved}
    much = content | {"outputs": [*load(model).stages], "moves": moved[:11]}

    async def send(body: dict) -> None:
        while True:
            await client.post("/ask/run", json=body)

    await asyncio.gather(*(send(body) for body in (some, much) for _ in range(10)))


PHOTOS = {
    "a photo of 4 MB over MCP": lambda: over_mcp(in_base64(photo(14))),
    "a photo of 20 MB over MCP": lambda: over_mcp(in_base64(large_photo())),
}


def inputs() -> dict[str, Input]:
    """All of them by name; "nothing" is nobody."""
    garment = default("garment")
    return {
        "nothing": lambda client: asyncio.sleep(3600),
        **{name: repeated(MCP, made(), JSON) for name, made in PHOTOS.items()},
        "a path of a/a/a...": repeated(
            "/gradio_api/call/classify_sketch",
            b'{"data":[{"path":"' + b"a/" * 31_000 + b'"},"mnist"]}', JSON,
        ),
        "28 MB of [], over MCP": repeated(MCP, b"[" + b"[]," * (9 * 2**20) + b"[]]", JSON),
        "40 MB of [], over MCP": repeated(MCP, b"[" + b"[]," * (40 * 2**20 // 3) + b"[]]", JSON),
        "half headers": half_headers,
        "a PNG of two sizes": repeated("/ask/photo", two_headers(), model=garment),
        "bodies that trickle": trickles,
        "a JPEG of 400 scans": repeated("/ask/photo", many_scans(), model=garment),
        "uploads of one byte": small_uploads,
        "wrong references": wrong_references,
        "answers not fetched": unfetched,
        "20 runs at once": moves,
    }  # fmt: skip
