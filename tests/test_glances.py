"""The strongest maps of each stage, as they are sent under a moving pen."""

import numpy as np
import pytest

from models.classifier import load
from models.specs import MODELS
from serve import glances
from tests.page_numbers import CATALOGUE

OFFERED = [spec.name for spec in MODELS.values() if not spec.baseline]
MOST = 12_000  # bytes, of question and answer


def picture() -> np.ndarray:
    greys = np.zeros((28, 28), np.uint8)
    greys[6:22, 12:16] = 220
    greys[6:9, 8:20] = 255
    return greys


def read(name: str, packed: bytes) -> dict[str, tuple[list[int], np.ndarray]]:
    """Which maps of each stage, and their numbers, -127 to 127."""
    found, at = {}, 0
    for stage, shape in CATALOGUE["models"][name]["outputs"].items():
        if len(shape) != 3:
            continue
        end = at + glances.MAPS * (1 + shape[1] * shape[2])
        maps = list(packed[at : at + glances.MAPS])
        numbers = np.frombuffer(packed[at + glances.MAPS : end], np.int8)
        found[stage], at = (maps, numbers.reshape(glances.MAPS, *shape[1:])), end
    assert at == len(packed)
    return found


@pytest.mark.parametrize("name", OFFERED)
def test_the_strongest_maps_of_every_stage(name):
    greys = picture()
    shown = read(name, glances.of(load(name), greys))
    stages = load(name).run(greys[np.newaxis, np.newaxis].astype(np.float32) / 255)
    for stage, (maps, numbers) in shown.items():
        strengths = np.abs(stages[stage][0]).max((1, 2))
        assert maps == sorted(np.argsort(-strengths, kind="stable")[: len(maps)])
        expected = stages[stage][0][maps] * 127 / strengths.max()
        np.testing.assert_allclose(numbers, expected, atol=0.51)


def test_a_blank_picture_is_no_division_by_zero():
    shown = read("mnist_tutorial", glances.of(load("mnist_tutorial"), np.zeros((28, 28), np.uint8)))
    assert all(np.isfinite(numbers).all() for _, numbers in shown.values())


@pytest.mark.parametrize("name", [name for name in OFFERED if MODELS[name].recipe == "tutorial"])
def test_over_http_it_is_small(http, name):
    greys = picture().tobytes()
    reply = http.post("/ask/glance", params={"model": name}, content=greys)
    assert reply.status_code == 200
    assert reply.content == glances.of(load(name), picture())
    assert len(greys) + len(reply.content) <= MOST


def test_other_questions_are_refused(http):
    for model, content in (("nist", bytes(784)), ("mnist_mlp", bytes(784)), ("mnist", bytes(783))):
        reply = http.post("/ask/glance", params={"model": model}, content=content)
        assert 400 <= reply.status_code < 500
        assert "refusal" in reply.json()


def test_a_network_at_a_moment_of_its_training(http):
    asked = {"model": "mnist_tutorial", "input": "A" * 1044 + "AA==", "outputs": ["logits"]}
    wrong = ({"moment": 1}, {"moment": "10"}, {"moment": True}, {"moment": 10, "model": "mnist"})
    for change in wrong:
        assert http.post("/ask/run", json=asked | change).status_code == 400
    at_first = http.post("/ask/run", json=asked | {"moment": 0}).content
    shipped = http.post("/ask/run", json=asked).content
    assert len(at_first) == len(shipped) == 40
    assert at_first != shipped
