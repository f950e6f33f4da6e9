"""A phone on a mobile network, played by this machine: for measure/page.py.

DevTools slows the page's own thread down, but not its workers, and a page's network, but not a
worker's. So the browser's processes are stopped three quarters of the time, and the server sends no
faster than the network would.
"""

import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from measure.site import Handler

SLOWER = 4  # times
PERIOD = 0.02  # seconds, of which the page computes one in SLOWER parts
BYTES_A_SECOND = 10_000_000 / 8
LATENCY = 0.04  # seconds until an answer begins
PIECE = 16_384  # bytes


class Slow(Handler):
    """All requests share one line of 10 Mbit/s."""

    free = 0.0  # when the line is
    lock = threading.Lock()

    def do_GET(self):
        time.sleep(LATENCY)
        super().do_GET()

    def copyfile(self, source, outputfile):
        while piece := source.read(PIECE):
            with self.lock:
                begin = max(time.monotonic(), Slow.free)
                Slow.free = begin + len(piece) / BYTES_A_SECOND
            time.sleep(max(0, Slow.free - time.monotonic()))
            outputfile.write(piece)


def renderers(browser: int) -> list[int]:
    """The processes of that browser that run pages, their workers included."""
    group = os.getpgid(browser)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_renderer = b"--type=renderer" in (folder / "cmdline").read_bytes()
            if is_renderer and os.getpgid(int(folder.name)) == group:
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue  # ended meanwhile
    return found


def memory(chromium) -> float:
    """Megabytes of the largest page, what it shares with others counted in part."""
    sizes = [0.0]
    for process in renderers(main_process(chromium)):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        lines = [line.split() for line in text.splitlines() if line.startswith("Pss:")]
        sizes += [int(words[1]) / 1000 for words in lines]
    return max(sizes)


@contextmanager
def slowed(chromium):
    """All pages compute SLOWER times slower as long as the block lasts."""
    over = threading.Event()
    browser = main_process(chromium)

    def run():
        while not over.is_set():
            pages = renderers(browser)
            end = time.monotonic() + 0.5  # then new ones are looked for
            while time.monotonic() < end and not over.is_set():
                _signal(pages, signal.SIGSTOP)
                time.sleep(PERIOD * (1 - 1 / SLOWER))
                _signal(pages, signal.SIGCONT)
                time.sleep(PERIOD / SLOWER)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _signal(processes: list[int], what: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # closed meanwhile
            os.kill(process, what)


def main_process(chromium) -> int:
    """Number of the browser's main process."""
    told = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return next(each["id"] for each in told if each["type"] == "browser")
