"""Files that programs upload before they call an endpoint: POST /gradio_api/upload.

In place of Gradio's own: nothing is written before all of it has arrived, names are ours, and what
lies there is counted in bytes on disk and in files.
"""

import os
import re
import secrets
from pathlib import Path

from starlette.requests import Request
from starlette.types import Receive, Scope

from models.decode import MAX_BYTES
from serve.bodies import once, over
from serve.gradio_insides import upload_folder
from serve.refusals import Refused

MOST_PARTS = 8  # files in one request
MOST_BYTES = MAX_BYTES + 64 * 1024  # of a request: one picture and the frame around it
MOST_KEPT = 512 * 2**20  # bytes on disk of all, until they are deleted after minutes
MOST_FILES = 4096
BLOCK = 4096  # bytes: even an empty file takes so many, and its name some
NAME = re.compile(r"[0-9a-f]{32}")


class Kept:
    """How much lies in the folder, as far as is known; count() knows anew."""

    def __init__(self) -> None:
        self.bytes = self.files = 0

    def count(self, folder: Path) -> None:
        found = [size_of(Path(parent, name)) for parent, _, names in os.walk(folder)
                 for name in names]  # fmt: skip
        self.bytes, self.files = sum(found), len(found)

    def add(self, size: int) -> None:
        """Raises Refused where so much more would be too much."""
        size = blocks(size)
        if self.bytes + size > MOST_KEPT or self.files >= MOST_FILES:
            raise Refused("full")
        self.bytes += size
        self.files += 1


def blocks(size: int) -> int:
    """Bytes on disk of a file of so many."""
    return -(-size // BLOCK) * BLOCK + BLOCK


def size_of(path: Path) -> int:
    """Bytes on disk, 0 when it was deleted a moment ago."""
    try:
        return blocks(path.stat().st_size)
    except FileNotFoundError:
        return 0


kept = Kept()


async def take(scope: Scope, body: bytes, receive: Receive) -> list[str]:
    """The paths of new files that hold what a form sends (multipart/form-data).

    Raises:
        Refused: it is no such form, or holds too much.
    """
    request = Request(scope, once(body, receive))
    try:
        async with request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS) as form:
            files = [part for _, part in form.multi_items() if not isinstance(part, str)]
            if any((file.size or 0) > MAX_BYTES for file in files):
                raise over(MAX_BYTES)
            if not files:
                raise Refused("form", parts=MOST_PARTS)
            return [_write(await file.read()) for file in files]
    except Refused:
        raise
    except OSError as error:
        raise Refused("full") from error
    except Exception as error:  # of python-multipart, or Starlette's of the same name
        raise Refused("form", parts=MOST_PARTS) from error


def _write(content: bytes) -> str:
    kept.add(len(content))
    path = upload_folder() / secrets.token_hex(16)
    try:
        path.write_bytes(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return str(path)


def is_uploaded(path) -> bool:
    """Whether this is the path of an upload; no other is ever opened.

    It is compared as text: what a visitor sends is never looked up in the file system.
    """
    if type(path) is not str or len(path) > 4096:
        return False
    folder, _, name = path.rpartition(os.sep)
    return folder == str(upload_folder()) and NAME.fullmatch(name) is not None
