"""A real Chromium, and hands to draw with: shared by the browser tests, latency.py and the
screenshots."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

EXAMPLES = Path(__file__).resolve().parents[1] / "page" / "examples"
MISSING = "Chromium is missing. Install it with: apt-get install chromium fonts-noto-cjk"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# WebAssembly is compiled once, for less work: nothing is measured so, but tests come sooner.
COMPILES_ONCE = "--js-flags=--liftoff-only"

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"}

# Digits as strokes of (x, y) on a square whose side is 1.
DIGITS = {
    "0": [[(0.5, 0.2), (0.36, 0.3), (0.31, 0.5), (0.37, 0.7), (0.5, 0.8), (0.63, 0.7), (0.69, 0.5),
           (0.63, 0.3), (0.51, 0.2)]],
    "1": [[(0.52, 0.18), (0.5, 0.5), (0.48, 0.82)]],
    "2": [[(0.32, 0.35), (0.38, 0.24), (0.5, 0.2), (0.62, 0.25), (0.65, 0.37), (0.56, 0.52),
           (0.43, 0.66), (0.32, 0.79), (0.5, 0.78), (0.7, 0.78)]],
    "3": [[(0.34, 0.24), (0.5, 0.19), (0.63, 0.27), (0.61, 0.4), (0.46, 0.48), (0.62, 0.54),
           (0.66, 0.68), (0.54, 0.8), (0.33, 0.77)]],
    "4": [[(0.4, 0.2), (0.34, 0.4), (0.31, 0.54), (0.5, 0.54), (0.71, 0.53)],
          [(0.6, 0.3), (0.59, 0.55), (0.57, 0.83)]],
    "5": [[(0.38, 0.21), (0.37, 0.34), (0.36, 0.46), (0.5, 0.42), (0.63, 0.5), (0.65, 0.65),
           (0.56, 0.78), (0.34, 0.79)],
          [(0.38, 0.21), (0.52, 0.2), (0.67, 0.2)]],
    "6": [[(0.58, 0.18), (0.44, 0.32), (0.36, 0.52), (0.37, 0.7), (0.5, 0.81), (0.62, 0.72),
           (0.61, 0.58), (0.5, 0.52), (0.38, 0.6)]],
    "7": [[(0.3, 0.24), (0.5, 0.23), (0.7, 0.23), (0.6, 0.45), (0.45, 0.82)]],
    "8": [[(0.62, 0.28), (0.5, 0.19), (0.38, 0.29), (0.46, 0.44), (0.58, 0.56), (0.62, 0.7),
           (0.5, 0.81), (0.38, 0.7), (0.43, 0.55), (0.57, 0.43), (0.62, 0.29)]],
    "9": [[(0.62, 0.32), (0.52, 0.2), (0.39, 0.26), (0.38, 0.4), (0.5, 0.47), (0.61, 0.38),
           (0.63, 0.25), (0.62, 0.5), (0.57, 0.82)]],
}  # fmt: skip

# How far apart the lightness of words and of their ground is, by selector: 1 when equal.
CONTRASTS = """selectors => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = channels(colour).map((c) => c / 255).map(
            (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (node) => {
        const colour = getComputedStyle(node).backgroundColor;
        return channels(colour)[3] === 0 ? ground(node.parentElement) : colour;
    };
    return selectors.map((selector) => {
        const node = document.querySelector(selector);
        const pair = [light(getComputedStyle(node).color), light(ground(node))];
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    });
}"""


def find_chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium(*flags: str):
    """A browser with these flags, too, for as long as the block lasts.

    Raises:
        FileNotFoundError: there is none; the message says how to install it.
    """
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served_page():
    """The app's own server in this process, as `python app.py` starts it; yields its address."""
    from app import OPTIONS, demo
    from serve import gradio_insides, server

    app = gradio_insides.made(demo, OPTIONS)
    with server.in_thread(app, lambda: gradio_insides.end(demo)) as address:
        yield f"{address}/"


def open_page(context, address: str, tab: str = "draw") -> Page:
    return arrive(context.new_page(), address, tab)


def arrive(page: Page, address: str, tab: str = "draw") -> Page:
    """The page, once it is there and shows that tab."""
    page.goto(f"{address}#{tab}")
    page.wait_for_selector(f"#panel-{tab} [data-ready]")
    page.wait_for_selector("html[data-ready][data-words]")
    return page


def ready(page: Page) -> Page:
    """The page, once it can answer."""
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    return page


def place(page: Page, point, scale: float = 1, shift=(0, 0)):
    """Page coordinates of a point of the square, its digit made smaller and moved."""
    box = page.locator("#sketch").bounding_box()
    x, y = (shift[i] + 0.5 + (point[i] - 0.5) * scale for i in (0, 1))
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def draw(page: Page, strokes, scale: float = 1, shift=(0, 0), steps: int = 4) -> None:
    """With the mouse."""
    for stroke in strokes:
        start, *others = [place(page, point, scale, shift) for point in stroke]
        page.mouse.move(*start)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point, steps=steps)
        page.mouse.up()


def touch(session: CDPSession, page: Page, strokes) -> None:
    """With a finger."""

    def send(kind, points):
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    for stroke in strokes:
        start, *others = [place(page, point) for point in stroke]
        send("touchStart", [start])
        for point in others:
            send("touchMove", [point])
        send("touchEnd", [])


def answer(page: Page, strokes: int, panel: str = "#answer") -> dict:
    """The panel's data-… attributes, once it answers a drawing of so many strokes."""
    page.wait_for_function(
        """([panel, strokes]) => {
            const { stroke, label } = document.querySelector(panel)?.dataset ?? {}; // on its way
            return Number(stroke) === strokes && Boolean(label) === strokes > 0;
        }""",
        arg=[panel, strokes],
        timeout=10_000,
    )
    return page.evaluate("panel => ({ ...document.querySelector(panel).dataset })", panel)


def upload(page: Page, *files) -> dict:
    """Choose files; returns the answer to the first."""
    page.evaluate("delete document.querySelector('#upload-answer').dataset.label")
    page.set_input_files("#upload input", [str(file) for file in files])
    page.wait_for_function("() => document.querySelector('#upload-answer').ariaBusy === 'false'")
    return page.evaluate("({ ...document.querySelector('#upload-answer').dataset })")


def go(page: Page, tab: str) -> None:
    """Opens that tab, and waits until it shows the picture that was answered last."""
    page.click(f"#tab-{tab}")
    settled(page, tab)


def settled(page: Page, tab: str) -> None:
    """Waits until what that tab shows belongs to its picture."""
    page.wait_for_selector(f"#panel-{tab} [data-ready]:not(:has(> [aria-busy=true]))")


def choose_example(page: Page, tab: str, place: int) -> None:
    """Has a tab that looks closer look at that example."""
    page.locator(f"#panel-{tab} .samples button").nth(place).click()
    settled(page, tab)


def greys(page: Page, canvas: str) -> list[int]:
    """The 784 greys of a canvas of 28 × 28."""
    return page.evaluate(
        """canvas => {
            const context = document.querySelector(canvas).getContext("2d");
            const { data } = context.getImageData(0, 0, 28, 28);
            return [...data].filter((_, i) => i % 4 === 0);
        }""",
        canvas,
    )


def seen(page: Page, scope: str) -> list[int]:
    """The 784 greys that the page says the network saw."""
    return greys(page, f"{scope} .step-input canvas")


def picture(page: Page, tab: str) -> np.ndarray:
    """What that tab looks at, float32 (28, 28)."""
    found = greys(page, f"#panel-{tab} .look > canvas")
    return np.array(found, np.float32).reshape(28, 28) / 255
