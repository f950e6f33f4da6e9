"""What is no picture, or too large a one, is refused with one sentence."""

import io
import re
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from measure.fuzz import png
from measure.hostile_files import tiff
from models import price
from models.decode import MAX_BYTES, MAX_PIXELS, BadPicture, decode
from serve.files import FOLDER as PAGE
from tests.pictures import saved


def refusal(source) -> str:
    """The one sentence with which a source is refused."""
    with pytest.raises(BadPicture) as caught:
        decode(source)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and "Traceback" not in message
    return message


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((5, 7)),
        np.full((5, 7, 3), np.nan),
        np.zeros((5, 7), bool),
        np.zeros((5, 7, 2), np.uint8),
        np.zeros((5,), np.uint8),
        np.zeros((1, 5, 7, 3), np.uint8),
        np.zeros((0, 7), np.uint8),
        np.zeros((5, 7), object),
    ],
)
def test_other_arrays_say_what_is_expected(array):
    assert "uint8 of shape (H, W)" in refusal(array)


def test_float_pixels_that_are_no_numbers():
    assert "not numbers" in refusal(Image.fromarray(np.full((4, 4), np.nan, np.float32)))


def test_a_large_heic_is_refused_before_it_is_decoded(monkeypatch):
    content = saved(Image.new("RGB", (120, 90)), "HEIF")
    monkeypatch.setattr("models.decode.MAX_PIXELS", 120 * 90 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda picture: pytest.fail("it was decoded"))
    assert "megapixels" in refusal(content)


@pytest.mark.parametrize(
    "content, word",
    [
        (b"", "empty"),
        (b"just some words", "no picture"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "JPEG or PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "no picture"),
    ],
)
def test_files_that_are_no_pictures(content, word):
    assert word in refusal(content)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated_files(format, share):
    noise = np.random.default_rng(0).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    content = saved(Image.fromarray(noise), format)
    refusal(content[: int(len(content) * share)])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, on damaged metadata
def test_random_damage_never_escapes():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (24, 24, 3), dtype=np.uint8)
    for format in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"):
        content = saved(Image.fromarray(noise), format)
        for _ in range(40):
            damaged = bytearray(content)
            for place in rng.integers(0, min(len(damaged), 400), 6):
                damaged[place] = rng.integers(256)
            with suppress(BadPicture):
                assert decode(bytes(damaged)).mode in ("L", "LA", "RGB", "RGBA")


def test_missing_file_and_folder(tmp_path):
    assert "nowhere.png" in refusal(tmp_path / "nowhere.png")
    refusal(tmp_path)
    refusal("with\0zero.png")


@pytest.mark.parametrize("source", [None, 7, ["a.png"], io.StringIO("text")])
def test_other_things_are_refused(source):
    assert "must be a path" in refusal(source)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8000, 13000, 20000])
def test_too_many_pixels_are_refused_by_the_header(side):
    assert side * side > MAX_PIXELS
    assert "60 megapixels" in refusal(png(side, side, 8, 0, b""))  # it holds none of them


def test_too_large_a_file(tmp_path):
    content = bytes(MAX_BYTES + 1)
    path = tmp_path / "large.png"
    path.write_bytes(content)
    for source in (content, path, io.BytesIO(content)):
        assert "20 MB" in refusal(source)


def test_formats_outside_the_list_are_refused(tmp_path):
    path = tmp_path / "picture.ico"
    Image.new("RGB", (16, 16)).save(path)
    refusal(path)
    refusal(Image.open(path))


def progressive(pixels: int, scans: int) -> bytes:
    """A grey JPEG whose last scan, of 20 bytes, comes so many times more."""
    content = saved(Image.new("RGB", (pixels, pixels), "grey"), "JPEG", progressive=True)
    last = content[content.rindex(price.SCAN) : -2]
    return content[:-2] + last * scans + content[-2:]


def test_a_scan_has_its_price(monkeypatch):
    content = progressive(3000, 400)
    monkeypatch.setattr(Image.Image, "load", lambda picture: pytest.fail("it was decoded"))
    assert "takes too long" in refusal(content)


def test_honest_scans_and_what_looks_like_one_cost_nothing():
    assert decode(progressive(400, 2)).size == (400, 400)
    film = price.SCAN * 200 + bytes(200 * price.BYTES_BY_CHANCE)  # as phones append one
    photo = saved(Image.new("RGB", (4000, 3000), "grey"), "JPEG", progressive=True)
    assert decode(photo + film).size == (2000, 1500)


def with_blocks(kind: str, count: int) -> bytes:
    """A picture with so many blocks of text that hold next to nothing."""
    content = saved(Image.new("P", (10, 10)), kind)
    if kind == "GIF":
        return content.replace(b",", b"!\xfe\x01a\x00" * count + b",", 1)
    place = content.index(b"IDAT") - 4
    block = bytes(4) + b"abCd" + bytes.fromhex("7806e9b3")  # no data, and its checksum
    return content[:place] + block * count + content[place:]


@pytest.mark.parametrize("kind", ["GIF", "PNG"])
def test_a_block_has_its_price(kind, monkeypatch):
    assert decode(with_blocks(kind, 100)).size == (10, 10)
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("its header was read"))
    assert "takes too long" in refusal(with_blocks(kind, price.MOST_BLOCKS + 100))


@pytest.mark.parametrize(("big", "order"), [(False, "<"), (False, ">"), (True, "<")])
@pytest.mark.parametrize("tiled", [False, True])
def test_a_strip_has_its_price(big, order, tiled, monkeypatch):
    assert decode(tiff(200, big, order, tiled)).height >= 200
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("its header was read"))
    many = tiff(price.MOST_BLOCKS + 1, big, order, tiled)
    assert "takes too long" in refusal(many)
    for end in (9, 15, 40):
        price.check_blocks(many[:end])


@pytest.mark.parametrize("head", [b"P5 2000 2000 254\n", b"P2 2000 2000 255\n"])
def test_what_is_decoded_in_python_is_small(head):
    assert "takes too long" in refusal(head + b"7 " * 4_000_000)
    small = head.replace(b"2000", b"20")
    assert decode(small + b"7 " * 400).size == (20, 20)
    assert decode(b"P5 2000 2000 255\n" + bytes(4_000_000)).size == (2000, 2000)


@pytest.mark.parametrize(
    ("script", "name", "limit"),
    [("refusal", "MOST_BYTES", MAX_BYTES), ("pixels", "MOST_PIXELS", MAX_PIXELS)],
)
def test_the_visitors_browser_takes_as_much(script, name, limit):
    text = (PAGE / "hosts" / f"{script}.js").read_text("utf-8")
    product = re.search(rf"const {name} = ([\d_* ]+);", text)[1]
    assert eval(product) == limit
