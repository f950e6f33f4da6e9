"""The app as `python app.py` starts it, in a process of its own: for load, soak and restarts."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 180  # on a machine that is busy with other things


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class App:
    """address: where it answers. process: the running one. temporary: its folder for uploads."""

    def __init__(self, port: int | None = None, command=(sys.executable, "app.py"), **options):
        """options: for subprocess.Popen, over cwd and env."""
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.command = list(command)
        environment = options.pop("env", dict(os.environ))
        self.temporary = tempfile.mkdtemp()  # where it makes its own folder for uploads
        os.chmod(self.temporary, 0o777)  # whoever it runs as
        environment |= {"GRADIO_SERVER_PORT": str(self.port), "GRADIO_TEMP_DIR": self.temporary}
        self.options = {"cwd": ROOT, "env": environment} | options
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Returns when it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time.
        """
        self.process = subprocess.Popen(self.command, **self.options)
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if httpx.get(self.address, timeout=10).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"the app did not start: status {self.process.returncode}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it as a container host does.

        Raises:
            subprocess.TimeoutExpired: it does not end.
        """
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def family(self) -> list[int]:
        """Its process number and those of its children."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task").glob("*/children")
        return [own, *(int(pid) for file in children for pid in file.read_text().split())]


@contextmanager
def running(**options):
    app = App(**options)
    app.start()
    try:
        yield app
    finally:
        app.kill()
        shutil.rmtree(app.temporary, ignore_errors=True)
