"""The top of the page: its name, the switches for language and light, the tabs, the style."""

import gradio as gr

from serve import parts
from serve.texts import TEXTS

LOGO = """
<svg viewBox="0 0 28 28" width="36" height="36" aria-hidden="true">
  <rect width="28" height="28" rx="7" fill="currentColor"/>
  <path d="M7 9q3.5-4 6.500 0t-6.500 11h7M22 8.500q-5-2-5 1.500t2.500 4 2.500 3.500-3 3-3-3 3-3.500
    2.500-4" fill="none" stroke="var(--card)" stroke-width="2" stroke-linecap="round"
    stroke-linejoin="round"/>
</svg>"""

SUN = """
<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill="none"
    stroke="currentColor" stroke-width="2" stroke-linecap="round">
  <circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>
</svg>"""


def build(tabs: tuple[str, ...]) -> gr.HTML:
    """tabs: their names; the panel of a tab is the component with the elem_id "panel-<name>"."""
    buttons = "".join(
        f"""<button role="tab" id="tab-{name}" aria-controls="panel-{name}" data-name="{name}"
        data-t="tab.{name}"></button>"""
        for name in tabs
    )
    return gr.HTML(
        html_template=f"""
<header>
  <h1>{LOGO}<span>Sketch28</span></h1>
  <p data-t="tagline"></p>
  <div class="switches">
    <button id="language" class="plain" data-t="language"></button>
    <button id="theme" class="plain" data-t-label="theme">{SUN}</button>
  </div>
</header>
<nav role="tablist" data-t-label="tabs">{buttons}</nav>""",
        head=_links(),
        js_on_load=parts.start("shell.js"),
        apply_default_css=False,
        elem_id="head",
        texts=TEXTS,
    )


def _links() -> str:
    """The style, and the scripts before anyone asks: they import one another."""
    scripts = ["shell.js", "foot.js", "draw/draw.js", "draw/canvas.js"]
    scripts += [f"answer/{name}.js" for name in ("answer", "live", "last")]
    preload = [f'<link rel="modulepreload" href="{parts.address(name)}">' for name in scripts]
    return f'<link rel="stylesheet" href="{parts.address("style/base.css")}">' + "".join(preload)


def build_foot() -> gr.HTML:
    """What is kept, and the way to the endpoints."""
    return gr.HTML(
        html_template="""
<p><span data-t="private"></span> <a href="?view=api" data-t="api"></a></p>""",
        js_on_load=parts.start("foot.js"),
        apply_default_css=False,
        elem_id="foot",
    )
