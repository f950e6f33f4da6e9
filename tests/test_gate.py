"""The gate's limits, before a small app that does as it is told."""

import asyncio

import httpx
import pytest
from starlette.responses import JSONResponse

from measure.fuzz import check_sentence
from serve import bodies, checks, gate
from serve.files import VERSION
from serve.gate import Gate
from tests.scenario import client_of, run

UPLOAD = "/gradio_api/upload"


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


def test_what_may_pass_reaches_the_app_unchanged():
    async def scenario():
        async with client_of((UPLOAD, echo)) as client:
            return await client.post(UPLOAD, json={"data": "x"})

    reply = run(scenario)
    assert reply.json() == {"data": "x"}
    assert reply.headers["x-sketch28-version"] == VERSION


@pytest.mark.parametrize("path", ["/gradio_api/component_server/", "/gradio_api/run/x", "/login"])
def test_what_nobody_needs_is_not_there(path):
    async def scenario():
        async with client_of((path, echo)) as client:
            return await client.post(path, json={})

    reply = run(scenario)
    assert reply.status_code == 404
    assert reply.json()["refusal"] == {"key": "nothing", "values": {}}
    assert reply.headers["x-sketch28-version"] == VERSION


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
        scope = {"type": "http", "method": "GET", "path": "/config", "headers": []}
        await Gate(breaks_off)(scope, None, send)

    run(scenario)
    assert "RuntimeError in " in caplog.text
    assert "secret" not in caplog.text


def test_few_large_requests_are_held_and_too_many_are_told_so(monkeypatch):
    monkeypatch.setattr(bodies, "MOST_LARGE_WAITING", 6)
    large = b"x" * (bodies.LARGE + 1)

    async def scenario():
        holding = Holding()
        async with client_of((UPLOAD, holding.answer)) as client:
            tasks = [asyncio.create_task(client.post(UPLOAD, content=large)) for _ in range(9)]
            small = asyncio.create_task(client.post(UPLOAD, content=b"1"))
            while holding.held < bodies.MOST_LARGE + 1:  # the small one is not kept waiting
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            held = holding.held
            holding.let_go.set()
            return held, [await task for task in [*tasks, small]]

    held, replies = run(scenario)
    assert held == bodies.MOST_LARGE + 1
    statuses = [reply.status_code for reply in replies]
    assert statuses.count(503) == 3
    assert statuses.count(200) == 7
    busy = next(reply for reply in replies if reply.status_code == 503)
    assert "try again in a moment" in busy.json()["detail"]


def test_a_body_that_trickles_in_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS_TO_SEND", 0.1)

    async def scenario():
        async def never_ends():
            await asyncio.sleep(3600)

        sent = []
        scope = {"type": "http", "method": "POST", "path": "/ask/sketch", "headers": []}

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
        async with client_of((UPLOAD, lambda request: JSONResponse([]))) as client:
            before = await client.post(UPLOAD, content=b"x")
            (tmp_path / "visit").mkdir()
            (tmp_path / "visit/picture.png").write_bytes(bytes(101))
            return before, await client.post(UPLOAD, content=b"x")

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
        async with client_of((UPLOAD, told)) as client:
            return await client.post("/gradio_api/upload?upload_id=abc", content=b"x")

    assert run(scenario).json() == ""


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
