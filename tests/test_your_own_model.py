"""docs/your-own-model.md, followed to the letter in a copy of the project, on made-up pictures."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.node import ROOT
from tests.test_docs import tracked

pytestmark = pytest.mark.slow

DOC = (ROOT / "docs" / "your-own-model.md").read_text("utf-8")
CHANGE = ROOT / "docs" / "kmnist.diff"


DRAWN = """
import numpy as np
from models import preprocess
from models.classifier import load

ring = np.zeros((60, 60), np.uint8)
ring[5:55, 5:55] = 255
ring[11:49, 11:49] = 0
for trace in (load("kmnist").predict_ink(ring).trace, preprocess.ink(ring, "digit")):
    print(*np.rint(trace.network_input.ravel() * 255).astype(int))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project's tracked files with the change of that page."""
    folder = tmp_path_factory.mktemp("own")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    assert "git apply docs/kmnist.diff" in DOC
    subprocess.run(["git", "apply", CHANGE], cwd=folder, check=True)
    return folder


def python(folder, *words) -> str:
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True)
    assert not done.returncode, done.stderr[-2000:]
    return done.stdout


def test_a_third_dataset_is_trained_exported_and_asked(copy):
    assert "python train/kmnist.py --dry-run" in DOC
    weights = "models/kmnist.safetensors"
    python(copy, "train/kmnist.py", "--dry-run", "--output", weights)
    python(copy, "train/kmnist.py", "--dry-run", "--hold-out", "100", "--output", weights)
    told = python(copy, "export/to_onnx.py", "kmnist")
    assert "kmnist.onnx" in told and "kmnist.answer.onnx" in told
    model = json.loads((copy / "models" / "catalogue.json").read_text("utf-8"))["models"]["kmnist"]
    assert model["subject"] == "kana" and model["labels"] == list("おきすつなはまやれを")
    assert model["rejection_threshold"] is not None
    asked = ["-m", "models", "page/examples/digit-4.png", "--model", "kmnist", "--json"]
    answer = json.loads(python(copy, *asked))
    assert set(answer["probabilities"]) == set(model["labels"])
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    seen = np.asarray(python(copy, "-c", DRAWN).split(), float).reshape(2, 28, 28)
    np.testing.assert_array_equal(*seen)  # drawn on the page, it is not filled as garments are


def test_the_app_offers_it_and_the_page_has_words_for_it(copy):
    offered = "from serve.offered import default, offered; print(*offered(), default('kana'))"
    assert python(copy, "-c", offered).split().count("kmnist") == 2
    for language in ("en", "ko"):
        words = json.loads((copy / "page" / "words" / f"{language}.json").read_text("utf-8"))
        assert words["model.kana"] and words["answer.no.kana"]


def test_it_is_about_twenty_lines_beside_the_script():
    files = re.split(r"^diff --git ", CHANGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    lines = [line for file in files if "new file" not in file for line in file.splitlines()]
    assert len([line for line in lines if re.match(r"\+[^+]", line)]) <= 20
