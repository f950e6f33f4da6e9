"""The static site in a real Chromium: the visitor's browser answers, and needs no server for it."""

import json
import os
import shutil
import threading
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from export import npm, to_static
from measure import browser
from measure.browser import DESKTOP, DIGITS, EXAMPLES, PHONE
from measure.site import Handler, served

TABS = ("upload", "inside", "shift", "filters", "about")
WHOLE = "async () => Boolean(await caches.match(new URL('whole', location.href)))"
VERSION = "document.documentElement.dataset.version"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The site, built once. Not to be changed: see `copied`."""
    folder = tmp_path_factory.mktemp("site") / "below" / "sketch28"
    try:
        to_static.build(folder)
    except npm.Missing as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    return folder


@pytest.fixture
def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "site")


@pytest.fixture(scope="module")
def site(folder):
    with served(folder) as address:
        yield address


@pytest.fixture
def visit(chromium):
    """Opens addresses in contexts of their own; none may ask anyone but that host."""
    contexts = []
    asked = set()

    def open_new(address, **options):
        context = chromium.new_context(**(options or DESKTOP))
        contexts.append(context)
        context.on("request", lambda request: asked.add(urlsplit(request.url)))
        page = context.new_page()
        page.goto(address)
        return page

    open_new.asked = asked
    yield open_new
    for context in contexts:
        context.close()
    assert {url.hostname for url in asked if url.scheme not in ("data", "blob")} <= {"127.0.0.1"}


def ready(page):
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    return page


def until_kept(page):
    page.wait_for_function(WHOLE, timeout=60_000)


def test_answers_the_mouse(site, visit):
    page = ready(visit(site))
    assert page.evaluate("document.documentElement.dataset.host") == "browser"
    browser.draw(page, DIGITS["7"])
    assert browser.answer(page, 1)["label"] == "7"
    page.click("#undo")
    browser.answer(page, 0)


def test_answers_a_finger(site, visit):
    page = ready(visit(site, **PHONE))
    browser.touch(page.context.new_cdp_session(page), page, DIGITS["3"])
    assert browser.answer(page, 1)["label"] == "3"


def test_every_tab_opens(site, visit):
    page = ready(visit(site))
    browser.draw(page, DIGITS["8"])
    browser.answer(page, 1)
    for tab in TABS:
        browser.go(page, tab)
        assert page.locator(f"#panel-{tab} .failed").count() == 0
    expect(page.locator(".shift-map").first).to_be_attached()


def test_fetches_nothing_before_its_tab_is_opened(site, visit):
    page = ready(visit(site))
    fetched = {url.path.rsplit("/", 1)[-1] for url in visit.asked}
    assert {"sketch.onnx", "mnist.onnx", "ort-wasm-simd-threaded.wasm.gz"} <= fetched
    later = {"upload.js", "inside.js", "about.js", "offline.js", "ort-wasm-simd-threaded.wasm"}
    assert not fetched & later
    assert {name for name in fetched if name.endswith((".onnx", ".safetensors"))} == {
        "sketch.onnx",
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


def test_answers_what_was_drawn_before_the_runtime_came(folder, visit):
    Held.may.clear()
    with served(folder, Held) as address:
        page = visit(address)
        page.wait_for_selector("#panel-draw [data-ready]")
        browser.draw(page, DIGITS["7"])
        facts = json.loads((folder / page.evaluate(VERSION) / "site.json").read_text("utf-8"))
        models = {name: facts["files"][f"models/{name}.onnx"] for name in ("mnist", "sketch")}
        size = facts["runtime_bytes"] + sum(models.values())
        expect(page.locator("#progress")).to_contain_text(f"{size / 1e6:.1f} MB")
        assert "label" not in page.evaluate("({ ...document.querySelector('#answer').dataset })")
        Held.may.set()
        assert browser.answer(page, 1)["label"] == "7"
        expect(page.locator("#progress")).to_be_hidden()


def test_works_offline(folder, visit):
    with served(folder) as address:
        page = ready(visit(address))
        browser.draw(page, DIGITS["5"])
        browser.answer(page, 2)
        until_kept(page)
        expect(page.locator("#offline")).to_have_text("Kept for offline use.")
    page.context.set_offline(True)  # and the server is gone too
    page.reload()
    ready(page)
    browser.draw(page, DIGITS["3"])
    assert browser.answer(page, 1)["label"] == "3"
    for tab in TABS:
        browser.go(page, tab)
        assert page.locator(f"#panel-{tab} .failed").count() == 0
    browser.go(page, "upload")
    assert browser.upload(page, EXAMPLES / "digit-4.png")["label"] == "4"


def test_works_below_a_path(folder, visit):
    with served(folder.parent.parent) as address:
        page = ready(visit(f"{address}below/sketch28/"))
        browser.draw(page, DIGITS["7"])
        assert browser.answer(page, 1)["label"] == "7"
        browser.go(page, "inside")
        until_kept(page)
        names = page.evaluate("caches.keys()")
        assert names == [f"sketch28 /below/sketch28/ {page.evaluate(VERSION)}"]


def renew(folder, monkeypatch, tmp_path):
    """Builds the site anew from a page in which the name of the page has changed."""
    changed = shutil.copytree(to_static.PAGE, tmp_path / "page")
    index = changed / "index.html"
    index.write_text(index.read_text("utf-8").replace("<title>Sketch28", "<title>Renewed"), "utf-8")
    words = changed / "words" / "en.json"
    words.write_text(words.read_text("utf-8").replace('"Shift lab"', '"Renewed lab"'), "utf-8")
    monkeypatch.setattr(to_static, "PAGE", changed)
    return to_static.build(folder)


def test_a_new_build_replaces_the_old_under_an_open_page(copied, visit, monkeypatch, tmp_path):
    with served(copied) as address:
        page = ready(visit(address))
        old = page.evaluate(VERSION)
        browser.draw(page, DIGITS["7"])
        until_kept(page)
        new = renew(copied, monkeypatch, tmp_path)
        assert new != old and (copied / old / "shell.js").exists()
        browser.go(page, "inside")  # of the version that is open
        opened = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert any(f"/{old}/labs/" in name for name in opened)
        assert not any(f"/{new}/" in name for name in opened)

        other = page.context.new_page()
        other.goto(address)
        ready(other)
        assert other.evaluate(VERSION) == new and other.title() == "Renewed"
        opened = other.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert not any(f"/{old}/" in name for name in opened)
        # What is not kept whole yet is not shown offline.
        other.context.set_offline(True)
        other.reload()
        assert ready(other).evaluate(VERSION) == old
        other.context.set_offline(False)
        other.reload()
        ready(other).click("#tab-draw")
        browser.draw(other, DIGITS["3"])
        expect(other.locator("#offline")).to_have_text("Kept for offline use.", timeout=60_000)
        assert len(other.evaluate("caches.keys()")) == 2  # the old page is still open
        page.close()
        other.context.set_offline(True)
        other.reload()
        assert ready(other).evaluate(VERSION) == new
        assert other.inner_text("#tab-shift") == "Renewed lab"
        browser.draw(other, DIGITS["7"])
        other.wait_for_function("async () => (await caches.keys()).length === 1", timeout=60_000)


def test_a_rebuild_of_the_same_changes_nothing(copied):
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    to_static.build(copied)
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


def test_only_the_last_version_is_left_beside_a_new_one(copied, monkeypatch, tmp_path):
    first = json.loads((copied / "site.json").read_text("utf-8"))["versions"][0]
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    second = renew(copied, monkeypatch, tmp_path / "one")
    (to_static.PAGE / "words" / "en.json").write_text("{}", "utf-8")
    third = to_static.build(copied)
    folders = {path.name for path in copied.iterdir() if path.is_dir()}
    assert folders == {second, third} and first not in folders


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
def test_the_runtime_arrives_from_any_host(folder, visit, handler):
    with served(folder, handler) as address:
        page = ready(visit(address))
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
        expect(page.locator("#answer .remark")).to_contain_text("lacks WebAssembly SIMD")


def test_strokes_do_not_wait_for_the_shift_lab(site, visit):
    page = ready(visit(site))
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


def test_nothing_else_is_overwritten(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("dear")
    assert to_static.main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path} holds something else than a site of ours: name an empty folder.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert to_static.main([str(tmp_path / "letter.txt")]) == 1


def test_without_node_one_sentence_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert to_static.main([str(tmp_path / "site")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Node.js 20" in said
    assert not (tmp_path / "site").exists()


def test_says_what_is_bundled(folder):
    said = (folder / "LICENCES.txt").read_text("utf-8")
    for words in ("Sketch28", "Microsoft Corporation", "Fashion-MNIST", "protobuf"):
        assert words in said
    readme = (folder / "README.md").read_text("utf-8")
    assert "\nsdk: static\n" in readme and "\ncross-origin" not in readme.split("---")[2]
