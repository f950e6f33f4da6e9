"""`python -m models`: what it prints and how it ends."""

import json
import subprocess
import sys

import pytest
from PIL import Image

from models import classifier, sessions
from models.__main__ import main
from models.classifier import Classifier
from models.specs import spec
from tests.conftest import MADE_UP


@pytest.fixture
def garments(monkeypatch, exported) -> list[str]:
    """The words that choose a made-up garment model."""
    opened = Classifier(spec(MADE_UP), exported)
    monkeypatch.setattr(classifier, "_loaded", {MADE_UP: opened})
    return ["--model", MADE_UP]


@pytest.fixture
def picture(tmp_path, bag) -> str:
    path = tmp_path / "bag.png"
    Image.fromarray(bag).save(path)
    return str(path)


def test_a_line_a_picture(garments, picture, capsys):
    opened = classifier.load(MADE_UP)
    opened.rejection_threshold = None
    label = opened.predict(picture, "photo").label
    assert main([picture, picture, *garments]) == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2
    assert out[0].startswith(f"{picture}  {label}  ({label} ")


def test_a_rejected_picture_is_called_none(garments, picture, capsys):
    classifier.load(MADE_UP).rejection_threshold = 1e9
    assert main([picture, *garments]) == 0
    assert "  no garment (nearest: " in capsys.readouterr().out


def test_json_lines(garments, picture, capsys):
    assert main([picture, "--json", *garments]) == 0
    told = json.loads(capsys.readouterr().out)
    expected = classifier.load(MADE_UP).predict(picture, "photo").as_json()
    assert told == {"file": picture, **expected}


def test_garments_are_photos_unless_told_otherwise(garments, picture, capsys):
    main([picture, "--json", *garments])
    main([picture, "--json", "--kind", "photo", *garments])
    default, photo = capsys.readouterr().out.splitlines()
    assert default == photo


def test_a_bad_picture_is_one_sentence_and_the_good_are_answered(
    garments, picture, tmp_path, capsys
):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"this is text")
    missing = tmp_path / "missing.png"
    assert main([str(bad), picture, str(missing), *garments]) == 2
    said = capsys.readouterr()
    assert said.out.startswith(picture)
    errors = said.err.splitlines()
    assert len(errors) == 2
    assert errors[0].startswith(f"{bad}: This file is no picture")
    assert errors[1].startswith(f"{missing}: There is no picture file 'missing.png'")


def test_a_broken_model_is_one_sentence(monkeypatch, picture, capsys):
    def broken(name):
        raise sessions.BrokenModel(f"{name}.onnx is missing")

    monkeypatch.setattr("models.auto.load", broken)
    assert main([picture]) == 2
    assert capsys.readouterr().err == "mnist.onnx is missing\n"


def test_the_command_itself(picture):
    command = [sys.executable, "-m", "models", picture, "--model", "nist"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "no model 'nist'" in done.stderr
    assert "mnist_tutorial" in done.stderr
