"""The page on both hosts: how soon it can be drawn on and answers, how still it stands, how it does
on a phone.

    python measure/page.py                   # --write: also into models/results.json
    python measure/page.py latency loads     # only these: latency, loads, still, phone

latency: every pointer event of ten digits drawn with the mouse, from its own time stamp to the
change of #answer that includes it, and to the frame that shows it; the quietest of ROUNDS rounds.
loads: the static site from localhost with empty caches, a stroke drawn as soon as the canvas takes
it. still: cumulative layout shift, all of it (not only the worst window), while the page loads and
while each tab is first opened. phone: see measure/phone.py; memory is the page's process, with its
worker. Server, browser and this script share the machine.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from export import to_static
from measure import browser, machine, phone
from measure.browser import DESKTOP, DIGITS, PHONE
from measure.serving import running
from measure.site import served
from models import results

ROUNDS = 5
LOADS = 5
TABS = ("upload", "inside", "shift", "filters", "about")
HOSTS = {"server": "page/hosts/server.js", "browser": "{version}/hosts/browser.js"}

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

# Notes each pointer event, and when each answer was asked for, changed the page, was on the screen.
WATCH = """async (script) => {
    const { host } = await import(new URL(script, document.baseURI));
    const log = (window.log = { events: [], answers: [] });
    let last = {};
    const plain = host.sketch;
    host.sketch = async (...given) => {
        const asked = performance.now();
        const seen = await plain(...given);
        last = { asked };
        return seen;
    };
    new MutationObserver(() => {
        if (!document.querySelector("#answer").dataset.probability) return; // emptied
        const answer = { ...last, changed: performance.now() };
        requestAnimationFrame(() => setTimeout(() =>
            log.answers.push({ ...answer, shown: performance.now() })));
    }).observe(document.querySelector("#answer"), { attributeFilter: ["data-probability"] });
    for (const kind of ["pointerdown", "pointermove"]) {
        document.querySelector("#sketch").addEventListener(kind,
            (event) => event.buttons && log.events.push(event.timeStamp), { capture: true });
    }
}"""


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def summary(values: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(values), 1), "p95_ms": round(p95(values), 1)}


def latency(chromium, address: str, host: str) -> dict:
    """ "changed" and "shown": median and p95 of the quietest round."""
    with chromium.new_context(**DESKTOP) as context:
        page = browser.open_page(context, address)
        version = page.evaluate("document.documentElement.dataset.version ?? ''")
        rounds = []
        for _ in range(1 + ROUNDS):  # the first warms up
            page.reload()
            page.wait_for_selector("html[data-ready]")
            page.evaluate(WATCH, HOSTS[host].format(version=version))
            rounds.append(_one_round(page))
    best = min(rounds[1:], key=lambda found: statistics.median(found["changed"]))
    return {word: summary(values) for word, values in best.items()} | {"of": len(best["shown"])}


def _one_round(page) -> dict[str, list[float]]:
    for strokes in DIGITS.values():
        browser.draw(page, strokes, steps=8)
        browser.answer(page, len(strokes))
        page.wait_for_timeout(100)
        page.keyboard.press("Delete")
        browser.answer(page, 0)
    log = page.evaluate("window.log")
    found: dict[str, list[float]] = {"changed": [], "shown": []}
    for event in log["events"]:
        answers = [answer for answer in log["answers"] if answer["asked"] >= event]
        if answers:
            first = min(answers, key=lambda answer: answer["changed"])
            for word, times in found.items():
                times.append(first[word] - event)
    return found


def load(chromium, address: str, **options) -> dict:
    """The marks of one cold load (ms), what moved meanwhile and at each tab, and the memory."""
    with chromium.new_context(**options) as context:
        context.add_init_script(MARKS)
        page = context.new_page()
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.marks?.usable", timeout=60_000)
        browser.draw(page, DIGITS["1"])
        page.wait_for_function("() => window.marks.answered", timeout=60_000)
        moved = page.evaluate("window.moved")
        return page.evaluate("window.marks") | {"moved": moved, "mb": phone.memory(chromium)}


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


def medians(loads: list[dict]) -> dict[str, float]:
    return {word: round(statistics.median(each[word] for each in loads)) for word in loads[0]}


def measured(chromium, sites: dict[str, str], slow: str, wanted: list[str]) -> dict:
    figures: dict = {}
    if "latency" in wanted:
        figures["latency"] = {host: latency(chromium, at, host) for host, at in sites.items()}
    if "loads" in wanted:
        loads = [load(chromium, sites["browser"], **DESKTOP) for _ in range(LOADS)]
        figures["loads"] = medians(loads)
    if "still" in wanted:
        figures["still"] = {
            f"{host}, {word}": _worst([still(chromium, at, **options) for _ in range(LOADS)])
            for host, at in sites.items()
            for word, options in (("desktop", DESKTOP), ("phone", PHONE))
        }
    if "phone" in wanted:
        with phone.slowed(chromium):
            figures["phone"] = medians([load(chromium, slow, **PHONE) for _ in range(LOADS)])
    return figures


def _worst(found: list[dict[str, float]]) -> dict[str, float]:
    return {word: round(max(each[word] for each in found), 3) for word in found[0]}


def main() -> None:
    parts = ("latency", "loads", "still", "phone")
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
        results.update("hosts", figures | {"machine": facts})


if __name__ == "__main__":
    main()
