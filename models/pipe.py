"""What two processes say to each other through pipes (models/apart.py): numbers, never code.

The lengths of a head, which is JSON, and of a body; then both.
"""

import json
import struct
from dataclasses import fields, replace
from typing import IO, Any

import numpy as np

from models.result import SIDE, Result, Trace

# Travel beside the JSON, or have had their say.
ARRAYS = ("network_input", "mask", "picture", "digits", "look", "turned")
LENGTHS = struct.Struct(">IQ")
Buffer = bytes | bytearray | memoryview


def write(stream: IO[bytes], head: dict, body: Buffer) -> None:
    text = json.dumps(head).encode()
    stream.write(LENGTHS.pack(len(text), len(body)))
    stream.write(text)
    stream.write(body)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[dict, bytes]:
    """Raises EOFError when the other side has gone."""
    head, body = LENGTHS.unpack(_exactly(stream, LENGTHS.size))
    return json.loads(_exactly(stream, head)), _exactly(stream, body)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def packed(result: Result) -> tuple[dict, bytes]:
    """Numbers and text as JSON; behind it the network's inputs, the mask and the picture."""
    trace = result.trace
    mask = np.zeros((0, 0), np.uint8) if trace.mask is None else trace.mask
    every = (result, *result.digits)
    head = {
        "every": [
            {
                "result": _plain(one, without=("trace", "digits")),
                "trace": _plain(one.trace, without=ARRAYS),
            }
            for one in every
        ],
        "mask": mask.shape,
        "shown": trace.picture is not None,
    }
    inputs = [one.network_input.tobytes() for one in every]
    return head, b"".join((*inputs, mask.tobytes(), trace.picture or b""))


def _plain(record: Any, without: tuple[str, ...]) -> dict:
    names = (field.name for field in fields(record))
    return {name: getattr(record, name) for name in names if name not in without}


def unpacked(head: dict, body: bytes) -> Result:
    every = head["every"]
    inputs = np.frombuffer(body, np.float32, len(every) * SIDE * SIDE).reshape(-1, SIDE, SIDE)
    height, width = head["mask"]
    mask = np.frombuffer(body, np.uint8, height * width, inputs.nbytes).reshape(height, width)
    place = inputs.nbytes + mask.nbytes
    shared: dict[str, Any] = {"mask": mask if mask.size else None}
    whole, *digits = [
        Result(**one["result"], trace=Trace(image, **_tuples(one["trace"]), **shared))
        for one, image in zip(every, inputs, strict=True)
    ]
    trace = replace(
        whole.trace,
        picture=body[place:] if head["shown"] else None,
        digits=tuple(digit.trace for digit in digits),
    )
    return replace(whole, trace=trace, digits=tuple(digits))


def _tuples(record: dict) -> dict[str, Any]:
    """JSON knows no tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
    }
