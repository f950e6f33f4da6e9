"""How long from a movement of the pen to its answer on the screen, in a real Chromium.

    python tests/latency.py

The server, the browser and this script share the machine. Each digit is drawn with the mouse; every
pointer event counts, from its own time stamp to the frame that shows an answer which includes it.
Beside it the stock gr.Sketchpad (280 × 280) with the same network, from pen up to its label. Then
a cold load: from the first paint until the canvas can be drawn on, and the bytes that the page
transfers beyond those of a Gradio page with a tab that says one word.
"""

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from tests import browser
from tests.browser import DIGITS

# Marks each request to the server, each shown answer, and each pointer event with its time.
WATCH = """() => {
    const log = (window.log = { events: [], answers: [] });
    let resolved = 0;
    const plain = window.fetch;
    window.fetch = async (...request) => {
        if (!String(request[0]).includes("component_server")) return plain(...request);
        const asked = performance.now();
        const reply = await plain(...request);
        const read = reply.json.bind(reply);
        reply.json = async () => {
            const answer = await read();
            resolved = asked;
            return answer;
        };
        return reply;
    };
    new MutationObserver(() => {
        const asked = resolved;
        requestAnimationFrame(() => setTimeout(() =>
            log.answers.push({ asked, shown: performance.now() })));
    }).observe(document.querySelector("#answer"), { attributeFilter: ["data-probability"] });
    for (const kind of ["pointerdown", "pointermove"]) {
        document.querySelector("#sketch").addEventListener(kind,
            (event) => event.buttons && log.events.push(event.timeStamp), { capture: true });
    }
}"""


def ours(page, rounds: int) -> tuple[list[float], float]:
    """(milliseconds of every pointer event, answers a second while drawing)."""
    page.evaluate(WATCH)
    drawing = 0.0
    for _ in range(rounds):
        for strokes in DIGITS.values():
            began = time.perf_counter()
            browser.draw(page, strokes, steps=8)
            drawing += time.perf_counter() - began
            browser.answer(page, len(strokes))
            page.wait_for_timeout(100)
            page.keyboard.press("Delete")
            browser.answer(page, 0)
    log = page.evaluate("window.log")
    found = []
    for event in log["events"]:
        shown = [a["shown"] for a in log["answers"] if a["asked"] >= event]
        if shown:
            found.append(min(shown) - event)
    return found, len(log["answers"]) / drawing


def stock(chromium, rounds: int) -> list[float]:
    """Milliseconds from pen up to the label of a gr.Sketchpad."""
    import gradio as gr
    import numpy as np

    from models.classifier import load
    from ui.parts import default_model

    classifier = load(default_model("digit"))

    def classify(value):
        picture = None if value is None else value["composite"]
        return "" if picture is None or not np.any(picture) else classifier.predict(picture).label

    with gr.Blocks() as demo:
        pad = gr.Sketchpad(canvas_size=(280, 280), type="numpy", elem_id="pad")
        label = gr.Textbox(elem_id="label")
        pad.change(classify, pad, label, show_progress="hidden", trigger_mode="always_last")
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
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
    demo.close(verbose=False)
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


def report(name: str, values: list[float]) -> None:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"{name:<44} {statistics.median(ordered):>8.1f} {p95:>8.1f}   of {len(ordered)}")


def main() -> None:
    with browser.chromium() as chromium:
        with browser.served_page() as address:
            page = browser.open_page(chromium.new_context(), address)
            ours(page, 1)  # warm up: the first answers load and compile
            page.reload()
            page.wait_for_selector("#panel-draw [data-ready]")
            values, rate = ours(page, 2)
            loads = [cold(chromium, address, "#panel-draw [data-ready]") for _ in range(3)]
        empty = empty_page_bytes(chromium)
        stock_values = stock(chromium, 5)
    print(f"{'milliseconds':<44} {'median':>8} {'p95':>8}")
    report("pointer event to answer on screen", values)
    report("gr.Sketchpad, pen up to label", stock_values)
    report("cold load: to the first paint", [load[0] for load in loads])
    report("cold load: from there to a usable canvas", [load[1] - load[0] for load in loads])
    ratio = statistics.median(stock_values) / statistics.median(values)
    print(f"the stock pad takes {ratio:.0f} times as long")
    whole = loads[0][2]
    print(f"{(whole - empty) / 1000:.0f} kB of ours, {whole / 1000:.0f} kB with Gradio's")
    print(
        f"{rate:.0f} answers a second while drawing; load of the machine {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
