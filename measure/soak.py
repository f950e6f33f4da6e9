"""Hours in minutes: people draw, send photos, send rubbish and mean ill; the app stays as it was.

    python measure/soak.py --minutes 30           # prints what it measured; status 1 if it grew
    python measure/soak.py --minutes 30 --write   # and notes it in models/results.json

The memory of the app and of its helper process must not grow (what a fifth of the last third's
samples are below is at most 5 % above the same of the middle third), open files and temporary files
bounded, and no answer a 5xx.
"""

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import httpx
import numpy as np

from measure import machine
from measure.calls import ask_photo, ask_sketch, drawing, likeliest, photo
from measure.hostile_inputs import REFUSED, client_at, inputs
from measure.serving import App, running
from models import results
from serve.offered import default
from serve.uploads import MOST_FILES

FLAT, LOW = 0.05, 20  # share; percentile
SECONDS_KEPT = 300 + 60 + 30  # app.py's KEPT, its rounds, and a moment
DRAWERS = 4
ELSEWHERE = "127.0.0.2"
PAUSE = 1  # seconds between two hostile inputs

RUBBISH = [
    b"", b"{", b"[]", b"[" * 10_000, b'{"data": 1}',
    b'{"model": "mnist", "input": "AAAA", "outputs": ["logits"]}',
    b'{"data": ["/etc/passwd", "../mnist"], "session_hash": "s"}',
    b'{"data": [{"path": "https://example.com/a.png"}, "mnist"]}',
]  # fmt: skip
PATHS = ["", "config", "nothing", "ask/run", "ask/sketch?width=9&height=9", "ask/photo",
         "gradio_api/queue/join", "gradio_api/call/classify_photo", "gradio_api/upload",
         "gradio_api/file=/etc/passwd", "gradio_api/queue/data?session_hash=none"]  # fmt: skip


class Soak:
    def __init__(self, app: App, minutes: float):
        self.app = app
        self.seconds = 60 * minutes
        self.statuses: Counter[int] = Counter()
        self.lost: list[str] = []
        self.samples: list[dict] = []
        self.uploads: list[float] = []  # when
        self.photo = photo(2)
        self.hostile = inputs()
        del self.hostile["nothing"]

    async def run(self) -> None:
        hooks = {"response": [self.note]}
        async with httpx.AsyncClient(
            base_url=self.app.address, timeout=60, event_hooks=hooks
        ) as client:
            end = time.monotonic() + self.seconds
            people = [self.draw(client) for _ in range(DRAWERS)]
            people += [
                self.send_photos(client),
                self.use_endpoint(client),
                self.send_rubbish(client),
                self.come_and_go(client),
                self.mean_ill(),
            ]
            tasks = [asyncio.create_task(self.keep_on(person, end)) for person in people]
            while time.monotonic() < end:
                self.sample()
                await asyncio.sleep(self.seconds / 60)
            await asyncio.gather(*tasks)

    async def note(self, response: httpx.Response) -> None:
        self.statuses[response.status_code] += 1

    async def keep_on(self, person, end: float) -> None:
        """Go through one person's endless steps; a lost connection is noted, and no end."""
        while time.monotonic() < end:
            try:
                await anext(person)
            except (httpx.HTTPError, ValueError, KeyError) as error:
                self.lost.append(f"{person.__name__}: {error!r}")
                return

    async def draw(self, client: httpx.AsyncClient):
        pictures = [drawing(digit, points) for digit in "0123456789" for points in (3, 5, 99)]
        while True:
            likeliest(await ask_sketch(client, random.choice(pictures), default("digit")))
            yield await asyncio.sleep(0.1)

    async def send_photos(self, client: httpx.AsyncClient):
        for turn in range(10**9):
            content = [self.photo, self.photo[:5000], b"no picture", b""][turn % 4]
            reply = await ask_photo(client, content, default("garment"), whole=bool(turn & 4))
            if not {"input", "refusal"} & set(reply.json()):
                raise ValueError(reply.text[:200])
            yield await asyncio.sleep(0.5)

    async def use_endpoint(self, client: httpx.AsyncClient):
        for turn in range(10**9):
            files = {"files": ("a.jpg", self.photo + bytes([turn % 256]))}
            path = (await client.post("/gradio_api/upload", files=files)).json()[0]
            self.uploads.append(time.monotonic())
            data = [{"path": path, "meta": {"_type": "gradio.FileData"}}, default("garment")]
            name = "classify_photo"
            body = {"data": [*data, True, False]}
            event = (await client.post(f"/gradio_api/call/{name}", json=body)).json()["event_id"]
            told = (await client.get(f"/gradio_api/call/{name}/{event}")).text
            if '"label"' not in told:
                raise ValueError(told[:200])
            yield await asyncio.sleep(1)

    async def send_rubbish(self, client: httpx.AsyncClient):
        while True:
            path, body = random.choice(PATHS), random.choice(RUBBISH)
            method = random.choice(("GET", "POST", "POST", "DELETE"))
            await client.request(method, f"/{path}", content=body)
            yield await asyncio.sleep(0.2)

    async def come_and_go(self, client: httpx.AsyncClient):
        """People who open the page, and leave in the middle of sending something."""

        async def half_a_photo():
            yield b"--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\nhalf"
            raise ConnectionAbortedError

        headers = {"content-type": "multipart/form-data; boundary=b"}
        while True:
            await client.get("/")
            with contextlib.suppress(ConnectionAbortedError):
                await client.post("/gradio_api/upload", content=half_a_photo(), headers=headers)
            self.uploads.append(time.monotonic())
            with contextlib.suppress(httpx.TimeoutException):
                await client.get(f"/gradio_api/heartbeat/{random.random()}", timeout=1)
            yield await asyncio.sleep(1)

    async def mean_ill(self):
        """One client that sends what measure/hostile.py does, all kinds in each third of the time.

        It has an address of its own: what it takes of its share is missed by nobody else.
        """
        seconds = min(10, self.seconds / 3 / len(self.hostile) - PAUSE)
        async with client_at(self.app.address, ELSEWHERE) as client:
            for name, thing in itertools.cycle(self.hostile.items()):
                self.uploads += [time.monotonic()] * (MOST_FILES if "upload" in name else 1)
                with contextlib.suppress(TimeoutError, *REFUSED):
                    async with asyncio.timeout(seconds):
                        await thing(client)
                yield await asyncio.sleep(PAUSE)

    def sample(self) -> None:
        with contextlib.suppress(FileNotFoundError):  # a process ends, and another begins
            self._sample(self.app.family())

    def _sample(self, family: list[int]) -> None:
        kept = sum(path.is_file() for folder in folders_of(self.app) for path in folder.rglob("*"))
        recent = sum(when > time.monotonic() - SECONDS_KEPT for when in self.uploads)
        self.samples.append({
            "memory": [memory(pid) for pid in family[:2]],
            "files": sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in family),
            "kept": kept,
            "recent": recent,
        })  # fmt: skip

    def summary(self) -> dict:
        both = [sample for sample in self.samples if len(sample["memory"]) == 2]
        third = len(both) // 3
        middle, last = both[third : 2 * third], both[2 * third :]
        # What is always there: what a hostile input takes for a while is measure/hostile.py's.
        low, at_last = (
            np.percentile([sum(s["memory"]) for s in part], LOW) for part in (middle, last)
        )
        medians = np.median([s["memory"] for s in last], axis=0)
        return {
            "requests": sum(self.statuses.values()),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "lost": len(self.lost),
            "memory_app_mb": round(float(medians[0]), 1),
            "memory_helper_mb": round(float(medians[1]), 1),
            "memory_growth": round(float(at_last / low - 1), 4),
            "open_files": [max(s["files"] for s in part) for part in (middle, last)],
            "temporary_files": max(s["kept"] for s in self.samples),
        }

    def complaints(self) -> list[str]:
        found = self.summary()
        first, second = found["open_files"]
        over = [s for s in self.samples if s["kept"] > s["recent"] + 2]
        checks = {
            f"memory grew by {found['memory_growth']:.1%}": found["memory_growth"] <= FLAT,
            f"open files grew from {first} to {second}": second <= first + 10,
            f"{len(over)} times more files than were sent lately": not over,
            f"5xx: {found['statuses']}": max(self.statuses) < 500,
            f"lost: {self.lost[:3]}": not self.lost,
        }
        return [complaint for complaint, right in checks.items() if not right]


def memory(pid: int) -> float:
    """Megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def folders_of(app: App) -> list[Path]:
    return list(Path(app.temporary).glob("sketch28-*"))


def soak(minutes: float) -> Soak:
    with running() as app:
        found = Soak(app, minutes)
        asyncio.run(found.run())
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Use the app for long.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    where = machine.facts("gradio", "onnxruntime")
    found = soak(args.minutes)
    summary = found.summary()
    for name, value in summary.items():
        print(f"{name}: {value}")
    if args.write:
        results.update("soak", summary | {"minutes": args.minutes, "machine": where})
    sys.exit("\n".join(found.complaints()) or None)


if __name__ == "__main__":
    main()
