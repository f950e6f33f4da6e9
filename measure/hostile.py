"""What one client who means ill costs the others.

    python measure/hostile.py --seconds 20            # prints a row for each input
    python measure/hostile.py --seconds 20 --write    # and notes them in models/results.json

Eight people draw; beside them one client, in a process of its own, sends one of
measure/hostile_inputs.py. For each: the longest time that the app's event loop was kept from
everybody, p95 of those who draw and how many times it is p95 without the client (both in turns, the
better of two), memory, and how many times what it was before it is as soon as that is near, at most
a minute later, files and descriptors, what was written to the log, how long an assistant's photo
takes, and how long the app takes to end while the client is at it. Status 1 where a limit of LIMITS
is passed.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from measure import cells, machine
from measure.hostile_inputs import CANARY, JSON, MCP, PHOTOS, REFUSED, client_at, inputs
from measure.load import Load
from measure.serving import App
from measure.soak import folders_of, memory
from models import results

HONEST = 8
LIMITS = {"gap_ms": 100, "times": 2, "memory_mb": 600, "back": 1.1, "log_kb": 100, "photo_s": 3,
          "end_s": 5, "canaries": 0}  # fmt: skip
MEASURED = ("gap_ms", "p95_ms", "times", "memory_mb", "back", "files", "descriptors", "log_kb",
            "canaries", "photo_s", "end_s", "errors")  # fmt: skip
Rows = Iterator[tuple[str, dict[str, float]]]
SETTLED, NEAR = 60, 1.05  # seconds until memory must be back; times before, which is back


class Watch:
    """An app that is watched, and what can be seen of it from outside."""

    def __init__(self, folder: Path):
        self.log, self.gaps = folder / "log", folder / "gaps"
        self.gaps.touch()
        environment = os.environ | {"WATCHED": str(self.gaps)}
        self.app = App(
            command=(sys.executable, "-m", "measure.watched"), env=environment,
            stdout=self.log.open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip

    def largest_gap(self, since: float) -> float:
        """Seconds."""
        lines = (line.split() for line in self.gaps.read_text().splitlines())
        return max((float(gap) for when, gap in lines if float(when) > since), default=0.0)

    def seen(self) -> dict[str, float]:
        own = self.app.process.pid
        # Those who draw live in this process: it must not be kept by what it looks at.
        tree = (os.walk(folder) for folder in folders_of(self.app))
        files = sum(len(names) for walk in tree for *_, names in walk)
        return {
            "memory_mb": memory(own),
            "files": files,
            "descriptors": len(list(Path(f"/proc/{own}/fd").iterdir())),
        }


async def beside(watch: Watch, load: Load, name: str, seconds: float) -> dict[str, float]:
    """Figures of those who draw, while one client sends that."""
    words = [sys.executable, __file__, "--send", name, "--to", watch.app.address]
    sender = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    sender.stdout.readline()  # it has made what it sends
    began, most = time.monotonic(), {"memory_mb": 0.0, "files": 0.0, "descriptors": 0.0}

    async def look() -> None:
        while True:
            for word, value in watch.seen().items():
                most[word] = max(most[word], value)
            await asyncio.sleep(0.25)

    looking = asyncio.create_task(look())
    try:
        figures = await load.run(HONEST, seconds)
    finally:
        looking.cancel()
        sender.kill()
        sender.wait()
    gap = {"gap_ms": watch.largest_gap(began) * 1000}
    return {"p95_ms": figures["p95_ms"], "errors": figures["errors"]} | gap | most


async def photo_beside(load: Load, name: str) -> float:
    """Seconds until that photo is answered while others draw; 0 where it is none."""
    if name not in PHOTOS:
        return 0.0
    drawing = asyncio.create_task(load.run(HONEST, 5))
    await asyncio.sleep(1)
    async with client_at(load.address) as client:
        content = PHOTOS[name]()
        began = time.monotonic()
        reply = await client.post(MCP, content=content, headers=JSON)
        seconds = time.monotonic() - began
    await drawing
    if reply.json()["result"]["isError"]:
        raise ValueError(reply.text[:200])
    return seconds


def rows(names: list[str], seconds: float, folder: Path) -> Rows:
    """Figures by input, each with an app of its own."""
    for number, name in enumerate(names):
        own = folder / str(number)
        own.mkdir()
        watch = Watch(own)
        watch.app.start()
        try:
            yield name, _measure(watch, name, seconds)
        finally:
            watch.app.kill()


def _measure(watch: Watch, name: str, seconds: float) -> dict[str, float]:
    load = Load(watch.app.address)
    asyncio.run(load.run(2, min(5, seconds)))  # warm up, and learn the right answers
    before, turns = watch.seen()["memory_mb"], []
    for _ in range(2):
        alone = asyncio.run(beside(watch, load, "nothing", seconds))
        turns.append((alone, asyncio.run(beside(watch, load, name, seconds))))
    photo_s = asyncio.run(photo_beside(load, name))
    back = _settle(watch, before)
    without = min(alone["p95_ms"] for alone, _ in turns)
    figures = {word: max(with_[word] for _, with_ in turns) for word in turns[0][1]}
    figures |= {word: min(with_[word] for _, with_ in turns) for word in ("p95_ms", "gap_ms")}
    sender = subprocess.Popen(
        [sys.executable, __file__, "--send", name, "--to", watch.app.address],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    sender.stdout.readline()
    time.sleep(2)
    began = time.monotonic()
    watch.app.stop()
    figures["end_s"] = time.monotonic() - began
    sender.kill()
    sender.wait()
    log = watch.log.read_text("utf-8", "replace")
    figures |= {"times": figures["p95_ms"] / without, "back": back, "photo_s": photo_s}
    figures |= {"log_kb": len(log) / 1000,
                "canaries": log.count(CANARY)}  # fmt: skip
    return {word: figures[word] for word in MEASURED}


def _settle(watch: Watch, before: float) -> float:
    """How many times what it was its memory is, once that is near or SETTLED seconds are over.

    Nobody asks the app for anything meanwhile: it takes no more.
    """
    end = time.monotonic() + SETTLED
    while (times := watch.seen()["memory_mb"] / before) > NEAR and time.monotonic() < end:
        time.sleep(1)
    return times


def complaints(found: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"{name}: {word} is {figures[word]}, at most {limit}"
        for name, figures in found.items()
        for word, limit in LIMITS.items()
        if figures[word] > limit
    ]


async def send(name: str, address: str) -> None:
    """For as long as it is let: the other side may refuse, or hang up."""
    thing = inputs()[name]
    print("ready", flush=True)
    async with client_at(address) as client:
        while True:
            with contextlib.suppress(*REFUSED):
                await thing(client)
            await asyncio.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what one hostile client costs others.")
    parser.add_argument("names", nargs="*", help="inputs (default: all)")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    parser.add_argument("--send", help="only send this, for ever; for this script itself")
    parser.add_argument("--to", help="address")
    args = parser.parse_args()
    if args.send:
        return asyncio.run(send(args.send, args.to))
    names = args.names or [name for name in inputs() if name != "nothing"]
    with tempfile.TemporaryDirectory() as folder:
        found = cells.measured(rows(names, args.seconds, Path(folder)))
    if args.write:
        where = machine.facts("gradio", "onnxruntime")
        every = results.read().get("hostile", {}).get("rows", {}) | found
        results.update("hostile", {"rows": every, "seconds": args.seconds, "machine": where})
    sys.exit("\n".join(complaints(found)) or None)


if __name__ == "__main__":
    main()
