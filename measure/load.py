"""How many visitors can draw at once.

    python measure/load.py --visitors 1 8 32 64 --seconds 20        # prints a table
    python measure/load.py --visitors 1 8 32 64 --seconds 20 --write  # into results.json

Every visitor draws through the endpoint that the page uses, sends the next part of the stroke when
the last is answered, and at most ten a second. An answer that is not the right one for that drawing
is an error. The app runs on the same machine, and so does this. With --photos visitors the table
gets two more rows: so many draw, without and with somebody who sends 12-megapixel photos in a loop,
from a process of their own: packing a photo takes a while, for which those who draw need not wait.
"""

import argparse
import asyncio
import json
import ssl
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import httpx
import numpy as np

from measure import machine
from measure.browser import DIGITS
from measure.calls import Ink, ask_photo, ask_sketch, drawing, likeliest, photo
from measure.serving import running
from models import results
from serve.offered import default

TLS = ssl.create_default_context()  # of no use here, but httpx makes one for each client
SHORTEST_GAP = 0.1  # seconds between two strokes of one visitor
MEGAPIXELS = 12


def drawings() -> list[Ink]:
    """Digits as they grow under the pen."""
    return [
        drawing(digit, points=count)
        for digit, strokes in DIGITS.items()
        for count in range(2, sum(map(len, strokes)) + 1, 2)
    ]


class Load:
    """One run: so many visitors for so many seconds."""

    def __init__(self, address: str):
        self.address = address
        self.drawings = drawings()
        self.right: dict[Ink, int] = {}  # drawing -> what the first answer said
        self.begin()

    def begin(self) -> None:
        self.seconds: list[float] = []
        self.errors: list[str] = []
        self.photos: list[float] = []

    async def run(self, visitors: int, seconds: float, photos: bool = False) -> dict:
        self.begin()
        sender = self.send_photos_apart(seconds) if photos else None
        async with AsyncExitStack() as clients:
            people = [await self.visitor(clients) for _ in range(visitors)]
            end = time.monotonic() + seconds
            await asyncio.gather(*(self.draw(who, end, i) for i, who in enumerate(people)))
        if sender:
            self.photos, errors = json.loads(sender.communicate()[0])
            self.errors += errors
        return self.summary(seconds)

    def send_photos_apart(self, seconds: float) -> subprocess.Popen:
        """A process about to send photos for so long, which then prints what send_photos() says."""
        words = ["--address", self.address, "--seconds", str(seconds), "--send-photos"]
        sender = subprocess.Popen(
            [sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True
        )
        sender.stdout.readline()  # it has loaded what it needs
        return sender

    async def send_photos(self, seconds: float) -> tuple[list[float], list[str]]:
        """(seconds of every photo, errors) of somebody who sends them for so long."""
        async with AsyncExitStack() as clients:
            visitor = await self.visitor(clients)
            print("ready", flush=True)
            await self.upload(visitor, time.monotonic() + seconds)
        return self.photos, self.errors

    async def visitor(self, clients: AsyncExitStack) -> httpx.AsyncClient:
        """Somebody with a browser of their own: httpx takes a whole core to share one among 64."""
        client = httpx.AsyncClient(base_url=self.address, timeout=60, verify=TLS)
        return await clients.enter_async_context(client)

    def summary(self, seconds: float) -> dict:
        p50, p95, p99 = np.percentile(self.seconds, (50, 95, 99)) * 1000
        figures = {
            "requests_per_second": len(self.seconds) / seconds,
            "p50_ms": p50,
            "p95_ms": p95,
            "p99_ms": p99,
            "errors": len(self.errors),
        }
        if self.photos:
            figures |= {"photos": len(self.photos), "photo_ms": np.median(self.photos) * 1000}
        return {name: round(float(value), 1) for name, value in figures.items()}

    async def draw(self, visitor: httpx.AsyncClient, end: float, number: int) -> None:
        await asyncio.sleep(number * SHORTEST_GAP / 16)  # people do not start together
        turn = 7 * number
        while (began := time.monotonic()) < end:
            picture = self.drawings[turn % len(self.drawings)]
            turn += 1
            try:
                self.check(picture, await ask_sketch(visitor, picture, default("digit")))
            except (httpx.HTTPError, KeyError, ValueError) as error:
                self.errors.append(repr(error))
            self.seconds.append(time.monotonic() - began)
            await asyncio.sleep(max(0, began + SHORTEST_GAP - time.monotonic()))

    def check(self, picture: Ink, reply: httpx.Response) -> None:
        label = likeliest(reply)
        if self.right.setdefault(picture, label) != label:
            raise ValueError("the answer to another drawing")

    async def upload(self, visitor: httpx.AsyncClient, end: float) -> None:
        content = photo(MEGAPIXELS)
        while (began := time.monotonic()) < end:
            reply = await ask_photo(visitor, content, default("garment"))
            if reply.status_code != 200:
                self.errors.append(reply.text[:200])
            self.photos.append(time.monotonic() - began)


def row(name: str, figures: dict) -> str:
    numbers = (figures[key] for key in ("requests_per_second", "p50_ms", "p95_ms", "p99_ms"))
    photos = f"  {figures['photos']:.0f} photos" if "photos" in figures else ""
    cells = "".join(f"{number:12.1f}" for number in numbers)
    return f"{name:>12}{cells}{figures['errors']:10.0f}{photos}"


def measure(address: str, visitors: list[int], seconds: float, photos: int) -> dict:
    """Figures by row, as a table prints them."""
    load, found = Load(address), {}
    asyncio.run(load.run(2, min(5, seconds)))  # warm up, and learn the right answers
    print(f"{'visitors':>12}{'requests/s':>12}{'p50 ms':>12}{'p95 ms':>12}{'p99 ms':>12}    errors")
    rows = [(str(count), count, False) for count in visitors]
    if photos:
        rows += [(f"{photos} alone", photos, False), (f"{photos} + photos", photos, True)]
    for name, count, with_photos in rows:
        found[name] = asyncio.run(load.run(count, seconds, with_photos))
        print(row(name, found[name]), flush=True)
        for error in load.errors[:3]:
            print("   ", error)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Let many visitors draw at once.")
    parser.add_argument("--visitors", type=int, nargs="*", default=[1, 8, 32, 64])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--photos", type=int, default=4, help="visitors beside the photos; 0: none")
    parser.add_argument("--send-photos", action="store_true", help="to the app at --address; alone")
    parser.add_argument("--address", help="of a running app; else one is started")
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    if args.send_photos:
        print(json.dumps(asyncio.run(Load(args.address).send_photos(args.seconds))))
        return
    where = machine.facts("gradio", "onnxruntime")
    if args.address:
        found = measure(args.address, args.visitors, args.seconds, args.photos)
    else:
        with running() as app:
            found = measure(app.address, args.visitors, args.seconds, args.photos)
    if args.write:
        results.update("load", {"rows": found, "seconds": args.seconds, "machine": where})


if __name__ == "__main__":
    main()
