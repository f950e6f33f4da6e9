"""Pieces that more than one tab uses: files for the browser, the choice of networks, the answer."""

from html import escape
from pathlib import Path

import gradio as gr

from models.specs import DIGITS, GARMENTS, MODELS

FOLDER = Path(__file__).resolve().parents[1] / "page"

# The browser may fetch these and nothing else of this folder.
gr.set_static_paths(
    [path for kind in ("js", "css", "json", "png") for path in FOLDER.rglob(f"*.{kind}")]
)


def address(name: str) -> str:
    """Where the browser finds a file of this folder, relative to the page."""
    return f"./gradio_api/file={FOLDER.as_posix()}/{name}"


def start(module: str) -> str:
    """js_on_load that starts an ES module of this folder with what Gradio hands over."""
    return (
        f"import(new URL({address(module)!r}, document.baseURI))"
        ".then((module) => module.start({ element, props, server, upload }));"
    )


def models() -> list[dict]:
    """The classifiers that can be chosen: those whose graph is here, without the baselines."""
    return [
        {
            "name": spec.name,
            "subject": spec.subject,
            "labels": list(spec.labels),
            "tutorial": spec.recipe == "tutorial",
        }
        for spec in MODELS.values()
        if spec.graph.exists() and not spec.baseline
    ]


def default_model(subject: str) -> str:
    """The first for "digit" or "garment" (MODELS lists the robust ones first), else the first."""
    ordered = sorted(models(), key=lambda model: model["subject"] != subject)
    return ordered[0]["name"] if ordered else ""


def label_from_file(word: str) -> str:
    """The label that a file's name means: "t-shirt-top" is "T-shirt/top"."""
    labels = {
        label.lower().replace("/", "-").replace(" ", "-"): label for label in DIGITS + GARMENTS
    }
    return labels[word]


def model_choice(element_id: str) -> str:
    return f"""
<label class="choice" for="{escape(element_id)}">
  <span data-t="model"></span>
  <select id="{escape(element_id)}"></select>
</label>"""


def answer(element_id: str) -> str:
    """The panel whose data-label, data-probability, data-rejected and data-stroke scripts read."""
    return f"""
<section id="{escape(element_id)}" class="answer card" data-stroke="0" data-rejected="false"
    data-t-label="answer">
  <p class="verdict"><span class="winner"></span><span class="remark"></span></p>
  <div class="bars" role="list" data-t-label="answer.bars"></div>
  <p class="said only-heard" role="status" aria-live="polite"></p>
</section>"""


SEEN = """
<section class="seen card">
  <h2 data-t="seen"></h2>
  <p class="lead" data-t="seen.lead"></p>
  <p class="notes"></p>
  <div class="steps"></div>
</section>"""
