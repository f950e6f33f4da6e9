"""Two processes of the app behind nginx, as serve/nginx.conf sets it up; one dies under load."""

import asyncio
import re
import shutil
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

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
SECONDS = 6


@pytest.fixture
def site(tmp_path):
    """(address, the two apps): serve/nginx.conf with other ports, saying who answered."""
    with ExitStack() as stack:
        apps = [stack.enter_context(running()) for _ in range(2)]
        port = free_port()
        text = (ROOT / "serve" / "nginx.conf").read_text("utf-8")
        for old, new in zip(("7860", "7861", "7862"), (port, *(a.port for a in apps)), strict=True):
            text = re.sub(rf"(127\.0\.0\.1:){old}", rf"\g<1>{new}", text)
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
        words = [NGINX, "-c", str(file), "-e", "stderr", "-g", "daemon off;"]
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


def test_programs_reach_the_same_process_with_all_requests_of_a_call(site, tmp_path):
    address, _ = site
    path = tmp_path / "seven.png"
    Image.new("L", (100, 100), 255).save(path)
    model = default("digit")
    for _ in range(6):  # with taking turns, half of them would wait at the wrong process
        client = Client(address, verbose=False)
        said = client.predict(handle_file(path), model, api_name="/classify_sketch")
        assert said["blank"]
