"""models/results.json, the measured figures: measure/ writes it, everyone else reads it."""

from pathlib import Path
from typing import Any

from models import json_files
from models.specs import FOLDER

NAME = "results.json"


def read(folder: Path = FOLDER) -> dict[str, Any]:
    """All figures, or {} where none were written yet.

    Raises:
        DamagedFile: the file is no JSON object; the message names it.
    """
    return json_files.read(folder / NAME)


def update(key: str, figures: dict[str, Any], folder: Path = FOLDER) -> None:
    """Merge figures into the object under that top-level key; everything else stays as it is."""
    everything = read(folder)
    everything[key] = everything.get(key, {}) | figures
    json_files.write(folder / NAME, everything, sort_keys=True)
