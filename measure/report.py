"""Score the shipped graphs and write down what they reach.

    python measure/report.py            # measure; write models/results.json, tables, charts
    python measure/report.py mnist      # measure only this model
    python measure/report.py --tables   # only write the tables of README.md and docs/

Everything is measured through the Python API that the app uses, from file or canvas to label. The
data folder is DATA_DIR (default: data). Confusion matrices and reliability go to docs/; pages of
mistakes show samples of the data and go to reports/, which git ignores.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from export.names import model_name
from measure import charts, machine, scores, shift_scores, tables
from models import results
from models.specs import MODELS, spec
from train.weights import read_weights

DOCS = Path(__file__).resolve().parents[1] / "docs"
REPORTS = Path("reports")
MOVED = 300  # test pictures a model, each moved to 289 places
SHOWN = ("mnist_tutorial", "mnist", "fashion_mnist_tutorial", "fashion_mnist")


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Score the shipped graphs.")
    parser.add_argument("names", nargs="*", type=model_name, help="models (default: all)")
    parser.add_argument("--tables", action="store_true", help="only write the tables")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    args = parser.parse_args(words)
    if not args.tables:
        measure(args.names or list(MODELS), args.data_dir)
    tables.write(results.read())


def measure(names: list[str], root: Path) -> None:
    found = {}
    for name in names:
        figures, said = scores.measure(name, root)
        figures |= _from_training(name)
        found[name] = figures
        results.update("scores", {name: figures})
        _, moved = shift_scores.average(name, root, MOVED)
        results.update("shift", {name: moved})
        print(f"{name}: {figures}")
        _show_mistakes(name, said)
    results.update("measured_with", machine.facts("numpy", "onnxruntime"))
    if found.keys() >= set(SHOWN):
        specs, shown = [spec(name) for name in SHOWN], [found[name] for name in SHOWN]
        charts.confusion(DOCS / "confusion-digits.png", specs[:2], shown[:2])
        charts.confusion(DOCS / "confusion-garments.png", specs[2:], shown[2:])
        charts.reliability(DOCS / "reliability.png", specs, shown)


def _from_training(name: str) -> dict:
    """What only the training knows; the rest of its provenance stays in the weights file."""
    _, metadata = read_weights(spec(name).weights)
    kept = ("parameters", "seconds", "epochs", "seed", "training_loss", "test_loss")
    return {key: metadata[key] for key in kept if key in metadata}


def _show_mistakes(name: str, parts: dict) -> None:
    for word, answers in parts.items():
        path = REPORTS / f"mistakes-{name}-{word}.png"
        charts.worst(path, spec(name), answers.inputs[:, 0], answers)


if __name__ == "__main__":
    main()
