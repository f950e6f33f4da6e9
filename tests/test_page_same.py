"""The page looks the same whoever serves it: Gradio's own style changes nothing of ours."""

from itertools import zip_longest
from time import monotonic, sleep

import pytest

from measure import browser

TABS = ("draw", "upload", "inside", "learning", "why", "shift", "filters")  # About names its host

# Of each element in sight: which it is, its place and size in half pixels, how it looks.
LOOKS = """panel => [...document.querySelectorAll(`${panel} *`)]
    .filter(element => element.offsetParent && !element.closest("svg, .only-heard"))
    .map(element => {
        const box = element.getBoundingClientRect(), style = getComputedStyle(element);
        const [first] = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
        const sizes = [box.x, box.width, box.height].map(length => Math.round(2 * length) / 2);
        const looks = ["padding", "borderWidth", "backgroundColor"];
        const ofText = ["color", "fontFamily", "fontSize", "lineHeight", "fontWeight"];
        if (first?.data.trim()) looks.push(...ofText);
        const name = `${element.localName}#${element.id}.${element.getAttribute("class")}`;
        return [name, ...sizes, ...looks.map(look => style[look])];
    })"""


def different(pages, tab: str) -> list:
    """Pairs of elements of the two pages that do not look the same."""
    server, static = (page.evaluate(LOOKS, f"#panel-{tab}") for page in pages)
    assert len(server) > 20
    return [pair for pair in zip_longest(server, static) if pair[0] != pair[1]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("device", "tabs"),
    [
        pytest.param(browser.DESKTOP, TABS, id="desktop"),
        pytest.param(browser.PHONE | {"color_scheme": "dark"}, TABS[:2], id="phone, dark"),
    ],
)
def test_a_tab_looks_the_same_at_both_hosts(device, tabs, address, site, visit):
    pages = [visit(home, **device | {"locale": "en-US"}) for home in (address, site)]
    for page in pages:
        browser.ready(page).wait_for_selector("#panel-draw [data-ready]")
        browser.draw(page, browser.DIGITS["4"])
        browser.answer(page, 2)
    for tab in tabs:
        for page in pages:
            page.bring_to_front()
            browser.go(page, tab)
            if tab == "upload":
                browser.upload(page, browser.EXAMPLES / "garment-bag.png")
        until = monotonic() + 10  # s: a busy machine takes its time to fill a tab
        while (found := different(pages, tab)) and monotonic() < until:
            sleep(0.2)
        assert not found, tab
