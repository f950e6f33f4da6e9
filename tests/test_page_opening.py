"""Tabs that load when they are opened, in a real browser: nothing jumps, no style leaks into other
tabs, and what did not arrive can be asked for again."""

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, PHONE, go

TABS = ("inside", "shift", "filters", "about")
GOOD = 0.1  # the limit that web.dev/articles/cls calls good

# Sums every shift, also those that the visitor's own click would excuse.
WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.shifted += value;
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = """() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 300)));
})"""

# Rules of the tabs' own styles that match something outside of their panels.
LEAKS = """panels => {
    const inside = panels.map((name) => `#panel-${name}, #panel-${name} *`).join();
    const rulesOf = (rule) =>
        rule.selectorText ? [rule] : [...(rule.cssRules ?? [])].flatMap(rulesOf);
    const sheets = [...document.styleSheets];
    const ours = sheets.filter(({ href }) => /\\/(labs|about)\\//.test(href ?? ""));
    const rules = ours.flatMap(({ cssRules }) => [...cssRules].flatMap(rulesOf));
    const leaking = rules.filter(({ selectorText }) =>
        [...document.querySelectorAll(selectorText.replaceAll(/:(focus-visible|:[a-z-]+)/g, ""))]
            .some((node) => !node.matches(inside)));
    return { rules: rules.length, leaking: leaking.map(({ selectorText }) => selectorText) };
}"""


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("tab", TABS)
def test_nothing_jumps_when_a_tab_is_opened(new_page, device, tab):
    page = new_page(**device)
    page.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    page.evaluate(SETTLED)
    page.evaluate(WATCH)
    before = page.evaluate("window.shifted")
    page.evaluate("tab => (location.hash = tab)", tab)
    page.wait_for_selector(f"#panel-{tab} [data-ready]")
    page.evaluate(SETTLED)
    assert page.evaluate("window.shifted") - before <= GOOD


def test_no_style_of_a_tab_leaks_into_others(new_page):
    page = new_page(**DESKTOP)
    for tab in ("upload", *TABS):
        go(page, tab)
    found = page.evaluate(LEAKS, list(TABS))
    assert found["rules"] > 100
    assert not found["leaking"]


def test_what_went_wrong_is_said_and_can_be_asked_again(new_page, host):
    if host != "server":
        pytest.skip("asks no server")
    page = new_page("inside", **DESKTOP)
    complaint = page.locator("#panel-inside .complaint")
    expect(complaint).to_be_hidden()
    page.route("**/ask/run", lambda route: route.abort())
    page.locator("#panel-inside .samples button").nth(1).click()
    expect(complaint).to_contain_text("No answer came")
    page.unroute("**/ask/run")
    complaint.locator("button").click()
    expect(complaint).to_be_hidden()
    expect(page.locator("#panel-inside .look .name")).to_have_text("Our example: 4")
