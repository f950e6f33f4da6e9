"""A folder for uploads that is this process's alone, and is gone when the process is.

A process that is killed cannot tidy up. So each holds a lock on its folder: whoever starts next
deletes those that nobody holds. (The process for pictures deletes it sooner: see models/apart.py.)
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: folders of processes that were killed stay
    fcntl = None  # type: ignore[assignment]

PREFIX = "sketch28-"


def make() -> Path:
    """A new one, in GRADIO_TEMP_DIR or where temporary files are; old ones there are deleted.

    Raises:
        SystemExit: none can be made; the message is one sentence.
    """
    parent = Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir())
    try:
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent)
        while True:
            folder = Path(tempfile.mkdtemp("", PREFIX, parent)).resolve()
            # Another process that starts may have swept it away before it was held.
            if _hold(folder) is not None and folder.is_dir():
                break
    except (OSError, MemoryError) as error:
        reason = error.strerror if isinstance(error, OSError) else "There is not enough memory"
        sys.exit(f"No temporary files can be written in {parent}: {reason}.")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def sweep(parent: Path) -> None:
    """Delete the folders there whose process has gone without."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            held = _hold(folder) if fcntl else None
        except OSError:  # somebody else's, or no folder
            continue
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)


def _hold(folder: Path) -> int | None:
    """A file descriptor that locks the folder for as long as it is open; None: another does, or
    has deleted it."""
    if fcntl is None:
        return -1
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held
