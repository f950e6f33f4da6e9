"""The page's endpoints, as a program meets them."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from gradio_client import handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

from measure.browser import EXAMPLES
from models.specs import MODELS
from serve.offered import default, offered

ROOT = Path(__file__).resolve().parents[1]
DIGIT, GARMENT = default("digit"), default("garment")


@pytest.fixture
def seven(tmp_path) -> Path:
    """A 7 drawn on a large sheet, low and to the right."""
    picture = Image.new("RGB", (600, 500), "white")
    stroke = [(330, 250), (450, 250), (380, 440)]
    ImageDraw.Draw(picture).line(stroke, fill="navy", width=14, joint="curve")
    path = tmp_path / "seven.png"
    picture.save(path)
    return path


def test_imports_without_torch():
    code = """
import sys
for name in ("torch", "torchvision", "onnx", "train", "export"):
    sys.modules[name] = None
import app
assert app.demo
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_classify_sketch(client, seven):
    result = client.predict(image=handle_file(seven), model=DIGIT, api_name="/classify_sketch")
    assert result["label"] == "7"
    assert result["model"] == DIGIT
    assert result["rejected"] is False
    assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert set(result["probabilities"]) == set("0123456789")
    assert np.shape(result["network_input"]) == (28, 28)


def test_classify_photo_and_its_defaults(client):
    bag = handle_file(EXAMPLES / "garment-bag.png")
    result = client.predict(image=bag, api_name="/classify_photo")
    assert (result["label"], result["model"]) == ("Bag", GARMENT)


def test_what_a_drawing_shows_is_found_out(client, seven):
    result = client.predict(image=handle_file(seven), model="auto", api_name="/classify_sketch")
    assert (result["label"], result["shows"], result["rejected"]) == ("7", "digit", False)


def test_only_two_endpoints_are_public(client):
    endpoints = client.view_api(return_format="dict")
    assert set(endpoints["named_endpoints"]) == {"/classify_sketch", "/classify_photo"}
    assert not endpoints["unnamed_endpoints"]
    for endpoint in endpoints["named_endpoints"].values():
        assert [p["parameter_name"] for p in endpoint["parameters"]][:2] == ["image", "model"]


@pytest.mark.parametrize(("endpoint", "label"), [("sketch", "7"), ("photo", "Dress")])
def test_the_example_runs_as_it_is_printed(address, endpoint, label):
    with urllib.request.urlopen(f"{address}/gradio_api/info") as reply:
        printed = json.load(reply)["named_endpoints"][f"/classify_{endpoint}"]["code_snippets"]
    command = [sys.executable, "-c", printed["python"]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert f"'label': '{label}'" in done.stdout
    assert "'rejected': False" in done.stdout


@pytest.mark.parametrize("endpoint", ["/classify_sketch", "/classify_photo"])
def test_bad_input_gets_one_sentence(client, endpoint, seven, tmp_path):
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    empty = tmp_path / "empty.png"
    empty.touch()
    wrong = [
        ({"image": handle_file(text), "model": DIGIT}, "no picture"),
        ({"image": handle_file(empty), "model": DIGIT}, "empty"),
        ({"image": handle_file(seven), "model": "nonsense"}, "The models are: "),
        ({"image": handle_file(seven), "model": "mnist_mlp"}, "The models are: "),
        ({"image": handle_file(seven), "model": 7}, "name of a model"),
        ({"image": "../../etc/passwd", "model": DIGIT}, "uploaded"),
        ({"image": None, "model": DIGIT}, "uploaded"),
    ]
    for arguments, words in wrong:
        with pytest.raises(AppError, match=words) as caught:
            client.predict(**arguments, api_name=endpoint)
        assert "Traceback" not in str(caught.value)
        assert "/" not in str(caught.value).replace("JPEG/", "")


def test_no_file_of_the_server_can_be_named(address):
    """By a client that does not upload, but says where it wants the server to look."""
    for path in ("/etc/passwd", str(ROOT / "app.py"), "../app.py", str(EXAMPLES / "digit-7.png")):
        reply = call(address, "classify_sketch", {"path": path, "meta": FILE}, DIGIT)
        assert reply["event"] == "error"
        assert "root:" not in reply["data"]
    assert fetch(f"{address}/gradio_api/file={ROOT / 'app.py'}") == 404
    assert fetch(f"{address}/gradio_api/file={ROOT / 'page' / 'draw' / 'canvas.js'}") == 404


FILE = {"_type": "gradio.FileData"}


def call(address, endpoint, *data) -> dict:
    """One call without gradio_client: the last event of its stream, or the refusal at the gate."""
    url = f"{address}/gradio_api/call/{endpoint}"
    body = json.dumps({"data": data}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as reply:
            event = json.load(reply)["event_id"]
    except urllib.error.HTTPError as error:
        return {"event": "error", "data": error.read().decode()}
    with urllib.request.urlopen(f"{url}/{event}") as reply:
        lines = reply.read().decode().strip().splitlines()
    return {"event": lines[-2].removeprefix("event: "), "data": lines[-1].removeprefix("data: ")}


def fetch(url) -> int:
    try:
        with urllib.request.urlopen(url) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_choice_holds_every_classifier_and_no_baseline():
    assert list(offered()) == [n for n, s in MODELS.items() if s.graph.exists() and not s.baseline]
    assert (DIGIT, GARMENT) == ("mnist", "fashion_mnist")


NOTEBOOK = """
import httpx
from app import OPTIONS, demo
_, address, _ = demo.launch(**OPTIONS, prevent_thread_lock=True, quiet=True)
reply = httpx.post(address + "ask/sketch?model=mnist&width=9&height=9", content=bytes(81))
print(reply.status_code, reply.json()["blank"], httpx.get(address).status_code)
demo.close(verbose=False)
"""


def test_a_notebook_launches_it_with_gradios_own_server():
    command = [sys.executable, "-c", NOTEBOOK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "200 True 200"
