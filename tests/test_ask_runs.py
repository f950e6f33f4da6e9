"""What the page asks of a network: runs of a picture, of its moves and of its edits."""

import asyncio
import base64
import json

import httpx
import numpy as np
import pytest

from models.classifier import load
from models.specs import MODELS
from serve import answers, changes
from tests.scenario import run
from tests.test_ask import DIGIT, asked, check_refused, drawn, input_of


def ran(**changed) -> httpx.Response:
    greys = base64.b64encode(input_of(drawn()).tobytes()).decode()
    asking = {"model": DIGIT, "input": greys, "outputs": ["logits", "probabilities"]} | changed
    return asked("run", json.dumps(asking).encode())


def test_outputs_come_in_the_order_asked_for():
    classifier, greys = load(DIGIT), input_of(drawn())
    outputs = [*classifier.stages, "probabilities"]
    numbers = np.frombuffer(ran(outputs=outputs).content, "<f4")
    batch = greys[np.newaxis, np.newaxis].astype(np.float32) / 255
    expected = classifier.run(batch, outputs)
    together = np.concatenate([expected[name].ravel() for name in outputs])
    assert np.abs(numbers - together).max() < 1e-5


@pytest.mark.parametrize("name", MODELS)
def test_moves_are_made_here(name):
    greys = np.zeros((28, 28), np.uint8)
    greys[8:20, 10:14] = 250
    moves = [[0, 0], [3, -2], [-28, 28], *([5, i % 9] for i in range(60))]
    reply = ran(model=name, input=base64.b64encode(greys.tobytes()).decode(),
                outputs=["probabilities"], moves=moves)  # fmt: skip
    found = np.frombuffer(reply.content, "<f4").reshape(len(moves), 10)
    moved = np.zeros((28, 28), np.uint8)
    moved[6:18, 13:17] = 250
    batch = np.stack([greys, moved, np.zeros_like(greys)])[:, np.newaxis].astype(np.float32) / 255
    expected = load(name).run(batch, ["probabilities"])["probabilities"]
    assert np.abs(found[:3] - expected).max() < 1e-5


def test_edits_are_made_here():
    greys = input_of(drawn())
    changed = changes.changed(greys, None, [[], [[0, 9], [783, 255]]])
    assert (changed[0] == greys).all()
    assert (changed[1].flat[0], changed[1].flat[783]) == (9, 255)
    assert np.count_nonzero(changed[1] != greys) == 2
    reply = ran(outputs=["logits"], edits=[[], [[400, 255]]])
    assert len(reply.content) == 2 * 10 * 4


LONG = [[0, 0]] * 1025


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "nonsense"}, {"model": 7}, {"model": ["mnist"]}, {"input": ""}, {"input": "%"},
        {"input": "AAAA"}, {"input": None}, {"outputs": []}, {"outputs": "logits"},
        {"outputs": ["nothing"]}, {"outputs": [["logits"]]}, {"outputs": ["logits", "logits"]},
        {"moves": []}, {"moves": [[0]]}, {"moves": [[0, 0, 0]]}, {"moves": [[0, 0.5]]},
        {"moves": [[29, 0]]}, {"moves": [[True, 0]]}, {"moves": LONG}, {"moves": {}},
        {"moves": [None]}, {"edits": [[[784, 0]]]}, {"edits": [[[0, 256]]]}, {"edits": [[0, 0]]},
        {"edits": [[[-1, 0]]]}, {"edits": 7}, {"edits": [[]], "moves": [[0, 0]]},
    ],
    ids=lambda changed: str(changed)[:40],
)  # fmt: skip
def test_a_malformed_run_is_refused_in_one_sentence(changed):
    check_refused(ran(**changed))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b"[" * 60_000, b"\xff\xfe"])
def test_what_is_no_object_is_refused(body):
    check_refused(asked("run", body), "request")


def test_no_run_returns_more_than_a_page_can_use():
    stages = list(load(DIGIT).stages)
    check_refused(ran(outputs=stages, moves=[[0, 0]] * 200), "request")


def test_drawings_go_before_many_pictures_for_a_moment(monkeypatch):
    greys = input_of(drawn())

    def many():
        return asyncio.create_task(answers.run(DIGIT, greys, ["logits"], [[0, 0]] * 3))

    async def scenario():
        monkeypatch.setattr(answers, "PATIENCE", 60)
        with answers._drawings:
            waits = many()
            (one,) = await answers.run(DIGIT, greys, ["logits"])
            await asyncio.sleep(0.1)
            assert not waits.done()
        (three,) = await waits
        assert np.abs(three - one).max() < 1e-5
        monkeypatch.setattr(answers, "PATIENCE", 0.01)
        with answers._drawings:
            await many()

    run(scenario)
