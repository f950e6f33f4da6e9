"""Two processes of the app behind nginx, as serve/nginx.conf sets it up; one dies under load."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from measure.calls import ask_sketch, drawing, likeliest
from measure.serving import ROOT, free_port, running
from serve.offered import default

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="needs nginx: apt-get install nginx-light"),
]
VISITORS = 8
SECONDS = 4


@pytest.fixture(scope="module")
def site(tmp_path_factory, request):
    """(address, the two apps): serve/nginx.conf with other ports, saying who answered.

    A parameter says what else of it is another.
    """
    tmp_path = tmp_path_factory.mktemp("nginx")
    with ExitStack() as stack:
        apps = [stack.enter_context(running()) for _ in range(2)]
        port = free_port()
        text = (ROOT / "serve" / "nginx.conf").read_text("utf-8")
        for old, new in zip(("7860", "7861", "7862"), (port, *(a.port for a in apps)), strict=True):
            text = re.sub(rf"(127\.0\.0\.1:){old}", rf"\g<1>{new}", text)
        for old, new in getattr(request, "param", {}).items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        text = text.replace("/tmp/sketch28-nginx.pid", str(tmp_path / "nginx.pid"))
        text = text.replace(
            "access_log off;",
            "access_log off; add_header X-Answered-By $upstream_addr always;"
            + "".join(
                f" {kind}_temp_path {tmp_path};"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            ),
        )
        file = tmp_path / "nginx.conf"
        file.write_text(text, "utf-8")
        # As root it would be nobody, who cannot write large bodies into this folder.
        user = " user root;" if os.geteuid() == 0 else ""
        words = [NGINX, "-c", str(file), "-e", "stderr", "-g", f"daemon off;{user}"]
        server = subprocess.Popen(words, stderr=(tmp_path / "nginx.log").open("wb"))
        stack.callback(server.wait)
        stack.callback(server.terminate)
        address = f"http://127.0.0.1:{port}"
        wait_until_answered(address, server, tmp_path / "nginx.log")
        yield address, apps


def wait_until_answered(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            httpx.get(address, timeout=30)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


class Crowd:
    """Visitors who draw and repeat what got no answer, as the page does."""

    def __init__(self, address: str):
        self.address, self.drawing = address, drawing()
        self.answered, self.repeated, self.lost = Counter(), 0, 0
        self.labels = set()

    async def draw(self, seconds: float, halfway) -> None:
        async with httpx.AsyncClient(base_url=self.address, timeout=30) as client:
            end = time.monotonic() + seconds
            visitors = [self.visit(client, end) for _ in range(VISITORS)]
            await asyncio.gather(*visitors, halfway())

    async def visit(self, client: httpx.AsyncClient, end: float) -> None:
        while time.monotonic() < end:
            for wait in (0.3, 0.7, 1.5, 3.0, None):
                try:
                    answer = await ask_sketch(client, self.drawing, default("digit"))
                    if answer.status_code == 200:
                        self.answered[answer.headers["x-answered-by"].split(", ")[-1]] += 1
                        self.labels.add(likeliest(answer))
                        break
                except httpx.HTTPError:
                    pass
                if wait is None:
                    self.lost += 1
                else:
                    self.repeated += 1
                    await asyncio.sleep(wait)


def test_programs_reach_the_same_process_with_all_requests_of_a_call(site, tmp_path):
    address, _ = site
    path = tmp_path / "seven.png"
    Image.new("L", (100, 100), 255).save(path)
    model = default("digit")
    for _ in range(6):  # with taking turns, half of them would wait at the wrong process
        client = Client(address, verbose=False)
        said = client.predict(handle_file(path), model, api_name="/classify_sketch")
        assert said["blank"]


def test_one_of_two_processes_dies_and_nothing_is_lost(site, capsys):
    address, (first, second) = site
    crowd = Crowd(address)
    before = Counter()

    async def kill_one():
        await asyncio.sleep(SECONDS / 2)
        before.update(crowd.answered)
        first.kill()

    asyncio.run(crowd.draw(SECONDS, kill_one))
    answers = {app: f"127.0.0.1:{app.port}" for app in (first, second)}
    share = before[answers[first]] / before.total()
    assert 0.3 < share < 0.7, "they take turns"
    assert crowd.answered[answers[second]] > before[answers[second]], "the other goes on alone"
    assert crowd.lost == 0
    assert len(crowd.labels) == 1, "both give the same answer"
    with capsys.disabled():
        print(f"\n{crowd.answered.total()} answered, {crowd.repeated} repeated, {crowd.lost} lost")

    first.start()
    deadline = time.monotonic() + 20
    again = Crowd(address)
    while not again.answered[answers[first]]:
        assert time.monotonic() < deadline, "the new process is not asked"
        asyncio.run(again.draw(0.5, lambda: asyncio.sleep(0)))


LESS = {
    "limit_conn visitors 1024": "limit_conn visitors 4",
    "client_header_timeout 10s": "client_header_timeout 1s",
    "client_body_timeout 10s": "client_body_timeout 1s",
}


@pytest.mark.parametrize("site", [LESS], indirect=True)
def test_what_costs_much_is_stopped_before_the_app(site):
    address, _ = site
    url = urlsplit(address)

    def connect(sent: bytes) -> socket.socket:
        found = socket.create_connection((url.hostname, url.port), timeout=60)
        found.sendall(sent)
        return found

    def head(path: str, *lines: str) -> bytes:
        return "\r\n".join((f"POST {path} HTTP/1.1", "Host: a", *lines, "", "")).encode()

    assert connect(b"GET / HTTP/1.1\r\nHost: a\r\n").recv(99) == b""  # half a header
    length = "Content-Length: 1000"
    half = connect(head("/ask/photo", length) + b"half").recv(99)
    assert half == b"" or b" 408 " in half
    assert b" 413 " in connect(head("/ask/photo", "Content-Length: 50000000")).recv(99)
    assert b" 400 " in connect(head("/ask/photo", "A: " + "x" * 40_000)).recv(99)
    too_long = httpx.post(f"{address}/gradio_api/mcp", json={"a": "x" * 30 * 2**20}, timeout=60)
    assert too_long.status_code == 413
    assert "larger than 20 MB" in too_long.json()["detail"]  # the app's own words
    stay = b"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: a\r\n\r\n"
    streams = [connect(stay) for _ in range(6)]
    statuses = [stream.recv(12)[-3:] for stream in streams]
    assert sorted(statuses) == [b"200"] * 4 + [b"503"] * 2
    for stream in streams:
        stream.close()
    wait = time.monotonic() + 60
    while httpx.get(f"{address}/ask/facts").status_code != 200:
        assert time.monotonic() < wait
        time.sleep(0.1)
