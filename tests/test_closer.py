"""What the tabs that look closer are answered, and what strangers may not ask."""

import base64
import json
import re

import numpy as np
import pytest

from models import inside, shift
from models.classifier import load
from models.decode import MAX_PIXELS
from models.specs import DATASETS, MODELS, spec
from serve import about_tab, closer, later_tabs, parts

SPEAKERS = [
    about_tab.ROOT / name for name in ("models/decode.py", "models/apart.py", "serve/answers.py")
]
TOO_LARGE = "This picture has more than {} megapixels. Please choose a smaller one."
MODEL = "mnist_tutorial"


@pytest.fixture(scope="module")
def two() -> str:
    """Our own example of a 2 as base64 of its 784 bytes."""
    return next(e for e in closer.examples() if e["label"] == "2")["input"]


def image_of(text: str) -> np.ndarray:
    values = np.frombuffer(base64.b64decode(text), np.uint8)
    return values.reshape(28, 28).astype(np.float32) / 255


def f32(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def u8(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8)


@pytest.mark.parametrize("model", [model["name"] for model in parts.models()])
def test_the_walk_holds_every_stage_within_half_a_step(model, two):
    reply = closer.walk({"input": two, "model": model})
    stages = inside.walk(model, image_of(two))
    assert [s["name"] for s in reply["stages"]] == [s.name for s in stages]
    for told, stage in zip(reply["stages"], stages, strict=True):
        assert tuple(told["shape"]) == stage.values.shape
        step = (told["high"] - told["low"]) / 255
        got = told["low"] + u8(told["u8"]) * step
        np.testing.assert_allclose(got, stage.values.ravel(), atol=0.51 * step + 1e-5)
        if told["numbers"] is not None:
            np.testing.assert_allclose(told["numbers"], stage.values, rtol=1e-6)
    assert reply["labels"] == list(spec(model).labels)
    json.dumps(reply)


def test_the_arithmetic_is_told_in_full(two):
    asked = {"input": two, "model": MODEL, "stage": "conv2", "place": [5, 3, 4]}
    how = closer.explain(asked)
    inputs, weights = f32(how["inputs"]), f32(how["weights"])
    assert how["shape"] == (32, 3, 3)
    assert len(inputs) == len(weights) == 32 * 9
    assert how["corner"] == (2, 3)
    assert float(inputs @ weights) + how["bias"] == pytest.approx(how["shown"], abs=1e-4)
    stages = {s.name: s for s in inside.walk(MODEL, image_of(two))}
    assert how["shown"] == stages["conv2"].values[5, 3, 4]


@pytest.mark.parametrize("model", [name for name, spec in MODELS.items() if spec.graph.exists()])
def test_moves_are_what_the_network_says(model, two):
    reply = closer.move({"input": two, "model": model})
    said = u8(reply["u8"]).reshape(17, 17, 10)
    np.testing.assert_allclose(said / 255, shift.probabilities(model, image_of(two)), atol=0.0021)
    assert reply["labels"] == list(spec(model).labels)


def test_both_networks_are_compared(two):
    answers = closer.compare({"input": two, "subject": "digit"})["answers"]
    assert answers[0]["model"] == MODEL
    for answer in answers:
        result = load(answer["model"]).classify(image_of(two))
        assert answer["label"] == result.label
        assert answer["probabilities"] == list(result.probabilities.values())
        assert answer["rejected"] == result.rejected


def test_examples_are_there_for_both_subjects():
    found = closer.examples()
    assert {e["subject"] for e in found} == {m["subject"] for m in parts.models()}
    for example in found:
        assert len(u8(example["input"])) == 784
        assert example["label"] in spec(example["model"]).labels
        assert image_of(example["input"]).max() > 0.3


GOOD = {"input": base64.b64encode(bytes(784)).decode(), "model": MODEL}
HOW = GOOD | {"stage": "conv1", "place": [0, 0, 0]}
BAD = [
    (closer.walk, None),
    (closer.walk, []),
    (closer.walk, {}),
    (closer.walk, GOOD | {"more": 1}),
    (closer.walk, GOOD | {"input": 7}),
    (closer.walk, GOOD | {"input": "A" * 10_000_000}),
    (closer.walk, GOOD | {"input": "?" * 1048}),
    (closer.walk, GOOD | {"input": base64.b64encode(bytes(783)).decode()}),
    (closer.walk, GOOD | {"model": "alexnet"}),
    (closer.walk, GOOD | {"model": "mnist_mlp"}),
    (closer.explain, HOW | {"stage": "conv9"}),
    (closer.explain, HOW | {"stage": "input"}),
    (closer.explain, HOW | {"place": [0, 0]}),
    (closer.explain, HOW | {"place": [0, 0, 28]}),
    (closer.explain, HOW | {"place": [-1, 0, 0]}),
    (closer.explain, HOW | {"place": [True, 0, 0]}),
    (closer.explain, HOW | {"place": ["0", 0, 0]}),
    (closer.explain, HOW | {"place": "000"}),
    (closer.move, GOOD | {"model": "alexnet"}),
    (closer.compare, {"input": GOOD["input"], "subject": "cat"}),
]


@pytest.mark.parametrize(("answer", "request_"), BAD)
def test_what_cannot_be_answered_is_refused_in_one_sentence(answer, request_):
    reply = answer(request_)
    assert set(reply) == {"refusal"}
    assert 10 < len(reply["refusal"]) < 400
    assert "\n" not in reply["refusal"]


def test_a_good_request_is_not_refused():
    assert "refusal" not in closer.walk(GOOD)
    assert "refusal" not in closer.explain(HOW)


def test_about_tells_what_is_installed_and_measured():
    told = about_tab.about()
    assert [c["title"] for c in told["credits"]] == [d.title for d in DATASETS.values()]
    assert told["providers"]
    for chart in told["charts"] + told["mistakes"]:
        assert (about_tab.ROOT / chart["address"].split("file=")[1]).exists()
    for row in told["rows"]:
        assert 0 < row["test"] <= 1
    json.dumps(told)


def test_both_languages_say_everything():
    words = json.loads((later_tabs.FOLDER / "words.json").read_text("utf-8"))
    sentences = set(words["ko"]) - set(words["en"])  # of the server, which speaks English
    assert not set(words["en"]) - set(words["ko"])
    said = "".join(path.read_text("utf-8") for path in SPEAKERS)
    for sentence in sentences - {TOO_LARGE.format(MAX_PIXELS // 10**6)}:
        assert f'"{sentence}"' in said, sentence
    assert TOO_LARGE.format(MAX_PIXELS // 10**6) in sentences
    for key, text in words["en"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", words["ko"][key])), (
            key
        )
        assert text
        assert words["ko"][key]


def test_no_word_is_missing():
    from serve.texts import EN

    words = (
        json.loads((later_tabs.FOLDER / "words.json").read_text("utf-8"))["en"].keys() | EN.keys()
    )
    for script in later_tabs.FOLDER.glob("*.js"):
        text = script.read_text("utf-8")
        for key in re.findall(r'\bt\("([\w.-]+)"|data-t(?:-label)?="([\w.-]+)"', text):
            assert "".join(key) in words, (script.name, key)
