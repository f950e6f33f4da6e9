"""What the app is made of: no pickle, no network at import, no altered file."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from measure.serving import ROOT
from models.specs import FOLDER, MODELS

SOURCES = [
    path
    for part in ("models", "serve", "train", "export", "measure")
    for path in (ROOT / part).rglob("*.py")
]
RISKY = re.compile(
    r"\b(?:pickle|shelve|marshal|dill|joblib)\b\s*[.,\n]|(?<![.\w])(?:eval|exec)\(|np\.load\([^)]*allow_pickle"
    r"|torch\.load\((?![^)]*weights_only=True)|\bos\.system\(|shell=True|verify=False"
)


@pytest.mark.parametrize("path", [ROOT / "app.py", *SOURCES], ids=lambda path: path.name)
def test_no_source_loads_code_from_data(path):
    assert not RISKY.search(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "line",
    ["import pickle\n", "torch.load(path)", "torch.load(path, weights_only=False)", "eval(x)",
     "np.load(path, allow_pickle=True)", "subprocess.run(x, shell=True)"],
)  # fmt: skip
def test_such_a_line_would_be_noticed(line):
    assert RISKY.search(line)


def test_shipped_files_hold_no_code():
    kinds = {path.suffix for path in FOLDER.iterdir() if path.is_file()}
    assert kinds <= {".py", ".onnx", ".safetensors", ".json", ".tmp"}
    for path in FOLDER.glob("*.safetensors"):
        length = int.from_bytes(path.read_bytes()[:8], "little")
        assert path.read_bytes()[8:9] == b"{"
        assert length < path.stat().st_size


NO_NETWORK = """
import socket
def refuse(*arguments, **options): raise AssertionError(f"network: {arguments}")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
import app
print("imported")
"""


def test_importing_the_app_asks_nobody():
    command = [sys.executable, "-c", NO_NETWORK]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "imported", done.stderr


@pytest.mark.parametrize(
    "first", ["models", "app", "export.to_onnx", "measure.report", "models.apart"]
)
def test_onnxruntime_reports_to_nobody(first, tmp_path):
    """Where it does, it keeps an id of the device and a list of what to report."""
    assert written_by(f"import {first}, onnxruntime", tmp_path) == []


def test_such_a_report_would_be_noticed(tmp_path):
    assert "deviceid" in written_by("import onnxruntime", tmp_path)


def written_by(code: str, home: Path) -> list[str]:
    """Names of the files that onnxruntime keeps in its user's own folder."""
    quiet = {"CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    own = {key: value for key, value in os.environ.items() if key not in quiet}
    own |= {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=own, check=True)
    return [path.name for path in home.rglob(".onnxruntime/*")]


@pytest.mark.parametrize("name", ["sketch", *(n for n in MODELS if n.startswith("mnist_t"))])
def test_an_altered_graph_stops_the_app_by_name(name, tmp_path):
    for part in ("models", "serve", "page"):
        shutil.copytree(
            ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("*.safetensors")
        )
    shutil.copyfile(ROOT / "app.py", tmp_path / "app.py")
    graph = tmp_path / "models" / f"{name}.onnx"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "app.py"], capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"{name}.onnx is not the file that was exported" in done.stderr
