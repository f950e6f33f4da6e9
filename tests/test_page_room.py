"""Every tab has the room it needs, up to 400 % zoom, in both languages: no words over others, over
pictures or beyond their card, none broken, nothing too small to be hit. No figure lacks words."""

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, EXAMPLES, answer, draw, upload

pytestmark = pytest.mark.slow  # many sizes; what everyone does first is in test_page_draw.py

# Of a window of 1280 × 900: 400 % zoom, 200 % zoom, then a tablet, a phone on its side, no zoom.
SIZES = [(320, 640), (640, 450), (820, 1100), (844, 390), (1280, 900)]

CROWDED = r"""tab => {
    const panel = document.querySelector(`#panel-${tab}`);
    const shown = (node) => node.checkVisibility({ visibilityProperty: true });
    const up = (node, fits) => (node && !fits(node) ? up(node.parentElement, fits) : node);
    const cuts = (node) => /auto|scroll|hidden/.test(getComputedStyle(node).overflowX);
    const scrolls = (node) => up(node, (one) => one !== document.body && cuts(one));
    const found = [];
    const texts = [];
    const walk = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode());) {
        const parent = node.parentElement;
        if (!node.data.trim() || !shown(parent) || parent.closest(".only-heard, option")) continue;
        const boxesOf = (start, end) => {
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, end);
            return [...range.getClientRects()].filter(({ width }) => width > 1);
        };
        const text = node.data.trim();
        texts.push(...boxesOf(0, node.length).map((box) => ({ parent, box, text })));
        for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}]{2,}/gu)) {
            const tops = boxesOf(index, index + word.length).map(({ top }) => Math.round(top));
            const whole = new Set(tops).size <= 1 || parent.closest("code, a, svg");
            if (!whole) found.push(`broken: ${word}`);
        }
    }
    const common = (a, b) => [Math.min(a.right, b.right) - Math.max(a.left, b.left),
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
    const beyond = (box, card) => box.right > card.right + 1 || box.left < card.left - 1;
    texts.forEach(({ parent, box, text }, i) => {
        if (scrolls(parent)) return;
        const card = parent.closest("button, .card")?.getBoundingClientRect();
        if (card && beyond(box, card)) found.push(`beyond its card: ${text}`);
        for (const other of texts.slice(i + 1)) {
            const [wide, high] = common(box, other.box);
            if (other.parent === parent || scrolls(other.parent)) continue;
            if (wide > 1 && high > 4) found.push(`over each other: ${text}, ${other.text}`);
        }
        for (const canvas of panel.querySelectorAll("canvas, img")) {
            if (!shown(canvas) || scrolls(canvas)) continue;
            const [wide, high] = common(box, canvas.getBoundingClientRect());
            if (wide > 1 && high > 1) found.push(`over a picture: ${text}`);
        }
    });
    const controls = "a[href], button, select, input:not([type=file]), [tabindex='0']";
    for (const one of document.querySelectorAll(controls)) {
        const html = one.outerHTML.slice(0, 80);
        const [card, box] = [one.parentElement.closest(".card"), one.getBoundingClientRect()];
        const hit = (one.closest("label") ?? one).getBoundingClientRect();
        if (!box.width || !shown(one)) continue;
        if (Math.min(hit.width, hit.height) < 24) found.push(`small: ${html}`);
        if (card && !scrolls(one.parentElement) && beyond(box, card.getBoundingClientRect())) {
            found.push(`beyond its card: ${html}`);
        }
    }
    return [...new Set(found)];
}"""

# Pictures that say nothing to those who hear the page, but for steps whose caption says it all.
SILENT = """tab => {
    const told = `[alt], [aria-hidden=true], .step-ink, .step-mask, .step-crop, .tile,
        :is(canvas, svg, .frame, button)[aria-label]`;
    return [...document.querySelectorAll(`#panel-${tab} :is(canvas, svg, img)`)]
        .filter((one) => one.checkVisibility() && !one.closest(told))
        .filter((one) => !one.closest("button")?.textContent.trim())
        .map((one) => one.parentElement.outerHTML);
}"""


# The page is the same from both hosts: each in one language.
LOCALES = {"server": "en-US", "browser": "ko-KR"}


def test_every_tab_has_room_and_its_figures_have_words(new_page, host):
    page = new_page("upload", **DESKTOP | {"locale": LOCALES[host]})
    pictures = ("garment-dress", "digit-2", "neither-tree")
    upload(page, *(EXAMPLES / f"{name}.png" for name in pictures))
    expect(page.locator("#panel-upload progress")).to_be_hidden()
    page.click("#tab-draw")
    draw(page, DIGITS["4"])
    answer(page, 2)
    tabs = page.locator("[role=tab]").evaluate_all("all => all.map((tab) => tab.dataset.name)")
    found = []
    for tab in tabs:
        page.evaluate("tab => document.querySelector(`#tab-${tab}`).click()", tab)
        page.wait_for_selector(f"#panel-{tab} [data-ready]")
        if tab == "why":
            page.locator("#panel-why .among").scroll_into_view_if_needed()
            page.locator("#panel-why .wrong .modes button").nth(9).click()
            expect(page.locator("#panel-why .wrong .tile")).to_have_count(8)
        page.wait_for_load_state("networkidle")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")
            found += [f"{tab}, {width} wide, {what}" for what in page.evaluate(CROWDED, tab)]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (tab, width)
        found += [f"{tab}, no words: {what[:120]}" for what in page.evaluate(SILENT, tab)]
    assert not "\n".join(found)
