"""Every reach into Gradio's insides still finds there what it was written for."""

import asyncio
import inspect
import os
import subprocess
import sys
from pathlib import Path

import gradio as gr
import gradio.mcp
import httpx
import pytest

from measure.serving import ROOT
from serve import gradio_insides as insides
from serve.gradio_insides import first_html


def double(number: float, other: float = 2.0) -> dict:
    """Say more."""
    return {"double": number * other}


@pytest.fixture(scope="module")
def blocks():
    """A gr.Blocks with one endpoint, made as the app's are."""
    with gr.Blocks(title="Small") as blocks:
        gr.HTML("<p>x</p>")
        insides.add_endpoint(double, Path("page/examples/digit-7.png"), concurrency_limit=3)
    return blocks


@pytest.fixture(scope="module")
def small(blocks):
    """The address where it is served without any gate of ours."""
    _, address, _ = blocks.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    yield address
    blocks.close(verbose=False)


def test_what_must_be_said_before_gradio_is_imported_is_said():
    code = """
import os, sys
from serve.gradio_insides import UPLOADS
from gradio import analytics, processing_utils, utils
assert not analytics.analytics_enabled()
assert utils.get_upload_folder() == str(UPLOADS) and UPLOADS.is_dir()
assert os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] == "100000"
assert not [name for name in sys.modules if name.split(".")[0] == "mcp"]
import mcp.server  # it is hidden no longer
UPLOADS.rmdir()
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_an_endpoint_has_its_name_its_values_and_its_example(blocks):
    assert insides.inputs_of(blocks) == {"double": ("number", "other")}
    (number,) = blocks.fns
    assert insides.endpoint_of(blocks, number) == "double"
    for nothing in (99, "0", None, True, [], 1e99):
        assert insides.endpoint_of(blocks, nothing) is None
    example = blocks.fns[number].inputs[0].example_payload()
    assert example["path"] == "page/examples/digit-7.png"
    assert example["meta"] == {"_type": "gradio.FileData"}


def test_an_error_of_ours_is_the_sentence_itself():
    error = insides.Told("One sentence.")
    assert isinstance(error, gr.Error)
    assert str(error) == "One sentence."
    assert error.print_exception is False


def test_a_visit_is_known_from_asking_until_it_has_gone(blocks):
    queue = blocks._queue
    assert not insides.has_asked(blocks, "somebody")
    assert not insides.has_asked(blocks, None)
    queue.pending_messages_per_session["somebody"] = asyncio.Queue()
    queue.pending_event_ids_session |= {"somebody": {"1"}, "gone": {"2"}}
    assert insides.has_asked(blocks, "somebody")
    insides.forget_the_gone(blocks)
    assert set(queue.pending_event_ids_session) == {"somebody"}
    del queue.pending_messages_per_session["somebody"]
    del queue.pending_event_ids_session["somebody"]


def test_the_blocks_of_a_request_are_found(blocks, small):
    assert insides.blocks_of({"app": blocks.app}) is blocks


def test_an_upload_becomes_a_file_of_the_folder():
    path = Path(insides.uploaded(b"content"))
    assert path.read_bytes() == b"content"
    assert path.is_relative_to(insides.upload_folder())
    path.unlink()


def test_gradio_keeps_count_of_uploads_by_the_name_that_is_taken_away(small):
    source = inspect.getsource(gradio.routes)
    assert "upload_id" in source
    scope = {"path": "/gradio_api/upload", "query_string": b"upload_id=abc"}
    assert insides.without_upload_id(scope)["query_string"] == b""


def test_the_addresses_that_the_page_needs_are_gradios(small):
    html = httpx.get(small).text
    for path in ("/config", "/theme.css", "/gradio_api/info", "/gradio_api/startup-events"):
        assert insides.READ.fullmatch(path)
        assert httpx.get(small.rstrip("/") + path).status_code == 200
    assets = [word for word in html.split('"') if word.startswith("./assets/")]
    assert assets
    for asset in assets:
        assert insides.READ.fullmatch(asset[1:])
        assert insides.HASHED.fullmatch(asset[1:])
    theme = httpx.get(small.rstrip("/") + "/config").json()["theme_hash"]
    assert insides.HASHED_THEME.fullmatch(f"v={theme}".encode())
    called = httpx.post(small + "gradio_api/call/double", json={"data": [2, 3]})
    assert insides.EVENT.fullmatch("/gradio_api/call/double")
    told = httpx.get(f"{small}gradio_api/call/double/{called.json()['event_id']}").text
    assert '"double":6' in told.replace(" ", "")
    uploaded = httpx.post(small + "gradio_api/upload", files={"files": b"x"}).json()
    assert insides.UPLOAD.fullmatch("/gradio_api/upload")
    os.unlink(uploaded[0])


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/proxy=http://x", "/gradio_api/file=https://x/y", "/gradio_api/deep_link",
     "/gradio_api/queue/status", "/monitoring", "/gradio_api/stream/a/b/c/d", "/docs", "/runs",
     "/login_check", "/gradio_api/dev/reload", "/manifest.json", "/pwa_icon/1"],
)  # fmt: skip
def test_what_the_page_does_not_need_is_not_among_them(path):
    for allowed in (insides.READ, insides.EVENT, insides.UPLOAD, insides.ASSISTANT):
        assert not allowed.fullmatch(path)


@pytest.mark.parametrize(
    ("headers", "root"),
    [
        ([(b"host", b"a.example:81")], "http://a.example:81"),
        ([(b"host", b"x"), (b"x-forwarded-host", b"b.example"), (b"x-forwarded-proto", b"https")],
         "https://b.example"),
    ],
)  # fmt: skip
def test_the_address_of_the_page_is_the_visitors(headers, root):
    scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/", "root_path": "",
             "query_string": b"view=api", "headers": headers,
             "server": ("127.0.0.1", 7860)}  # fmt: skip
    assert insides.root_of(scope) == root


def test_the_first_html_says_our_words_about_itself(small):
    old = httpx.get(small).text
    assert "raw.githubusercontent.com" in old
    new = first_html(old, 'lang="xx" data-a="b"', "<title>T</title>", "<p>C</p>")
    head, body = new.split("</head>")
    assert 'lang="xx" data-a="b"' in head[:60]
    assert head.endswith("<title>T</title>")
    assert head.count("<meta") == 1  # the charset
    assert "manifest" not in head.split("<script")[-1]
    assert body[body.index(">", body.index("<body")) + 1 :].startswith("<p>C</p>")
    for kept in ("window.gradio_config", "<gradio-app", "/assets/index-", '<base href="./" />'):
        assert kept in new


@pytest.mark.parametrize("changed", ["", "<html><head></head></html>", "<!doctype html>"])
def test_another_first_html_is_noticed(changed):
    with pytest.raises(RuntimeError, match="first_html"):
        first_html(changed, "", "", "")


def test_the_server_for_assistants_is_gradios_with_what_we_change(blocks, monkeypatch):
    monkeypatch.setattr(gradio.mcp, "GradioMCPServer", gradio.mcp.GradioMCPServer)
    for name in ("get_tool_to_endpoint", "get_input_schema", "get_block_fn_from_endpoint_name",
                 "convert_strings_to_filedata", "postprocess_output_data"):  # fmt: skip
        theirs = getattr(insides.GradioMCPServer, name)
        ours = getattr(insides.OnlyTools, name)
        assert (
            inspect.signature(theirs).parameters.keys() == inspect.signature(ours).parameters.keys()
        )
    insides.offer_tools(("double",), "How.", str, 1000)
    late = gradio.mcp.GradioMCPServer(blocks)
    assert isinstance(late, insides.LateServer)
    server = late.make()
    assert callable(server.handle_streamable_http)
    assert callable(server.get_complete_schema)
    assert server.get_tool_to_endpoint() == {"double": "/double"}
    assert server.get_block_fn_from_endpoint_name("/double").queue is False
    assert all(function.queue for function in blocks.fns.values())
    told = server.postprocess_output_data([{"a": 1, "network_input": [0]}], "http://x")
    assert [content.text for content in told] == ['{"a": 1}']
    given = server.convert_strings_to_filedata({"number": "x", "other": 1}, [["number"]])
    assert given == {"number": insides.file_data("x"), "other": 1}
