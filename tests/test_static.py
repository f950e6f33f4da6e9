"""The static site in a real Chromium: the visitor's browser answers, and needs no server for it."""

import json
import threading

import pytest
from playwright.sync_api import expect

from measure import browser
from measure.browser import DESKTOP, DIGITS, PHONE
from measure.site import Handler, served

VERSION = "document.documentElement.dataset.version"


def test_answers_the_mouse(site, visit):
    page = browser.ready(visit(site))
    assert page.evaluate("document.documentElement.dataset.host") == "browser"
    browser.draw(page, DIGITS["7"])
    assert browser.answer(page, 1)["label"] == "7"
    page.click("#undo")
    browser.answer(page, 0)


def test_answers_a_finger(site, visit):
    page = browser.ready(visit(site, **PHONE))
    browser.touch(page.context.new_cdp_session(page), page, DIGITS["3"])
    assert browser.answer(page, 1)["label"] == "3"


def test_fetches_nothing_before_its_tab_is_opened(site, visit):
    page = browser.ready(visit(site))
    fetched = {url.path.rsplit("/", 1)[-1] for url in visit.asked}
    assert {"sketch.onnx", "mnist.onnx", "ort-wasm-simd-threaded.wasm.gz"} <= fetched
    later = {"upload.js", "inside.js", "about.js", "offline.js", "ort-wasm-simd-threaded.wasm"}
    assert not fetched & later
    assert {name for name in fetched if name.endswith((".onnx", ".safetensors"))} == {
        "sketch.onnx",
        "parts.onnx",
        "mnist.onnx",
    }
    browser.go(page, "filters")
    page.wait_for_selector("#panel-filters canvas")


class Held(Handler):
    """Keeps the runtime back until the event is set."""

    may = threading.Event()

    def do_GET(self):
        if ".wasm" in self.path:
            self.may.wait(60)
        super().do_GET()


def test_answers_what_was_drawn_before_the_runtime_came(site_folder, visit):
    Held.may.clear()
    with served(site_folder, Held) as address:
        page = visit(address)
        page.wait_for_selector("#panel-draw [data-ready]")
        browser.draw(page, DIGITS["7"])
        facts = json.loads((site_folder / page.evaluate(VERSION) / "site.json").read_text("utf-8"))
        models = {name: facts["files"][f"models/{name}.onnx"] for name in ("mnist", "sketch")}
        size = facts["runtime_bytes"] + sum(models.values())
        expect(page.locator("#progress")).to_contain_text(f"{size / 1e6:.1f} MB")
        assert "label" not in page.evaluate("({ ...document.querySelector('#answer').dataset })")
        Held.may.set()
        assert browser.answer(page, 1)["label"] == "7"
        expect(page.locator("#progress")).to_be_hidden()


class Unpacked(Handler):
    """A host that says of a .gz that the browser shall unpack it."""

    def end_headers(self):
        if self.path.endswith(".gz"):
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()


class NoCopies(Handler):
    """A host that has no compressed copies."""

    def do_GET(self):
        if self.path.endswith(".gz"):
            self.send_error(404)
        else:
            super().do_GET()


@pytest.mark.parametrize("handler", [Unpacked, NoCopies])
def test_the_runtime_arrives_from_any_host(site_folder, visit, handler):
    with served(site_folder, handler) as address:
        page = browser.ready(visit(address))
        browser.draw(page, DIGITS["7"])
        assert browser.answer(page, 1)["label"] == "7"


def test_an_altered_graph_answers_nothing(copied, visit):
    version = json.loads((copied / "site.json").read_text("utf-8"))["versions"][0]
    graph = copied / version / "models" / "mnist.onnx"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1  # in the weights: it would run
    graph.write_bytes(content)
    with served(copied) as address:
        page = visit(address)
        page.wait_for_selector("#panel-draw [data-ready]")
        browser.draw(page, DIGITS["7"])
        expect(page.locator("#panel-draw .away")).to_be_visible(timeout=30_000)
        assert "ready" not in page.evaluate("({ ...document.documentElement.dataset })")


def test_a_browser_without_simd_is_told(site, chromium):
    with chromium.new_context(**DESKTOP) as context:
        context.add_init_script("WebAssembly.validate = () => false")
        page = context.new_page()
        page.goto(site)
        page.wait_for_selector("#panel-draw [data-ready]")
        browser.draw(page, DIGITS["7"])
        remark = page.locator("#answer .remark")
        expect(remark).to_contain_text("lacks WebAssembly SIMD")
        page.wait_for_timeout(300)  # "One moment…" is for who waits, and comes after 150 ms
        expect(remark).to_contain_text("lacks WebAssembly SIMD")


def test_strokes_do_not_wait_for_the_shift_lab(site, visit):
    page = browser.ready(visit(site))
    order = page.evaluate(
        """async () => {
            const { version } = document.documentElement.dataset;
            const { host } = await import(`./${version}/hosts/browser.js`);
            const order = [];
            const moves = Array(289).fill([3, -5]);
            const input = new Uint8Array(784).fill(9);
            const lab = host.run("mnist", input, ["probabilities"], { moves });
            lab.then((found) => order.push(`lab ${found.probabilities.length}`));
            const ink = { width: 9, height: 9, greys: new Uint8Array(81).fill(255) };
            for (let i = 0; i < 3; i++) {
                await host.sketch(ink, "mnist");
                order.push("stroke");
            }
            await lab;
            return order;
        }"""
    )
    assert order == ["stroke", "stroke", "stroke", "lab 2890"]
