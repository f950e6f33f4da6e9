"""The Inside tab: a picture's way through the network, with the arithmetic of any one value."""

import gradio as gr

from serve import closer, parts
from serve.later_tabs import panel


def build() -> gr.HTML:
    return panel("inside", closer.walk, closer.explain, closer.examples, models=parts.models())
