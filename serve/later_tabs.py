"""Tabs whose scripts, style and words load when they are opened: see page/open.js."""

from collections.abc import Callable

import gradio as gr

from serve import parts

START = """
const tab = document.getElementById("tab-%(name)s");
const open = () => {
  if (tab.ariaSelected !== "true") return;
  document.removeEventListener("page:tab", open);
  import(new URL(%(opener)r, document.baseURI))
    .then((module) => module.open(%(name)r, { element, props, server }));
};
document.addEventListener("page:tab", open);
open();"""


def panel(
    name: str, *server_functions: Callable, template: str = '<div class="later"></div>', **props
) -> gr.HTML:
    """The panel of the tab of that name; page/<name>.js starts it when it is first opened."""
    return gr.HTML(
        html_template=template,
        js_on_load=START % {"name": name, "opener": parts.address("open.js")},
        server_functions=list(server_functions),
        apply_default_css=False,
        elem_id=f"panel-{name}",
        **props,
    )
