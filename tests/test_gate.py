"""The gate's limits, before a small app that does as it is told; and what is swept away."""

import asyncio
import os
import time
from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fuzz import check_sentence
from ui import answers, checks, gate
from ui.gate import Gate
from ui.sweep import keep_clean, sweep

CALL = '{"data": %s, "component_id": 1, "fn_name": "f", "session_hash": "s"}'
COMPONENT_SERVER = "/gradio_api/component_server/"


async def echo(request):
    return JSONResponse(await request.json())


async def broken(request):
    raise {"key": KeyError, "other": RuntimeError}[request.path_params["how"]]("secret")


async def breaks_off(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("secret")


class Holding:
    """Answers when it is let go."""

    def __init__(self):
        self.let_go = asyncio.Event()
        self.held = 0

    async def answer(self, request):
        await request.body()
        self.held += 1
        await self.let_go.wait()
        return JSONResponse({})


def run(scenario):
    return asyncio.run(asyncio.wait_for(scenario(), 60))


def client_of(*routes) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route(path, there, methods=["GET", "POST"]) for path, there in routes],
        middleware=[Middleware(Gate)],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app")


def test_a_call_reaches_the_app_unchanged():
    async def scenario():
        async with client_of((COMPONENT_SERVER, echo)) as client:
            return await client.post(COMPONENT_SERVER, content=CALL % '"x"')

    assert run(scenario).json()["data"] == "x"


@pytest.mark.parametrize(("how", "status"), [("key", 400), ("other", 500)])
def test_what_breaks_is_one_sentence_and_a_place_in_the_log(how, status, caplog):
    async def scenario():
        async with client_of(("/assets/{how}", broken)) as client:
            return await client.get(f"/assets/{how}")

    reply = run(scenario)
    assert reply.status_code == status
    check_sentence(reply.json()["detail"])
    assert "secret" not in reply.text + caplog.text


def test_what_breaks_off_is_not_logged_at_length(caplog):
    async def send(message):
        assert message["status"] == 200

    async def scenario():
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await Gate(breaks_off)(scope, None, send)

    run(scenario)
    assert "RuntimeError in " in caplog.text
    assert "secret" not in caplog.text


def test_few_large_requests_are_held_and_too_many_are_told_so(monkeypatch):
    monkeypatch.setattr(gate, "MOST_LARGE_WAITING", 6)
    large = CALL % f'"{"x" * gate.LARGE}"'

    async def scenario():
        holding = Holding()
        async with client_of((COMPONENT_SERVER, holding.answer)) as client:
            tasks = [
                asyncio.create_task(client.post(COMPONENT_SERVER, content=large)) for _ in range(9)
            ]
            small = asyncio.create_task(client.post(COMPONENT_SERVER, content=CALL % "1"))
            while holding.held < gate.MOST_LARGE + 1:  # the small one is not kept waiting
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            held = holding.held
            holding.let_go.set()
            return held, [await task for task in [*tasks, small]]

    held, replies = run(scenario)
    assert held == gate.MOST_LARGE + 1
    statuses = [reply.status_code for reply in replies]
    assert statuses.count(503) == 3
    assert statuses.count(200) == 7
    busy = next(reply for reply in replies if reply.status_code == 503)
    assert "try again in a moment" in busy.json()["detail"]


def test_a_body_that_trickles_in_is_given_up(monkeypatch):
    monkeypatch.setattr(gate, "SECONDS_TO_SEND", 0.1)

    async def scenario():
        async def never_ends():
            await asyncio.sleep(3600)

        sent = []
        scope = {"type": "http", "method": "POST", "path": COMPONENT_SERVER, "headers": []}

        async def send(message):
            sent.append(message)

        await Gate(echo)(scope, never_ends, send)
        return sent

    start, body = run(scenario)
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert b"try again" in body["body"]


def test_a_full_disk_is_not_filled_further(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(checks, "MOST_UPLOADED", 100)

    async def scenario():
        async with client_of(("/gradio_api/upload", lambda request: JSONResponse([]))) as client:
            before = await client.post("/gradio_api/upload", content=b"x")
            (tmp_path / "visit").mkdir()
            (tmp_path / "visit/picture.png").write_bytes(bytes(101))
            return before, await client.post("/gradio_api/upload", content=b"x")

    before, after = run(scenario)
    assert (before.status_code, after.status_code) == (200, 503)
    check_sentence(after.json()["detail"])


def test_a_file_that_goes_while_the_disk_is_measured_takes_no_room(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    (tmp_path / "visit").mkdir()
    (tmp_path / "visit/picture.png").symlink_to(tmp_path / "gone.png")  # listed, but not there
    checks.check_space()


def test_no_upload_is_counted_for_ever():
    async def told(request):
        return JSONResponse(str(request.url.query))

    async def scenario():
        async with client_of(("/gradio_api/upload", told)) as client:
            return await client.post("/gradio_api/upload?upload_id=abc", content=b"x")

    assert run(scenario).json() == ""


async def file(request):
    known = {"etag": '"abc"', "content-disposition": "inline"}
    return Response(b"content", headers=known if "none" not in request.url.path else {})


def fetched(path: str, **headers) -> httpx.Response:
    async def scenario():
        async with client_of(("/{path:path}", file)) as client:
            return await client.get(path, headers=headers)

    return run(scenario)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "no-cache"),
        ("/assets/Blocks-D1GWYZdr.js", "public, max-age=31536000, immutable"),
        ("/assets/Index-Akn07EZk2.js", "public, max-age=31536000, immutable"),
        ("/assets/KaTeX_Main-Bold-Cx986IdX.woff2", "public, max-age=31536000, immutable"),
        ("/assets/index.js", "no-cache"),
        ("/static/fonts/SourceSans3/SourceSans3-SemiBold.woff2", "no-cache"),
        (f"/theme.css?v={'0a' * 32}", "public, max-age=31536000, immutable"),
        ("/theme.css?v=1", "no-cache"),
        ("/gradio_api/file=/app/ui/canvas.js", "no-cache"),
        ("/nothing", "no-cache"),
    ],
)
def test_everything_says_how_long_it_may_be_kept(path, kept):
    reply = fetched(path)
    assert reply.headers["cache-control"] == kept
    assert reply.status_code == (404 if path == "/nothing" else 200)


def test_pictures_of_visitors_are_not_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    reply = fetched(f"/gradio_api/file={tmp_path}/visit/picture.png")
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("known", ['"abc"', 'W/"abc"', '"xyz", "abc"'])
def test_what_is_known_already_is_not_sent_again(known):
    reply = fetched("/gradio_api/file=/app/ui/canvas.js", **{"if-none-match": known})
    assert (reply.status_code, reply.content) == (304, b"")
    assert reply.headers["etag"] == '"abc"'
    assert reply.headers["cache-control"] == "no-cache"
    assert not {"content-length", "content-type", "content-disposition"} & set(reply.headers)


def test_what_has_changed_or_has_no_tag_is_sent():
    for path, known in (("/static/x", '"xyz"'), ("/static/x", ""), ("/static/none", '""')):
        assert fetched(path, **{"if-none-match": known}).content == b"content"


MCP = "/gradio_api/mcp"


def asked(said: dict, path: str = MCP) -> httpx.Response:
    """What a small app in place of Gradio's is asked after the gate."""

    async def scenario():
        async with client_of(("/gradio_api/mcp/", echo)) as client:
            return await client.post(path, json=said)

    return run(scenario)


@pytest.mark.parametrize("path", [MCP, f"{MCP}/"])
def test_assistants_may_ask_for_tools(path):
    said = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert asked(said, path).json() == said


@pytest.mark.parametrize(
    "method", ["prompts/get", "resources/read", "logging/setLevel", "tools", None, ["tools/call"]]
)
def test_assistants_may_ask_for_nothing_else(method):
    reply = asked({"jsonrpc": "2.0", "id": 7, "method": method}).json()
    assert (reply["id"], reply["error"]["code"]) == (7, -32601)
    check_sentence(reply["error"]["message"])


def test_a_file_in_an_assistants_request_must_be_an_upload():
    file = {"path": "http://127.0.0.1/x.png", "meta": {"_type": "gradio.FileData"}}
    arguments = {"image": "data:,", "model": [file]}
    reply = asked({"method": "tools/call", "params": {"arguments": arguments}})
    assert reply.status_code == 400
    check_sentence(reply.json()["detail"])


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD"])
def test_assistants_send_posts(method):
    async def scenario():
        async with client_of(("/gradio_api/mcp/", echo)) as client:
            return await client.request(method, MCP)

    reply = run(scenario)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/sse", "/schema", "/messages/", "/http", "/x"])
def test_assistants_have_one_address(path):
    assert asked({"method": "tools/list"}, MCP + path).status_code == 404


def test_an_assistants_request_is_within_the_limits(monkeypatch):
    monkeypatch.setattr(gate, "MOST_BODY", 300_000)
    assert asked({"method": "tools/call", "params": "x" * 300_001}).status_code == 413


def test_too_many_pictures_in_line_are_told_so(monkeypatch):
    monkeypatch.setattr(answers, "_waiting", answers.MOST_WAITING)
    model = answers.parts.default_model("garment")
    request = {"picture": "", "model": model, "cut": True, "invert": False}
    reply = asyncio.run(answers.answer_photo(request))
    check_sentence(reply["refusal"])
    assert "try again in a moment" in reply["refusal"]


def test_a_fault_of_ours_is_one_sentence(monkeypatch, caplog):
    def broken(_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(answers, "load", broken)
    from tests.calls import call, drawing

    model = answers.parts.default_model("digit")
    reply = call(answers.answer_sketch, {"picture": drawing(), "model": model})
    check_sentence(reply["refusal"])
    assert "ZeroDivisionError in " in caplog.text
    assert "secret" not in caplog.text + reply["refusal"]


def make_old(path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_old_uploads_and_empty_folders_are_swept_away(tmp_path):
    for name, age in (("old", 700), ("new", 10)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "picture.png").write_bytes(b"x")
        make_old(tmp_path / name / "picture.png", age)
        (tmp_path / f"broken-off-{name}").write_bytes(b"x")
        make_old(tmp_path / f"broken-off-{name}", age)
    sweep(tmp_path, 600)
    assert {path.name for path in tmp_path.iterdir()} == {"old", "new", "broken-off-new"}
    make_old(tmp_path / "old", 700)
    sweep(tmp_path, 600)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "broken-off-new"}


def test_the_app_sweeps_while_it_runs(monkeypatch, tmp_path):
    monkeypatch.setattr("ui.sweep.EVERY", 0.01)
    (tmp_path / "picture").write_bytes(b"x")
    make_old(tmp_path / "picture", 700)
    queue = SimpleNamespace(
        pending_event_ids_session={"gone": {"1"}, "here": {"2"}},
        pending_messages_per_session={"here": None},
    )

    async def scenario():
        async with keep_clean(tmp_path, queue, 600)(None):
            while (tmp_path / "picture").exists() or "gone" in queue.pending_event_ids_session:
                await asyncio.sleep(0.01)

    run(scenario)
    assert set(queue.pending_event_ids_session) == {"here"}
