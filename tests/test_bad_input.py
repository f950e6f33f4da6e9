"""Whatever a visitor sends by whichever way gets an answer or one kind sentence, never a trace."""

import asyncio
import io
import subprocess
import sys
import time

import httpx
import numpy as np
import pytest
from gradio_client import handle_file
from PIL import Image

from measure.calls import ask_photo
from measure.fuzz import check_sentence, png
from measure.serving import ROOT
from models.classifier import load
from models.decode import MAX_BYTES, BadPicture
from serve.line import MOST_OF_ONE
from serve.uploads import MOST_PARTS
from tests.pictures import saved
from tests.ways import (
    DIGITS,
    GARMENTS,
    PHOTO,
    SEVEN,
    bomb,
    through_endpoint,
    through_page,
    through_python,
    through_shell,
)


def flat(size, colour="gray", mode="RGB") -> Image.Image:
    return Image.new(mode, size, colour)


REFUSED = {  # what: (its bytes, words of the sentence)
    "0 bytes": (b"", "empty"),
    "half a PNG": (SEVEN[: len(SEVEN) // 2], "damaged or incomplete"),
    "half a JPEG": (PHOTO[: len(PHOTO) // 2], "damaged or incomplete"),
    "the head of a PNG": (SEVEN[:20], "no picture"),
    "text": (b"just a letter", "no picture"),
    "HTML": (b"<html><img src=x></html>", "no picture"),
    "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    "PDF": (b"%PDF-1.7\n%...", "PDF"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    "zip": (b"PK\3\4" + bytes(30), "no picture"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
    "20,000 x 20,000": (bomb(20_000), "megapixels"),
    "13,000 x 13,000": (bomb(13_000), "megapixels"),
    "a PNG without pixels": (png(0, 0, 8, 0, b""), "picture"),
}  # fmt: skip

_animation = {"save_all": True, "append_images": [flat((140, 140), "red")]}
_seven = Image.open(io.BytesIO(SEVEN))
_palette = _seven.convert("RGB").quantize(8)
ANSWERED = {
    "animated GIF": saved(_seven, "GIF", **_animation),
    "animated WebP": saved(_seven.convert("RGB"), "WEBP", lossless=True, **_animation),
    "CMYK": saved(_seven.convert("CMYK"), "JPEG"),
    "16 bit": saved(Image.fromarray(np.asarray(_seven).astype(np.uint16) * 257), "PNG"),
    "1 bit": saved(_seven.convert("1"), "PNG"),
    "palette, transparent": saved(_palette, "PNG", transparency=7),
    "1 x 1": saved(flat((1, 1)), "PNG"),
    "1 x 5000": saved(flat((1, 5000)), "PNG"),
    "5000 x 1": saved(flat((5000, 1)), "PNG"),
    "all black": saved(flat((90, 90), "black"), "PNG"),
    "all white": saved(flat((90, 90), "white"), "PNG"),
    "all one colour": saved(flat((90, 90), "teal"), "JPEG"),
}


@pytest.fixture
def sentences(client, ask, tmp_path, capsys):
    """Sends a file by every way; what came back, by way. The page sends no file as a drawing."""

    def send(content, kind, model, name="picture.png"):
        file = tmp_path / name
        file.write_bytes(content)
        found = {
            "python": through_python(content, file, kind, model),
            "shell": through_shell(file, kind, model, capsys),
            "endpoint": through_endpoint(file, kind, model, client),
        }
        if kind == "photo":
            found["page"] = through_page(content, model, ask)
        return found

    return send


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize(("kind", "model"), [("sketch", DIGITS), ("photo", GARMENTS)])
def test_what_is_no_picture_gets_one_kind_sentence(sentences, what, kind, model):
    content, words = REFUSED[what]
    began = time.process_time()
    found = sentences(content, kind, model)
    assert time.process_time() - began < 5
    for sentence in found.values():
        check_sentence(sentence)
        assert words in sentence
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("what", ANSWERED)
@pytest.mark.parametrize(
    ("kind", "model"), [("sketch", DIGITS), ("photo", DIGITS), ("photo", GARMENTS)]
)
def test_unusual_pictures_are_answered(sentences, what, kind, model):
    assert set(sentences(ANSWERED[what], kind, model).values()) == {None}


@pytest.mark.parametrize("what", ["animated GIF", "animated WebP", "CMYK", "16 bit", "1 bit"])
def test_unusual_files_show_what_they_show(what):
    plain = load(DIGITS).predict(SEVEN).network_input
    unusual = load(DIGITS).predict(ANSWERED[what]).network_input
    assert np.abs(plain - unusual).mean() < 0.03


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_rotation_is_undone(orientation):
    turn = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
            6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}.get(orientation)  # fmt: skip
    stored = _seven.convert("RGB")
    if turn:
        stored = stored.transpose(Image.Transpose[turn])
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(stored, "JPEG", exif=exif, quality=95)
    found = load(DIGITS).predict(content).network_input
    assert np.abs(found - load(DIGITS).predict(SEVEN).network_input).mean() < 0.02


def test_a_file_of_50_megabytes(http, client, ask, tmp_path, capsys):
    file = tmp_path / "large.png"
    file.write_bytes(SEVEN + bytes(50_000_000))
    content = file.read_bytes()
    for said in (through_python(content, file, "photo", DIGITS),
                 through_shell(file, "photo", DIGITS, capsys)):  # fmt: skip
        check_sentence(said)
        assert "larger than 20 MB" in said
    status, reply = ask("photo", content, model=GARMENTS)
    assert status == 413
    assert "larger than 20 MB" in reply["detail"]
    reply = http.post("/gradio_api/upload", files={"files": content})
    assert reply.status_code == 413
    assert "larger than 20 MB" in reply.json()["detail"]
    with pytest.raises(ValueError, match="exceeds the maximum file size"):  # it looks before
        client.predict(handle_file(file), DIGITS, api_name="/classify_photo")
    below_the_body_limit = content[: MAX_BYTES + 1]
    assert http.post("/gradio_api/upload", files={"files": below_the_body_limit}).status_code == 413


def test_a_body_of_unknown_length_is_counted(http):
    def endless():
        while True:
            yield bytes(2**20)

    json = {"content-type": "application/json"}
    for path in ("/ask/photo", "/ask/sketch", "/gradio_api/mcp/"):
        assert http.post(path, content=endless(), headers=json).status_code == 413


def test_100_files_at_once(http, address):
    files = [("files", (f"{i}.png", SEVEN + bytes([i]))) for i in range(MOST_PARTS)]
    reply = http.post("/gradio_api/upload", files=files)
    assert reply.status_code == 200
    assert len(set(reply.json())) == MOST_PARTS

    async def together():
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            asked = (ask_photo(client, PHOTO, GARMENTS) for _ in range(100))
            return await asyncio.gather(*asked)

    replies = asyncio.run(together())
    assert {reply.status_code for reply in replies} <= {200, 503}
    refusals = [reply.json()["detail"] for reply in replies if reply.status_code == 503]
    assert len(refusals) <= 100 - MOST_OF_ONE
    for sentence in refusals:
        check_sentence(sentence)
        assert "try again in a moment" in sentence


NUMBERS = np.ones((28, 28), np.float32)


@pytest.mark.parametrize(
    "array",
    [NUMBERS * np.nan, NUMBERS * np.inf, NUMBERS, NUMBERS.astype(np.int64), NUMBERS.astype(bool),
     NUMBERS.astype(object), np.array("text"), np.zeros((28, 28, 2), np.uint8),
     np.zeros((0, 28), np.uint8), np.zeros(784, np.uint8), np.zeros((1, 28, 28, 3), np.uint8),
     np.broadcast_to(np.uint8(0), (20_000, 20_000))],
    ids=lambda array: f"{array.dtype} {array.shape}",
)  # fmt: skip
@pytest.mark.parametrize("kind", ["sketch", "photo"])
def test_arrays_that_are_no_picture(array, kind):
    with pytest.raises(BadPicture) as refusal:
        load(DIGITS).predict(array, kind)
    check_sentence(str(refusal.value))


@pytest.mark.parametrize("thing", [None, 7, 1.5, [], {}, object(), "", "/", "no/such.png", "\0"])
def test_things_that_are_no_picture(thing):
    with pytest.raises(BadPicture) as refusal:
        load(DIGITS).predict(thing)
    check_sentence(str(refusal.value))


def test_an_unknown_model(client, ask, tmp_path):
    file = tmp_path / "seven.png"
    file.write_bytes(SEVEN)
    with pytest.raises(KeyError, match="no model 'nist'"):
        load("nist")
    shell = subprocess.run(
        [sys.executable, "-m", "models", str(file), "--model", "nist"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert shell.returncode == 2
    page = through_page(SEVEN, "nist", ask)
    endpoint = through_endpoint(file, "sketch", "nist", client)
    for sentence in (shell.stderr.strip(), page, endpoint):
        check_sentence(sentence)
        assert "no model 'nist'" in sentence
    assert "../" not in through_page(SEVEN, "x" * 50 + "../../etc/passwd", ask)
