"""The Shift lab: the picture moved by every (dx, dy), and which networks still know it."""

import gradio as gr

from ui import closer
from ui.later_tabs import panel


def build() -> gr.HTML:
    return panel("shift", closer.move, closer.examples)
