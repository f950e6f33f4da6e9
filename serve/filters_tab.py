"""The Filters tab: kernels that the visitor chooses and edits, applied in the browser."""

import gradio as gr

from serve import closer
from serve.later_tabs import panel


def build() -> gr.HTML:
    return panel("filters", closer.examples)
