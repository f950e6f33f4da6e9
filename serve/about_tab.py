"""The About tab: two networks asked the same, measured figures, what answers here, credits."""

import platform

import gradio as gr
import numpy as np

from models import catalogue, results
from models.classifier import load
from models.sessions import VERSION
from models.specs import DATASETS, MODELS
from serve import closer, parts
from serve.later_tabs import panel

ROOT = parts.FOLDER.parent
# What measure/report.py draws. Mistakes show samples of the data, so they lie outside of docs/.
CHARTS = ("confusion-digits", "confusion-garments", "reliability")
gr.set_static_paths([*(ROOT / "docs").glob("*.png"), *(ROOT / "reports").glob("mistakes-*.png")])


def about(_=None) -> dict:
    """What the tab shows, from models/results.json, from what is installed and from DATASETS.

    Returns:
        {"rows": one for each model that was measured, "charts": [{"name", "address"}], "mistakes":
        [{"model", "part", "address"}], "providers", "versions", "credits"}; what was not measured
        yet is missing.
    """
    figures, files = results.read(), catalogue.read()["files"]
    return {
        "rows": [
            _row(name, figures, files) for name in MODELS if name in figures.get("scores", {})
        ],
        "charts": [
            {"name": name, "address": _address(f"docs/{name}.png")}
            for name in CHARTS
            if (ROOT / f"docs/{name}.png").exists()
        ],
        "mistakes": _mistakes(),
        "providers": sorted({load(model["name"]).provider for model in parts.models()}),
        "versions": {
            "ONNX Runtime": VERSION,
            "Gradio": gr.__version__,
            "NumPy": np.__version__,
            "Python": platform.python_version(),
        },
        "credits": [
            {"title": s.title, "authors": s.authors, "page": s.page, "licence": s.licence}
            for s in DATASETS.values()
        ],
    }


def build() -> gr.HTML:
    return panel("about", about, closer.compare, closer.examples)


def _row(name: str, figures: dict, files: dict) -> dict:
    score, graph = figures["scores"][name], files.get(f"{name}.onnx", {})
    parity = graph.get("parity", {})
    return {
        "name": name,
        "parameters": score.get("parameters"),
        "bytes": graph.get("bytes"),
        "test": score["test_accuracy"],
        "people": score["people_accuracy"],
        "resized": score["people_accuracy_resized"],
        "moved": figures.get("shift", {}).get(name, {}).get("share"),
        "apart": parity.get("logits_relative"),
        "equal": parity.get("equal"),
        "compared": parity.get("compared"),
    }


def _mistakes() -> list[dict]:
    """The pages of mistakes that are here, of the networks that the page offers."""
    return [
        {"model": model["name"], "part": part, "address": _address(path)}
        for model in parts.models()
        for part in ("test", "people")
        if (ROOT / (path := f"reports/mistakes-{model['name']}-{part}.png")).exists()
    ]


def _address(path: str) -> str:
    """Where the browser finds a file of the project, relative to the page."""
    return f"./gradio_api/file={(ROOT / path).as_posix()}"
