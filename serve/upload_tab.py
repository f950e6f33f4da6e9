"""The Upload tab: pictures of garments, or of digits on paper, one or many."""

import gradio as gr

from serve import later_tabs, parts
from serve.old_answers import answer_photo


def examples() -> list[dict]:
    """The pictures of our own making, named SUBJECT-LABEL.png by page/examples/draw.py."""
    subjects = {model["subject"] for model in parts.models()}
    found = []
    for path in sorted((parts.FOLDER / "examples").glob("*.png")):
        subject, _, word = path.stem.partition("-")
        if subject in subjects:
            found.append(
                {
                    "name": path.name,
                    "subject": subject,
                    "label": parts.label_from_file(word),
                    "address": parts.address(f"examples/{path.name}"),
                }
            )
    return found


def _example(number: int, example: dict) -> str:
    return f"""<button class="example" data-example="{number}">
    <img alt="" loading="lazy" width="72" height="72" src="{example["address"]}"></button>"""


def _template(found: list[dict]) -> str:
    return f"""
<div class="two">
  <div class="left">
    <div class="drop card">
      <img class="preview" alt="" hidden>
      <p data-t="upload.drop"></p>
      <div class="ways">
        <button id="choose" class="tool wide" data-t="upload.choose"></button>
        <button id="paste" class="tool wide" data-t="upload.paste"></button>
        <button id="camera" class="tool wide" data-t="upload.camera"></button>
      </div>
      <input id="upload" class="only-heard" type="file" multiple tabindex="-1"
        accept="image/*,.heic,.heif,.avif" data-t-label="upload.choose">
      <div class="camera" hidden>
        <video muted playsinline></video>
        <div class="ways">
          <button id="shoot" class="tool wide" data-t="upload.shoot"></button>
          <button id="camera-close" class="tool wide" data-t="upload.close"></button>
        </div>
      </div>
      <p class="complaint" role="alert"></p>
    </div>
    <div class="options">
      <label><input type="checkbox" id="whole"> <span data-t="upload.whole"></span></label>
      <label><input type="checkbox" id="invert"> <span data-t="upload.invert"></span></label>
    </div>
    <p class="lead" data-t="upload.examples"></p>
    <div class="examples">{"".join(_example(*pair) for pair in enumerate(found))}</div>
  </div>
  <div class="right">
    {parts.model_choice("upload-model")}
    {parts.answer("upload-answer")}
  </div>
</div>
<progress value="0" max="1" hidden></progress>
{parts.SEEN}
<section class="all card" hidden>
  <div class="title"><h2 data-t="upload.table"></h2>
    <button class="csv tool wide" data-t="upload.csv"></button></div>
  <table>
    <thead><tr><th data-t="upload.picture"></th><th data-t="upload.seen"></th>
      <th data-t="upload.label"></th><th data-t="upload.share"></th></tr></thead>
    <tbody></tbody>
  </table>
</section>"""


def build() -> gr.HTML:
    found = examples()
    return later_tabs.panel(
        "upload",
        answer_photo,
        template=_template(found),
        models=parts.models(),
        chosen=parts.default_model("garment"),
        examples=found,
    )
