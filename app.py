"""The Sketch28 page.

    python app.py

GRADIO_SERVER_PORT (or PORT) sets the port, GRADIO_SERVER_NAME the address to listen on.
"""

# ruff: noqa: E402
import os
import sys
import tempfile

# Before gradio is imported: nobody is told that the app runs, and the queue does not rebuild a
# table of its own statistics after every request.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "100000")
# A folder of this process alone: see serve/sweep.py.
os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp("", "sketch28-", os.environ.get("GRADIO_TEMP_DIR"))
# Gradio would load this with itself, for 0.4 s: serve/assistants.py does when an assistant comes.
sys.modules.setdefault("mcp", None)

import signal
from pathlib import Path
from unittest import mock

# For editors, Gradio writes a stub of every component's class beside its source, and spends half of
# its import on that. It does without where a class has no file.
with mock.patch("inspect.getfile", side_effect=OSError):
    import gradio as gr

import numpy as np
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware

from models.classifier import load
from models.decode import MAX_BYTES
from models.sessions import BrokenModel
from serve import (
    about_tab,
    answers,
    assistants,
    draw_tab,
    endpoints,
    files,
    filters_tab,
    head,
    inside_tab,
    parts,
    shift_tab,
    upload_tab,
)
from serve.gate import Gate, not_understood
from serve.sweep import keep_clean

EMPTY = np.full((100, 100), 255, np.uint8)
KEPT = 300  # seconds until a file uploaded to an endpoint is deleted

with gr.Blocks(title="Sketch28", analytics_enabled=False, delete_cache=(60, KEPT)) as demo:
    head.build(("draw", "upload", "inside", "shift", "filters", "about"))
    for tab in (draw_tab, upload_tab, inside_tab, shift_tab, filters_tab, about_tab):
        tab.build()
    head.build_foot()
    endpoints.build()

demo.queue(max_size=128)
assistants.offer()

# For demo.launch(), wherever it is called.
OPTIONS = {
    "show_error": False,  # our own sentences reach the visitor all the same, paths do not
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": True,  # the two endpoints as tools for assistants
    "footer_links": ["api"],
    "max_file_size": MAX_BYTES,
    "state_session_capacity": 256,  # visits whose (empty) state Gradio holds
    "app_kwargs": {
        "middleware": [Middleware(Gate)],
        "routes": files.routes(),
        "exception_handlers": {RequestValidationError: not_understood},
        "lifespan": keep_clean(Path(os.environ["GRADIO_TEMP_DIR"]), demo._queue, 2 * KEPT),
    },
}


def stop(*_) -> None:
    """A Space or a container is stopped by SIGTERM: end as with Ctrl+C, once."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    if not parts.models():
        sys.exit("There is no network in models/. Write them with: python export/to_onnx.py")
    try:
        for model in parts.models():
            load(model["name"]).predict(EMPTY)
    except BrokenModel as error:  # a damaged graph stops the app here, by name
        sys.exit(str(error))
    answers.apart.start()
    signal.signal(signal.SIGTERM, stop)
    in_space = "SPACE_ID" in os.environ
    demo.launch(
        server_name=os.environ.get("GRADIO_SERVER_NAME", "0.0.0.0" if in_space else "127.0.0.1"),
        server_port=int(os.environ.get("GRADIO_SERVER_PORT") or os.environ.get("PORT") or 7860),
        **OPTIONS,
    )


if __name__ == "__main__":
    main()
