"""The benchmarks measure what they say, on little data: no figure here depends on speed."""

import struct
from contextlib import suppress
from functools import partial
from itertools import cycle
from multiprocessing import Pipe
from threading import Thread

import cv2
import numpy as np
import pytest
import torch

from measure import as_published, clock, loops, report, shift_scores, start, whole_way
from measure import speed as benchmark
from measure import training as bench
from models.specs import MODELS
from tests import counting
from train.pictures import data
from train.plan import Recipe

TUTORIAL = "fashion_mnist_tutorial"


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A folder with small made-up datasets in the files that torchvision reads."""
    monkeypatch.setattr(data, "check", lambda root, name: None)  # they are not the published ones
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


class InThread(loops.Runner):
    """A Runner in a thread of this process: torch need not be loaded anew for every loop."""

    def __init__(self, run, *args):
        self.orders, self.ours = Pipe()
        self.process = Thread(target=self.quietly, args=(run, *args, self.ours))

    @staticmethod
    def quietly(run, *args):
        with suppress(EOFError):  # no more orders
            run(*args)

    def __enter__(self):
        self.process.start()
        self.orders.recv()
        return self

    def __exit__(self, *_):
        self.orders.close()
        self.process.join()


def test_all_loops_take_turns_and_are_timed(made_up, monkeypatch, capsys):
    monkeypatch.setattr(bench, "BLOCK", 3)
    monkeypatch.setattr(loops, "Runner", InThread)
    scored = []
    monkeypatch.setattr(as_published, "score", lambda *_: scored.append(True))
    for dataset, how in as_published.TUTORIALS.items():
        figures = bench.compare(dataset, made_up, steps=6)
        assert all(figures[name] > 0 for name in ("theirs", "float32", "bfloat16"))
        assert scored == [True] * how.scores
        scored.clear()
        assert figures["theirs"] > figures["scoring"]
        assert f"{dataset}: an epoch of the tutorial's loop" in capsys.readouterr().out


def test_every_turn_but_the_first_is_counted():
    """In processes of their own, which tests/counting.py keeps light."""
    ways = {"one": (counting.step,), "another": (counting.step,)}
    took, scoring = loops.take_turns(ways, steps=6, block=2, warm_up=1)
    assert {name: len(seconds) for name, seconds in took.items()} == {"one": 2, "another": 2}
    assert scoring.keys() == ways.keys()


def test_orders_are_carried_out_in_turn_and_each_is_answered():
    orders, theirs = Pipe()
    asked = [3, 60, loops.SCORE]
    for order in asked:
        orders.send(order)
    told = loops.told(theirs)
    assert [next(told) for _ in asked] == asked
    assert orders.recv() == "ready"


def test_a_loop_that_dies_is_noticed():
    with pytest.raises(EOFError), loops.Runner(counting.die):
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


def test_calls_side_by_side_give_the_median_and_the_slow_ones(monkeypatch):
    now = [0.0]  # seconds, of a clock that only these calls move
    monkeypatch.setattr(clock.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(clock.time, "perf_counter_ns", lambda: round(now[0] * 1e9))
    lengths = {"quick": cycle([0.001]), "slow": cycle([0.004] * 95 + [0.5] * 5)}

    def spend(word):
        now[0] += next(lengths[word])

    took = clock.side_by_side({word: partial(spend, word) for word in lengths}, 8, 2)
    assert took["quick"]["median"] == took["quick"]["p99"] == pytest.approx(1000)
    assert took["slow"]["median"] == pytest.approx(4000)
    assert took["slow"]["p99"] > 4000
    assert took["slow"]["calls"] == took["quick"]["calls"] > 99


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
    ways = whole_way.ways("mnist_tutorial")
    common = {"find", "to 28×28", "network", "the rest"}
    for kind, steps in {"ink": common, "sketch": common | {"decode"}}.items():
        took = whole_way.steps(ways[kind], 3)
        assert steps == set(took)
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
