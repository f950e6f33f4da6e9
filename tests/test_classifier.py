"""The Python API: what load(), predict(), predict_batch() and run() promise."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest

from export import to_onnx
from models import catalogue, classifier, sessions
from models.classifier import Classifier, load
from models.decode import BadPicture
from models.sessions import CPU, BrokenModel
from models.specs import MODELS, spec
from tests.conftest import MADE_UP, THRESHOLD, write_weights
from tests.pictures import likeness


@pytest.fixture
def made_up(exported) -> Classifier:
    return Classifier(spec(MADE_UP), exported)


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_model_keeps_the_contract(name, seven):
    result = load(name).predict(seven, kind="sketch")
    assert list(result.probabilities) == list(MODELS[name].labels)
    assert sum(result.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert result.label == max(result.probabilities, key=result.probabilities.get)
    assert result.probability == result.probabilities[result.label]
    assert result.network_input.shape == (28, 28)
    assert result.network_input.dtype == np.float32
    assert 0 <= result.network_input.min() < result.network_input.max() <= 1
    assert result.rejected in (True, False)
    assert not result.blank


@pytest.mark.parametrize("name", [name for name, m in MODELS.items() if m.subject == "digit"])
def test_a_shipped_model_reads_a_seven(name, seven):
    assert load(name).predict(seven).label == "7"


@pytest.mark.parametrize("name", [name for name, m in MODELS.items() if not m.baseline])
def test_a_blank_canvas_is_rejected(name):
    result = load(name).predict(np.full((200, 200), 255, np.uint8))
    assert result.blank
    assert result.rejected
    assert result.label in MODELS[name].labels


def test_a_sample_of_the_dataset_reaches_the_network_untouched(made_up, bag):
    result = made_up.predict(bag, kind="photo")
    image = bag.astype(np.float32)[np.newaxis, np.newaxis] / 255
    np.testing.assert_array_equal(result.network_input, image[0, 0])
    expected = made_up.run(image)["probabilities"][0]
    np.testing.assert_array_equal(list(result.probabilities.values()), expected)


def test_a_batch_is_answered_like_its_pictures(made_up, bag):
    pictures = [np.roll(bag, shift, axis=1) for shift in range(3)]
    together = made_up.predict_batch(pictures, "photo")
    for picture, result in zip(pictures, together, strict=True):
        alone = made_up.predict(picture, "photo")
        assert alone.label == result.label
        assert alone.probabilities == pytest.approx(result.probabilities, abs=1e-6)


def test_without_a_kind_it_takes_the_models_own(made_up, seven):
    """A garment model was asked to read photos as drawings, and nobody noticed."""
    np.testing.assert_array_equal(
        made_up.predict(seven).network_input, made_up.predict(seven, "photo").network_input
    )
    assert made_up.predict(seven).trace.kind == "photo"
    assert made_up.predict(seven, "sketch").trace.kind == "sketch"


def test_ink_is_answered_like_its_drawing(seven):
    digits = load("mnist_tutorial")
    drawn, filed = digits.predict_ink(255 - seven), digits.predict(seven)
    assert (drawn.label, filed.label) == ("7", "7")
    assert likeness(drawn, filed) > 0.95


def test_json_has_places_where_there_are_any(seven):
    told = load("mnist_tutorial").predict(seven).as_json()
    assert told["box"] == pytest.approx([35, 25, 80, 95], abs=2)
    assert (told["width"], told["height"]) == (120, 120)
    assert len(told["centre"]) == 2
    blank = load("mnist_tutorial").predict(np.full((90, 90), 255, np.uint8)).as_json()
    assert not {"box", "centre"} & set(blank)


def test_no_pictures_no_answers(made_up):
    assert made_up.predict_batch([], "photo") == []


def test_an_answer_becomes_json(made_up, bag):
    result = made_up.predict(bag, kind="photo")
    told = json.loads(json.dumps(result.as_json()))
    assert told["model"] == MADE_UP
    assert told["label"] == result.label
    assert told["probabilities"] == result.probabilities
    assert (told["rejected"], told["blank"]) == (result.rejected, False)
    assert told["provider"] == CPU
    np.testing.assert_allclose(told["network_input"], result.network_input, atol=1e-4)


def test_the_threshold_rejects_what_lies_below_it(made_up, bag):
    result = made_up.predict(bag, kind="photo")
    assert made_up.rejection_threshold == THRESHOLD
    logits = made_up.run(result.network_input[np.newaxis, np.newaxis])["logits"].astype(float)
    assert result.energy == pytest.approx(np.log(np.exp(logits).sum()))
    for threshold, rejected in ((result.energy + 0.01, True), (result.energy - 0.01, False)):
        made_up.rejection_threshold = threshold
        assert made_up.predict(bag, kind="photo").rejected is rejected
    made_up.rejection_threshold = None
    assert made_up.predict(bag, kind="photo").rejected is False


def test_probabilities_are_calibrated(made_up, bag):
    out = made_up.run(np.random.default_rng(0).random((5, 1, 28, 28), np.float32))
    powers = np.exp(out["logits"].astype(float) / made_up.temperature)
    expected = powers / powers.sum(1, keepdims=True)
    np.testing.assert_allclose(out["probabilities"], expected, atol=1e-6)


def test_run_names_the_stages_in_order(made_up):
    out = made_up.run(np.zeros((2, 1, 28, 28), np.float32))
    assert made_up.stages == ("conv1", "pool1", "conv2", "pool2")
    assert [out[name].shape for name in made_up.stages] == [
        (2, 10, 24, 24),
        (2, 10, 12, 12),
        (2, 20, 8, 8),
        (2, 20, 4, 4),
    ]


@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((1, 28, 28), np.float32),
        np.zeros((1, 1, 28, 27), np.float32),
        np.zeros((0, 1, 28, 28), np.float32),
        np.zeros((1, 1, 28, 28), np.uint8),
        np.full((1, 1, 28, 28), np.nan, np.float32),
        [[0.5]],
    ],
)
def test_run_refuses_what_is_no_picture_tensor(made_up, batch):
    with pytest.raises(ValueError, match="The network takes"):
        made_up.run(batch)


def test_unknown_names_and_kinds_are_told_the_known_ones(made_up, bag):
    with pytest.raises(KeyError, match=r"no model 'nist'.*mnist_tutorial"):
        load("nist")
    with pytest.raises(ValueError, match="sketch or photo, not 'scan'"):
        made_up.predict(bag, kind="scan")


def test_a_bad_picture_is_refused_in_one_sentence(made_up):
    with pytest.raises(BadPicture, match="empty"):
        made_up.predict(b"")


def test_a_model_is_opened_once_however_many_ask(monkeypatch, exported):
    opened, ready = [], threading.Barrier(8)

    def slow(model):
        opened.append(model.name)
        return Classifier(model, exported)

    monkeypatch.setattr(classifier, "_loaded", {})
    monkeypatch.setattr(classifier, "Classifier", slow)

    def ask(_):
        ready.wait()
        return load(MADE_UP)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert opened == [MADE_UP]
    assert all(answer is answers[0] for answer in answers)


def test_a_failed_load_is_tried_again(monkeypatch, tmp_path):
    monkeypatch.setattr(classifier, "_loaded", {})
    with monkeypatch.context() as patch:
        patch.setattr(classifier, "Classifier", lambda model: Classifier(model, tmp_path))
        with pytest.raises(BrokenModel):
            load(MADE_UP)
    assert classifier._loaded == {}


def test_threads_get_the_answers_to_their_own_pictures(made_up):
    batch = np.random.default_rng(1).random((64, 1, 28, 28), np.float32)
    alone = [made_up.run(batch[i : i + 1])["logits"] for i in range(64)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda i: made_up.run(batch[i : i + 1])["logits"], range(64)))
    np.testing.assert_array_equal(alone, together)


def test_models_needs_neither_torch_nor_gradio():
    code = (
        "import sys, models.classifier, models.__main__\n"
        "heavy = 'torch torchvision onnx gradio safetensors train export serve'\n"
        "print(sorted(set(heavy.split()) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_metadata_that_is_not_there_is_named(exported):
    graph = exported / f"{MADE_UP}.onnx"
    model = onnx.load(graph)
    del model.metadata_props[:]
    onnx.save(model, graph)
    figures = {"sha256": sessions.sha256(graph.read_bytes())}
    catalogue.update({"files": {graph.name: figures}}, exported)
    with pytest.raises(BrokenModel, match=r"lacks its metadata \('labels'\)"):
        Classifier(spec(MADE_UP), exported)


def test_a_model_without_a_threshold_rejects_nothing_but_blanks(exported, bag):
    write_weights(exported, MADE_UP, rejection_threshold=None)
    to_onnx.export(MADE_UP, exported, data_dir=exported)
    without = Classifier(spec(MADE_UP), exported)
    assert without.rejection_threshold is None
    assert not without.predict(bag, "photo").rejected
    assert without.predict(np.zeros((28, 28), np.uint8), "photo").rejected
