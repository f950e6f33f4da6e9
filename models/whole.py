"""Files that are replaced whole: whatever fails, the old or the new one is there, no third."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path, only_try: bool = False) -> Iterator[Path]:
    """Where to write what becomes `path` when the block has ended well, and is on the disk then.

    Args:
        only_try: what was written is thrown away: it only shows that there is a place for it.

    Raises:
        OSError: it cannot be written; the message names `path`, which is as it was.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if not only_try:
            os.replace(temporary, path)
            _sync_folder(path.parent)
    except OSError as error:
        raise OSError(
            error.errno, f"{path} cannot be written: {error.strerror or error}"
        ) from error
    finally:
        with contextlib.suppress(OSError, MemoryError):
            temporary.unlink(missing_ok=True)


def told(error: OSError | MemoryError) -> str:
    """What went wrong with which file, in one sentence."""
    if isinstance(error, MemoryError):
        return "There is not enough memory."
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def _sync_folder(folder: Path) -> None:
    """The new name too, where folders can be synced."""
    with contextlib.suppress(OSError, MemoryError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
