"""Tabs that load when they are opened, in a real browser: no style leaks into other tabs, all can
be read and tapped, a refusal travels along, and what failed can be asked for again."""

import pytest
from playwright.sync_api import expect

from measure.browser import (
    CONTRASTS,
    DESKTOP,
    DIGITS,
    EXAMPLES,
    PHONE,
    answer,
    draw,
    go,
    picture,
    upload,
)
from models.classifier import load
from models.specs import MODELS

pytestmark = pytest.mark.hosts("server")

TABS = ("inside", "learning", "why", "shift", "filters", "about")
# Rules of the tabs' own styles that match something outside of their panels.
LEAKS = """panels => {
    const inside = panels.map((name) => `#panel-${name}, #panel-${name} *`).join();
    const rulesOf = (rule) =>
        rule.selectorText ? [rule] : [...(rule.cssRules ?? [])].flatMap(rulesOf);
    const sheets = [...document.styleSheets];
    const ours = sheets.filter(({ href }) => /\\/(labs|why|about)\\//.test(href ?? ""));
    const rules = ours.flatMap(({ cssRules }) => [...cssRules].flatMap(rulesOf));
    const leaking = rules.filter(({ selectorText }) =>
        [...document.querySelectorAll(selectorText.replaceAll(/:(focus-visible|:[a-z-]+)/g, ""))]
            .some((node) => !node.matches(inside)));
    return { rules: rules.length, leaking: leaking.map(({ selectorText }) => selectorText) };
}"""


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


def test_a_refusal_travels_with_the_picture(new_page):
    """A 4 is none of the ten garments, and no tab says that it was seen as one."""
    page = new_page(**DESKTOP)
    page.select_option("#model", "fashion_mnist")
    draw(page, DIGITS["4"])
    drawn = answer(page, 2)
    assert drawn["rejected"] == "true"
    nearest = drawn["label"]
    for tab in TABS:
        go(page, tab)
        expect(page.locator(f"#panel-{tab} .look .name")).to_have_text("Your drawing")
        expect(page.locator(f"#panel-{tab} .hint-line")).to_have_text(
            f"This is none of the ten garments, nearest: {nearest}"
        )
    go(page, "shift")
    expect(page.locator("#panel-shift .look .choice span")).to_have_text("Look for")
    image = picture(page, "shift")
    for name in (name for name, spec in MODELS.items() if spec.subject == "garment"):
        said = load(name).classify(image)
        still = page.locator(f"#panel-shift [data-model={name}] .still")
        claims = "still says" in still.inner_text()
        assert claims == (said.label == nearest and not said.rejected), name


@pytest.mark.parametrize(
    ("model", "file", "nothing"),
    [
        ("fashion_mnist", "digit-4", "This is none of the ten garments"),
        ("auto", "neither-tree", "This is no digit"),
    ],
)
def test_a_refused_upload_is_nowhere_called_seen(new_page, model, file, nothing):
    page = new_page("upload", **DESKTOP)
    page.select_option("#upload-model", model)
    found = upload(page, EXAMPLES / f"{file}.png")
    assert found["rejected"] == "true"
    for tab in TABS:
        go(page, tab)
        expect(page.locator(f"#panel-{tab} .look .name")).to_have_text("Your picture")
        said = f"{nothing}, nearest: {found['label']}"
        expect(page.locator(f"#panel-{tab} .hint-line")).to_have_text(said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable(new_page, scheme):
    page = new_page("inside", **DESKTOP, color_scheme=scheme)
    page.wait_for_selector("#panel-inside .numbers span")
    wanted = {
        "inside": ["h2 .name", "h2 .op", ".shapes", ".why", ".stop .name", ".stop .shape",
                   ".numbers span", ".check", ".look .name", ".hint-line"],
        "shift": [".lead", ".shift-map .share", ".shift-map .what", ".shift-legend p"],
        "filters": [".formula", ".small", "figcaption", ".numbers-in input", ".knobs label"],
        "about": ["h2", "dt", "dd", ".credits a", ".credits span", "figcaption", ".meaning"],
    }  # fmt: skip
    for tab, selectors in wanted.items():
        go(page, tab)
        selectors = [f"#panel-{tab} {selector}" for selector in selectors]
        page.wait_for_selector(selectors[-1])
        for selector, contrast in zip(selectors, page.evaluate(CONTRASTS, selectors), strict=True):
            assert contrast >= 4.5, selector


def test_on_a_phone_nothing_scrolls_sideways_and_all_can_be_tapped(new_page):
    page = new_page("inside", **PHONE, locale="ko-KR")
    for tab in TABS:
        page.locator(f"#tab-{tab}").scroll_into_view_if_needed()
        page.tap(f"#tab-{tab}")
        page.wait_for_selector(f"#panel-{tab} [data-ready]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, tab
        small = page.evaluate(
            """tab => [...document.querySelectorAll(`#panel-${tab} :is(button, select)`)]
                .filter((control) => {
                    const { width, height } = control.getBoundingClientRect();
                    return width && (width < 40 || height < 44);
                }).map((control) => control.outerHTML.slice(0, 200))""",
            tab,
        )
        assert not small, tab
    page.tap("#tab-inside")
    box = page.locator("#panel-inside .target .frame")
    box.scroll_into_view_if_needed()
    before = page.get_attribute("section.stage", "data-explained")
    place = box.bounding_box()
    page.touchscreen.tap(place["x"] + place["width"] * 0.9, place["y"] + place["height"] * 0.1)
    page.wait_for_function(
        "before => document.querySelector('section.stage').dataset.explained !== before", arg=before
    )
    check = page.locator("#panel-inside .sum .check")
    result, value = (float(check.get_attribute(name)) for name in ("data-result", "data-shown"))
    assert result == pytest.approx(value, abs=1e-4)
