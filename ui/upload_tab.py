"""The Upload tab."""

import gradio as gr


def build() -> gr.HTML:
    return gr.HTML("", elem_id="panel-upload")
