"""Short runs of measure/fuzz.py and fuzz_requests.py, and proof that they would notice."""

import numpy as np
import pytest

from measure import fuzz, fuzz_requests
from models.decode import decode
from models.refusals import SENTENCES, BadPicture


def test_every_valid_file_is_answered():
    files = fuzz.valid_files()
    before = dict(fuzz.outcomes)
    for content in files:
        fuzz.check(content, "garment", "photo")
    assert fuzz.outcomes["answered"] - before["answered"] == len(files)


def test_a_made_up_png_with_right_checksums_is_decoded():
    assert decode(fuzz.png(2, 2, 8, 0, b"\0\1\2\0\3\4")).size == (2, 2)


def test_made_up_input_is_answered_or_refused():
    fuzz.run(cases=300)
    assert min(fuzz.outcomes.values()) > 20


@pytest.mark.parametrize("sentence", ["boom", "See /tmp/x.", "ValueError: no.", "two\nlines."])
def test_an_unkind_sentence_is_noticed(sentence):
    with pytest.raises(AssertionError):
        fuzz.check_sentence(sentence)


def test_a_wrong_answer_is_noticed(monkeypatch):
    class Broken:
        def predict(self, source, kind):
            raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "load", lambda name: Broken())
    with pytest.raises(ZeroDivisionError):
        fuzz.check(np.zeros((9, 9), np.uint8), "digit", "sketch")
    monkeypatch.setitem(SENTENCES, "damaged", "no")
    Broken.predict = lambda *_: (_ for _ in ()).throw(BadPicture("damaged"))
    with pytest.raises(AssertionError):
        fuzz.check(b"", "digit", "sketch")


def test_made_up_requests_are_answered_or_refused_at_little_cost():
    """The same ones each time."""
    found = fuzz_requests.run(cases=300)
    assert found.statuses[200] > 20
    assert found.statuses[400] > 20


@pytest.mark.parametrize(
    ("name", "value"), [("SECONDS", 0), ("check_sentence", lambda sentence: 1 / 0)]
)
def test_a_request_that_costs_too_much_or_is_refused_unkindly_is_noticed(monkeypatch, name, value):
    monkeypatch.setattr(fuzz_requests, name, value)
    with pytest.raises((AssertionError, ZeroDivisionError)):
        fuzz_requests.run(cases=20)
