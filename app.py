"""The Sketch28 page.

    python app.py

GRADIO_SERVER_PORT (or PORT) sets the port, GRADIO_SERVER_NAME the address to listen on; others are
told in docs/hosting.md. In a notebook: demo.launch(**OPTIONS).
"""

import contextlib
import io
import os
import shutil
import sys

import numpy as np
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware

from models.classifier import load
from models.decode import MAX_BYTES
from models.sessions import BrokenModel, check_weights
from models.specs import FOLDER as MODELS
from models.whole import told
from serve import answers, endpoints, files, gradio_insides, page, process, server
from serve.gate import Gate, not_understood
from serve.gradio_insides import UPLOADS, gr
from serve.offered import offered
from serve.sweep import keep_clean

EMPTY = np.full((100, 100), 255, np.uint8)
KEPT = 300  # seconds until a file uploaded to an endpoint is deleted
PLAIN = gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])

with gr.Blocks(title="Sketch28", analytics_enabled=False) as demo:
    page.build()
    endpoints.build()

demo.queue(max_size=128)

# For demo.launch(), wherever it is called.
OPTIONS = {
    "theme": PLAIN,  # the page's own fonts are the system's: no other is fetched
    "show_error": False,  # our own sentences reach the visitor all the same, paths do not
    "ssr_mode": False,
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": False,  # serve/assistants.py is one
    "footer_links": ["api"],
    "max_file_size": MAX_BYTES,
    "state_session_capacity": 256,  # visits whose (empty) state Gradio holds
    "app_kwargs": {
        "routes": files.routes(),
        "middleware": [Middleware(Gate)],
        "exception_handlers": {RequestValidationError: not_understood},
        "lifespan": keep_clean(UPLOADS, demo, KEPT),
    },
}


def end() -> None:
    """Nobody is waited for any longer."""
    gradio_insides.end(demo)
    answers.end()


def leave(status: int) -> None:
    """Nothing is left but to take Python apart, which takes a second: that is left out."""
    shutil.rmtree(UPLOADS, ignore_errors=True)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def main() -> None:
    server.end_on_signals()
    for stream in (sys.stdout, sys.stderr):  # a terminal may lack a letter: no reason to end
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if not offered():
        sys.exit("There is no network in models/. Write them with: python export/to_onnx.py")
    in_space = "SPACE_ID" in os.environ
    host = os.environ.get("GRADIO_SERVER_NAME") or ("0.0.0.0" if in_space else "127.0.0.1")
    port = server.port()
    process.raise_limit()
    try:
        for name in offered():
            load(name).predict(EMPTY)
        check_weights(MODELS)
    except BrokenModel as error:  # a damaged graph stops the app here, by name
        sys.exit(str(error))
    except (OSError, MemoryError) as error:
        sys.exit(told(error))
    process.share_fairly()
    serving = server.server(gradio_insides.made(demo, OPTIONS), end, lambda: leave(0))
    sockets = server.listen(host, port)
    answers.apart.start()
    print(f"* Running on local URL:  {server.address_of(sockets[0])}", flush=True)
    status: str | int | None = 0
    with contextlib.suppress(KeyboardInterrupt):
        try:
            serving.run(sockets)
        except SystemExit as ended:
            status = ended.code
    leave(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main()
