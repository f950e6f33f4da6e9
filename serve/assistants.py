"""The two endpoints as tools for assistants: the Model Context Protocol over streamable HTTP.

https://modelcontextprotocol.io/specification, without sessions or streams: every request is a POST
of one JSON-RPC message, and answered as JSON. Nothing is fetched, and there are only tools.
"""

import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from models.decode import MAX_BYTES
from serve import endpoints
from serve.answers import InBase64
from serve.bodies import LARGE, over
from serve.checks import parsed
from serve.files import VERSION
from serve.gradio_insides import described, values_of
from serve.refusals import REFUSALS, Refused, refusal_of
from serve.uploads import is_uploaded

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")  # newest first
TOOLS = {
    function.__name__: function
    for function in (endpoints.classify_sketch, endpoints.classify_photo)
}
NOTHING: dict[str, dict] = {  # many ask for these unasked
    "ping": {},
    "resources/list": {"resources": []},
    "resources/templates/list": {"resourceTemplates": []},
    "prompts/list": {"prompts": []},
}
UNKNOWN_METHOD, WRONG = -32601, -32602  # JSON-RPC's codes

DATA_ADDRESS = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,")
MOST_WORDS = 2 * 2**20  # bytes around a large picture
# In place of a large picture while the words around it are parsed; no picture begins so.
PLACE, PLACED = b'"\\u0000picture"', "\0picture"
TYPES = {str: "string", bool: "boolean"}
NEAR = {"localhost", "127.0.0.1", "::1"}


def message(body: bytes | bytearray) -> dict:
    """What an assistant says. A large picture in it stays bytes: the parser goes through a text of
    that size in one go, and nobody else is answered meanwhile.

    Raises:
        Refused
    """
    start = body.find(b'"data:')
    end = body.find(b'"', start + 1)
    lifted = start >= 0 and end - start > LARGE and body.find(b"\\", start, end) < 0
    if len(body) - (end - start if lifted else 0) > MOST_WORDS:
        raise Refused("image")
    if not lifted:
        return parsed(body)
    said = parsed(body[:start] + PLACE + body[end + 1 :])
    params = said.get("params")
    arguments = params.get("arguments") if isinstance(params, dict) else None
    if isinstance(arguments, dict) and arguments.get("image") == PLACED:
        arguments["image"] = memoryview(body)[start + 1 : end]
    return said


async def answer(said: dict) -> Response:
    """What is answered to one JSON-RPC message."""
    method, called = said.get("method"), said.get("id")
    if "id" not in said or not isinstance(called, int | str):
        return Response(status_code=202)  # a notification, or an answer: nothing is said to it
    reply: dict = {"jsonrpc": "2.0", "id": called}
    params = said.get("params")
    params = params if isinstance(params, dict) else {}
    if method == "initialize":
        reply["result"] = _introduction(params.get("protocolVersion"))
    elif method == "tools/list":
        reply["result"] = {"tools": tools()}
    elif method == "tools/call" and params.get("name") not in TOOLS:
        reply["error"] = {"code": WRONG, "message": f"The tools are: {', '.join(TOOLS)}."}
    elif method == "tools/call":
        reply["result"] = await _call(params["name"], params.get("arguments"))
    elif isinstance(method, str) and method in NOTHING:
        reply["result"] = NOTHING[method]
    else:
        message = "There are only tools here: please ask for these."
        reply["error"] = {"code": UNKNOWN_METHOD, "message": message}
    return JSONResponse(reply)


@cache
def tools() -> list[dict]:
    """The tools as an assistant is told of them, from the endpoints' docstrings."""
    return [_tool(name, function) for name, function in TOOLS.items()]


@cache
def schema() -> list[dict]:
    """The same, as the dialog of the endpoints shows them: its script needs `meta` (Gradio's)."""
    meta = {"mcp_type": "tool", "file_data_present": False, "headers": []}
    return [tool | {"meta": meta | {"endpoint_name": tool["name"]}} for tool in tools()]


def _tool(name: str, function: Callable) -> dict:
    told, arguments, returns = described(function)
    properties = {
        argument: {"type": TYPES.get(parameter.annotation, "string"),
                   "description": arguments[argument]}
        | ({} if parameter.default is parameter.empty else {"default": parameter.default})
        for argument, parameter in values_of(function).items()
    }  # fmt: skip
    description = f"{told} {REFUSALS['image']} Returns: {', '.join(returns)}"
    schema = {"type": "object", "properties": properties, "required": ["image"]}
    return {"name": name, "description": description, "inputSchema": schema}


def _introduction(version) -> dict:
    return {
        "protocolVersion": version if version in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "Sketch28", "version": VERSION},
    }


async def _call(name: str, given) -> dict:
    """The result of a tool: an answer without the 784 greys, or one sentence and isError."""
    try:
        told = await _classified(name, given)
    except Exception as error:
        return {"content": [_text(str(refusal_of(error)))], "isError": True}
    del told["network_input"]  # nobody reads them, and they cost tokens
    return {"content": [_text(json.dumps(told))], "isError": False}


async def _classified(name: str, given) -> dict:
    takes = values_of(TOOLS[name])
    given = given if isinstance(given, dict) else {}
    if set(given) - set(takes):
        raise Refused("values", names=", ".join(takes))
    values = {
        argument: given.get(argument, parameter.default) for argument, parameter in takes.items()
    }
    picture = _picture(values.pop("image"))
    return await endpoints.classified(picture, endpoints.KINDS[name], **values)


def _picture(given) -> InBase64 | Path:
    """What a data: address holds, or the path of an upload.

    Raises:
        Refused: it is neither, or longer than a picture may be.
    """
    head = bytes(given[:100]).decode("latin-1") if isinstance(given, memoryview) else given
    if isinstance(head, str) and (start := DATA_ADDRESS.match(head[:100])):
        text = given[start.end() :]
        if len(text) > MAX_BYTES * 4 // 3 + 4:
            raise over(MAX_BYTES)
        return InBase64(text.encode(errors="replace") if isinstance(text, str) else text)
    if is_uploaded(given):
        return Path(given)
    raise Refused("image")


def _text(text: str) -> dict:
    return {"type": "text", "text": text}


def check_sender(scope: Scope) -> None:
    """That no page of another site sends this: the specification asks for it.

    A page elsewhere says so in Origin. One whose own name was made to lead to this machine (DNS
    rebinding) does not, but names itself in Host.

    Raises:
        Refused
    """
    headers = Headers(scope=scope)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused("json")  # a page elsewhere may post text/plain without being asked whether
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).hostname != host:
        raise Refused("elsewhere")
    if (known := hosts(scope)) and host.lower() not in known:
        raise Refused("elsewhere")


def hosts(scope: Scope) -> set[str]:
    """Names under which assistants may ask: SKETCH28_HOSTS, else, on a loopback address, its own.

    Empty: any. Whoever listens to a network is asked by names that cannot be guessed.
    """
    named = os.environ.get("SKETCH28_HOSTS", "")
    if named:
        return {name.strip().lower() for name in named.split(",")}
    here = (scope.get("server") or ("",))[0]
    return NEAR if here in NEAR or here.startswith("127.") else set()
