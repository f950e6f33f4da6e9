"""Training: networks, recipes, dry runs, resuming, and datasets that are not there."""

import csv
import re
from itertools import chain
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision.datasets.mnist
from tqdm import tqdm

from models.specs import MODELS
from train import fashion_mnist, loop, mnist, plan
from train.networks import NETWORKS, parameters
from train.pictures import data
from train.weights import read_weights, save_weights

SCRIPTS = {"mnist": mnist, "fashion_mnist": fashion_mnist}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Runs leave their folders in the temporary folder, not in the repository."""
    monkeypatch.chdir(tmp_path)


def dry_run(model, *words) -> tuple[dict, dict]:
    """Weights and facts that a dry run leaves."""
    few = ["--dry-run", "--device", "cpu", "--batch-size", "20"]
    SCRIPTS[model.dataset].main(["--recipe", model.recipe, *few, *words])
    output = words[words.index("--output") + 1] if "--output" in words else None
    return read_weights(output or f"runs/{model.name}-dry-run/dry.safetensors")


@pytest.mark.parametrize("name", MODELS)
def test_a_dry_run_trains_and_leaves_all_it_promises(name, capsys):
    model = MODELS[name]
    weights, facts = dry_run(model)
    assert weights.keys() == NETWORKS[model.network]().state_dict().keys()
    assert (facts["name"], facts["recipe"], facts["network"]) == (
        name,
        model.recipe,
        model.network,
    )
    assert facts["parameters"] == parameters(NETWORKS[model.network]())
    assert facts["temperature"] > 0
    assert 0 <= facts["test_accuracy"] <= 1
    folder = f"runs/{name}-dry-run"
    with open(f"{folder}/history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    with open(f"{folder}/curves.png", "rb") as file:
        assert file.read(4) == b"\x89PNG"
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.search(rf"{name}: .*\d%", last)


@pytest.mark.parametrize("name", MODELS)
def test_a_killed_run_goes_on_to_the_very_weights_of_an_unbroken_one(name, monkeypatch):
    model = MODELS[name]
    unbroken, facts = dry_run(model, "--output", "unbroken.safetensors")

    class Killed(tqdm):
        """Dies in the middle of the second epoch."""

        def update(self, n=1):
            super().update(n)
            if self.n > 0.7 * self.total:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loop, "tqdm", Killed)
        with pytest.raises(SystemExit, match=r"^Stopped\."):
            dry_run(model, "--output", "resumed.safetensors")
    resumed, resumed_facts = dry_run(model, "--output", "resumed.safetensors", "--resume")
    for key, value in unbroken.items():
        assert torch.equal(value, resumed[key]), key
    assert timeless(facts) == timeless(resumed_facts)


def timeless(facts: dict) -> dict:
    """Without what differs from run to run."""
    cycles = [{**cycle, "seconds": 0} for cycle in facts["cycles"]]
    return {**facts, "seconds": 0, "cycles": cycles}


def test_killed_in_its_first_epoch_it_leaves_no_earlier_run_to_resume(monkeypatch):
    model = MODELS["mnist_mlp"]
    checkpoint = loop.Run(plan.RUNS / "mnist_mlp-dry-run", "").checkpoint
    dry_run(model)
    assert checkpoint.exists()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(tqdm, "update", stop)
    with pytest.raises(SystemExit, match=r"^Stopped\."):
        dry_run(model)
    assert not checkpoint.exists()


def test_seeds_matter():
    model = MODELS["fashion_mnist_mlp"]
    one, _ = dry_run(model, "--seed", "1")
    same, _ = dry_run(model, "--seed", "1")
    other, _ = dry_run(model, "--seed", "2")
    assert torch.equal(one["fc1.weight"], same["fc1.weight"])
    assert not torch.equal(one["fc1.weight"], other["fc1.weight"])


def test_another_cycle_starts_from_the_weights_and_counts_on():
    model = MODELS["fashion_mnist"]
    first, facts = dry_run(model, "--output", "first.safetensors")
    again = ("--start-from", "first.safetensors", "--gentle", "--lr", "0")
    second, more = dry_run(model, "--output", "second.safetensors", *again)
    assert all(torch.equal(first[key], second[key]) for key in first if key.endswith("weight"))
    assert (more["epochs"], more["seconds"] > facts["seconds"]) == (4, True)
    assert [(cycle["epochs"], cycle["gentle"]) for cycle in more["cycles"]] == [
        (2, False), (2, True)
    ]  # fmt: skip


def test_the_mean_of_two_cycles_counts_what_they_share_once():
    model = MODELS["fashion_mnist_mlp"]
    dry_run(model, "--output", "first.safetensors")
    for seed in ("5", "6"):
        again = ("--start-from", "first.safetensors", "--seed", seed)
        dry_run(model, "--output", f"{seed}.safetensors", *again)
    one, other = (read_weights(Path(f"{seed}.safetensors"))[0] for seed in (5, 6))
    both = ("--start-from", "5.safetensors", "6.safetensors", "--lr", "0")
    mean, facts = dry_run(model, "--output", "mean.safetensors", *both)
    for key, value in mean.items():
        torch.testing.assert_close(value, (one[key] + other[key]) / 2)
    assert [cycle["seed"] for cycle in facts["cycles"]] == [777, 5, 6, 777]
    assert facts["epochs"] == 8


def test_weights_that_do_not_know_their_cycles_are_one_cycle():
    model = MODELS["fashion_mnist_mlp"]
    weights, facts = dry_run(model, "--output", "first.safetensors")
    net = NETWORKS[model.network]()
    net.load_state_dict(weights)
    facts = {name: fact for name, fact in facts.items() if name != "cycles"}
    save_weights(Path("old.safetensors"), net, facts | {"seconds": 100})
    _, more = dry_run(model, "--output", "second.safetensors", "--start-from", "old.safetensors")
    assert more["epochs"] == 4
    assert more["seconds"] >= 100


def test_a_gentle_cycle_belongs_to_the_robust_recipe(capsys):
    with pytest.raises(SystemExit):
        fashion_mnist.main(["--gentle", "--dry-run"])
    assert "--gentle belongs to --recipe robust" in capsys.readouterr().err


def test_bfloat16_trains_and_is_written_down_but_for_the_tutorials_recipe_alone(capsys):
    model = MODELS["mnist_tutorial"]
    exact, facts = dry_run(model)
    rounded, more = dry_run(model, "--bfloat16")
    assert (facts["products"], more["products"]) == ("float32", "bfloat16")
    assert more["training_loss"] == pytest.approx(facts["training_loss"], rel=0.1)
    for name, value in exact.items():
        assert rounded[name].dtype == value.dtype == torch.float32
        assert not torch.equal(rounded[name], value)
    with pytest.raises(SystemExit):
        mnist.main(["--recipe", "robust", "--bfloat16", "--dry-run"])
    assert "--bfloat16 belongs to --recipe tutorial" in capsys.readouterr().err


def test_another_cycle_wants_weights_of_the_same_network(tmp_path):
    dry_run(MODELS["mnist_mlp"], "--output", "other.safetensors")
    (tmp_path / "text.safetensors").write_text("text")
    for file in ("other", "text", "none"):
        with pytest.raises(SystemExit, match=f"^{file}.safetensors holds no weights of FashionCNN"):
            fashion_mnist.main(["--dry-run", "--start-from", f"{file}.safetensors"])


def test_hold_out_fits_the_two_numbers_and_keeps_the_weights():
    model = MODELS["fashion_mnist_tutorial"]
    before, facts = dry_run(model, "--output", "w.safetensors")
    after, fitted = dry_run(model, "--output", "w.safetensors", "--hold-out", "60")
    assert all(torch.equal(before[key], after[key]) for key in before)
    changed = {key for key in fitted if fitted[key] != facts.get(key)}
    assert changed == {"temperature", "rejection_threshold", "calibrated_on"}
    assert facts["rejection_threshold"] is None


def test_hold_out_wants_trained_weights_first():
    words = ["--dry-run", "--hold-out", "200", "--output", "none.safetensors"]
    with pytest.raises(SystemExit, match="train once without --hold-out first"):
        fashion_mnist.main(words)


@pytest.mark.parametrize("dataset", SCRIPTS)
def test_no_dataset_and_no_network_says_which_files_belong_where(dataset, monkeypatch, tmp_path):
    def offline(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(torchvision.datasets.mnist, "download_and_extract_archive", offline)
    with pytest.raises(SystemExit) as stop:
        SCRIPTS[dataset].main(["--data-dir", str(tmp_path / "nothing"), "--device", "cpu"])
    sentence = str(stop.value)
    assert "\n" not in sentence
    assert "train-images-idx3-ubyte.gz" in sentence
    assert str(tmp_path / "nothing") in sentence


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_where_there_is_none_is_one_sentence():
    with pytest.raises(SystemExit, match="No CUDA device"):
        mnist.main(["--device", "cuda", "--dry-run"])


def test_batches_of_an_epoch_are_the_same_whatever_came_before():
    images, labels = data.made_up(25)
    batches = data.Batches(images, labels, size=10, seed=1)
    first = [label.tolist() for _, label in batches.epoch(3)]
    list(batches.epoch(0))
    assert first == [label.tolist() for _, label in batches.epoch(3)]
    assert first != [label.tolist() for _, label in batches.epoch(4)]
    assert [len(part) for part in first] == [10, 10, 5]
    assert sorted(chain.from_iterable(first)) == sorted(labels.tolist())
    full = data.Batches(images, labels, size=10, seed=1, drop_last=True)
    assert [len(label) for _, label in full.epoch(3)] == [10, 10]
    assert (len(batches), len(full)) == (3, 2)


@pytest.mark.parametrize("name", MODELS)
def test_shipped_weights_say_how_they_came_to_be(name):
    model = MODELS[name]
    _, facts = read_weights(model.weights)
    assert (facts["name"], facts["network"], facts["recipe"]) == (name, model.network, model.recipe)
    for key in ("epochs", "batch_size", "lr", "seed", "device", "seconds", "torch", "temperature"):
        assert key in facts
