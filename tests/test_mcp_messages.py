"""What is sent to the address for assistants: who may, what is a message, how large it may be."""

import json

import httpx
import pytest

from measure.fuzz import check_sentence
from measure.serving import running
from models.decode import from_base64
from models.refusals import BadPicture
from serve import assistants
from serve.refusals import Refused
from tests.test_mcp import data_address


@pytest.fixture(scope="module")
def address():
    with running() as app:
        yield app.address


def post(address: str, method: str = "tools/list", **headers) -> httpx.Response:
    said = {"jsonrpc": "2.0", "id": 7, "method": method}
    headers = {"content-type": "application/json"} | headers
    return httpx.post(f"{address}/gradio_api/mcp", content=json.dumps(said), headers=headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": ""}, 415),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "evil.example", "origin": "http://evil.example"}, 403),
        ({"host": "evil.example"}, 403),
        ({"host": "localhost:7860", "origin": "http://localhost:7860"}, 200),
    ],
    ids=str,
)
def test_pages_of_other_sites_ask_nothing(address, headers, status):
    reply = post(address, **headers)
    assert reply.status_code == status
    if status != 200:
        check_sentence(reply.json()["detail"])


def test_an_assistant_elsewhere_needs_a_name_that_was_told(monkeypatch):
    scope = {"type": "http", "server": ("0.0.0.0", 7860), "headers": []}
    assert assistants.hosts(scope) == set()
    monkeypatch.setenv("SKETCH28_HOSTS", "Sketch.example, other.example")
    assert assistants.hosts(scope) == {"sketch.example", "other.example"}


@pytest.mark.parametrize("method", ["prompts/get", "resources/read", "logging/setLevel", "tools"])
def test_assistants_may_ask_for_nothing_else(address, method):
    reply = post(address, method).json()
    assert (reply["id"], reply["error"]["code"]) == (7, -32601)
    check_sentence(reply["error"]["message"])


def test_a_notification_is_taken_and_not_answered(address):
    said = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    reply = httpx.post(f"{address}/gradio_api/mcp", json=said)
    assert (reply.status_code, reply.content) == (202, b"")


@pytest.mark.parametrize("said", [[], [[]], "x", 7, None])
def test_what_is_no_message_is_refused(address, said):
    headers = {"content-type": "application/json"}
    reply = httpx.post(f"{address}/gradio_api/mcp", content=json.dumps(said), headers=headers)
    assert reply.status_code == 400
    check_sentence(reply.json()["detail"])


def test_more_than_any_picture_takes_is_refused_while_it_arrives(address):
    reply = httpx.post(f"{address}/gradio_api/mcp", json={"params": "x" * 30 * 2**20}, timeout=60)
    assert reply.status_code == 413
    check_sentence(reply.json()["detail"])


def decoded(given) -> bytes:
    """As the process for pictures does."""
    return from_base64(bytes(assistants._picture(given).text))


def test_a_large_picture_is_no_text():
    content = bytes(range(256)) * 3000
    image = data_address(content)
    said = {"method": "tools/call", "params": {"name": "x", "arguments": {"image": image}}}
    told = assistants.message(json.dumps(said).encode())
    given = told["params"]["arguments"].pop("image")
    assert isinstance(given, memoryview)
    assert decoded(given) == content
    assert told == {"method": "tools/call", "params": {"name": "x", "arguments": {}}}
    small = said | {"params": {"arguments": {"image": image[:400]}}}
    assert assistants.message(json.dumps(small).encode()) == small
    elsewhere = {"method": image, "params": [image, {"image": image}]}
    assert assistants.message(json.dumps(elsewhere).encode())["params"] == elsewhere["params"]
    escaped = assistants.message(json.dumps(said).replace("/", "\\/").encode())
    assert decoded(escaped["params"]["arguments"]["image"]) == content
    for ugly in (f"{image}!", f"{image[:-4]}\u00e9", f"{image}\ud800"):
        body = json.dumps({"params": {"arguments": {"image": ugly}}}, ensure_ascii=False)
        said = assistants.message(body.encode(errors="surrogatepass"))
        with pytest.raises(BadPicture, match="no base64"):
            decoded(said["params"]["arguments"]["image"])
    much = json.dumps({"params": image, "more": "x" * assistants.MOST_WORDS})
    with pytest.raises(Refused, match="must be the picture itself"):
        assistants.message(much.encode())
