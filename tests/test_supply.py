"""What the app is made of: no pickle, no network at import, no altered file."""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from measure.serving import ROOT, running
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


@pytest.mark.parametrize("first", ["models", "app", "export.to_onnx"])
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


LOCKED = re.compile(r"^([\w.-]+)==(\S+)((?: *\\\n +--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def locked() -> dict[str, str]:
    """Package -> version of requirements.lock, whose lines all say so, with hashes."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not LOCKED.sub("", text).strip()
    return {canonicalize_name(name): version for name, version, _ in LOCKED.findall(text)}


def test_the_lock_holds_what_is_asked_for_and_all_that_it_needs():
    """Those installed here, which the tests have tried, in the same versions."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    asked = [Requirement(line.split("#")[0]) for line in lines if line.split("#")[0].strip()]
    known, seen = locked(), set()
    for requirement in asked:
        assert known[canonicalize_name(requirement.name)] in requirement.specifier
    wanted = list(asked)
    while wanted:
        name = canonicalize_name(wanted.pop().name)
        if name in seen:
            continue
        seen.add(name)
        assert name in known
        needed = map(Requirement, distribution(name).requires or ())
        wanted += [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    assert set(known) == seen


@pytest.mark.parametrize("encoding", ["cp949", "ascii"])
def test_it_starts_where_a_terminal_lacks_letters_and_without_asking_a_proxy(encoding):
    """A redirected Korean console; a firm's proxy, which knows no loopback."""
    nowhere = "http://127.0.0.1:9"
    own = {"PYTHONIOENCODING": encoding, "HTTP_PROXY": nowhere, "http_proxy": nowhere}
    with running(env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as app:
        app.stop()
        said = app.process.stdout.read().decode(encoding)
    assert said.strip() == f"* Running on local URL:  {app.address}"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GRADIO_SERVER_PORT", "abc", "The port must be a number"),
        ("GRADIO_SERVER_NAME", "no.such.host.invalid", "There is no address"),
        ("GRADIO_TEMP_DIR", __file__, "No temporary files can be written in"),
        ("FORWARDED_ALLOW_IPS", "my.proxy", "FORWARDED_ALLOW_IPS names addresses"),
    ],
)
def test_what_is_set_wrongly_is_one_sentence(name, value, said):
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, capture_output=True, text=True,
                          env=os.environ | {"GRADIO_SERVER_PORT": "0", name: value})  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert said in done.stderr
