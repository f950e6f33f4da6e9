"""What requests may say. Gradio trusts what it is sent, so serve/gate.py looks at it first."""

import json
import secrets

from starlette.datastructures import QueryParams
from starlette.types import Scope

from serve.gradio_insides import (
    Blocks,
    blocks_of,
    endpoint_of,
    file_data,
    has_asked,
    has_event,
    inputs_of,
    unfetched,
)
from serve.line import visitor
from serve.refusals import Refused
from serve.uploads import is_uploaded

MOST_NAME = 64  # characters of a visit's name, under which Gradio keeps its state
MOST_UNFETCHED = 512  # answers that lie there; Gradio would throw away somebody's
SHARE_OF_ONE = 0.5  # of them, for one address
MOST_TEXT = 200  # of a value of an endpoint

_asked: dict[str, str] = {}  # visit -> the address that asks under this name


def parsed(body: bytes | bytearray) -> dict:
    """What a request says: an object.

    Raises:
        Refused: as all checks do.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("request") from error
    if not isinstance(said, dict):
        raise Refused("request")
    return said


def checked_event(said: dict, scope: Scope) -> bytes:
    """The body of a request to Gradio's queue, made anew from what has been looked at.

    Whatever else was sent is not handed on: Gradio logs what it cannot use.
    """
    path = scope["path"]
    name = path.strip("/").split("/")[-1]
    words = {word: said[word] for word in ("session_hash", "event_id") if said.get(word)}
    if not all(isinstance(word, str) and len(word) <= MOST_NAME for word in words.values()):
        raise Refused("request")
    number = said.get("fn_index")
    if name in ("cancel", "reset"):
        words = {"session_hash": "", "event_id": ""} | words
        return _body(words | {"fn_index": number if type(number) is int else 0})
    blocks = blocks_of(scope)
    takes = inputs_of(blocks)
    called = endpoint_of(blocks, number) if name == "join" else name
    if called not in takes:
        raise Refused("endpoint", endpoints=", ".join(takes))
    words.pop("event_id", None)
    if "/v2/" in path:
        told = {word: _value(said[word]) for word in takes[called] if word in said}
    else:
        if name == "join":
            if "session_hash" not in words:
                raise Refused("request")
            words["fn_index"] = number
        values = said.get("data")
        if type(values) is not list or len(values) != len(takes[called]):
            raise Refused("values", names=", ".join(takes[called]))
        told = {"data": [_value(value) for value in values]}
    visit = words.setdefault("session_hash", secrets.token_hex(16))
    _note_who_asks(blocks, visit)
    return _body(words | told)


def _note_who_asks(blocks: Blocks, visit: str) -> None:
    """That this address asks; refused where too many answers for it, or for all, lie there."""
    waiting, who = unfetched(blocks), visitor.get()
    own = sum(_asked.get(one) == who for one in waiting)
    if len(waiting) >= MOST_UNFETCHED or own >= MOST_UNFETCHED * SHARE_OF_ONE:
        raise Refused("busy")
    if len(_asked) >= 2 * MOST_UNFETCHED:
        for gone in [one for one in _asked if not has_asked(blocks, one)]:
            del _asked[gone]
    _asked[visit] = who


def _value(value):
    """What a program says for one argument: an upload, a short text, a number, true, false, none.

    An address in place of a file would be fetched by Gradio.
    """
    if isinstance(value, dict):
        if not is_uploaded(value.get("path")):
            raise Refused("uploaded")
        return file_data(value["path"])
    short = isinstance(value, str) and len(value) <= MOST_TEXT
    small = isinstance(value, int | float) and abs(value) < 1e9
    if value is None or short or small:
        return value
    raise Refused("request")


def _body(said: dict) -> bytes:
    return json.dumps(said).encode()


def check_visit(scope: Scope) -> None:
    """That somebody under this name has asked for something."""
    visit = QueryParams(scope["query_string"]).get("session_hash")
    if not has_asked(blocks_of(scope), visit):
        raise Refused("visit")


def check_asked(scope: Scope) -> None:
    """That this event, named at the end of the address, was asked for."""
    if not has_event(blocks_of(scope), scope["path"].rpartition("/")[2]):
        raise Refused("visit")
