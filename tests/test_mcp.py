"""The endpoints as an assistant meets them: the Model Context Protocol over streamable HTTP."""

import asyncio
import base64
import io
import json
import threading
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from measure.fuzz import check_sentence
from measure.serving import ROOT, running


@pytest.fixture(scope="module")
def address():
    with running() as app:
        yield app.address


@pytest.fixture(scope="module")
def listener():
    """(address, requests): a server on this machine, and the paths that were asked of it."""
    requests = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_POST = do_GET

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()


@asynccontextmanager
async def connected(address: str):
    async with (
        streamable_http_client(f"{address}/gradio_api/mcp/") as (incoming, outgoing, _),
        ClientSession(incoming, outgoing) as session,
    ):
        await session.initialize()
        yield session


def call(address: str, tool: str, **arguments):
    """The tool's result: an mcp.types.CallToolResult."""

    async def scenario():
        async with connected(address) as session:
            return await session.call_tool(tool, arguments)

    return asyncio.run(scenario())


def refusal(address: str, tool: str = "classify_sketch", **arguments) -> str:
    result = call(address, tool, **arguments)
    assert result.isError
    return result.content[0].text


def png(picture) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def data_address(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def test_there_are_exactly_two_tools_and_they_explain_themselves(address):
    async def scenario():
        async with connected(address) as session:
            assert not (await session.list_resources()).resources
            assert not (await session.list_prompts()).prompts
            return (await session.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(scenario())}
    assert set(tools) == {"classify_sketch", "classify_photo"}
    for tool in tools.values():
        assert "Returns: label, probability" in tool.description
        assert "data:image/png;base64," in tool.description
        assert "http" not in json.dumps(tool.inputSchema).lower()
        assert tool.inputSchema["required"] == ["image"]
        for argument in tool.inputSchema["properties"].values():
            assert argument["description"].endswith(".")


def test_the_page_of_the_endpoints_can_list_the_tools(address):
    listed = httpx.get(f"{address}/gradio_api/mcp/schema").json()
    assert [tool["name"] for tool in listed] == ["classify_sketch", "classify_photo"]
    assert all("default" not in tool["inputSchema"]["properties"]["image"] for tool in listed)


def test_a_drawing_is_read(address, seven):
    result = call(address, "classify_sketch", image=data_address(png(seven)))
    answer = json.loads(result.content[0].text)
    assert not result.isError
    assert answer["label"] == "7"
    assert "network_input" not in answer


def test_an_upload_is_read(address, seven):
    files = {"files": ("seven.png", png(seven))}
    path = httpx.post(f"{address}/gradio_api/upload", files=files, timeout=60).json()[0]
    result = call(address, "classify_photo", image=path, model="mnist", cut=False)
    assert json.loads(result.content[0].text)["model"] == "mnist"


@pytest.mark.parametrize("tool", ["classify_sketch", "classify_photo"])
def test_nothing_is_fetched_and_no_file_is_read(address, listener, tool):
    elsewhere, requests = listener
    for image in (
        f"{elsewhere}/seven.png",
        f"{elsewhere.replace('127.0.0.1', 'localhost')}/seven.png",
        "https://example.com/seven.png",
        f"{address}/gradio_api/file={ROOT}/page/examples/digit-7.png",
        "/etc/passwd",
        "file:///etc/passwd",
        f"{ROOT}/page/examples/digit-7.png",
        "../../etc/passwd",
        f"data:text/html,{elsewhere}/seven.png",
        "",
    ):
        sentence = refusal(address, tool, image=image)
        check_sentence(sentence)
        assert "Nothing is fetched" in sentence
    assert requests == []


def test_a_file_in_place_of_a_text_is_not_fetched(address, listener):
    elsewhere, requests = listener
    file = {"path": f"{elsewhere}/seven.png", "meta": {"_type": "gradio.FileData"}}
    arguments = {"image": file, "model": file}
    params = {"name": "classify_sketch", "arguments": arguments}
    reply = httpx.post(
        f"{address}/gradio_api/mcp/",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
        headers={"accept": "application/json, text/event-stream"},
        timeout=60,
    )
    assert reply.json()["result"]["isError"]
    check_sentence(reply.json()["result"]["content"][0]["text"])
    assert requests == []


def test_what_is_wrong_is_one_sentence(address, seven):
    picture = data_address(png(seven))
    assert "The models are: " in refusal(address, image=picture, model="nope")
    assert "no picture" in refusal(address, image=data_address(b"nothing of the kind"))
    assert "no base64" in refusal(address, image="data:image/png;base64,!!")
    assert "larger than 20 MB" in refusal(address, image=data_address(bytes(20 * 2**20 + 1)))


def test_no_prompt_calls_an_endpoint(address):
    async def scenario():
        async with connected(address) as session:
            with pytest.raises(McpError, match="only tools"):
                await session.get_prompt("classify_photo", {"image": "x"})

    asyncio.run(scenario())


def test_an_unknown_tool_is_told_the_tools(address):
    async def scenario():
        async with connected(address) as session:
            with pytest.raises(McpError, match="classify_sketch, classify_photo"):
                await session.call_tool("classify", {})

    asyncio.run(scenario())
