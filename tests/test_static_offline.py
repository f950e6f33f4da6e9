"""The static site kept for use offline, and renewed, in a real Chromium."""

import threading

from playwright.sync_api import expect

from export import to_static
from measure import browser
from measure.browser import DIGITS, EXAMPLES
from measure.site import Handler, served
from tests.test_static import Unpacked

TABS = ("upload", "inside", "learning", "why", "shift", "filters", "about")
# The names of the caches, as soon as there is but one.
CACHES = """async () => {
    let names = await caches.keys();
    for (let tries = 0; tries < 300 && names.length > 1; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        names = await caches.keys();
    }
    return names;
}"""
VERSION = "document.documentElement.dataset.version"


def until_kept(page):
    expect(page.locator("#offline")).to_have_text("Kept for offline use.", timeout=60_000)


def test_works_offline(site_folder, visit):
    with served(site_folder) as address:
        page = browser.ready(visit(address))
        browser.draw(page, DIGITS["5"])
        browser.answer(page, 2)
        until_kept(page)
    page.context.set_offline(True)  # and the server is gone too
    page.reload()
    browser.ready(page)
    browser.draw(page, DIGITS["3"])
    assert browser.answer(page, 1)["label"] == "3"
    for tab in TABS:
        browser.go(page, tab)
        assert page.locator(f"#panel-{tab} .failed").count() == 0
    expect(page.locator(".shift-map").first).to_be_attached()
    browser.go(page, "upload")
    assert browser.upload(page, EXAMPLES / "garment-bag.png")["label"] == "Bag"


def test_works_below_a_path(site_folder, visit):
    with served(site_folder.parent.parent, Unpacked) as address:  # kept whatever the host unpacks
        page = browser.ready(visit(f"{address}below/sketch28/"))
        browser.draw(page, DIGITS["7"])
        assert browser.answer(page, 1)["label"] == "7"
        browser.go(page, "inside")
        until_kept(page)
        names = page.evaluate(CACHES)
        assert names == [f"sketch28 /below/sketch28/ {page.evaluate(VERSION)}"]


def test_a_new_build_replaces_the_old_under_an_open_page(copied, visit, renew):
    with served(copied) as address:
        page = browser.ready(visit(address))
        old = page.evaluate(VERSION)
        browser.draw(page, DIGITS["7"])
        until_kept(page)
        new = renew(copied)
        assert new != old and (copied / old / "shell.js").exists()
        browser.go(page, "inside")  # of the version that is open
        opened = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert any(f"/{old}/labs/" in name for name in opened)
        assert not any(f"/{new}/" in name for name in opened)

        other = page.context.new_page()
        other.goto(address)
        browser.ready(other)
        assert other.evaluate(VERSION) == new and other.title() == "Renewed"
        opened = other.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert not any(f"/{old}/" in name for name in opened)
        # What is not kept whole yet is not shown offline.
        other.context.set_offline(True)
        other.reload()
        assert browser.ready(other).evaluate(VERSION) == old
        other.context.set_offline(False)
        other.reload()
        browser.ready(other).click("#tab-draw")
        browser.draw(other, DIGITS["3"])
        until_kept(other)
        assert len(other.evaluate("caches.keys()")) == 2  # the old page is still open
        page.close()
        other.context.set_offline(True)
        other.reload()
        assert browser.ready(other).evaluate(VERSION) == new
        assert other.inner_text("#tab-shift") == "Renewed lab"
        browser.draw(other, DIGITS["7"])
        assert [name.split()[-1] for name in other.evaluate(CACHES)] == [new]


class Wrong(Handler):
    """Of a file that only sw.js asks for, an error page comes, with a status of 200."""

    name = "shift.js"
    seen = threading.Event()  # the page has said that it keeps something
    mended = threading.Event()

    def do_GET(self):
        if Wrong.mended.is_set() or not self.path.endswith(f"/{self.name}"):
            super().do_GET()
            return
        Wrong.seen.wait(60)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.send_header("Cache-Control", "max-age=31536000, immutable")  # must not be believed
        self.end_headers()
        self.wfile.write(b"sorry")


def test_what_could_not_be_kept_is_tried_again(site_folder, visit):
    Wrong.seen.clear()
    Wrong.mended.clear()
    with served(site_folder, Wrong) as address:
        page = browser.ready(visit(address))
        browser.draw(page, DIGITS["7"])
        line = page.locator("#offline")
        expect(line).to_contain_text("MB more")
        Wrong.seen.set()
        expect(line).to_be_hidden()
        kept = f"caches.match(`${{{VERSION}}}/labs/shift.js`).then((it) => it?.text())"
        assert page.evaluate(kept) is None
        Wrong.mended.set()
        browser.draw(page, DIGITS["1"])
        until_kept(page)
        assert page.evaluate(kept) == (to_static.PAGE / "labs" / "shift.js").read_text("utf-8")


def test_with_a_broken_storage_it_answers_from_the_network(copied, visit):
    worker = copied / "sw.js"
    broken = "caches.open = caches.keys = async () => { throw new Error('broken'); };\n"
    worker.write_text(broken + worker.read_text("utf-8"), "utf-8")
    with served(copied) as address:
        page = browser.ready(visit(address))
        browser.draw(page, DIGITS["7"])
        page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        page.reload()
        browser.draw(browser.ready(page), DIGITS["3"])
        assert browser.answer(page, 1)["label"] == "3"
        assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
