"""Requests that no page of ours would send are refused kindly, and open nothing."""

import contextlib
import json
import socket
from pathlib import Path

import pytest
from gradio_client import handle_file
from gradio_client.exceptions import ValidationError

from measure.fuzz import check_sentence
from measure.hostile_inputs import CANARY
from models.decode import MAX_BYTES
from serve import checks
from tests.ways import DIGITS, GARMENTS, PHOTO, SEVEN, through_page

ROOT = Path(__file__).resolve().parents[1]

CALL = {"data": [], "fn_index": 0, "session_hash": "s"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"7", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"{}",
     CALL | {"fn_index": 99}, CALL | {"fn_index": -1}, CALL | {"fn_index": "0"},
     CALL | {"fn_index": None}, CALL | {"fn_index": 1e99}, CALL | {"fn_index": True},
     CALL | {"fn_index": []}, CALL | {"data": 7}, CALL | {"data": {}}, CALL | {"data": [0] * 9},
     CALL | {"session_hash": "x" * 100_000}, CALL | {"session_hash": None},
     CALL | {"session_hash": ["s"]}, CALL | {"session_hash": {}}],
    ids=lambda body: str(body)[-60:],
)  # fmt: skip
@pytest.mark.parametrize("path", ["queue/join", "call/classify_sketch", "call/v2/classify_sketch"])
def test_broken_requests_are_refused(http, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    reply = http.post(f"/gradio_api/{path}", content=content, headers=headers)
    assert 400 <= reply.status_code < 500
    detail = reply.json()["detail"]
    if path == "queue/join":  # gradio_client shows what looks like its own words
        assert reply.status_code == 422
        detail = detail[0]["message"]
    check_sentence(detail)


def test_the_client_shows_our_sentence(client):
    path = handle_file(ROOT / "page/examples/drawn/seven.png")
    with pytest.raises(ValidationError, match="This request cannot be understood"):
        client.predict(path, "x" * 1000, api_name="/classify_sketch")


def test_an_event_that_never_was_is_not_waited_for(http, capfd):
    reply = http.get("/gradio_api/call/classify_sketch/never")
    assert reply.status_code == 404
    check_sentence(reply.json()["detail"])
    assert "Traceback" not in capfd.readouterr().err


def test_forms_are_no_way_in(http):
    for path in ("component_server/", "process_recording"):
        reply = http.post(f"/gradio_api/{path}", files={"f": b"x"}, data={"fn_name": "f"})
        assert reply.status_code == 404


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
        through_page(url.encode(), DIGITS, ask)
        path = http.post("/gradio_api/upload", files={"files": SEVEN}).json()[0]
        told = http.post(
            "/gradio_api/call/classify_sketch", json={"data": [file_data(path, url=url), DIGITS]}
        ).json()
        assert '"label"' in http.get(f"/gradio_api/call/classify_sketch/{told['event_id']}").text
        with pytest.raises(TimeoutError):
            server.accept()
    assert http.get("/gradio_api/file=https://example.com/a.png").status_code == 404


SECRET = ["app.py", "README.md", "models/results.json", "serve/answers.py", "models/mnist_mlp.onnx",
          ".git/config", "requirements.txt"]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [*(f"{ROOT}/{name}" for name in SECRET), "/etc/passwd", "app.py", f"{ROOT}/page/../app.py",
     f"{ROOT}/page/%2e%2e/app.py", f"{ROOT}/page/style/base.css/../../../app.py",
     "/proc/self/environ", "/tmp", "..%2f..%2fetc/passwd"],
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


def test_answers_that_nobody_fetches_leave_room_for_those_of_others(http, monkeypatch):
    monkeypatch.setattr(checks, "MOST_UNFETCHED", 4)
    monkeypatch.setattr(checks, "unfetched", lambda blocks: set(checks._asked) - before)
    before, call = set(checks._asked), "/gradio_api/call/classify_sketch"
    path = http.post("/gradio_api/upload", files={"files": SEVEN}).json()[0]
    ask = {"json": {"data": [file_data(path), DIGITS]}}
    asked = [http.post(call, **ask) for _ in range(3)]
    assert [reply.status_code for reply in asked] == [200, 200, 503]
    check_sentence(asked[2].json()["detail"])
    visit = next(one for one in checks._asked if one not in before)
    checks._asked[visit] = "somebody else"
    assert http.post(call, **ask).status_code == 200
    for reply in asked[:2]:
        assert '"label"' in http.get(f"{call}/{reply.json()['event_id']}").text


def test_the_limits_are_set():
    from app import OPTIONS, demo

    assert OPTIONS["show_error"] is False
    assert OPTIONS["enable_monitoring"] is False
    assert "allowed_paths" not in OPTIONS
    assert OPTIONS["max_file_size"] == MAX_BYTES
    assert demo.analytics_enabled is False
    assert demo._queue.max_size == 128


def test_no_word_of_a_visitor_reaches_the_log(http, capfd, caplog):
    """A canary in every field, those too where Gradio expects numbers and logs what it gets."""
    path = http.post("/gradio_api/upload", files={"files": (CANARY, SEVEN)}).json()[0]
    file = file_data(path, size=CANARY, url=CANARY, orig_name=[CANARY], mime_type={CANARY: CANARY})
    said = {"fn_index": 1, "session_hash": CANARY, "event_data": CANARY, "trigger_id": CANARY}
    for data in ([file, CANARY], [CANARY, file], [file, {CANARY: CANARY}], [[CANARY], DIGITS]):
        for call in ("call/classify_sketch", "queue/join"):
            reply = http.post(f"/gradio_api/{call}?{CANARY}", json={"data": data} | said)
            if reply.status_code == 200 and call != "queue/join":
                answer = http.get(f"/gradio_api/{call}/{reply.json()['event_id']}").text
                assert "event: error" in answer
    named = {"image": file, "model": CANARY, CANARY: CANARY}
    http.post("/gradio_api/call/v2/classify_sketch", json=named)
    http.post("/gradio_api/cancel", json=said)
    with http.stream("GET", f"/gradio_api/queue/data?session_hash={CANARY}") as events:
        assert events.status_code == 200  # a visit's events have no end
    http.get(f"/{CANARY}", headers={"cookie": CANARY, "user-agent": CANARY})
    told = capfd.readouterr()
    assert CANARY not in told.out + told.err + caplog.text
    assert "Traceback" not in told.out + told.err + caplog.text
