"""The benchmarks measure what they say, on little data: no figure here depends on speed."""

import struct
import time

import cv2
import numpy as np
import pytest
import torch

from measure import as_published, report, shift_scores, start, turns, whole_way
from measure import speed as benchmark
from measure import training as bench
from models.classifier import load
from models.specs import MODELS
from train.pictures import data
from train.plan import Recipe

TUTORIAL = "fashion_mnist_tutorial"


@pytest.fixture
def made_up(tmp_path):
    """A folder with small made-up datasets in the files that torchvision reads."""
    for source in data.TORCHVISION.values():
        raw = tmp_path / source.__name__ / "raw"
        raw.mkdir(parents=True)
        for part, count in (("train", 640), ("t10k", 200)):
            images, labels = data.made_up(count)
            head = struct.pack(">4i", 0x803, count, 28, 28)
            (raw / f"{part}-images-idx3-ubyte").write_bytes(head + images.numpy().tobytes())
            head, digits = struct.pack(">2i", 0x801, count), labels.to(torch.uint8).numpy()
            (raw / f"{part}-labels-idx1-ubyte").write_bytes(head + digits.tobytes())
    return tmp_path


def test_all_loops_take_turns_and_are_timed(made_up, monkeypatch, capsys):
    monkeypatch.setattr(bench, "BLOCK", 3)
    for dataset, how in as_published.TUTORIALS.items():
        figures = bench.compare(dataset, made_up, steps=6)
        assert all(figures[name] > 0 for name in ("theirs", "float32", "bfloat16"))
        assert (figures["scoring"] > 0.001) == how.scores
        assert figures["theirs"] > figures["scoring"]
        assert f"{dataset}: an epoch of the tutorial's loop" in capsys.readouterr().out


def test_every_turn_but_the_first_is_counted(made_up):
    loops = {name: (bench.ours, "mnist", made_up, False) for name in ("one", "another")}
    took, scoring = turns.take(loops, steps=6, block=2, warm_up=1)
    assert {name: len(seconds) for name, seconds in took.items()} == {"one": 2, "another": 2}
    assert scoring.keys() == loops.keys()


def test_a_loop_that_dies_is_noticed():
    with pytest.raises(EOFError), turns.Runner(bench.ours, "mnist", "/dev/null", False):
        pass


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mnist", "--steps", "1"], "--steps must be 2 or more"),
        (["cifar"], "there is no dataset cifar: fashion_mnist, mnist."),
    ],
)
def test_what_cannot_be_timed_is_said(words, said, capsys):
    with pytest.raises(SystemExit):
        bench.main(words)
    assert said in capsys.readouterr().err


def test_the_whole_recipe_in_bfloat16_learns(made_up):
    assert bench.whole("mnist", made_up) > 0.9  # bars in ten rows are easy to tell apart


def test_the_tutorials_loop_learns_what_ours_does(made_up):
    """Three passes over pictures that are easy to tell apart; its own score says so, too."""
    net = bench.build(MODELS[TUTORIAL], 0, torch.device("cpu"))
    images, labels = data.made_up(640)
    before = bench.evaluate(net, images, labels)[0]
    for _ in range(3):
        list(as_published.loop("fashion_mnist", made_up, net))
    after = bench.evaluate(net, images, labels)
    assert after[0] < before
    part = as_published.loader("fashion_mnist", made_up, train=True)
    assert as_published.score(part, net) == pytest.approx(after, abs=1e-4)


def test_the_fast_schedule_learns():
    train, test = data.made_up(640), data.made_up(200, seed=1)
    accuracy, seconds = bench.fast("fashion_mnist", Recipe(3, 32, 0.005, 0), 0, train, test)
    assert accuracy > 0.9
    assert seconds > 0


def test_turns_gives_the_median_and_the_slow_ones():
    calls = {"quick": lambda: time.sleep(0.001), "slow": lambda: time.sleep(0.004)}
    took = benchmark.turns(calls, 0.1, 2)
    assert 1000 <= took["quick"]["median"] < took["slow"]["median"]
    assert took["slow"]["median"] >= 4000
    assert took["quick"]["p99"] >= took["quick"]["median"]


def test_operations_are_those_one_counts_by_hand():
    net = bench.build(MODELS[TUTORIAL], 0, torch.device("cpu")).eval()
    by_hand = 2 * (24 * 24 * 10 * 25 + 8 * 8 * 20 * 250 + 320 * 50 + 50 * 10)
    assert benchmark.flops(net) == by_hand


def test_a_model_is_measured_in_every_way():
    figures = benchmark.measure(MODELS[TUTORIAL], compiled=False, seconds={1: 0.05, 256: 0.05})
    ways = {"eager", "onnxruntime", "all stages", "onnxruntime, graph with stages"}
    assert figures["batch_1"].keys() == figures["batch_256"].keys() == ways
    assert figures["bytes"] == MODELS[TUTORIAL].graph.stat().st_size


def test_steps_add_up_to_the_whole_way():
    canvas = whole_way.canvas()
    took = whole_way.steps(lambda: load("mnist_tutorial").predict(canvas), 3)
    assert {"decode", "find", "to 28×28", "pictures to show", "network", "the rest"} == set(took)
    assert all(value >= 0 for value in took.values())


def test_the_photo_is_what_it_is_called():
    content = whole_way.photo()
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (3024, 4032, 3)
    assert 1e6 < len(content) < 1e7


def test_sizes_are_within_what_was_asked_for():
    assert start.environment() / 1e6 <= start.LIMITS["environment_mb"]
    assert start.repository() / 1e6 <= start.LIMITS["repository_mb"]


@pytest.mark.parametrize("script", [benchmark, report, shift_scores])
def test_a_model_that_is_not_there_is_said_with_those_that_are(script, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["script", "nonsense"])
    with pytest.raises(SystemExit):
        script.main()
    assert "There is no model 'nonsense'. The models are: mnist," in capsys.readouterr().err
