"""Everything that measures: writes models/results.json, the tables and the charts of docs/."""

import sys

import models  # noqa: F401  # before onnxruntime, whose reports to its makers it turns off
from models.json_files import DamagedFile


def _in_one_sentence(kind, error, trace) -> None:
    """A damaged file of ours is no fault of the script that reads it."""
    if issubclass(kind, DamagedFile):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _in_one_sentence
