"""How long from a movement of the pen to its answer, in a real Chromium, by either host.

    python measure/latency.py            # --write: also into models/results.json

The app in a process of its own, the static site on a plain server, the browser and this script
share the machine, and the two hosts take turns. Each digit is drawn with the mouse; every pointer
event counts, from its own time stamp to the moment when #answer says something that includes it,
and to the frame that shows it; of ROUNDS rounds the quietest counts. Every digit is drawn twice,
with the strip of layers beside the pen and with the strip hidden, which comes first in turn: what
the strip costs is the difference of the two medians, and of all rounds the middle one. Beside them
the stock gr.Sketchpad (measure/stock.py) with the same network, from pen up to its label.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from export import to_static
from measure import browser, machine
from measure.browser import DIGITS
from measure.serving import running
from measure.site import served
from models import results

ROUNDS = 5
STRIP = ("shown", "hidden")
SHOW = "how => (document.querySelector('#panel-draw .strip').hidden = how === 'hidden')"
STOCK = (sys.executable, "-m", "measure.stock")
QUIET = {"stdout": subprocess.DEVNULL}
# Notes when a drawing is asked about and answered, when #answer changes and when the frame with it
# is shown, and each pointer event's own time.
WATCH = """async () => {
    const log = (window.log = { events: [], answers: [] });
    const name = document.documentElement.dataset.host;
    const { name: address } = performance.getEntriesByType("resource")
        .find((entry) => new URL(entry.name).pathname.endsWith(`/hosts/${name}.js`));
    const { host } = await import(address);
    const { sketch } = host;
    let last = {};
    host.sketch = async (...question) => {
        const asked = performance.now();
        const answer = await sketch(...question);
        last = { asked, replied: performance.now() };
        return answer;
    };
    const panel = document.querySelector("#answer");
    new MutationObserver(() => {
        if (!panel.dataset.probability) return; // emptied
        const answer = { ...last, changed: performance.now() };
        requestAnimationFrame(() => setTimeout(() =>
            log.answers.push({ ...answer, shown: performance.now() })));
    }).observe(panel, { attributeFilter: ["data-probability"] });
    for (const kind of ["pointerdown", "pointermove"]) {
        document.querySelector("#sketch").addEventListener(kind,
            (event) => event.buttons && log.events.push(event.timeStamp), { capture: true });
    }
}"""


def drawn(chromium, address: str) -> dict:
    """One round on a fresh page, every digit drawn with the strip "shown" and "hidden": figures()
    of each."""
    page = browser.open_page(chromium.new_context(**browser.DESKTOP), address)
    browser.draw(page, DIGITS["8"])  # the first answers load and compile
    browser.answer(page, len(DIGITS["8"]))
    page.keyboard.press("Delete")
    browser.answer(page, 0)
    page.evaluate(WATCH)
    windows = {how: [] for how in STRIP}
    for place, strokes in enumerate(DIGITS.values()):
        for how in STRIP if place % 2 else reversed(STRIP):
            page.evaluate(SHOW, how)
            page.wait_for_timeout(100)
            began = page.evaluate("() => performance.now()")
            browser.draw(page, strokes, steps=8)
            browser.answer(page, len(strokes))
            page.wait_for_timeout(100)
            windows[how].append((began, page.evaluate("() => performance.now()")))
            page.keyboard.press("Delete")
            browser.answer(page, 0)
    log = page.evaluate("() => window.log")
    page.context.close()
    return {how: figures(log["events"], log["answers"], windows[how]) for how in STRIP}


def figures(events: list[float], answers: list[dict], windows: list[tuple]) -> dict:
    """Milliseconds from each event to the first answer that includes it, the steps between, and
    answers a second while drawing.

    Args:
        events: when the pen moved.
        answers: "asked", "replied", "changed" and "shown" of each answer.
        windows: when each digit was begun and answered; what lies between them does not count.
    """
    inside = [any(a <= answer["asked"] < b for a, b in windows) for answer in answers]
    answers = [answer for answer, counts in zip(answers, inside, strict=True) if counts]
    events = [event for event in events if any(a <= event < b for a, b in windows)]
    pairs = []
    for event in events:
        including = [answer for answer in answers if answer["asked"] >= event]
        if including:
            pairs.append((event, min(including, key=lambda answer: answer["changed"])))
    changed = [answer["changed"] - event for event, answer in pairs]
    shown = [answer["shown"] - event for event, answer in pairs]
    steps = {
        "until it is asked": [answer["asked"] - event for event, answer in pairs],
        "question to reply": [a["replied"] - a["asked"] for a in answers],
        "reply to page": [a["changed"] - a["replied"] for a in answers],
        "page to screen": [a["shown"] - a["changed"] for a in answers],
    }
    drawing = sum(max(e for e in events if a <= e < b) - a for a, b in windows)
    return {
        "events": len(pairs),
        "changed_ms": statistics.median(changed),
        "changed_p95_ms": p95(changed),
        "median_ms": statistics.median(shown),
        "p95_ms": p95(shown),
        "steps": {word: statistics.median(values) for word, values in steps.items()},
        "answers_per_second": 1000 * len(answers) / drawing,
    }


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def stock(chromium, address: str, rounds: int) -> float:
    """Median milliseconds from pen up to the label of a gr.Sketchpad (measure/stock.py)."""
    page = chromium.new_page()
    found = []
    for _ in range(rounds):
        page.goto(address)
        page.wait_for_selector("#pad canvas")
        page.wait_for_timeout(500)
        page.get_by_label("Brush").click()
        box = page.locator("#pad canvas").last.bounding_box()  # the sheet is in its middle
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        points = [(x + 240 * (u - 0.5), y + 240 * (v - 0.5)) for u, v in DIGITS["7"][0]]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=8)
        page.mouse.up()
        began = time.perf_counter()
        page.wait_for_function("document.querySelector('#label textarea, #label input').value")
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)


def measure(rounds: int) -> dict:
    where = machine.facts("gradio", "onnxruntime", "playwright")
    with browser.chromium() as chromium, tempfile.TemporaryDirectory() as folder:
        to_static.build(Path(folder))
        where["versions"]["Chromium"] = chromium.version
        with running(**QUIET) as app, served(Path(folder)) as site:
            addresses = {"server": app.address, "browser": site}
            turns = [
                {host: drawn(chromium, address) for host, address in addresses.items()}
                for _ in range(rounds)
            ]
        with running(command=STOCK, **QUIET) as pad:
            stock_ms = stock(chromium, pad.address, rounds)
    quietest = {}
    for host in addresses:
        rounds_here = [turn[host] for turn in turns]
        best = min((found["shown"] for found in rounds_here), key=lambda one: one["changed_ms"])
        costs = [f["shown"]["changed_ms"] - f["hidden"]["changed_ms"] for f in rounds_here]
        quietest[host] = best | {"strip_ms": statistics.median(costs)}
    return quietest | {"stock_median_ms": stock_ms, "rounds": rounds, "machine": where}


def show(found: dict) -> None:
    print(machine.sentence(found))
    for host in ("server", "browser"):
        took = found[host]
        print(
            f"{host}: {took['events']} pointer events; #answer changed after "
            f"{took['changed_ms']:.1f} ms (p95 {took['changed_p95_ms']:.1f}), on the screen after "
            f"{took['median_ms']:.1f} ms (p95 {took['p95_ms']:.1f}); "
            f"{took['answers_per_second']:.0f} answers a second while drawing; "
            f"the strip of layers costs {took['strip_ms']:.1f} ms of the median"
        )
        for word, median in took["steps"].items():
            print(f"    {word:<24}{median:>8.1f}")
    print(f"gr.Sketchpad, pen up to label: {found['stock_median_ms']:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the pen's way to the answer.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    found = measure(args.rounds)
    show(found)
    if args.write:
        results.update("pen", found)


if __name__ == "__main__":
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    main()
