"""models/catalogue.json: what is shipped, for readers of any language. export/ writes it.

"models": name -> labels, kind, threshold, outputs, layers …; "learning": name -> the graph, weights
and moments of models/learning.py; "preprocessing": name -> its graph;
"files": name -> sha256, bytes and how it compares with torch; "datasets": key -> title, licence ….
"""

from pathlib import Path
from typing import Any

from models import json_files
from models.specs import FOLDER, MODELS

NAME = "catalogue.json"
PARTS = ("models", "learning", "preprocessing", "files", "datasets")


def read(folder: Path = FOLDER) -> dict[str, Any]:
    """All of it, or {} where nothing was exported yet.

    Raises:
        DamagedFile: the file is no JSON object; the message names it.
    """
    return json_files.read(folder / NAME)


def update(changes: dict[str, dict[str, Any]], folder: Path = FOLDER) -> None:
    """Put these entries in place of those of the same names; all others stay as they are.

    Args:
        changes: one of PARTS -> name -> entry.
    """
    old = read(folder)
    merged = {part: old.get(part, {}) | changes.get(part, {}) for part in PARTS}
    known = [*MODELS, *sorted(merged["models"].keys() - MODELS.keys())]
    merged["models"] = {name: merged["models"][name] for name in known if name in merged["models"]}
    merged["files"] = dict(sorted(merged["files"].items()))
    json_files.write(folder / NAME, merged)
