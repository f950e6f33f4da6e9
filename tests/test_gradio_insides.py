"""Every reach into Gradio's insides still finds there what it was written for."""

import subprocess
import sys
from pathlib import Path

import gradio as gr
import gradio.queueing
import httpx
import pytest

from measure.serving import ROOT
from serve import gradio_insides as insides
from serve import server
from serve.gradio_insides import first_html


def double(number: float, other: float = 2.0) -> dict:
    """Say more.

    Args:
        number: what to say.

    Returns:
        more
    """
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
    assert not insides.has_event(blocks, "1")
    for visit, event in (("waits", "1"), ("unread", "2")):
        queue.pending_messages_per_session[visit] = gradio.queueing.AsyncQueue()
        queue.pending_event_ids_session[visit] = {event}
    queue.pending_event_ids_session["gone"] = {"3"}
    queue.pending_messages_per_session["unread"].put_nowait("an answer")
    assert insides.has_asked(blocks, "waits")
    assert insides.has_event(blocks, "1")
    assert insides.unfetched(blocks) == {"unread"}
    unread = insides.forget_the_gone(blocks, set())
    assert set(queue.pending_event_ids_session) == {"waits", "unread"}
    insides.forget_the_gone(blocks, unread)
    assert set(queue.pending_event_ids_session) == {"waits"}
    assert set(queue.pending_messages_per_session) == {"waits"}
    del queue.pending_messages_per_session["waits"], queue.pending_event_ids_session["waits"]


def test_the_blocks_of_a_request_are_found(blocks, small):
    assert insides.blocks_of({"app": blocks.app}) is blocks


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
    answer = f"/gradio_api/call/double/{called.json()['event_id']}"
    assert insides.CALLED.fullmatch(answer)
    assert not insides.CALLED.fullmatch("/gradio_api/queue/data")
    told = httpx.get(small.rstrip("/") + answer).text
    assert '"double":6' in told.replace(" ", "")
    assert insides.UPLOAD.fullmatch("/gradio_api/upload")


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/proxy=http://x", "/gradio_api/file=/tmp/x", "/gradio_api/deep_link",
     "/gradio_api/queue/status", "/monitoring", "/gradio_api/stream/a/b/c/d", "/docs", "/runs",
     "/login_check", "/gradio_api/dev/reload", "/manifest.json", "/pwa_icon/1"],
)  # fmt: skip
def test_what_the_page_does_not_need_is_not_among_them(path):
    for allowed in (insides.READ, insides.EVENT, insides.UPLOAD):
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


def test_a_docstring_is_told_in_its_parts():
    told, arguments, returns = insides.described(double)
    assert told == "Say more."
    assert arguments == {"number": "what to say.", "other": ""}
    assert returns == ["more"]


def test_the_app_for_a_server_of_ours_is_the_one_that_launch_serves(blocks, small, monkeypatch):
    """Its first HTML, and what a call of an endpoint answers, with the lifespan begun and ended."""
    launched = httpx.get(small).text
    monkeypatch.setenv("GRADIO_ROOT_PATH", "/below")
    options = {"ssr_mode": False, "run_history": False, "state_session_capacity": 7}
    with server.in_thread(insides.made(blocks, options), lambda: insides.end(blocks)) as address:
        assert "<gradio-app" in httpx.get(address).text
        assert "<gradio-app" in launched
        assert blocks.app.state_holder.capacity == 7
        assert httpx.get(f"{address}/config").json()["root"] == f"{address}/below"
        called = httpx.post(f"{address}/gradio_api/call/double", json={"data": [2, 3]}).json()
        told = httpx.get(f"{address}/gradio_api/call/double/{called['event_id']}", timeout=60).text
        assert '"double":6' in told.replace(" ", "")


def test_streams_end_when_the_server_is_to_end(blocks):
    options = {"ssr_mode": False, "run_history": False, "state_session_capacity": 7}
    serving = server.in_thread(insides.made(blocks, options), lambda: insides.end(blocks))
    with serving as address, httpx.stream("GET", f"{address}/gradio_api/heartbeat/x") as stream:
        assert "ALIVE" in next(stream.iter_text())
    # Leaving the block has ended the server: a stream that goes on would have kept it waiting.
    assert blocks.server_app.stop_event.is_set()


def test_what_was_loaded_is_never_looked_through_again():
    code = "import gc, app; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True"], done.stderr
