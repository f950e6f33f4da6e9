"""The static site, built once and served by Python's own web server: for tests and for measuring."""

import functools
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(SimpleHTTPRequestHandler):
    """What `python -m http.server` answers with, but silent. It notes what was asked for."""

    def log_message(self, *_):
        self.server.asked.append(self.path)


@contextmanager
def served(folder: Path, path: str = "", port: int = 0):
    """Serve that folder as `python -m http.server -d` does; yields (address, the server).

    Args:
        path: of the site below the folder, for sites that do not lie at the top of their host.
        port: 0 takes a free one.
    """
    server = ThreadingHTTPServer(
        ("127.0.0.1", port), functools.partial(Handler, directory=str(folder))
    )
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{path}", server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
