"""Nothing of a visitor stays: uploads and answers that nobody has fetched are deleted in time."""

import asyncio
import contextlib
import logging
import os
import time
from contextlib import asynccontextmanager
from pathlib import Path

from models.apart import fault
from serve import process, uploads
from serve.gradio_insides import Blocks, forget_the_gone

EVERY = 60.0  # seconds


def keep_clean(folder: Path, blocks: Blocks, seconds: float):
    """The `lifespan` for the app: sweeps as long as it runs.

    Args:
        folder: all in it that is older than `seconds` is deleted.
        blocks: whose queue keeps answers; one that waits through a whole round is forgotten.
    """

    @asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(_sweep(folder, blocks, seconds))
        try:
            yield
        finally:
            task.cancel()

    return lifespan


async def _sweep(folder: Path, blocks: Blocks, seconds: float) -> None:
    unread: set[str] = set()
    while True:
        await asyncio.sleep(EVERY)
        try:
            await asyncio.to_thread(sweep, folder, seconds)
            uploads.kept.count(folder)
            await asyncio.to_thread(process.give_back)
        except Exception as error:  # a disk that fails now may be well in the next round
            logging.getLogger("sketch28").error(fault(error))
        unread = forget_the_gone(blocks, unread)


def sweep(folder: Path, seconds: float) -> None:
    """Delete files older than that, and folders that are empty."""
    last = time.time() - seconds
    for parent, folders, names in os.walk(folder, topdown=False):
        for path in (Path(parent, name) for name in (*names, *folders)):
            with contextlib.suppress(OSError):  # a visit may end, and take it away, at any time
                if path.stat().st_mtime <= last:
                    path.rmdir() if path.is_dir() else path.unlink()
