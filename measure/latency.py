"""How long from a movement of the pen to its answer on the screen, in a real Chromium.

    python measure/latency.py            # --write: also into models/results.json

Server, browser and this script share the machine, each in processes of its own. Each digit is drawn
with the mouse; every pointer event counts, from its own time stamp to the frame that shows an
answer which includes it; of ROUNDS rounds the quietest counts. Beside it the stock gr.Sketchpad
(measure/stock.py) with the same network, from pen up to its label. Then a cold load: from the first
paint until the canvas can be drawn on, and the bytes beyond those of an empty Gradio page.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from measure import browser
from measure.browser import DIGITS
from measure.serving import running
from models import results

ROUNDS = 5
STOCK = (sys.executable, "-m", "measure.stock")
# Marks each PNG, request to the server, shown answer, and each pointer event with its time.
WATCH = """() => {
    const log = (window.log = { events: [], answers: [], drawn: [] });
    let resolved = {};
    const plain = window.fetch;
    window.fetch = async (...request) => {
        if (!String(request[0]).includes("component_server")) return plain(...request);
        const asked = performance.now();
        const reply = await plain(...request);
        const read = reply.json.bind(reply);
        reply.json = async () => {
            const answer = await read();
            resolved = { asked, replied: performance.now() };
            return answer;
        };
        return reply;
    };
    const encode = HTMLCanvasElement.prototype.toDataURL;
    HTMLCanvasElement.prototype.toDataURL = function (...format) {
        const begun = performance.now();
        const address = encode.apply(this, format);
        log.sent = address.split(",")[1];
        log.drawn.push(performance.now() - begun);
        return address;
    };
    new MutationObserver(() => {
        if (!document.querySelector("#answer").dataset.probability) return; // emptied
        const answer = { ...resolved, painted: performance.now() };
        requestAnimationFrame(() => setTimeout(() =>
            log.answers.push({ ...answer, shown: performance.now() })));
    }).observe(document.querySelector("#answer"), { attributeFilter: ["data-probability"] });
    for (const kind of ["pointerdown", "pointermove"]) {
        document.querySelector("#sketch").addEventListener(kind,
            (event) => event.buttons && log.events.push(event.timeStamp), { capture: true });
    }
}"""


def ours(page) -> tuple[list[float], dict[str, float], float]:
    """(milliseconds of every pointer event, medians of the steps between, answers a second while
    drawing)."""
    page.evaluate(WATCH)
    windows = []
    for strokes in DIGITS.values():
        began = page.evaluate("performance.now()")
        browser.draw(page, strokes, steps=8)
        windows.append((began, page.evaluate("performance.now()")))
        browser.answer(page, len(strokes))
        page.wait_for_timeout(100)
        page.keyboard.press("Delete")
        browser.answer(page, 0)
    log = page.evaluate("window.log")
    found = []  # (event, the answer that first includes it)
    for event in log["events"]:
        answers = [a for a in log["answers"] if a["asked"] >= event]
        if answers:
            found.append((event, min(answers, key=lambda answer: answer["shown"])))
    steps = {
        "until it is asked": [answer["asked"] - event for event, answer in found],
        "PNG": log["drawn"],
        "request to reply": [a["replied"] - a["asked"] for a in log["answers"]],
        "reply to page": [a["painted"] - a["replied"] for a in log["answers"]],
        "page to screen": [a["shown"] - a["painted"] for a in log["answers"]],
    }
    times = [answer["shown"] - event for event, answer in found]
    medians = {word: statistics.median(values) for word, values in steps.items()}
    shown = sum(a < answer["shown"] < b for answer in log["answers"] for a, b in windows)
    return times, medians, 1000 * shown / sum(b - a for a, b in windows)


def reloaded(page):
    page.reload()
    page.wait_for_selector("#panel-draw [data-ready]")
    return page


def in_python(picture: str) -> float:
    """Median milliseconds that our Python takes for that picture with the machine to itself."""
    from serve import answers
    from serve.offered import default

    asked, times = {"picture": picture, "model": default("digit")}, []
    for _ in range(100):
        begun = time.perf_counter()
        answers._answer_sketch(asked)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def stock(chromium, address: str, rounds: int) -> list[float]:
    """Milliseconds from pen up to the label of a gr.Sketchpad (measure/stock.py)."""
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
    return found


def cold(chromium, address: str, ready: str) -> tuple[float, float, int]:
    """(ms to the first paint, ms until `ready` is there, bytes transferred) with empty caches."""
    page = chromium.new_context().new_page()
    transferred = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda end: transferred.append(end["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector(ready)
    usable = page.evaluate("performance.now()")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.wait_for_load_state("networkidle")
    page.context.close()
    return paint, usable, int(sum(transferred))


def empty_page_bytes(chromium) -> int:
    import gradio as gr

    with gr.Blocks() as demo, gr.Tab("tab"):
        gr.HTML("word", elem_id="word")
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    transferred = cold(chromium, address, "#word")[2]
    demo.close(verbose=False)
    return transferred


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def report(name: str, values: list[float]) -> None:
    print(f"{name:<44} {statistics.median(values):>8.1f} {p95(values):>8.1f}   of {len(values)}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the pen's way to the answer.")
    parser.add_argument("--write", action="store_true", help="note it in models/results.json")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    with browser.chromium() as chromium:
        with running(stdout=subprocess.DEVNULL) as app:
            page = browser.open_page(chromium.new_context(), app.address)
            ours(page)  # warm up: the first answers load and compile
            values, steps, rate = min(
                (ours(reloaded(page)) for _ in range(ROUNDS)),
                key=lambda found: statistics.median(found[0]),
            )
            browser.draw(page, DIGITS["5"])
            picture = page.evaluate("window.log.sent")
            loads = [cold(chromium, app.address, "#panel-draw [data-ready]") for _ in range(3)]
        empty = empty_page_bytes(chromium)
        with running(command=STOCK, stdout=subprocess.DEVNULL) as pad:
            stock_values = stock(chromium, pad.address, 5)
    steps["of that in Python"] = in_python(picture)
    usable = [usable - paint for paint, usable, _ in loads]
    figures = {
        "median_ms": statistics.median(values),
        "p95_ms": p95(values),
        "steps": steps,
        "answers_per_second": rate,
        "stock_median_ms": statistics.median(stock_values),
        "usable_ms": statistics.median(usable),
        "ours_kb": (loads[0][2] - empty) / 1000,
        "whole_kb": loads[0][2] / 1000,
        "load_before": load,
    }
    print(f"{'milliseconds':<44} {'median':>8} {'p95':>8}")
    report("pointer event to answer on screen", values)
    for word, median in steps.items():
        print(f"    {word:<40} {median:>8.1f}")
    report("gr.Sketchpad, pen up to label", stock_values)
    report("cold load: to the first paint", [paint for paint, _, _ in loads])
    report("cold load: from there to a usable canvas", usable)
    ratio = figures["stock_median_ms"] / figures["median_ms"]
    print(f"the stock pad takes {ratio:.0f} times as long")
    print(f"{figures['ours_kb']:.0f} kB of ours, {figures['whole_kb']:.0f} kB with Gradio's")
    print(f"{rate:.0f} answers a second while drawing; load of the machine before {load:.1f}")
    if args.write:
        results.update("page", figures)


if __name__ == "__main__":
    main()
