"""The app as app.py starts it, whose event loop notes how long it was kept.

    WATCHED=gaps python -m measure.watched

WATCHED names a file; each line there is a moment (time.monotonic()) and the seconds between two
turns that should have come 5 ms after each other. Lines are written where it was more than 20 ms.
"""

import asyncio
import os
import time

from serve import server

TICK, WORTH_NOTING = 0.005, 0.02


class Watched(server.Server):
    """Ours, and beside it somebody with a watch."""

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.watch = asyncio.create_task(note_gaps(os.environ["WATCHED"]))


async def note_gaps(path: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        last = time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            if now - last - TICK > WORTH_NOTING:
                print(now, now - last - TICK, file=file, flush=True)
            last = now


if __name__ == "__main__":
    server.Server = Watched  # type: ignore[misc]
    import app

    app.main()
