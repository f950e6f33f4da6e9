"""The Draw tab: a canvas of our own, and what the network makes of it while the pen moves."""

import gradio as gr

from serve import parts
from serve.old_answers import answer_sketch


def _icon(path: str) -> str:
    return f"""<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill="none"
    stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
    <path d="{path}"/></svg>"""


PEN = _icon("M4 20l1-5L16 4l4 4L9 19l-5 1zM14 6l4 4")
ERASER = _icon("M9 20h11M5 14l8-9 7 6-8 9H8l-3-3v-3zM9 10l7 6")
UNDO = _icon("M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3")
REDO = _icon("M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3")
SAVE = _icon("M12 4v11M7 11l5 5 5-5M5 20h14")
SHARE = _icon(
    "M6 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM18 3a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
    "M18 15a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8.6 10.5l6.8-3.9M8.6 13.5l6.8 3.9"
)

WIDTHS = {"fine": 0.025, "medium": 0.06, "broad": 0.11}  # in shares of the canvas's side


def _tool(name: str, icon: str, attributes: str = "") -> str:
    return f"""<button id="{name}" class="tool" data-t-label="draw.{name}" {attributes}>
    {icon}</button>"""


def _width(name: str, width: float) -> str:
    pressed = str(name == "medium").lower()
    return f"""<button class="tool" data-width="{width}" data-t-label="draw.{name}"
    aria-pressed="{pressed}"><span class="dot" style="--width: {width}"></span></button>"""


TOOLS = f"""
<div class="tools" role="toolbar" data-t-label="draw.tools">
  <div class="group">
    {_tool("pen", PEN, 'aria-pressed="true"')}
    {_tool("eraser", ERASER, 'aria-pressed="false"')}
    {"".join(_width(name, width) for name, width in WIDTHS.items())}
  </div>
  <div class="group">
    {_tool("undo", UNDO, "disabled")}
    {_tool("redo", REDO, "disabled")}
    {_tool("save", SAVE, "disabled")}
    {_tool("share", SHARE, "disabled")}
    <button id="clear" class="tool wide" data-t="draw.clear" disabled></button>
  </div>
</div>"""

TEMPLATE = f"""
<div class="two">
  <div class="left">
    <div class="sheet card">
      <canvas id="sketch" tabindex="0" aria-describedby="draw-keys"></canvas>
      <p class="hint" aria-hidden="true" data-t="draw.hint"></p>
      <p class="away" role="alert" data-t="answer.away" hidden></p>
    </div>
    {TOOLS}
    <p class="told" data-t=""></p>
    <input class="link" readonly hidden data-t-label="draw.link">
    <p id="draw-keys" class="keys" data-t="draw.keys"></p>
  </div>
  <div class="right">
    {parts.model_choice("model")}
    {parts.answer("answer")}
    {parts.SEEN}
  </div>
</div>"""


def build() -> gr.HTML:
    return gr.HTML(
        html_template=TEMPLATE,
        js_on_load=parts.start("draw/draw.js"),
        server_functions=[answer_sketch],
        apply_default_css=False,
        elem_id="panel-draw",
        models=parts.models(),
        chosen=parts.default_model("digit"),
    )
