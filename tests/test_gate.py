"""The gate's limits, before a small app that does as it is told."""

import asyncio

import pytest
from starlette.responses import JSONResponse

from measure.fuzz import check_sentence
from serve import bodies, gate
from serve.files import VERSION
from serve.gate import Gate
from tests.scenario import client_of, run

CANCEL = "/gradio_api/cancel"


async def echo(request):
    return JSONResponse(await request.json())


async def broken(request):
    raise {"key": KeyError, "other": RuntimeError}[request.path_params["how"]]("secret")


async def breaks_off(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("secret")


def test_what_may_pass_reaches_the_app_made_anew_from_what_was_looked_at():
    """Whatever else was sent with it would be logged by Gradio where it cannot use it."""
    secret = {"event_id": "e", "session_hash": "s", "fn_index": "A NAME", "A NAME": "A NAME"}

    async def scenario():
        async with client_of((CANCEL, echo)) as client:
            return await client.post(f"{CANCEL}?a=A%20NAME", json=secret)

    reply = run(scenario)
    assert reply.json() == {"event_id": "e", "session_hash": "s", "fn_index": 0}
    assert reply.headers["x-sketch28-version"] == VERSION


def test_headers_have_an_end():
    async def scenario():
        async with client_of(("/config", echo)) as client:
            return await client.get("/config", headers={"a": "x" * gate.MOST_HEADERS})

    reply = run(scenario)
    assert reply.status_code == 431
    check_sentence(reply.json()["detail"])


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
