"""What the app is made of: no pickle, no network at import, no altered file."""

import re
import shutil
import subprocess
import sys

import pytest

from models.specs import FOLDER, MODELS
from tests.serving import ROOT

SOURCES = [
    path for part in ("models", "ui", "train", "export") for path in (ROOT / part).glob("*.py")
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


@pytest.mark.parametrize("name", ["sketch", *(n for n in MODELS if n.startswith("mnist_t"))])
def test_an_altered_graph_stops_the_app_by_name(name, tmp_path):
    for part in ("models", "ui"):
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
