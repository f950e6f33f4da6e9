"""Makes file operations under one folder fail, one at a time: the only place that knows how."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Python tells its audit hooks of these before it does them; of fsync it tells nobody, see faulty().
OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.scandir", "os.listdir", "os.chmod"}
KINDS: dict[str, Callable[[str], BaseException]] = {
    "ENOSPC": lambda path: OSError(errno.ENOSPC, "No space left on device", path),
    "EIO": lambda path: OSError(errno.EIO, "Input/output error", path),
    "EMFILE": lambda path: OSError(errno.EMFILE, "Too many open files", path),
    "MemoryError": lambda path: MemoryError(),
}


class Faults:
    """folder: what happens in it counts. at: number of the operation that fails, from 0 on.

    seen: how many there were.
    """

    def __init__(self, folder: Path, at: int, kind: str):
        self.folder, self.at, self.kind, self.seen = str(folder.resolve()), at, kind, 0

    def happens(self, path: str) -> None:
        if not os.path.abspath(path).startswith(self.folder):
            return
        self.seen += 1
        if self.seen - 1 == self.at:
            raise KINDS[self.kind](path)


_active: list[Faults] = []
_hooked: list[bool] = []


def _hook(event: str, args: tuple) -> None:
    if _active and event in OPERATIONS and isinstance(args[0], (str, bytes, os.PathLike)):
        _active[-1].happens(os.fsdecode(args[0]))


@contextmanager
def faulty(folder: Path, at: int = -1, kind: str = "EIO") -> Iterator[Faults]:
    """While the block runs, the operation of that number in that folder fails."""
    if not _hooked:
        sys.addaudithook(_hook)  # for ever: Python takes none away
        _hooked.append(True)
    fsync, faults = os.fsync, Faults(folder, at, kind)

    def failing_fsync(file: int) -> None:
        faults.happens(os.readlink(f"/proc/self/fd/{file}"))
        fsync(file)

    _active.append(faults)
    os.fsync = failing_fsync
    try:
        yield faults
    finally:
        os.fsync = fsync
        _active.remove(faults)
