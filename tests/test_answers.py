"""What the page's server functions answer to drawings and photos, and to what is neither."""

import asyncio
import base64
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from measure import calls
from measure.browser import EXAMPLES
from measure.fuzz import check_sentence
from serve import answers, parts, upload_tab
from tests.pictures import saved

DIGIT, GARMENT = parts.default_model("digit"), parts.default_model("garment")


def png(picture: Image.Image) -> str:
    return base64.b64encode(saved(picture)).decode()


def sketch(**changes):
    return {"picture": png(Image.new("L", (40, 40), 255)), "model": DIGIT} | changes


def photo(**changes):
    bag = base64.b64encode((EXAMPLES / "garment-bag.png").read_bytes()).decode()
    return {"picture": bag, "model": GARMENT, "cut": True, "invert": False} | changes


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


def test_too_many_pictures_in_line_are_told_so(monkeypatch):
    monkeypatch.setattr(answers, "_waiting", answers.MOST_WAITING)
    request = {"picture": "", "model": GARMENT, "cut": True, "invert": False}
    reply = asyncio.run(answers.answer_photo(request))
    check_sentence(reply["refusal"])
    assert "try again in a moment" in reply["refusal"]


def test_a_fault_of_ours_is_one_sentence(monkeypatch, caplog):
    def broken(_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(answers, "load", broken)
    reply = calls.call(answers.answer_sketch, {"picture": calls.drawing(), "model": DIGIT})
    check_sentence(reply["refusal"])
    assert "ZeroDivisionError in " in caplog.text
    assert "secret" not in caplog.text + reply["refusal"]
