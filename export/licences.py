"""What the static site bundles, under which licences: the text that must go with it."""

import json
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from export.npm import ROOT

CATALOGUE = ROOT / "models" / "catalogue.json"
RULE = "\n" + "=" * 78 + "\n\n"


class Missing(Exception):
    """A licence cannot be had; the message says in one sentence what to do."""


def text() -> str:
    """Ours, onnxruntime-web's with those of what is compiled into it, and the datasets' credits.

    Raises:
        Missing: onnxruntime's is, because the package is not installed.
    """
    parts = [
        "Sketch28\n\n" + (ROOT / "LICENSE").read_text("utf-8"),
        "The networks were trained on these datasets.\n\n" + _credits(),
        "onnxruntime-web (runtime/)\n\n" + _of_onnxruntime("LICENSE"),
        "What is compiled into onnxruntime-web\n\n" + _of_onnxruntime("ThirdPartyNotices.txt"),
    ]
    return RULE.join(part.strip() + "\n" for part in parts)


def _credits() -> str:
    datasets = json.loads(CATALOGUE.read_text("utf-8"))["datasets"].values()
    return "\n".join("{title}: {authors}, {licence}, {page}".format(**each) for each in datasets)


def _of_onnxruntime(name: str) -> str:
    """The package on npm has no such file; that on PyPI, of the same source, has."""
    try:
        found = next(file for file in files("onnxruntime") or [] if file.name == name)
    except (PackageNotFoundError, StopIteration):
        message = f"The site needs onnxruntime's {name}: run pip install -r requirements.txt."
        raise Missing(message) from None
    return Path(found.locate()).read_text("utf-8", errors="replace")
