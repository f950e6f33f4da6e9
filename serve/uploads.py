"""Files that programs upload before they call an endpoint: POST /gradio_api/upload.

In place of Gradio's own: nothing is written before all of it has arrived, names are ours, and what
lies there is counted in bytes on disk and in files.
"""

import asyncio
import os
import re
import secrets
from collections import Counter
from pathlib import Path

from starlette.requests import Request
from starlette.types import Receive, Scope

from models.decode import MAX_BYTES
from serve.bodies import once, over
from serve.gradio_insides import upload_folder
from serve.line import visitor
from serve.refusals import Refused

MOST_PARTS = 8  # files in one request
MOST_FORM = MAX_BYTES + 64 * 1024  # of a request: one picture and the frame around it
MOST_KEPT = 512 * 2**20  # bytes on disk of all, until they are deleted after minutes
MOST_FILES = 4096
SHARE_OF_ONE = 0.5  # of both, for one address
BLOCK = 4096  # bytes: even an empty file takes so many, and its name some
NAME = re.compile(r"[0-9a-f]{32}")


class Kept:
    """What lies in the folder, and whose it is."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, int]] = {}  # name -> address of the visitor, bytes on disk
        self.files: Counter[str] = Counter()  # by address
        self.bytes: Counter[str] = Counter()

    def check_room(self, size: int = 0) -> None:
        """Raises Refused where a file of so many bytes on disk is too much."""
        who = visitor.get()
        for files, held, share in (
            (self.files.total(), self.bytes.total(), 1.0),
            (self.files[who], self.bytes[who], SHARE_OF_ONE),
        ):
            if files >= MOST_FILES * share or held + size > MOST_KEPT * share:
                raise Refused("full")

    def add(self, name: str, size: int) -> None:
        """Note a file that is to be written.

        Raises:
            Refused: it would be too much, of this visitor or of all.
        """
        who, size = visitor.get(), blocks(size)
        self.check_room(size)
        self.held[name] = (who, size)
        self.files[who] += 1
        self.bytes[who] += size

    def forget(self, name: str) -> None:
        if name not in self.held:
            return
        who, size = self.held.pop(name)
        self.files[who] -= 1
        self.bytes[who] -= size
        if not self.files[who]:
            del self.files[who], self.bytes[who]

    def count(self, folder: Path) -> None:
        """Forget those that have been deleted."""
        for name in set(self.held).difference(os.listdir(folder)):
            self.forget(name)


def blocks(size: int) -> int:
    """Bytes on disk of a file of so many."""
    return -(-size // BLOCK) * BLOCK + BLOCK


kept = Kept()


async def take(scope: Scope, body: bytes | bytearray, receive: Receive) -> list[str]:
    """The paths of new files that hold what a form sends (multipart/form-data).

    Raises:
        Refused: it is no such form, or holds too much.
    """
    kept.check_room()  # before it is taken apart
    request = Request(scope, once(body, receive))
    try:
        async with request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS) as form:
            files = [part for _, part in form.multi_items() if not isinstance(part, str)]
            if any((file.size or 0) > MAX_BYTES for file in files):
                raise over(MAX_BYTES)
            if not files:
                raise Refused("form", parts=MOST_PARTS)
            return await _written([await file.read() for file in files])
    except Refused:
        raise
    except OSError as error:
        raise Refused("full") from error
    except Exception as error:  # of python-multipart, or Starlette's of the same name
        raise Refused("form", parts=MOST_PARTS) from error


async def _written(contents: list[bytes]) -> list[str]:
    """The paths of new files; all of them, or none is left."""
    paths = {upload_folder() / secrets.token_hex(16): content for content in contents}
    try:
        for path, content in paths.items():
            kept.add(path.name, len(content))
        await asyncio.to_thread(_write, paths)
    except (OSError, Refused):
        for path in paths:
            path.unlink(missing_ok=True)
            kept.forget(path.name)
        raise
    return [str(path) for path in paths]


def _write(contents: dict[Path, bytes]) -> None:
    for path, content in contents.items():
        path.write_bytes(content)


def is_uploaded(path) -> bool:
    """Whether this is the path of an upload; no other is ever opened.

    It is compared as text: what a visitor sends is never looked up in the file system.
    """
    if type(path) is not str or len(path) > 4096:
        return False
    folder, _, name = path.rpartition(os.sep)
    return folder == str(upload_folder()) and NAME.fullmatch(name) is not None
