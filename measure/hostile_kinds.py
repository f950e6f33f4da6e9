"""Sends each of measure/hostile_files.py to the app, one after another.

    python measure/hostile_kinds.py            # prints a row for each kind
    python measure/hostile_kinds.py --write    # and notes them in models/results.json

Each is to be answered or refused in one sentence, within SECONDS, while the process for pictures
stays below its limit on memory. Status 1 where one is not.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import httpx

from measure import machine
from measure.fuzz import check_sentence
from measure.hostile_files import KINDS
from measure.serving import App, running
from measure.soak import memory
from models import apart, results
from models.auto import AUTO

SECONDS = apart.SECONDS
MOST_MB = apart.MOST_MEMORY / 2**20


def said(reply: httpx.Response) -> str:
    """ "answered", or the key of the refusal.

    Raises:
        AssertionError: it is neither an answer nor one kind sentence.
    """
    told = json.loads(reply.content)
    if reply.status_code == 200:
        assert "input" in told
        return "answered"
    assert 400 <= reply.status_code < 500, reply.status_code
    check_sentence(told["detail"])
    return told["refusal"]["key"]


@contextmanager
def watched(app: App) -> Iterator[list[float]]:
    """The most memory, in MB, of the process for pictures while the block runs: one number."""
    most, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            for pid in app.family()[1:]:
                with suppress(OSError):
                    most[0] = max(most[0], memory(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def measure(names: list[str]) -> dict[str, dict]:
    """Figures by kind."""
    found: dict[str, dict] = {}
    print(f"{'':36}{'kB':>10}{'seconds':>10}{'MB':>8}  outcome")
    with running() as app, httpx.Client(base_url=app.address, timeout=60) as client:
        for name in names:
            content = KINDS[name]()
            with watched(app) as most:
                began = time.monotonic()
                reply = client.post("/ask/photo", params={"model": AUTO}, content=content)
                seconds = time.monotonic() - began
            row = {"kb": len(content) / 1000, "seconds": seconds, "helper_mb": most[0]}
            found[name] = {word: round(value, 2) for word, value in row.items()}
            found[name]["outcome"] = said(reply)
            cells = f"{row['kb']:10.1f}{seconds:10.2f}{most[0]:8.0f}"
            print(f"{name:36}{cells}  {found[name]['outcome']}", flush=True)
    return found


def complaints(found: dict[str, dict]) -> list[str]:
    return [
        f"{name}: {row['seconds']} s, {row['helper_mb']} MB"
        for name, row in found.items()
        if row["seconds"] > SECONDS or row["helper_mb"] > MOST_MB
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Send the app files that cost much or lie.")
    parser.add_argument("names", nargs="*", help="kinds (default: all)")
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    found = measure(args.names or list(KINDS))
    if args.write:
        where = machine.facts("gradio", "pillow", "pillow-heif")
        results.update("hostile_files", {"rows": found, "machine": where})
    sys.exit("\n".join(complaints(found)) or None)


if __name__ == "__main__":
    main()
