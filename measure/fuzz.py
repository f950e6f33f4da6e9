"""Throws made-up input at everything that meets a visitor's bytes.

    python -m measure.fuzz --cases 20000

Every case ends in a Result or in a BadPicture, within SECONDS of this process's time and without
growing: else the case is shrunk to its smallest form and printed. tests/test_fuzz.py runs a few
hundred of them.
"""

import argparse
import asyncio
import io
import itertools
import json
import resource
import struct
import time
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from starlette.datastructures import QueryParams

from models.classifier import load
from models.decode import BadPicture
from models.result import Result
from serve import ask
from serve.offered import default
from serve.refusals import Refused

SECONDS = 10  # of the processor, for one case
GROWTH = 400  # megabytes that the process may grow by
WAYS = (("digit", "sketch"), ("digit", "photo"), ("garment", "photo"))
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)

slowest = 0.0  # seconds
outcomes = {"answered": 0, "refused": 0}


def _file(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@cache
def valid_files() -> tuple[bytes, ...]:
    """Small files of every format that is read, in many of its variants."""
    noise = np.random.default_rng(28).integers(0, 256, (29, 37, 4), np.uint8)
    noise[8:20, 10:28, :3] = 20
    rgba = Image.fromarray(noise)
    rgb, grey = rgba.convert("RGB"), rgba.convert("L")
    palette = rgb.quantize(16)
    exif = Image.Exif()
    exif[0x0112] = 6
    deep = Image.fromarray(noise[..., 0].astype(np.uint16) * 257)
    several = {"save_all": True, "append_images": [rgb.rotate(90), rgb.rotate(180)]}
    made = [
        (rgba, "PNG", {}), (rgb, "PNG", {}), (grey, "PNG", {}), (deep, "PNG", {}),
        (grey.convert("1"), "PNG", {}), (palette, "PNG", {"transparency": 3}),
        (rgba.convert("LA"), "PNG", {}), (rgb, "PNG", several), (rgb, "PNG", {"exif": exif}),
        (rgb, "JPEG", {}), (grey, "JPEG", {}), (rgb.convert("CMYK"), "JPEG", {}),
        (rgb, "JPEG", {"progressive": True, "exif": exif}), (palette, "GIF", {}),
        (rgb, "GIF", several), (rgb, "WEBP", {}), (rgba, "WEBP", {"lossless": True}),
        (rgb, "WEBP", several), (rgb, "BMP", {}), (palette, "BMP", {}), (grey, "PPM", {}),
        (rgb, "TIFF", {}), (grey.convert("F"), "TIFF", {}), (deep, "TIFF", {}),
        (rgb.convert("CMYK"), "TIFF", {"compression": "tiff_lzw"}),
        (rgb, "TIFF", {"compression": "tiff_adobe_deflate"}),
        (grey.convert("1"), "TIFF", {"compression": "group4"}),
        (rgb, "TIFF", {"compression": "jpeg"} | several), (rgb, "AVIF", {}),
        (rgb, "HEIF", {}), (rgba, "HEIF", several),
    ]  # fmt: skip
    return tuple(_file(picture, kind, **options) for picture, kind, options in made)


def png(width: int, height: int, depth: int, colour: int, pixels: bytes) -> bytes:
    """A PNG whose checksums are right, whatever its header says."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@st.composite
def damaged_files(draw) -> bytes:
    """A valid file with a few bytes changed, cut off, doubled or put in, most often in its head."""
    content = bytearray(draw(st.sampled_from(valid_files())))
    for _ in range(draw(st.integers(0, 4))):
        end = draw(st.sampled_from((64, len(content))))
        place = draw(st.integers(0, max(0, min(end, len(content)) - 1)))
        change = draw(st.sampled_from(("byte", "extreme", "cut", "double", "insert")))
        if change == "byte":
            content[place : place + 1] = bytes([draw(st.integers(0, 255))])
        elif change == "extreme":
            form = draw(st.sampled_from(("<H", ">H", "<I", ">I")))
            number = draw(st.sampled_from(EXTREMES)) % 2 ** (8 * struct.calcsize(form))
            content[place : place + struct.calcsize(form)] = struct.pack(form, number)
        elif change == "cut":
            del content[place:]
        elif change == "double":
            content += content[place:]
        else:
            content[place:place] = draw(st.binary(min_size=1, max_size=16))
    return bytes(content)


SIDES = st.one_of(st.integers(0, 80), st.sampled_from((1000, 5000, 20_000, 2**31 - 1, 2**32 - 1)))
PNGS = st.builds(
    png, SIDES, SIDES, st.sampled_from((1, 2, 4, 8, 16, 3)), st.integers(0, 7),
    st.binary(max_size=2000),
)  # fmt: skip
ARRAYS = arrays.arrays(
    dtype=st.one_of(
        st.just(np.dtype(np.uint8)), arrays.scalar_dtypes(), arrays.unicode_string_dtypes()
    ),
    shape=st.one_of(
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=40),
        st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(1, 5)),
    ),
)
THINGS = st.one_of(st.none(), st.integers(), st.text(max_size=20), st.lists(st.integers()))
SOURCES = st.one_of(
    st.binary(max_size=2000), damaged_files(), damaged_files(), PNGS, ARRAYS, THINGS
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
FIELDS = ("model", "input", "outputs", "moves", "edits")
QUERIES = st.dictionaries(
    st.sampled_from(("model", "width", "height", "whole", "invert", "show")),
    st.sampled_from(("mnist", "0", "1", "2")) | st.text(max_size=9),
)
BODIES = st.binary(max_size=9) | st.builds(
    lambda said: json.dumps(said).encode(),
    JSON | st.dictionaries(st.sampled_from(FIELDS), JSON | st.just("mnist")),
)


def check(source, subject: str, kind: str) -> None:
    """One case: a right answer or a refusal, in time."""
    global slowest
    began = time.process_time()
    try:
        result = load(default(subject)).predict(source, kind)
    except BadPicture as error:
        check_sentence(str(error))
        outcomes["refused"] += 1
    else:
        check_result(result)
        outcomes["answered"] += 1
    seconds = time.process_time() - began
    slowest = max(slowest, seconds)
    assert seconds < SECONDS


def check_result(result: Result) -> None:
    assert result.network_input.shape == (28, 28)
    assert result.network_input.dtype == np.float32
    assert 0 <= result.network_input.min() <= result.network_input.max() <= 1
    assert abs(sum(result.probabilities.values()) - 1) < 1e-4
    assert np.isfinite(result.energy)
    if result.trace.mask is not None:
        assert result.trace.mask.dtype == np.uint8
        assert max(result.trace.mask.shape) <= 512


def check_sentence(sentence: str) -> None:
    """Kind: whole sentences on one line, without traces, paths or Python's own words."""
    assert sentence[:1].isupper() or sentence.startswith("`")
    assert sentence.endswith((".", "!"))
    assert len(sentence) < 300
    for ugly in ("\n", "Traceback", "Error", "/tmp", "site-packages", "object at 0x"):
        assert ugly not in sentence


def memory() -> float:
    """Of this process, megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def run(cases: int) -> None:
    """That many pictures, and a tenth as many requests.

    Raises:
        AssertionError, or whatever a case has raised.
    """
    usual = settings(
        max_examples=cases,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    ways = itertools.cycle(WAYS)

    @usual
    @given(SOURCES, st.sampled_from(WAYS))
    def pictures(source, way):
        check(source, *way)

    @settings(usual, max_examples=max(20, cases // 10))
    @given(st.sampled_from(sorted(ask.ROUTES)), QUERIES, BODIES)
    def requests(path, query, body):
        *_, answer = ask.ROUTES[path]
        try:
            asyncio.run(answer(QueryParams(query), body))
        except (Refused, BadPicture) as error:
            check_sentence(str(error))

    check(valid_files()[0], *next(ways))  # opens the graphs: not to be counted as growth
    before = memory()
    pictures()
    requests()
    assert memory() - before < GROWTH


def main() -> None:
    parser = argparse.ArgumentParser(description="Throw made-up input at the app.")
    parser.add_argument("--cases", type=int, default=20_000)
    cases = parser.parse_args().cases
    began, before = time.monotonic(), memory()
    run(cases)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{sum(outcomes.values())} pictures ({outcomes['answered']} answered, "
        f"{outcomes['refused']} refused) and {max(20, cases // 10)} requests in "
        f"{time.monotonic() - began:.0f} s; the slowest took {slowest:.2f} s; "
        f"memory {before:.0f} MB before, {memory():.0f} MB after, {peak:.0f} MB at most"
    )


if __name__ == "__main__":
    main()
