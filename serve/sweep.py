"""Nothing of a visitor stays: deletes what Gradio's own delete_cache leaves behind."""

import asyncio
import atexit
import contextlib
import os
import shutil
import time
from contextlib import asynccontextmanager
from pathlib import Path

from serve.gradio_insides import Blocks, forget_the_gone

EVERY = 60.0  # seconds


def keep_clean(folder: Path, blocks: Blocks, seconds: float):
    """The `lifespan` for demo.launch(app_kwargs=...).

    Gradio forgets uploads that broke off, empty folders, and the names of visits that asked for
    something and never came to fetch it.

    Args:
        folder: of this process alone; all in it that is older than `seconds` is deleted,
            and the folder itself when the process ends.
    """

    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    @asynccontextmanager
    async def lifespan(app):
        task = asyncio.create_task(_sweep(folder, blocks, seconds))
        try:
            yield
        finally:
            task.cancel()

    return lifespan


async def _sweep(folder: Path, blocks: Blocks, seconds: float) -> None:
    while True:
        await asyncio.sleep(EVERY)
        await asyncio.to_thread(sweep, folder, seconds)
        forget_the_gone(blocks)


def sweep(folder: Path, seconds: float) -> None:
    """Delete files older than that, and folders that are empty."""
    last = time.time() - seconds
    for parent, folders, names in os.walk(folder, topdown=False):
        for path in (Path(parent, name) for name in (*names, *folders)):
            with contextlib.suppress(OSError):  # a visit may end, and take it away, at any time
                if path.stat().st_mtime <= last:
                    path.rmdir() if path.is_dir() else path.unlink()
