"""Writes page/examples/examples.json: the example pictures, and what the network sees of each.

python export/to_examples.py

The tabs that look closer at a picture need no host for these.
"""

import base64
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import numpy as np

from models.classifier import load
from models.specs import MODELS

FOLDER = Path(__file__).resolve().parents[1] / "page" / "examples"
FILE = FOLDER / "examples.json"
NETWORKS = {"digit": "mnist", "garment": "fashion_mnist"}


def listed() -> list[dict[str, str]]:
    """The pictures in FOLDER, digits first: {"file", "subject", "label", "input"}.

    What is neither has no label and no input. "input" holds the 784 greys in base64, as Upload
    reads the file on the server.
    """
    return [_entry(path) for path in sorted(FOLDER.glob("*.png"))]


def main() -> None:
    lines = (json.dumps(entry, ensure_ascii=False) for entry in listed())
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    print(f"{FILE.name}: {len(listed())} pictures")


def _entry(path: Path) -> dict[str, str]:
    subject, _, word = path.stem.partition("-")
    if subject == "neither":
        return {"file": path.name, "subject": subject, "label": "", "input": ""}
    seen = load(NETWORKS[subject]).predict(path, "photo").network_input
    greys = np.rint(seen * 255).astype(np.uint8)
    return {
        "file": path.name,
        "subject": subject,
        "label": _label(subject, word),
        "input": base64.b64encode(greys.tobytes()).decode("ascii"),
    }


def _label(subject: str, word: str) -> str:
    """The label that a file's name means: "t-shirt-top" is "T-shirt/top"."""
    labels = next(spec.labels for spec in MODELS.values() if spec.subject == subject)
    return {label.lower().replace("/", "-").replace(" ", "-"): label for label in labels}[word]


if __name__ == "__main__":
    main()
