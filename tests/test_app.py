"""The page's endpoints and server functions, as a program meets them."""

import asyncio
import base64
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

from models.specs import MODELS
from tests import calls
from tests.browser import EXAMPLES, served_page
from ui import answers, parts, upload_tab
from ui.texts import TEXTS

ROOT = Path(__file__).resolve().parents[1]
DIGIT, GARMENT = parts.default_model("digit"), parts.default_model("garment")


@pytest.fixture(scope="module")
def address():
    with served_page() as address:
        yield address


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


@pytest.fixture
def seven(tmp_path) -> Path:
    """A 7 drawn on a large sheet, low and to the right."""
    picture = Image.new("RGB", (600, 500), "white")
    stroke = [(330, 250), (450, 250), (380, 440)]
    ImageDraw.Draw(picture).line(stroke, fill="navy", width=14, joint="curve")
    path = tmp_path / "seven.png"
    picture.save(path)
    return path


def png(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def sketch(**changes):
    return {"picture": png(Image.new("L", (40, 40), 255)), "model": DIGIT} | changes


def photo(**changes):
    bag = base64.b64encode((EXAMPLES / "garment-bag.png").read_bytes()).decode()
    return {"picture": bag, "model": GARMENT, "cut": True, "invert": False} | changes


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


def test_only_two_endpoints_are_public(client):
    endpoints = client.view_api(return_format="dict")
    assert set(endpoints["named_endpoints"]) == {"/classify_sketch", "/classify_photo"}
    assert not endpoints["unnamed_endpoints"]
    for endpoint in endpoints["named_endpoints"].values():
        assert [p["parameter_name"] for p in endpoint["parameters"]][:2] == ["image", "model"]


@pytest.mark.parametrize(("endpoint", "label"), [("sketch", "7"), ("photo", "Dress")])
def test_the_example_runs_as_it_is_printed(address, endpoint, label):
    with urllib.request.urlopen(f"{address}gradio_api/info") as reply:
        printed = json.load(reply)["named_endpoints"][f"/classify_{endpoint}"]["code_snippets"]
    command = [sys.executable, "-c", printed["python"]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert f"'label': '{label}'" in done.stdout


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
    assert fetch(f"{address}gradio_api/file={ROOT / 'app.py'}") == 403
    assert fetch(f"{address}gradio_api/file={ROOT / 'ui' / 'texts.py'}") == 403
    assert fetch(f"{address}gradio_api/file={ROOT / 'ui' / 'canvas.js'}") == 200


FILE = {"_type": "gradio.FileData"}


def call(address, endpoint, *data) -> dict:
    """One call without gradio_client: the last event of its stream, or the refusal at the gate."""
    url = f"{address}gradio_api/call/{endpoint}"
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


def test_a_huge_body_is_refused(address):
    body = json.dumps({"data": "x" * 45_000_000}).encode()
    url = f"{address}gradio_api/component_server/"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(request)


def test_a_sketch_is_answered():
    picture = Image.new("L", (100, 120), 255)
    ImageDraw.Draw(picture).line([(25, 20), (75, 20), (45, 100)], fill=0, width=8)
    reply = calls.call(answers.answer_sketch, sketch(picture=png(picture)))
    assert reply["label"] == "7"
    assert reply["labels"][reply["probabilities"].index(max(reply["probabilities"]))] == "7"
    assert len(base64.b64decode(reply["input"])) == 784
    assert [step["name"] for step in reply["steps"]] == ["ink", "box", "centre"]
    assert all(step["picture"].startswith("data:image/") for step in reply["steps"])
    json.dumps(reply)


def test_a_blank_sketch_is_said_to_be_blank():
    assert calls.call(answers.answer_sketch, sketch())["blank"] is True


@pytest.mark.parametrize(
    "request_",
    [
        None,
        [],
        "text",
        {},
        sketch(extra=1),
        {"picture": sketch()["picture"]},
        sketch(picture=None),
        sketch(picture=7),
        sketch(picture=""),
        sketch(picture="not base64 §"),
        sketch(picture="A" * 100_000),
        sketch(picture=base64.b64encode(b"GIF89a").decode()),
        sketch(picture=png(Image.new("L", (600, 20)))),
        sketch(picture=png(Image.new("1", (5000, 5000)))),
        sketch(picture=png(Image.new("L", (40, 40)))[:60]),
        sketch(model="nonsense"),
        sketch(model="mnist_mlp"),
        sketch(model=["mnist"]),
        sketch(model="x" * 10_000),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_malformed_sketch_is_refused_in_one_sentence(request_):
    refusal = calls.call(answers.answer_sketch, request_)["refusal"]
    assert refusal.endswith(".")
    assert len(refusal) < 300


@pytest.mark.parametrize(
    "request_",
    [None, {}, photo(cut=1), photo(invert="yes"), photo(picture="%"), photo(model="nonsense"),
     photo(picture=base64.b64encode(b"<svg></svg>").decode())],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_malformed_photo_is_refused_in_one_sentence(request_):
    refusal = asyncio.run(answers.answer_photo(request_))["refusal"]
    assert refusal.endswith(".")


def test_a_photo_is_answered_and_its_controls_work():
    reply = asyncio.run(answers.answer_photo(photo()))
    assert reply["label"] == "Bag"
    whole = asyncio.run(answers.answer_photo(photo(cut=False)))
    assert whole["input"] != reply["input"]


def test_photos_beyond_the_queue_are_turned_away_kindly(monkeypatch):
    monkeypatch.setattr(answers, "MOST_WAITING", 0)
    assert "Please try again" in asyncio.run(answers.answer_photo(photo()))["refusal"]


def test_a_small_picture_gives_the_same_answer_as_the_full_canvas():
    """What the page sends is a fifth of a canvas's side; the network must not notice."""
    for strokes in ([(60, 40), (140, 40), (95, 160)], [(100, 30), (100, 170)]):
        large = Image.new("L", (1000, 1000), 255)
        points = [(5 * x, 5 * y) for x, y in strokes]
        ImageDraw.Draw(large).line(points, fill=0, width=60, joint="curve")
        small = large.resize((200, 200), Image.Resampling.BOX)
        classifier = answers.load(DIGIT)
        one, other = classifier.predict(np.array(large)), classifier.predict(np.array(small))
        assert one.label == other.label
        assert np.abs(one.network_input - other.network_input).mean() < 0.02


def test_every_example_is_told_right():
    """Our own drawings, by every network that can be chosen.

    A tutorial's network may be right and still turn a picture away: it has seen nothing but its
    dataset, so by its energy a third of all photos is unfamiliar.
    """
    for example in upload_tab.examples():
        path = EXAMPLES / example["name"]
        for model in parts.models():
            if model["subject"] == example["subject"]:
                result = answers.load(model["name"]).predict(path, kind="photo")
                assert result.label == example["label"], model["name"]
                assert model["tutorial"] or not result.rejected, model["name"]


def test_the_choice_holds_every_classifier_and_no_baseline():
    names = [model["name"] for model in parts.models()]
    assert names == [n for n, s in MODELS.items() if s.graph.exists() and not s.baseline]
    assert parts.default_model("digit") == names[0]


def test_both_languages_say_everything():
    english, korean = (set(TEXTS[language]) for language in ("en", "ko"))
    assert english <= korean
    assert {key for key in korean - english} == {
        f"label.{label}" for spec in MODELS.values() for label in spec.labels if len(label) > 1
    }


def test_the_page_weighs_little():
    files = [path for kind in ("js", "css") for path in parts.FOLDER.glob(f"*.{kind}")]
    assert sum(path.stat().st_size for path in files) < 100_000
