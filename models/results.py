"""models/results.json, the measured figures: export/ writes it, everyone else reads it."""

import json
import os
from pathlib import Path

from models.specs import FOLDER

NAME = "results.json"


def read(folder: Path = FOLDER) -> dict:
    """All figures, or {} where none were written yet.

    Raises:
        ValueError: the file is no JSON; the message names it.
    """
    path = folder / NAME
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}); restore it from the repository.") from error


def update(key: str, figures: dict, folder: Path = FOLDER) -> None:
    """Merge figures into the object under that top-level key; everything else stays as it is."""
    everything = read(folder)
    everything[key] = everything.get(key, {}) | figures
    temporary = folder / f"{NAME}.tmp"
    text = json.dumps(everything, indent=2, sort_keys=True, ensure_ascii=False)
    temporary.write_text(text + "\n", "utf-8")
    os.replace(temporary, folder / NAME)
