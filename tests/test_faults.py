"""Every file operation fails once, in every way: one sentence, nothing half-written or lost."""

import csv
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest
import torch
from PIL import Image

from models import bulk
from models.__main__ import main
from serve.gradio_insides import upload_folder
from tests.faults import KINDS, faulty
from tests.pictures import saved
from tests.test_bulk import table
from train import loop, mnist
from train.weights import read_weights

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="file descriptors have no names")

MODEL = "fashion_mnist_mlp"
WORDS = ["--recipe", "mlp", "--dry-run", "--device", "cpu", "--batch-size", "20"]
RUN = Path("runs/mnist_mlp-dry-run")


def one_epoch(forward, net, *_) -> tuple[float, float]:
    """A step that costs nothing, and is another in each epoch."""
    with torch.no_grad():
        next(net.parameters()).add_(torch.rand(()))
    return 1.0, 0.5


def draw_curves(path, *_) -> None:
    """Drawing takes longest, and is one file written whole like all others."""
    with loop.replacing(path) as temporary:
        temporary.write_bytes(b"PNG")


def weights() -> torch.Tensor:
    return read_weights(RUN / "dry.safetensors")[0]["fc1.weight"]


@pytest.mark.parametrize("kind", KINDS)
def test_training(kind, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loop, "_one_epoch", one_epoch)
    monkeypatch.setattr("train.tutorial.draw_curves", draw_curves)
    with faulty(tmp_path) as faults:
        mnist.main(WORDS)
    whole, count = weights(), faults.seen
    assert count > 20
    for number in range(count):
        for path in RUN.iterdir():
            path.unlink()
        with faulty(tmp_path, number, kind):
            try:
                mnist.main(WORDS)
            except SystemExit as stop:
                assert str(stop).endswith(".") and "\n" not in str(stop), stop
        left = {path.name for path in RUN.iterdir()}
        assert left <= {"checkpoint.pt", "history.csv", "curves.png", "dry.safetensors"}, number
        if "history.csv" in left:
            with (RUN / "history.csv").open(newline="") as file:
                assert [row["epoch"] for row in csv.DictReader(file)] in (["1"], ["1", "2"])
        mnist.main([*WORDS, "--resume"])  # no checkpoint is damaged
        assert torch.equal(weights(), whole), number


def submit(pool, *asked) -> Future:
    """Here, where operations are seen, instead of in another process."""
    future = Future()
    future.set_result(bulk._rows_of_files(*asked))
    return future


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder(kind, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bulk, "_submit", submit)
    folder = tmp_path / "work" / "in"
    (folder / "deeper").mkdir(parents=True)
    for name in ("1.png", "2.png", "deeper/3.png", "deeper/4.png"):
        Image.effect_noise((28, 28), 90).save(folder / name)
    out = tmp_path / "work" / "out.csv"
    words = [str(folder), "--model", MODEL, "--csv", str(out)]
    with faulty(folder.parent) as faults:
        assert main(words) == 0
    whole, names = table(out), list(bulk.files(folder))
    for number in range(faults.seen):
        out.unlink()
        capsys.readouterr()
        with faulty(folder.parent, number, kind):
            status = main(words)
        told = capsys.readouterr().err.splitlines()
        assert status == 2
        sentence = told[-1] if "here." in told[-1] else ""
        assert "Traceback" not in "".join(told)
        if sentence:
            assert main(words) == 0
            assert table(out) == whole, number
        rows = table(out)
        assert [row["file"] for row in rows] == names, number
        assert all(row == same or row["error"] for row, same in zip(rows, whole, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_app_takes_an_upload(kind, http):
    folder = upload_folder()
    content = saved(Image.effect_noise((28, 28), 90), "PNG")

    def files():
        return [path for path in folder.iterdir() if path.is_file()]

    def send():
        return http.post("/gradio_api/upload", files={"files": ("a.png", content)})

    with faulty(folder) as faults:
        assert send().status_code == 200
    assert faults.seen
    for number in range(faults.seen):
        for path in files():
            path.unlink()
        with faulty(folder, number, kind):
            reply = send()
        if reply.status_code != 200:
            assert reply.status_code in (400, 413, 503), reply.text
            assert "Traceback" not in reply.text and "Errno" not in reply.text
            assert not files()
        assert all(path.read_bytes() == content for path in files())
        assert send().status_code == 200
