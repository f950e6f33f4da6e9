"""The Sketch28 page.

    python app.py

GRADIO_SERVER_PORT (or PORT) sets the port, GRADIO_SERVER_NAME the address to listen on.
"""

import os
import signal
import sys

import numpy as np
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware

from models.classifier import load
from models.decode import MAX_BYTES
from models.sessions import BrokenModel
from serve import answers, assistants, endpoints, files, page
from serve.gate import Gate, not_understood
from serve.gradio_insides import UPLOADS, gr
from serve.offered import offered
from serve.sweep import keep_clean

EMPTY = np.full((100, 100), 255, np.uint8)
KEPT = 300  # seconds until a file uploaded to an endpoint is deleted
PLAIN = gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])

with gr.Blocks(title="Sketch28", analytics_enabled=False, delete_cache=(60, KEPT)) as demo:
    page.build()
    endpoints.build()

demo.queue(max_size=128)
assistants.offer()

# For demo.launch(), wherever it is called.
OPTIONS = {
    "theme": PLAIN,  # the page's own fonts are the system's: no other is fetched
    "show_error": False,  # our own sentences reach the visitor all the same, paths do not
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": True,  # the two endpoints as tools for assistants
    "footer_links": ["api"],
    "max_file_size": MAX_BYTES,
    "state_session_capacity": 256,  # visits whose (empty) state Gradio holds
    "app_kwargs": {
        "routes": files.routes(),
        "middleware": [Middleware(Gate)],
        "exception_handlers": {RequestValidationError: not_understood},
        "lifespan": keep_clean(UPLOADS, demo, 2 * KEPT),
    },
}


def stop(*_) -> None:
    """A Space or a container is stopped by SIGTERM: end as with Ctrl+C, once."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    if not offered():
        sys.exit("There is no network in models/. Write them with: python export/to_onnx.py")
    try:
        for name in offered():
            load(name).predict(EMPTY)
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
