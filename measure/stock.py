"""What the page is compared with: Gradio's own gr.Sketchpad, which asks the same network.

python -m measure.stock
"""

import gradio as gr
import numpy as np

from models.classifier import load
from serve.offered import default

SIDE = 280


def build() -> gr.Blocks:
    classifier = load(default("digit"))

    def classify(value):
        picture = None if value is None else value["composite"]
        return "" if picture is None or not np.any(picture) else classifier.predict(picture).label

    with gr.Blocks() as demo:
        pad = gr.Sketchpad(canvas_size=(SIDE, SIDE), type="numpy", elem_id="pad")
        label = gr.Textbox(elem_id="label")
        pad.change(classify, pad, label, show_progress="hidden", trigger_mode="always_last")
    return demo


if __name__ == "__main__":
    build().launch(ssr_mode=False)
