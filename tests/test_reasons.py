"""What the Why tab says that an answer rests on, held against the networks on 200 pen digits."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from models.classifier import load
from tests.node import tool
from tests.page_numbers import explain
from tests.pen_digits import pictures

DIGITS, TAKEN = 200, 5
CELLS = 14  # a side
SCRIPT = Path(__file__).parent / "js" / "reasons.mjs"


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """uint8 (DIGITS, 784), as many of each."""
    return pictures()[:: 2000 // DIGITS].reshape(DIGITS, 784)


@pytest.fixture(scope="module")
def windows(digits) -> list[dict]:
    """What the page blacks out of each."""
    return node({"windows": [base64.b64encode(digit).decode() for digit in digits]})


def node(asked: dict) -> list:
    done = subprocess.run(
        [tool("node"), SCRIPT], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def logits(name: str, batch: np.ndarray) -> np.ndarray:
    """float32 (N, 10) of uint8 (N, 784)."""
    pictures = batch.reshape(-1, 1, 28, 28).astype(np.float32) / 255
    return load(name).run(pictures, ["logits"])["logits"]


def without(digit: np.ndarray, cells) -> np.ndarray:
    """The digit with these cells of 2 × 2 pixels black."""
    picture = digit.reshape(28, 28).copy()
    for row, column in (divmod(cell, CELLS) for cell in cells):
        picture[2 * row : 2 * row + 2, 2 * column : 2 * column + 2] = 0
    return picture.ravel()


@pytest.mark.parametrize("name", ["mnist_tutorial", "mnist"])
@pytest.mark.parametrize(("against", "least"), [(False, 0.9), (True, 0.85)])
def test_the_strongest_cells_matter_more_than_others(name, against, least, digits, windows):
    """For the answer's logit, and for how far it is ahead of the runner-up's."""
    whole = logits(name, digits)
    order = np.argsort(-whole, axis=1)
    label, other = order[:, 0], order[:, 1] if against else np.full(DIGITS, -1)
    asked = []
    for i, (digit, window) in enumerate(zip(digits, windows, strict=True)):
        hidden = np.tile(digit, (len(window["cells"]), 1))
        for picture, edit in zip(hidden, window["edits"], strict=True):
            picture[[at for at, _ in edit]] = [grey for _, grey in edit]
        found = logits(name, hidden)
        asked.append({
            "input": base64.b64encode(digit).decode(),
            "whole": whole[i].tolist(),
            "found": found.ravel().tolist(),
            "cells": window["cells"],
            "label": int(label[i]),
            "other": int(other[i]),
        })  # fmt: skip
    rng = np.random.default_rng(28)
    held = 0
    for i, cells in enumerate(node({"strongest": asked})):
        taken = [cells[:TAKEN], rng.permutation(cells[TAKEN:])[:TAKEN]]
        left = logits(name, np.stack([without(digits[i], some) for some in taken]))
        score = left[:, label[i]] - (left[:, other[i]] if against else 0)
        held += score[0] < score[1]
    assert held >= least * DIGITS


def test_windows_hold_all_ink_and_only_ink_is_blacked_out(digits, windows):
    for digit, window in zip(digits, windows, strict=True):
        assert {at for edit in window["edits"] for at, _ in edit} == set(np.flatnonzero(digit))
        assert all(grey == 0 for edit in window["edits"] for _, grey in edit)
        assert len(window["cells"]) == len(window["edits"]) <= CELLS**2


@pytest.mark.parametrize("name", ["mnist_tutorial", "mnist"])
def test_the_exact_split_adds_up_to_the_logit(name, digits):
    """For each label, and for each against another."""
    image = digits[87].reshape(28, 28).astype(np.float32) / 255
    said = logits(name, digits[87:88])[0]
    for split in explain(name, image, {})["splits"]:
        expected = said[split["label"]] - (said[split["other"]] if split["other"] >= 0 else 0)
        assert len(split["values"]) == 49
        total = sum(split["values"]) + split["bias"]
        assert total == pytest.approx(float(expected), abs=1e-3)
        assert split["result"] == pytest.approx(total, abs=1e-6)


@pytest.mark.parametrize("name", ["fashion_mnist_tutorial", "fashion_mnist", "mnist_mlp"])
def test_what_is_no_sum_of_places_has_no_split(name, digits):
    image = digits[87].reshape(28, 28).astype(np.float32) / 255
    assert explain(name, image, {})["splits"] == []
