"""What requests may say. Gradio trusts what it is sent, so serve/gate.py looks at it first."""

import json
import os
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.types import Scope

from models.decode import MAX_BYTES
from serve.gradio_insides import Blocks, blocks_of, endpoint_of, has_asked, inputs_of, upload_folder
from serve.refusals import Refused

MOST_BODY = 2 * MAX_BYTES  # bytes of any request: a picture in base64 and the frame around it
MOST_NAME = 64  # characters of a visit's name, under which Gradio keeps its state
MOST_UPLOADED = 512 * 2**20  # bytes of uploads on disk, until they are deleted after minutes


def parsed(body: bytes) -> dict:
    """What a request says: an object that names the visit it belongs to briefly, if at all.

    Raises:
        Refused: as all checks do.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("request") from error
    visit = said.get("session_hash") if isinstance(said, dict) else 0
    if not (visit is None or (isinstance(visit, str) and len(visit) <= MOST_NAME)):
        raise Refused("request")
    return said


def check_event(said: dict, path: str, blocks: Blocks) -> None:
    """That the endpoint exists, and gets as many values as it takes; Gradio logs all it is sent."""
    check_files(said)
    name = path.strip("/").split("/")[-1]
    if name in ("cancel", "reset"):
        return
    takes = inputs_of(blocks)
    called = endpoint_of(blocks, said.get("fn_index")) if name == "join" else name
    if called not in takes:
        raise Refused("endpoint", endpoints=", ".join(takes))
    values = said.get("data")
    if "/v2/" not in path and (type(values) is not list or len(values) != len(takes[called])):
        raise Refused("values", names=", ".join(takes[called]))


def check_visit(scope: Scope) -> None:
    """That somebody under this name has asked for something."""
    visit = QueryParams(scope["query_string"]).get("session_hash")
    if not has_asked(blocks_of(scope), visit):
        raise Refused("visit")


def check_files(said: dict) -> None:
    """Only files that were uploaded; Gradio would fetch an address that stands for one."""
    values = [said]
    while values:
        value = values.pop()
        if isinstance(value, list):
            values += value
        elif isinstance(value, dict):
            values += value.values()
            if "path" in value and not is_uploaded(value["path"]):
                raise Refused("uploaded")


def is_uploaded(path) -> bool:
    """Whether this is the path of something in the folder for uploads; no other is ever opened."""
    try:
        folder = upload_folder().resolve()
        return type(path) is str and Path(path).resolve().is_relative_to(folder)
    except (OSError, ValueError):  # no path at all
        return False


def check_space() -> None:
    """That what visitors uploaded leaves room for more."""
    folders = os.walk(upload_folder())  # minds no folder that is deleted meanwhile
    held = sum(_size(Path(folder, name)) for folder, _, names in folders for name in names)
    if held > MOST_UPLOADED:
        raise Refused("busy")


def _size(path: Path) -> int:
    """Bytes of that file, 0 when it was deleted a moment ago."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
