"""Scores a folder of any size: a row a picture in a CSV file, on all cores, in bounded memory.

    python -m models FOLDER --model fashion_mnist --csv out.csv

Files are visited in one order and rows are written in it, so a run that was killed goes on after
the last whole row of its CSV file. A file that is no picture is a row with its error.
"""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from tqdm import tqdm

from models import auto
from models.apart import Apart
from models.classifier import Classifier
from models.decode import MAX_BYTES
from models.refusals import SENTENCES, BadPicture
from models.result import Result
from models.table import opened

HEAD = ("file", "label", "probability", "rejected", "blank", "energy", "error")
AT_ONCE = 256  # pictures in one run of the network
AHEAD = 3  # batches that each process has waiting

Rows = Future[list[tuple]]


def score(folder: Path, out: Path, model: str, kind: str, processes: int = 0) -> tuple[int, int]:
    """Write a row for every file under the folder that has none yet.

    Args:
        folder: visited with all folders in it; hidden files and links to folders are left out.
        out: the CSV file (models/table.py), columns HEAD. Where it holds rows, files up to the
            last of them count as done; one that was put before it meanwhile is not visited.
        model, kind: as for load() and Classifier.predict().
        processes: that score at the same time; 0: one a core.

    Returns:
        How many files have been visited now, and how many of them were no pictures.

    Raises:
        ValueError: `out` is another kind of file, or written by another run; one sentence.
        OSError: the folder cannot be read, or `out` not be written; the message names it.
    """
    with opened(out, HEAD) as table:
        total = done = failed = 0
        for name in files(folder, out):
            total += 1
            done += not _after(name, table.last)
        first = table.last
        todo = (name for name in files(folder, out) if _after(name, first))
        with tqdm(total=total, initial=done, unit=" pictures", desc=model) as bar:
            for found in scored(folder, todo, model, kind, processes or cores()):
                table.write(found)
                failed += sum(bool(row[-1]) for row in found)
                bar.update(len(found))
    return total - done, failed


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def files(folder: Path, without: Path | None = None, start: str = "") -> Iterator[str]:
    """Every file under the folder, relative to it, ordered by the names of folders and file. A
    folder that cannot be read, and a link that leads round in a circle, count as a file."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    own = without and os.path.realpath(without)
    for entry in found:
        name = f"{start}{entry.name}"
        if entry.name.startswith("."):
            continue
        try:
            is_folder, is_file = entry.is_dir(follow_symlinks=False), entry.is_file()
        except OSError:
            is_folder, is_file = False, True
        if is_folder:
            try:
                yield from files(Path(entry.path), without, f"{name}/")
            except PermissionError:
                yield name
        elif is_file and os.path.realpath(entry.path) != own:
            yield name


def scored(
    folder: Path, names: Iterable[str], model: str, kind: str, processes: int
) -> Iterator[list[tuple]]:
    """Rows (see HEAD) of the files, AT_ONCE at a time, in their order."""
    names = iter(names)
    batches = iter(lambda: list(islice(names, AT_ONCE)), [])
    workers = pool(model, processes)
    waiting: deque[tuple[list[str], Rows]] = deque()
    try:
        while True:
            for batch in islice(batches, AHEAD * processes - len(waiting)):
                waiting.append((batch, _submit(workers, folder, batch, model, kind)))
            if not waiting:
                return
            batch, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:  # a decoder has crashed: find the file, go on with the others
                workers.shutdown()
                workers = pool(model, processes)
                later = [batch for batch, _ in waiting]
                waiting = deque((b, _submit(workers, folder, b, model, kind)) for b in later)
                yield _rows_apart(folder, batch, model, kind)
    finally:
        workers.shutdown(cancel_futures=True)


def rows(
    classifier: Classifier | auto.Auto, pictures: Iterable[tuple[str, object]], kind: str
) -> list[tuple]:
    """Rows (see HEAD) of pictures, in one run of the network.

    Args:
        pictures: (name, anything that Classifier.predict() takes).
    """
    found: list[tuple] = []
    traces: list[Any] = []  # what is prepared, in its classifier's own form
    places: list[int] = []
    for name, picture in pictures:
        try:
            traces += classifier.prepare([picture], kind)
        except Exception as error:  # whatever one file does, the others are scored
            found.append(_error_row(name, error))
        else:
            places.append(len(found))
            found.append((name,))
    for place, result in zip(places, classifier.results(traces), strict=True):
        found[place] += _columns(result)
    return found


def _columns(result: Result) -> tuple:
    return (
        result.number,
        f"{result.probability:.4f}",
        int(result.rejected),
        int(result.blank),
        f"{result.energy:.4f}",
        "",
    )


def _error_row(name: str, error: Exception) -> tuple:
    sentence = str(error) if isinstance(error, BadPicture) else SENTENCES["lost"]
    return (name, *[""] * (len(HEAD) - 2), sentence)


def pool(model: str, processes: int) -> ProcessPoolExecutor:
    """Processes that have that network ready, one thread each."""
    return ProcessPoolExecutor(processes, get_context("spawn"), _begin, (model,))


def _begin(model: str) -> None:
    """In each process, once: no threads beside it, the network ready, no life of its own."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    auto.load(model)


def _end_with_parent() -> None:
    """A parent that is killed cannot say so: its processes would wait for work for ever."""
    parent = parent_process()
    assert parent  # this one was started by another
    parent.join()
    os._exit(1)


def _submit(pool: ProcessPoolExecutor, *asked: Any) -> Rows:
    try:
        return pool.submit(_rows_of_files, *asked)
    except BrokenProcessPool as error:
        future: Rows = Future()
        future.set_exception(error)
        return future


def _rows_of_files(folder: Path, batch: list[str], model: str, kind: str) -> list[tuple]:
    return rows(auto.load(model), ((name, os.path.join(folder, name)) for name in batch), kind)


def _rows_apart(folder: Path, batch: list[str], model: str, kind: str) -> list[tuple]:
    """The same, each file in a process that it may bring down."""
    apart, found = Apart(), []
    for name in batch:
        try:
            with open(folder / name, "rb") as file:
                result = apart.predict(file.read(MAX_BYTES + 1), model, kind)
        except (BadPicture, OSError, RuntimeError) as error:
            found.append(_error_row(name, error))
        else:
            found.append((name, *_columns(result)))
    apart.stop()
    return found


def _after(name: str, last: str | None) -> bool:
    """Whether files() yields that name after the last one."""
    return last is None or name.split("/") > last.split("/")
