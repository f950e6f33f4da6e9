"""Whatever a visitor sends by whichever way gets an answer or one kind sentence, never a trace."""

import asyncio
import base64
import contextlib
import io
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from models.__main__ import main
from models.classifier import load
from models.decode import MAX_BYTES, BadPicture
from tests import browser, fuzz
from tests.calls import Visitor, call, drawing, numbers, photo, server_functions
from tests.fuzz import check_sentence, png
from ui import answers, parts

DIGITS, GARMENTS = (parts.default_model(subject) for subject in ("digit", "garment"))
ROOT = Path(__file__).resolve().parents[1]


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def flat(size, colour="gray", mode="RGB") -> Image.Image:
    return Image.new(mode, size, colour)


def bomb(side: int) -> bytes:
    """A PNG of 1 bit a pixel, all of them there: kilobytes that become hundreds of megabytes."""
    return png(side, side, 1, 0, bytes((side // 8 + 1) * side))


SEVEN = base64.b64decode(drawing("7"))
PHOTO = photo()
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


@pytest.fixture(scope="module")
def address():
    with browser.served_page() as address:
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def http(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


@pytest.fixture(scope="module")
def ask(address, http):
    """Calls a server function over HTTP as the page does: (status, answer)."""
    component = numbers(address)

    def ask(function, request):
        body = {
            "data": request,
            "component_id": component[function],
            "fn_name": function,
            "session_hash": "a-visit",
        }
        reply = http.post("/gradio_api/component_server/", json=body)
        return reply.status_code, reply.json()

    return ask


# By each way: the sentence, or None when there was an answer. What else is a failure.


def through_python(content, file, kind, model):
    try:
        fuzz.check_result(load(model).predict(content, kind))
    except BadPicture as error:
        return str(error)


def through_shell(file, kind, model, capsys):
    status = main([str(file), "--kind", kind, "--model", model])
    said = capsys.readouterr()
    if status == 0:
        return None
    assert status == 2
    assert len(said.err.splitlines()) == 1
    return said.err.strip().removeprefix(f"{file}: ")


def through_page(content, kind, model, ask):
    request = {"picture": base64.b64encode(content).decode(), "model": model}
    if kind == "photo":
        status, reply = ask("answer_photo", request | {"cut": True, "invert": False})
    else:
        status, reply = ask("answer_sketch", request)
    assert status == 200
    assert ("label" in reply) != ("refusal" in reply)
    return reply.get("refusal")


def through_endpoint(file, kind, model, client):
    try:
        reply = client.predict(handle_file(file), model, api_name=f"/classify_{kind}")
    except Exception as error:
        return str(error)
    assert reply["label"] in reply["probabilities"]


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
            found["page"] = through_page(content, kind, model, ask)
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
    status, reply = ask("answer_photo", {"picture": base64.b64encode(content).decode()})
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

    reply = http.post("/gradio_api/component_server/", content=endless())
    assert reply.status_code == 413


def test_100_files_at_once(http, address):
    files = [("files", (f"{i}.png", SEVEN + bytes([i]))) for i in range(100)]
    reply = http.post("/gradio_api/upload", files=files)
    assert reply.status_code == 200
    assert len(reply.json()) == 100

    async def together():
        async with httpx.AsyncClient(base_url=address, timeout=120) as client:
            visitor = Visitor(client, numbers(address))
            request = {
                "picture": base64.b64encode(PHOTO).decode(),
                "model": GARMENTS,
                "cut": True,
                "invert": False,
            }
            asked = (visitor.ask("answer_photo", request) for _ in range(100))
            return await asyncio.gather(*asked)

    replies = asyncio.run(together())
    assert {reply.status_code for reply in replies} == {200}
    refusals = [r.json()["refusal"] for r in replies if "refusal" in r.json()]
    assert len(refusals) <= 100 - answers.MOST_WAITING
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
    page = through_page(SEVEN, "sketch", "nist", ask)
    endpoint = through_endpoint(file, "sketch", "nist", client)
    for sentence in (shell.stderr.strip(), page, endpoint):
        check_sentence(sentence)
        assert "no model 'nist'" in sentence
    assert "../" not in through_page(SEVEN, "sketch", "x" * 50 + "../../etc/passwd", ask)


BAD_PICTURES = ["", "?", "\ud7ff", "AAAA", "/etc/passwd", "../../etc/passwd", "A" * 200_000,
    "http://127.0.0.1/a.png", "data:image/png;base64,AAAA", base64.b64encode(PHOTO).decode(),
    base64.b64encode(bomb(20_000)[:3000]).decode()]  # fmt: skip
BAD_REQUESTS = [
    *(pytest.param({"picture": p, "model": DIGITS}, id=repr(p[:24])) for p in BAD_PICTURES),
    *({"picture": p, "model": DIGITS} for p in (None, 1, True, [], {}, {"path": "/etc/passwd"})),
    *({"picture": drawing(), "model": m} for m in (None, 1, [], {}, "", "../mnist", "x" * 60_000)),
    None, [], {}, "text", 1, [[[[[[]]]]]], {"picture": drawing()}, {"model": DIGITS},
    {"picture": drawing(), "model": DIGITS, "more": 1},
]  # fmt: skip


@pytest.mark.parametrize("request_", BAD_REQUESTS)
def test_a_bad_drawing_gets_one_kind_sentence(ask, request_):
    status, reply = ask("answer_sketch", request_)
    assert status == 200
    check_sentence(reply["refusal"])


@pytest.mark.parametrize("request_", BAD_REQUESTS)
def test_every_function_of_the_page_checks_what_arrives(request_):
    from app import demo

    for function in server_functions(demo):
        reply = call(function, request_)
        if function.__name__ not in ("examples", "about"):  # they take nothing
            check_sentence(reply["refusal"])


CALL = {"data": None, "component_id": 1, "fn_name": "answer_sketch", "session_hash": "s"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"7", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"{}",
     CALL | {"component_id": 99}, CALL | {"component_id": -1}, CALL | {"component_id": "1"},
     CALL | {"component_id": None}, CALL | {"component_id": 1e99}, CALL | {"fn_name": "launch"},
     CALL | {"fn_name": "__class__"}, CALL | {"fn_name": "get_config"}, CALL | {"fn_name": None},
     CALL | {"session_hash": "x" * 100_000}, CALL | {"session_hash": None},
     CALL | {"session_hash": ["s"]}, CALL | {"session_hash": {}}],
    ids=lambda body: str(body)[-60:],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["component_server/", "queue/join", "call/classify_sketch", "call/v2/classify_sketch"]
)
def test_broken_requests_are_refused(http, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    reply = http.post(f"/gradio_api/{path}", content=content, headers=headers)
    assert 400 <= reply.status_code < 500
    check_sentence(reply.json()["detail"])


def test_forms_are_no_way_in(http):
    reply = http.post("/gradio_api/component_server/", files={"f": b"x"}, data={"fn_name": "f"})
    assert reply.status_code == 400
    assert http.post("/gradio_api/process_recording", files={"video": b"x"}).status_code == 404


def through_call(http, name, data):
    """One call of an endpoint by plain HTTP: the sentence."""
    reply = http.post(f"/gradio_api/call/{name}", json={"data": data})
    if reply.status_code != 200:
        assert 400 <= reply.status_code < 500
        return reply.json()["detail"]
    event = reply.json()["event_id"]
    kind, told, *_ = http.get(f"/gradio_api/call/{name}/{event}").text.splitlines()
    assert kind == "event: error"
    return json.loads(told.removeprefix("data: "))["error"]


def file_data(path, **more):
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


BAD_ARGUMENTS = [
    [], [None], [None, None], ["x" * 50_000, DIGITS], [[[[]]], DIGITS], [{}, DIGITS],
    [{"path": None}, DIGITS], [{"path": 7}, DIGITS], [file_data(""), DIGITS],
    *([file_data(path), DIGITS] for path in (
        "/etc/passwd", "../../../etc/passwd", "app.py", "models/mnist_mlp.onnx", "/", "~", "\0",
        "http://127.0.0.1:1/a.png", "https://example.com/a.png", "HTTPS://example.com", "ftp://x/y",
        "file:///etc/passwd", "data:image/png;base64,AAAA", "//example.com/a.png", "x" * 9000)),
    [{"path": "/etc/passwd"}, DIGITS], [{"url": "https://example.com/a.png"}, DIGITS],
    [DIGITS, file_data("/etc/passwd")], [file_data("/etc/passwd"), DIGITS, 1, 2, 3],
    None, {}, "text", 7,
]  # fmt: skip


@pytest.mark.parametrize("data", BAD_ARGUMENTS, ids=lambda data: str(data)[:60])
def test_an_endpoint_refuses_bad_arguments(http, data, capfd):
    check_sentence(through_call(http, "classify_sketch", data))
    logged = capfd.readouterr()
    assert "Traceback" not in logged.err + logged.out
    assert "passwd" not in logged.err + logged.out


@pytest.mark.parametrize(
    "extra", [[], [True], [True, "no"], [1, 0], [None, None], [True, False, 1]]
)
def test_an_endpoint_refuses_bad_options(http, extra):
    path = http.post("/gradio_api/upload", files={"files": PHOTO}).json()[0]
    check_sentence(through_call(http, "classify_photo", [file_data(path), GARMENTS, *extra]))


def test_another_folder_beside_the_uploads_is_no_upload(http):
    path = http.post("/gradio_api/upload", files={"files": PHOTO}).json()[0]
    outside = str(Path(path).parents[1]) + "-other/x.png"
    for wanted in (outside, f"{path}/../../../x.png"):
        check_sentence(through_call(http, "classify_sketch", [file_data(wanted), DIGITS]))


@contextlib.contextmanager
def listener():
    """A port that notes whether anybody comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        yield server


def test_no_address_is_ever_fetched(http, ask):
    with listener() as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        for method, path in (
            ("GET", f"file={url}"),
            ("HEAD", f"file={url}"),
            ("GET", f"proxy={url}"),
        ):
            assert http.request(method, f"/gradio_api/{path}").status_code == 404
        through_call(http, "classify_sketch", [file_data(url), DIGITS])
        through_page(url.encode(), "sketch", DIGITS, ask)
        path = http.post("/gradio_api/upload", files={"files": SEVEN}).json()[0]
        told = http.post(
            "/gradio_api/call/classify_sketch", json={"data": [file_data(path, url=url), DIGITS]}
        ).json()
        assert '"label"' in http.get(f"/gradio_api/call/classify_sketch/{told['event_id']}").text
        with pytest.raises(TimeoutError):
            server.accept()
    assert http.get("/gradio_api/file=https://example.com/a.png").status_code == 404


SECRET = ["app.py", "README.md", "models/results.json", "ui/answers.py", "models/mnist_mlp.onnx",
          ".git/config", "requirements.txt"]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [*(f"{ROOT}/{name}" for name in SECRET), "/etc/passwd", "app.py", f"{ROOT}/ui/../app.py",
     f"{ROOT}/ui/%2e%2e/app.py", f"{ROOT}/ui/style.css/../../app.py", "/proc/self/environ", "/tmp",
     "..%2f..%2fetc/passwd"],
)  # fmt: skip
def test_only_the_page_can_be_read(http, path):
    assert http.get(f"/gradio_api/file={path}").status_code in (403, 404)


def test_only_what_the_page_needs_is_there(http):
    info = http.get("/gradio_api/info").json()
    assert set(info["named_endpoints"]) == {"/classify_sketch", "/classify_photo"}
    assert not info["unnamed_endpoints"]
    for path in ("monitoring", "monitoring/summary", "gradio_api/deep_link?session_hash=a-visit",
                 "gradio_api/vibe-code", "gradio_api/queue/status", "docs", "openapi.json", "runs",
                 "gradio_api/stream/a/b/c/playlist.m3u8", "custom_component/a/b/c/d",
                 "gradio_api/profiling/traces", "gradio_api/token"):  # fmt: skip
        reply = http.get(f"/{path}")
        assert reply.status_code == 404, path
        check_sentence(reply.json()["detail"])
    for path in (
        "login",
        "gradio_api/run/predict",
        "gradio_api/api/predict",
        "gradio_api/vibe-edit",
        "gradio_api/run/classify_sketch",
        "gradio_api/stream/x",
        "gradio_api/nothing",
    ):
        assert http.post(f"/{path}", json={}).status_code == 404, path
    for method in ("PUT", "DELETE", "PATCH"):
        assert http.request(method, "/").status_code == 404


@pytest.mark.parametrize("query", ["", "?session_hash=never", f"?session_hash={'x' * 9000}"])
def test_nobody_waits_for_a_visit_that_never_was(http, query, capfd):
    reply = http.get(f"/gradio_api/queue/data{query}")
    assert reply.status_code == 404
    check_sentence(reply.json()["detail"])
    assert "Traceback" not in capfd.readouterr().err


def test_the_limits_are_set():
    from app import OPTIONS, demo

    assert OPTIONS["show_error"] is False
    assert OPTIONS["enable_monitoring"] is False
    assert "allowed_paths" not in OPTIONS
    assert OPTIONS["max_file_size"] == MAX_BYTES
    assert demo.analytics_enabled is False
    assert demo.delete_cache == (60, 300)
    assert demo._queue.max_size == 128
