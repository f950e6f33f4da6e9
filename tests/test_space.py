"""The app as a Space runs it: requirements.txt alone, no torch, the port from the environment."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from tests.browser import EXAMPLES
from ui import parts

ROOT = Path(__file__).resolve().parents[1]
UPLOADED = ("app.py", "requirements.txt", "README.md", "LICENSE", "models", "ui")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def space(tmp_path_factory) -> Path:
    """The files that a Space gets, in a folder that nobody may write to."""
    folder = tmp_path_factory.mktemp("space")
    for name in UPLOADED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.tmp")
            shutil.copytree(source, folder / name, ignore=ignored)
        elif source.exists():
            shutil.copy(source, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """An environment with requirements.txt and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    install = [python, "-m", "pip", "install", "-q", "-r", ROOT / "requirements.txt"]
    subprocess.run(install, check=True)
    return python


@pytest.fixture(scope="module")
def app(space, python):
    """The running app, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": str(port)}
    process = subprocess.Popen([python, "app.py"], cwd=space, env=environment)
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_until_served(process, address)
        yield process, address
    finally:
        process.kill()


def wait_until_served(process, address, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the app has ended"
        try:
            return urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"not served after {seconds} s")


def test_the_environment_holds_no_torch(python):
    for name in ("torch", "torchvision", "onnx"):
        found = subprocess.run([python, "-c", f"import {name}"], capture_output=True)
        assert found.returncode == 1, name


def test_classifies(app):
    client = Client(app[1], verbose=False)
    for path, endpoint, model, label in (
        ("digit-7.png", "/classify_photo", parts.default_model("digit"), "7"),
        ("garment-bag.png", "/classify_photo", parts.default_model("garment"), "Bag"),
    ):
        image = handle_file(EXAMPLES / path)
        assert client.predict(image=image, model=model, api_name=endpoint)["label"] == label


def test_listens_to_everyone(app):
    hosts = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    port = int(app[1].rsplit(":", 1)[1].strip("/"))
    assert f"00000000:{port:04X}" in hosts


def test_sigterm_stops_it(app):  # the last test: nothing is left to ask
    process, _ = app
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
