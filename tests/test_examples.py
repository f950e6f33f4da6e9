"""The example pictures: the list beside them says what Python sees."""

import base64
import json

import numpy as np
import pytest

from export.to_examples import FILE, FOLDER, listed
from models import auto
from models.classifier import load
from models.specs import MODELS

EXAMPLES = json.loads(FILE.read_text("utf-8"))


def test_the_list_is_what_its_script_writes():
    assert listed() == EXAMPLES, "write it anew with: python export/to_examples.py"


def test_every_picture_is_listed_digits_first():
    assert sorted(e["file"] for e in EXAMPLES) == sorted(p.name for p in FOLDER.glob("*.png"))
    subjects = [example["subject"] for example in EXAMPLES]
    assert subjects == sorted(subjects) and set(subjects) == {"digit", "garment", "neither"}


LABELLED = [example for example in EXAMPLES if example["label"]]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["file"])
def test_what_each_shows_is_found_out(example):
    result = auto.load(auto.AUTO).predict(FOLDER / example["file"])
    assert result.shows == example["subject"]
    assert result.rejected == (not example["label"])


@pytest.mark.parametrize("example", LABELLED, ids=lambda example: example["file"])
def test_the_app_answers_with_the_label(example):
    """The robust network of the subject, from the 784 greys alone and from the file."""
    name = next(
        spec.name
        for spec in MODELS.values()
        if (spec.subject, spec.recipe) == (example["subject"], "robust")
    )
    greys = np.frombuffer(base64.b64decode(example["input"], validate=True), np.uint8)
    by_greys = load(name).classify(greys.reshape(28, 28).astype(np.float32) / 255)
    by_file = load(name).predict(FOLDER / example["file"], "photo")
    for result in (by_greys, by_file):
        assert (result.label, result.rejected) == (example["label"], False)
