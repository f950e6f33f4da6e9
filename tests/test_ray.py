"""Scoring over a cluster: a cluster of one machine with two workers gives the rows of one process.

Needs requirements-cluster.txt, which no other test does.
"""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models import bulk

pytest.importorskip("ray", reason="pip install -r requirements-cluster.txt")
ROOT = Path(__file__).resolve().parents[1]
MODEL = "fashion_mnist_mlp"


@pytest.mark.slow
def test_two_workers_give_the_rows_of_one_process(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    generator = np.random.default_rng(28)
    for number in range(600):
        pixels = np.zeros((28, 28), np.uint8)
        pixels[6:22, 8:20] = generator.integers(60, 255, (16, 12))
        path = folder / str(number % 3) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    (folder / "1" / "bad.png").write_text("no picture")

    command = [sys.executable, str(ROOT / "export" / "score_on_ray.py"), str(folder)]
    command += ["--out", str(out), "--model", MODEL, "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    found = {}
    for part in out.glob("*.csv"):
        with part.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found[str(Path(row.pop("file")).relative_to(folder))] = row

    bulk.score(folder, tmp_path / "one.csv", MODEL, "photo", processes=1)
    with (tmp_path / "one.csv").open(newline="", encoding="utf-8") as file:
        expected = {row.pop("file"): row for row in csv.DictReader(file)}
    assert len(expected) == 601
    assert found.keys() == expected.keys()
    for name, row in expected.items():
        energies = float(found[name].pop("energy") or 0), float(row.pop("energy") or 0)
        assert energies[0] == pytest.approx(energies[1], abs=2e-4)
        odds = float(found[name].pop("probability") or 0), float(row.pop("probability") or 0)
        assert odds[0] == pytest.approx(odds[1], abs=2e-4)
        assert found[name] == row
