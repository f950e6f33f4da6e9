"""Several processes train as one does: torchrun with two processes, beside a single one."""

import csv
import os
import shutil
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
import torch

from models.specs import MODELS
from train import distributed, fashion_mnist
from train.weights import read_weights

ROOT = Path(__file__).resolve().parents[1]
FEW = ["--dry-run", "--device", "cpu", "--batch-size", "20"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def started(*words: str) -> subprocess.Popen[str]:
    """Two processes of train/fashion_mnist.py, and torchrun, which ends them when it is ended."""
    run = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*run, str(ROOT / "train" / "fashion_mnist.py"), *FEW, *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def torchrun(*words: str) -> str:
    """What they print until they are done."""
    process = started(*words)
    printed, told = process.communicate(timeout=300)
    assert process.returncode == 0, told[-3000:]
    return printed


def history(name: str) -> list[dict]:
    with open(f"runs/{name}-dry-run/history.csv", newline="") as file:
        return list(csv.DictReader(file))


def stopped_after_an_epoch(name: str, *words: str) -> list[dict]:
    """The history that they leave when they are asked to end once an epoch is over."""
    process = started(*words)
    while process.poll() is None and not Path(f"runs/{name}-dry-run/history.csv").exists():
        time.sleep(0.01)
    process.terminate()
    _, told = process.communicate(timeout=300)
    assert "SignalException" in told, told[-3000:]  # torchrun's; it was not done before
    return history(name)


@pytest.mark.slow
def test_two_processes_stopped_and_resumed_end_where_one_ends():
    """The plain network drops nothing at random, so only the order of sums may differ.

    So many epochs take a second or more: it is stopped long before the last.
    """
    words, name = ["--recipe", "mlp", "--epochs", "30"], "fashion_mnist_mlp"
    fashion_mnist.main([*FEW, *words, "--output", "one.safetensors"])
    one, alone = read_weights("one.safetensors")[0], history(name)
    shutil.rmtree("runs")

    words += ["--output", "two.safetensors"]
    before = stopped_after_an_epoch(name, *words)
    assert 1 <= len(before) < len(alone)
    said = torchrun(*words, "--resume")
    assert said.count("test accuracy") == 1  # one process speaks, not both
    two, together = read_weights("two.safetensors")[0], history(name)

    assert together[: len(before)] == before  # resumed, not begun anew
    assert one.keys() == two.keys()
    for key, value in one.items():
        torch.testing.assert_close(two[key], value, rtol=1e-4, atol=1e-5)
    for mine, theirs in zip(alone, together, strict=True):
        assert float(mine["loss"]) == pytest.approx(float(theirs["loss"]), rel=1e-4)
        assert mine["accuracy"] == theirs["accuracy"]


@pytest.mark.slow
def test_a_recipe_with_chance_in_it_trains_on_two_processes():
    model = MODELS["fashion_mnist"]
    torchrun("--recipe", model.recipe, "--output", "two.safetensors")
    rows = history(model.name)
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    assert read_weights("two.safetensors")[1]["name"] == model.name


def test_parts_are_equally_long_and_leave_nothing_out(monkeypatch):
    monkeypatch.setattr(distributed, "processes", lambda: 3)
    for count in (1, 2, 3, 10, 64):
        chosen, parts = torch.arange(100, 100 + count), []
        for rank in range(3):
            monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
            parts.append(distributed.part(chosen).tolist())
        assert {len(part) for part in parts} == {-(-count // 3)}
        assert set(chain.from_iterable(parts)) == set(chosen.tolist())


def test_a_single_process_needs_nothing_of_this():
    chosen = torch.arange(7)
    assert distributed.part(chosen) is chosen
    assert distributed.total(1.5, 2) == [1.5, 2]
    assert distributed.from_first(lambda: "made") == "made"
    net = torch.nn.Linear(2, 2)
    assert distributed.parallel(net) is net
