"""Keeps prepared training pictures between runs, in runs/cache."""

import functools
import hashlib
from pathlib import Path

import numpy as np

from models.whole import replacing

CACHE = Path("runs/cache")
PROJECT = Path(__file__).resolve().parents[2]


def cached(prepare=None, *, files: tuple[str, ...]):
    """Decorator: the arrays that `prepare(root, *arguments)` returns are kept on disk.

    The file's name holds the arguments and a hash of `files`, by which the pictures are prepared:
    a change in any of them makes the kept ones stale.
    """
    if prepare is None:
        return functools.partial(cached, files=files)

    @functools.wraps(prepare)
    def wrapper(root, *arguments):
        digest = hashlib.sha256(b"".join((PROJECT / name).read_bytes() for name in files))
        words = [prepare.__name__, *map(str, arguments), digest.hexdigest()[:12]]
        path = CACHE / ("-".join(words) + ".npz")
        arrays = _kept(path)
        if arrays is None:
            result = prepare(root, *arguments)
            arrays = result if isinstance(result, tuple) else (result,)
            with replacing(path) as temporary, temporary.open("wb") as file:
                np.savez(file, *arrays)
        return arrays if len(arrays) > 1 else arrays[0]

    return wrapper


def _kept(path: Path) -> tuple[np.ndarray, ...] | None:
    """None where there are none, or none that can be read."""
    try:
        with np.load(path) as file:
            return tuple(file[key] for key in file.files)
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged file may be anything to its reader
        print(f"{path} is damaged and made anew ({type(error).__name__}).")
        return None
