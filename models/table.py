"""The CSV file of a folder's rows: one writer at a time, and what was cut off goes on.

A byte order mark tells spreadsheets that it is utf-8, every cell stands in quotes, and one that a
spreadsheet would run as a formula has an apostrophe in front, as the page's own table has.
"""

import codecs
import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there nobody else can open a file that is being written anyway
    fcntl = None  # type: ignore[assignment]

FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # first characters; the last so that it comes off


class Table:
    """The rows of an open CSV file. last: the first cell of its last whole row, or None."""

    def __init__(self, file: io.BufferedRandom, head: tuple[str, ...]):
        """Raises ValueError: the file holds something else."""
        self._file = file
        self.last = _cut(file, head)

    def write(self, rows: Iterable[tuple]) -> None:
        self._file.write(_lines(rows))
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def opened(path: Path, head: tuple[str, ...]) -> Iterator[Table]:
    """The table in that file, made where there is none, for this process alone.

    Raises:
        ValueError: the file holds something else, or another process writes it; one sentence.
        OSError: it cannot be written; the message names it.
    """
    try:
        with os.fdopen(os.open(path, FLAGS, 0o666), "rb+") as file:
            try:
                if fcntl:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ValueError(f"{path} is being written by another run.") from error
            try:
                yield Table(file, head)
            except _SomethingElse as error:
                raise ValueError(
                    f"{path} holds something else. Please name another CSV file."
                ) from error
    except OSError as error:
        if error.filename is not None and os.fspath(error.filename) != os.fspath(path):
            raise
        reason = f"{path} cannot be written: {error.strerror or error}"
        raise OSError(error.errno, reason) from error


class _SomethingElse(ValueError):
    pass


def guarded(cell: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _lines(rows: Iterable[tuple]) -> bytes:
    """Only the first cell and the last are text of others: a file's name, and an error."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows((guarded(row[0]), *row[1:-1], guarded(row[-1])) for row in rows)
    return text.getvalue().encode("utf-8", "surrogateescape")


def _cut(file: io.BufferedRandom, head: tuple[str, ...]) -> str | None:
    """Cut off a row that was not written to its end; the last name that has one, if any."""
    first = codecs.BOM_UTF8 + _lines([head])
    start, last = file.read(len(first)), None
    if not first.startswith(start):
        raise _SomethingElse
    whole = read = len(first) if start == first else 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in file:
            if line.endswith(b"\n"):
                read += len(line)
                yield line.decode("utf-8", "surrogateescape")

    for row in csv.reader(lines()):
        if len(row) == len(head):
            whole, last = read, row[0].removeprefix("'")
    file.seek(whole)
    file.truncate()
    if not whole:
        file.write(first)
    return last
