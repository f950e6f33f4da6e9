"""The page on both hosts: how soon it can be drawn on and answers, how still it stands, what it
weighs, how it does on a phone.

    python measure/page.py                   # --write: also into models/results.json
    python measure/page.py loads still       # only these: loads, still, weight, phone

loads: the static site from localhost with empty caches, a stroke drawn as soon as the canvas takes
it. still: cumulative layout shift, all of it (not only the worst window), while the page loads and
while each tab is first opened. weight: our HTML, scripts, styles and words of a first load, each
through gzip; runtime, graphs and what is Gradio's stand beside it. phone: see measure/phone.py;
memory is the page's process, with its worker. Server, browser and this script share the machine.
"""

import argparse
import gzip
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from export import to_static
from measure import browser, machine, phone
from measure.browser import DESKTOP, DIGITS, PHONE
from measure.serving import running
from measure.site import served
from models import results

LOADS = 5
TABS = ("upload", "inside", "learning", "why", "shift", "filters", "about")
OURS = (".html", ".js", ".css", ".json", ".svg", ".webmanifest", "/")
NOT_OURS = ("/models/", "/runtime/", "/assets/", "/gradio_api/", "/ask/", "/theme.css")

# When the page was painted, could be drawn on, could answer and did; and all that moved in it.
MARKS = """
window.marks = {};
window.moved = 0;
const note = (name, is) => is && (window.marks[name] ??= performance.now());
new MutationObserver(() => {
    note("usable", document.querySelector("#panel-draw [data-ready]"));
    note("ready", "ready" in document.documentElement.dataset);
    note("answered", document.querySelector("#answer")?.dataset.label);
}).observe(document, { subtree: true, childList: true, attributes: true });
new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.moved += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def load(chromium, address: str, **options) -> dict:
    """The marks of one cold load (ms), and the megabytes that the page takes then."""
    with chromium.new_context(**options) as context:
        context.add_init_script(MARKS)
        page = context.new_page()
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.marks?.usable", timeout=60_000)
        browser.draw(page, DIGITS["1"])
        page.wait_for_function("() => window.marks.answered", timeout=60_000)
        return page.evaluate("window.marks") | {"mb": phone.memory(chromium)}


def still(chromium, address: str, **options) -> dict[str, float]:
    """The layout shift of one cold load, and of the first opening of each tab."""
    with chromium.new_context(**options) as context:
        context.add_init_script(MARKS)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        page.wait_for_load_state("networkidle")
        found, before = {"load": page.evaluate("window.moved")}, page.evaluate("window.moved")
        for tab in TABS:  # by the address: what moves after a click does not count
            page.evaluate("tab => { location.hash = tab; }", tab)
            page.wait_for_selector(f"#panel-{tab} [data-ready]", timeout=60_000)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)
            now = page.evaluate("window.moved")
            found[tab], before = now - before, now
        return found


def weight(chromium, address: str) -> float:
    """Kilobytes of ours in one cold load, through gzip."""
    with chromium.new_context(**DESKTOP) as context:
        page, replies = context.new_page(), []
        page.on("response", lambda reply: replies.append(reply))
        page.goto(address)
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        page.wait_for_load_state("networkidle")
        ours = [reply for reply in replies if reply.ok and _is_ours(urlsplit(reply.url).path)]
        return round(sum(len(gzip.compress(reply.body())) for reply in ours) / 1000, 1)


def _is_ours(path: str) -> bool:
    return path.endswith(OURS) and not any(part in path for part in NOT_OURS)


def medians(loads: list[dict]) -> dict[str, float]:
    return {word: round(statistics.median(each[word] for each in loads)) for word in loads[0]}


def measured(chromium, sites: dict[str, str], slow: str, wanted: list[str]) -> dict:
    figures: dict = {}
    if "loads" in wanted:
        loads = [load(chromium, sites["browser"], **DESKTOP) for _ in range(LOADS)]
        figures["loads"] = medians(loads)
    if "still" in wanted:
        figures["still"] = {
            f"{host}, {word}": _worst([still(chromium, at, **options) for _ in range(LOADS)])
            for host, at in sites.items()
            for word, options in (("desktop", DESKTOP), ("phone", PHONE))
        }
    if "weight" in wanted:
        figures["weight"] = {host: weight(chromium, at) for host, at in sites.items()}
    if "phone" in wanted:
        with phone.slowed(chromium):
            figures["phone"] = medians([load(chromium, slow, **PHONE) for _ in range(LOADS)])
    return figures


def _worst(found: list[dict[str, float]]) -> dict[str, float]:
    return {word: round(max(each[word] for each in found), 3) for word in found[0]}


def main() -> None:
    parts = ("loads", "still", "weight", "phone")
    parser = argparse.ArgumentParser(description="Time the page on both hosts.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(parts)}")
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    if unknown := set(args.parts) - set(parts):
        parser.error(f"there is no part {unknown.pop()!r}; there are: {', '.join(parts)}")
    facts = machine.facts("onnxruntime", "gradio", "playwright")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        to_static.build(folder)
        chromium = stack.enter_context(browser.chromium())
        facts["versions"]["Chromium"] = chromium.version
        app = stack.enter_context(running(stdout=subprocess.DEVNULL))
        sites = {"server": f"{app.address}/", "browser": stack.enter_context(served(folder))}
        slow = stack.enter_context(served(folder, phone.Slow))
        figures = measured(chromium, sites, slow, args.parts or list(parts))
    for part, found in figures.items():
        print(part)
        for word, value in found.items():
            print(f"    {word:<20} {value}")
    print(machine.sentence({"machine": facts}))
    if args.write:
        results.update("hosts", figures | {"of": LOADS, "machine": facts})


if __name__ == "__main__":
    main()
