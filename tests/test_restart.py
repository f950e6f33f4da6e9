"""The app is killed, comes back, and is asked to end."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from measure.browser import DIGITS, answer, draw, open_page
from measure.serving import App, running


@pytest.fixture(autouse=True)
def hangups():
    """Whatever started these tests, the app inherits the usual answer to a hangup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def app():
    with running() as app:
        yield app


@pytest.fixture
def page(app, chromium):
    context = chromium.new_context()
    yield open_page(context, app.address)
    context.close()


def ink(page) -> int:
    """How many pixels of the canvas are drawn on."""
    return page.evaluate(
        """() => {
            const { width, height } = document.querySelector("#sketch");
            const context = document.querySelector("#sketch").getContext("2d");
            const { data } = context.getImageData(0, 0, width, height);
            return data.filter((value, i) => i % 4 === 3 && value > 128).length;
        }"""
    )


def test_killed_and_back_the_page_recovers_with_its_drawing(app, page):
    draw(page, DIGITS["4"][:1])
    answer(page, 1)
    app.kill()
    draw(page, DIGITS["4"][1:])
    expect(page.locator(".away")).to_be_visible(timeout=10_000)
    drawn = ink(page)
    app.start()
    page.wait_for_function(
        "() => document.querySelector('#answer').dataset.stroke === '2'", timeout=20_000
    )
    assert answer(page, 2)["label"] == "4"
    expect(page.locator(".away")).to_be_hidden()
    assert ink(page) == drawn > 100
    page.click("#clear")
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"


def test_asked_to_end_it_ends_though_a_page_is_open(app, page):
    draw(page, DIGITS["7"])
    answer(page, 1)
    helper = app.family()[1]
    app.stop()  # measure/start.py says how long that takes
    assert app.process.returncode == 0
    wait_for(lambda: not is_running(helper))


def test_killed_nothing_of_before_is_left(app):
    """The other process deletes the folder when this one has gone."""
    upload(app)
    folders = list(Path(app.temporary).iterdir())
    assert len(folders) == 1
    app.kill()
    wait_for(lambda: not list(Path(app.temporary).iterdir()))


def test_killed_with_all_its_processes_the_next_deletes_what_is_left(app):
    upload(app)
    (before,) = Path(app.temporary).iterdir()
    for pid in app.family()[1:]:
        os.kill(pid, signal.SIGKILL)
    app.kill()
    assert before.is_dir()
    app.start()
    assert before not in Path(app.temporary).iterdir()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_asked_to_end_in_the_middle_of_everything_it_leaves_nothing(app, number):
    """Uploads and photos arrive, a header is half there, a stream is open."""
    with contextlib.ExitStack() as stack:
        for head, body in (
            ("POST /gradio_api/upload HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n", 100_000),
            ("POST /ask/photo?model=mnist HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n", 100_000),
            ("GET / HTTP/1.1\r\n", 0),
            ("GET /gradio_api/heartbeat/x HTTP/1.1\r\n\r\n", 0),
        ):
            sender = stack.enter_context(socket.create_connection(("127.0.0.1", app.port)))
            sender.sendall(head.replace("1.1\r\n", "1.1\r\nHost: a\r\n", 1).encode() + bytes(body))
        upload(app)
        helper = app.family()[1]
        app.process.send_signal(number)
        app.process.wait(timeout=60)
    assert app.process.returncode == 0
    wait_for(lambda: not is_running(helper))
    assert not list(Path(app.temporary).iterdir())


def test_what_nohup_started_outlives_its_terminal():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by the app
    with running() as app:
        app.process.send_signal(signal.SIGHUP)
        upload(app)


@pytest.mark.parametrize(
    ("moment", "number"), [("imports", signal.SIGTERM), ("loads", signal.SIGHUP)]
)
def test_asked_to_end_while_it_starts_the_next_start_finds_nothing(moment, number):
    app = App()
    try:
        app.process = subprocess.Popen(app.command, **app.options, stderr=subprocess.PIPE)
        has_come = {
            "imports": lambda: [*Path(app.temporary).iterdir()],
            "loads": lambda: app.family()[1:],  # the other process
        }
        wait_for(lambda: has_come[moment]() or app.process.poll() is not None)
        app.process.send_signal(number)
        _, told = app.process.communicate(timeout=60)
        assert app.process.returncode in (0, -number)
        assert b"Traceback" not in told
        app.start()
        assert len([*Path(app.temporary).iterdir()]) == 1
        app.stop()
        assert not [*Path(app.temporary).iterdir()]
    finally:
        app.kill()
        shutil.rmtree(app.temporary, ignore_errors=True)


def upload(app) -> None:
    reply = httpx.post(f"{app.address}/gradio_api/upload", files={"files": b"x"}, timeout=60)
    assert reply.status_code == 200


def wait_for(happened, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
