"""The first second of the page in a real Chromium, and what it says when something fails."""

import re

import pytest
from playwright.sync_api import expect

from measure.browser import CONTRASTS, DESKTOP, DIGITS, PHONE, answer, draw, go

TABS = ("upload", "inside", "learning", "why", "shift", "filters", "about")
# By tab, how far things moved that nobody had touched (web.dev/cls); a script's click is no touch.
SHIFTS = """window.shifts = { now: "load", sums: {} };
new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) {
        const { now, sums } = window.shifts;
        if (!hadRecentInput) sums[now] = (sums[now] ?? 0) + value;
    }
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture
def opened(chromium, home):
    """Opens the page without waiting for anything, and with `prepare` before any request."""
    contexts = []

    def open_now(prepare=lambda page: None, **options):
        contexts.append(chromium.new_context(**DESKTOP | options))
        page = contexts[-1].new_page()
        prepare(page)
        page.goto(home, wait_until="commit")
        return page

    yield open_now
    for context in contexts:
        context.close()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_moves_at_load_or_when_a_tab_is_opened(opened, device):
    page = opened(lambda page: page.add_init_script(SHIFTS), **device)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_load_state("networkidle")
    for tab in TABS:
        page.evaluate("tab => (shifts.now = tab)", tab)
        page.evaluate("tab => document.querySelector(`#tab-${tab}`).click()", tab)
        page.wait_for_selector(f"#panel-{tab} [data-ready]")
        page.wait_for_load_state("networkidle")
    sums = page.evaluate("shifts.sums")
    assert all(moved <= 0.1 for moved in sums.values()), sums


def test_what_is_drawn_before_the_networks_are_known_is_answered_then(opened):
    held = []
    page = opened(lambda page: page.route("**/catalogue.json", lambda route: held.append(route)))
    page.wait_for_selector("#sketch")
    page.wait_for_function("() => document.querySelector('#answer .winner')")
    draw(page, DIGITS["7"])
    expect(page.locator("#answer .remark")).to_have_text("One moment…")
    assert "label" not in page.evaluate("({ ...document.querySelector('#answer').dataset })")
    for route in held:
        route.continue_()
    assert answer(page, 1)["label"] == "7"


def test_the_canvas_waits_for_no_words(opened):
    page = opened(lambda page: page.route("**/words/*.json", lambda route: None))
    page.wait_for_selector("#answer .winner", state="attached")
    expect(page.locator("#sketch")).to_be_visible()
    expect(page.locator("#tab-draw")).to_be_hidden()
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"


def test_words_that_did_not_arrive_are_asked_for_again(opened):
    refusal = {"refusal": {"key": "busy", "values": {}}, "detail": "Please try again."}
    answers = [lambda route: route.fulfill(status=503, json=refusal), lambda route: route.abort()]

    def answer_words(route):
        answers.pop()(route) if answers else route.continue_()

    page = opened(lambda page: page.route("**/words/*.json", answer_words))
    expect(page.locator("#tab-draw")).to_have_text("Draw")
    assert not answers


COLOURS = """(node) => {
    const { color, backgroundColor } = getComputedStyle(node);
    return [color, backgroundColor];
}"""


def test_an_error_stands_beside_the_pen_and_looks_like_one(opened, host):
    lost = "**/ask/sketch?*" if host == "server" else "**/*.onnx"
    page = opened(lambda page: page.route(lost, lambda route: route.abort()))
    remark, away = page.locator("#answer .remark"), page.locator("#panel-draw .sheet .away")
    remark.wait_for(state="attached")
    draw(page, DIGITS["5"])
    expect(away).to_contain_text("Trying again")
    expect(remark).to_have_text(away.inner_text())
    idle = page.locator("#answer .first").evaluate(COLOURS)
    for told in (away, remark):
        assert not {*told.evaluate(COLOURS)} & {*idle}
    assert min(page.evaluate(CONTRASTS, [".away", "#answer .remark"])) >= 4.5


@pytest.mark.hosts("browser")
@pytest.mark.parametrize("missing", ["upload.js", "upload.css", "examples.json"])
def test_a_tab_that_did_not_arrive_says_so_and_comes_when_asked_again(new_page, missing):
    page = new_page(**DESKTOP)
    page.route(f"**/{missing}", lambda route: route.abort())
    page.click("#tab-upload")
    failed = page.locator("#panel-upload .failed")
    expect(failed).to_contain_text("did not arrive")
    page.unroute(f"**/{missing}")
    failed.get_by_role("button", name="Try again").click()
    page.wait_for_selector("#panel-upload [data-ready]")
    expect(failed).to_have_count(0)


def test_a_server_that_is_gone_is_called_gone_by_tabs_not_opened_yet(opened):
    page = opened()  # nothing of these tabs was fetched before
    page.wait_for_selector("html[data-ready]")
    draw(page, DIGITS["4"])
    answer(page, 2)
    page.context.set_offline(True)
    page.click("#tab-upload")
    failed = page.locator("#panel-upload .failed")
    expect(failed).to_contain_text("The server does not answer")
    failed.locator("button").click()
    expect(failed).to_contain_text("The server does not answer")  # and no reload into nothing
    page.context.set_offline(False)
    with page.expect_navigation():
        failed.locator("button").click()
    page.wait_for_selector("html[data-ready]")
    assert answer(page, 2)["label"] == "4"


@pytest.mark.hosts("server")
def test_a_tab_that_fails_twice_loads_the_page_anew_and_keeps_the_drawing(new_page):
    page = new_page(**DESKTOP)
    draw(page, DIGITS["4"])
    answer(page, 2)
    page.route("**/upload.js", lambda route: route.abort())
    page.click("#tab-upload")
    page.click("#panel-upload .failed button")
    page.wait_for_selector("#panel-upload .failed")
    page.unroute("**/upload.js")
    with page.expect_navigation():
        page.click("#panel-upload .failed button")
    page.wait_for_selector("html[data-ready]")
    assert answer(page, 2)["label"] == "4"


def test_a_page_older_than_its_server_says_so_and_keeps_the_drawing(new_page, host):
    if host == "browser":
        pytest.skip("there is no server: tests/test_static.py renews the site under an open page")
    page = new_page(**DESKTOP)

    def renewed(route):
        reply = route.fetch()
        route.fulfill(response=reply, headers=reply.headers | {"x-sketch28-version": "another"})

    page.route("**/ask/sketch?*", renewed)
    draw(page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    expect(page.locator("#older")).to_have_count(1)
    expect(page.locator("#older")).to_contain_text("older than its server")
    page.unroute("**/ask/sketch?*")
    with page.expect_navigation():
        page.get_by_role("button", name="Reload").click()
    assert re.search("#drawing=", page.url)
    page.wait_for_selector("html[data-ready]")
    assert answer(page, 2)["label"] == "4"
    expect(page.locator("#older")).to_have_count(0)


PLACES = """() => [...document.querySelectorAll("#panel-draw *")].map((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [node.tagName, node.className, x, y, width, height].join(" ");
})"""


@pytest.mark.hosts("server")
def test_no_tab_changes_how_another_looks(new_page):
    page = new_page(**DESKTOP)
    draw(page, DIGITS["2"])
    answer(page, 1)
    strip = page.locator("#panel-draw .strip")  # comes a little later
    strip.scroll_into_view_if_needed()
    expect(strip).to_have_attribute("data-current", "true")
    page.evaluate("scrollTo(0, 0)")
    before = page.evaluate(PLACES)
    for tab in TABS:
        go(page, tab)
    page.click("#tab-draw")
    assert page.evaluate(PLACES) == before
