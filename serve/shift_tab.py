"""The Shift lab: the picture moved by every (dx, dy), and which networks still know it."""

import gradio as gr

from models import results
from models.specs import MODELS
from serve import closer
from serve.later_tabs import panel

ORDER = ("mlp", "tutorial", "robust")  # the plain network first


def build() -> gr.HTML:
    here = sorted(
        (spec for spec in MODELS.values() if spec.graph.exists()),
        key=lambda spec: ORDER.index(spec.recipe),
    )
    measured = results.read().get("shift", {})
    models = [
        {
            "name": s.name,
            "subject": s.subject,
            "recipe": s.recipe,
            "average": measured.get(s.name, {}).get("share"),
            "pictures": measured.get(s.name, {}).get("pictures"),
        }
        for s in here
    ]
    return panel("shift", closer.move, closer.examples, models=models)
