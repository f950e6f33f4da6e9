"""A folder of pictures into a CSV file: rows, errors, order, resuming, crashes."""

import csv
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models import bulk
from models.__main__ import main
from models.classifier import load
from models.table import guarded, opened

MODEL = "fashion_mnist_mlp"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Nine pictures in three folders, a text file and a hidden one."""
    generator = np.random.default_rng(28)
    for place in ("", "a", "b/c"):
        (tmp_path / "in" / place).mkdir(parents=True, exist_ok=True)
        for name in ("1.png", "2, 3.png", "말.png"):
            pixels = np.zeros((28, 28), np.uint8)
            pixels[6:22, 8:20] = generator.integers(60, 255, (16, 12))
            Image.fromarray(pixels).save(tmp_path / "in" / place / name)
    (tmp_path / "in" / "a" / "notes.txt").write_text("no picture")
    (tmp_path / "in" / ".hidden").write_text("never looked at")
    return tmp_path / "in"


@pytest.fixture
def in_process(monkeypatch):
    """Work is done here, at once, instead of in other processes: tests stay fast."""

    def submit(pool, *asked):
        future = Future()
        future.set_result(bulk._rows_of_files(*asked))
        return future

    monkeypatch.setattr(bulk, "_submit", submit)
    monkeypatch.setattr(bulk, "AT_ONCE", 3)


def table(path: Path) -> list[dict]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_a_row_a_file_with_what_predict_says(folder, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main([str(folder), "--model", MODEL, "--csv", str(out)]) == 2  # one is no picture
    assert "9 pictures and 1 other files" in capsys.readouterr().out
    rows = table(out)
    assert [row["file"] for row in rows] == list(bulk.files(folder))
    assert len(rows) == 10
    for row in rows:
        if row["file"] == "a/notes.txt":
            assert row["error"].startswith("This file is no picture")
            assert row["label"] == ""
            continue
        result = load(MODEL).predict(folder / row["file"], "photo")
        assert (row["label"], row["error"]) == (result.label, "")
        assert float(row["probability"]) == pytest.approx(result.probability, abs=6e-5)
        assert float(row["energy"]) == pytest.approx(result.energy, abs=6e-5)
        assert (row["rejected"], row["blank"]) == (str(int(result.rejected)), "0")


def test_a_killed_run_goes_on_wherever_it_was_cut(folder, tmp_path, in_process):
    out = tmp_path / "out.csv"
    assert bulk.score(folder, out, MODEL, "photo") == (10, 1)
    whole = out.read_bytes()
    assert bulk.score(folder, out, MODEL, "photo") == (0, 0)
    assert out.read_bytes() == whole
    visited = set()
    for cut in range(0, len(whole), 7):
        out.write_bytes(whole[:cut])
        visited.add(bulk.score(folder, out, MODEL, "photo")[0])
        assert out.read_bytes() == whole, cut
    assert visited == set(range(1, 11))


def test_the_order_is_the_one_that_resuming_counts_on(folder):
    names = list(bulk.files(folder))
    assert len(names) == 10
    for earlier, later in pairwise(names):
        assert bulk._after(later, earlier)
        assert not bulk._after(earlier, later)


STRANGE = ("=1+1.png", "+1", "-1", "@x", "\tt", "\rr", "'q", "a\rb", "c\nd", 'e"f,g', "\udcff")


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be given there")
def test_strange_names_are_rows_of_their_own_wherever_a_run_was_cut(tmp_path, in_process):
    (tmp_path / "in").mkdir()
    for name in STRANGE:
        (tmp_path / "in" / name).write_bytes(b"")
    out = tmp_path / "out.csv"
    assert bulk.score(tmp_path / "in", out, MODEL, "photo") == (len(STRANGE), len(STRANGE))
    whole = out.read_bytes()
    with out.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    assert names == [guarded(name) for name in sorted(STRANGE)]
    assert not [name for name in names if name[0] in "=+-@\t\r"]
    for cut in range(0, len(whole), 13):
        out.write_bytes(whole[:cut])
        bulk.score(tmp_path / "in", out, MODEL, "photo")
        assert out.read_bytes() == whole, cut


def test_what_cannot_be_entered_is_a_row(folder, tmp_path, in_process, monkeypatch):
    (folder / "b" / "round").symlink_to("round")
    scan = os.scandir

    def scandir(path):
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    out = tmp_path / "out.csv"
    assert bulk.score(folder, out, MODEL, "photo") == (8, 2)
    errors = {row["file"]: row["error"] for row in table(out) if row["error"]}
    assert errors.keys() == {"a", "b/round"}
    assert all("can be read" in error for error in errors.values())


@pytest.mark.skipif(os.name == "nt", reason="Windows has its own locks")
def test_two_runs_at_once_are_one_sentence(folder, tmp_path, in_process, capsys):
    out = tmp_path / "out.csv"
    with opened(out, bulk.HEAD):
        assert main([str(folder), "--model", MODEL, "--csv", str(out)]) == 2
    assert capsys.readouterr().err == f"{out} is being written by another run.\n"
    assert bulk.score(folder, out, MODEL, "photo") == (10, 1)
    assert len(table(out)) == 10


def test_the_csv_file_may_lie_in_the_folder(folder, in_process):
    out = folder / "b" / "out.csv"
    assert bulk.score(folder, out, MODEL, "photo") == (10, 1)
    assert bulk.score(folder, out, MODEL, "photo") == (0, 0)


def test_a_file_that_brings_down_a_process_is_a_row(folder, tmp_path, monkeypatch):
    """The first batch's process "crashes"; its files are then looked at one by one."""
    submit, crashes = bulk._submit, iter([True])

    def submit_or_crash(pool, *asked):
        if not next(crashes, False):
            return submit(pool, *asked)
        future = Future()
        future.set_exception(BrokenProcessPool())
        return future

    monkeypatch.setattr(bulk, "_submit", submit_or_crash)
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    out = tmp_path / "out.csv"
    assert bulk.score(folder, out, MODEL, "photo", processes=1) == (10, 1)
    assert [row["file"] for row in table(out)] == list(bulk.files(folder))
    assert sum(bool(row["label"]) for row in table(out)) == 9


def test_few_batches_are_in_memory_at_once(folder, monkeypatch):
    taken, most = [0], [0]

    def names():
        for name in list(bulk.files(folder)) * 30:
            taken[0] += 1
            yield name

    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "_rows_of_files", lambda folder, batch, *_: batch)
    monkeypatch.setattr(bulk, "_submit", lambda pool, *asked: _done(asked[1]))
    given = 0
    for batch in bulk.scored(folder, names(), MODEL, "photo", 2):
        given += len(batch)
        most[0] = max(most[0], taken[0] - given)
    assert given == 300
    assert most[0] <= 2 * (bulk.AHEAD * 2 + 1)


def _done(value) -> Future:
    future = Future()
    future.set_result(value)
    return future


def test_bad_arguments_are_one_sentence(folder, tmp_path, capsys):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert main([str(folder), "--model", MODEL, "--csv", str(other)]) == 2
    assert "Please name another CSV file" in capsys.readouterr().err
    assert other.read_text() == "a,b\n1,2\n"
    assert main([str(folder), str(folder), "--model", MODEL, "--csv", "x.csv"]) == 2
    assert capsys.readouterr().err == "With --csv, please name one folder of pictures.\n"


@pytest.mark.slow
def test_kill_9_and_again(folder, tmp_path):
    """A real process, really killed, with more pictures than are waiting at once."""
    picture = (folder / "1.png").read_bytes()
    for number in range(3000):
        (folder / "b" / f"{number:05}.png").write_bytes(picture)
    out, expected = tmp_path / "out.csv", tmp_path / "expected.csv"
    command = [sys.executable, "-m", "models", str(folder), "--model", MODEL, "--csv", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not out.exists() or out.stat().st_size < 10_000:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    rows = len(table(out))
    assert 0 < rows < 3010
    bulk.score(folder, out, MODEL, "photo")
    bulk.score(folder, expected, MODEL, "photo")
    assert out.read_bytes() == expected.read_bytes()
