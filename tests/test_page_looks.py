"""The page in a real Chromium on a phone, in light and dark, and in both languages."""

import pytest
from playwright.sync_api import expect

from measure.browser import CONTRASTS, DESKTOP, DIGITS, EXAMPLES, PHONE, answer, draw, touch, upload

BREAKS = "all => [...new Set(all.map((node) => getComputedStyle(node).wordBreak))]"


def test_touch_on_a_phone_that_is_then_turned(new_page):
    page = new_page(**PHONE, device_scale_factor=3)
    session = page.context.new_cdp_session(page)
    touch(session, page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    inked = """() => {
        const canvas = document.querySelector("#sketch");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, i) => i % 4 === 3 && value > 128).length / canvas.width ** 2;
    }"""
    before = page.evaluate(inked)
    assert page.evaluate("document.querySelector('#sketch').width") > 600  # crisp
    page.set_viewport_size({"width": 740, "height": 360})
    page.wait_for_timeout(300)
    assert page.evaluate(inked) == pytest.approx(before, rel=0.05)
    assert answer(page, 2)["label"] == "4"
    page.evaluate("scrollTo(0, 0)")
    page.locator("#undo").scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # a tap while the page still scrolls is none
    for _ in range(3):  # Chromium takes a made-up tap soon after a turn for no click now and then
        if page.evaluate("document.querySelector('#answer').dataset.stroke") == "2":
            page.tap("#undo")
            page.wait_for_timeout(700)
    assert answer(page, 1)["label"] != "4"


@pytest.mark.hosts("server")
@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
@pytest.mark.parametrize("tab", ["draw", "upload"])
def test_no_sideways_scroll_at_360_pixels(new_page, tab, locale):
    page = new_page(tab, **PHONE, locale=locale)
    if tab == "upload":
        upload(page, *EXAMPLES.glob("*.png"))
    assert page.evaluate("Math.max(innerWidth, document.documentElement.scrollWidth)") <= 360
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select")].filter((control) => {
            const { width, height } = control.getBoundingClientRect();
            return width && (width < 40 || height < 44);
        }).map((control) => control.outerHTML)"""
    )
    assert not small


@pytest.mark.hosts("server")
@pytest.mark.parametrize(("width", "height"), [(740, 360), (844, 390)])
def test_a_phone_on_its_side_shows_the_answer_beside_the_canvas(new_page, width, height):
    page = new_page(**PHONE | {"viewport": {"width": width, "height": height}})
    sheet = page.locator("#sketch").bounding_box()
    assert sheet["y"] >= 0 and sheet["y"] + sheet["height"] <= height
    assert sheet["height"] > 240
    expect(page.locator("#answer .winner")).to_be_in_viewport()


def test_refusals_speak_korean_too(new_page, tmp_path):
    (tmp_path / "letter.png").write_text("no picture at all")
    page = new_page("upload", **PHONE, locale="ko-KR")
    page.set_input_files("#upload input", [tmp_path / "letter.png", EXAMPLES / "garment-bag.png"])
    remark = page.locator("#upload-answer .remark")  # the process that reads files may start first
    expect(remark).to_contain_text("읽을 수 있는 사진이 아닙니다", timeout=30_000)
    row = page.locator("#panel-upload tbody tr").first
    expect(row.locator(".label")).to_contain_text("읽을 수 있는 사진이 아닙니다")
    assert row.evaluate("node => node.offsetHeight") < 200
    page.set_input_files("#upload input", [tmp_path / "letter.png"])
    expect(page.locator("#panel-upload .all")).to_be_hidden()
    expect(remark).to_contain_text("읽을 수 있는 사진이 아닙니다")
    expect(remark).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_readable(new_page, scheme):
    page = new_page(**DESKTOP, color_scheme=scheme)
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
    draw(page, DIGITS["3"])
    assert answer(page, 1)["label"] == "3"
    selectors = [
        "h1",
        "#head p",
        "#tab-draw",
        "#tab-upload",
        "#clear",
        "#model",
        "#answer .winner",
        "#answer .remark",
        ".bar .number",
        ".step figcaption",
        ".keys",
        "#foot a",
    ]
    for selector, contrast in zip(selectors, page.evaluate(CONTRASTS, selectors), strict=True):
        assert contrast >= 4.5, selector
    page.click("#theme")
    assert page.evaluate("document.body.classList.contains('dark')") == (scheme == "light")


def test_korean_by_the_browser_and_by_the_switch(new_page):
    page = new_page(**DESKTOP | {"locale": "ko-KR"})
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("tab", name="그리기")).to_be_visible()
    draw(page, DIGITS["2"])
    assert answer(page, 1)["label"] == "2"
    expect(page.locator("#answer .remark")).to_contain_text("확률")
    assert page.locator("p").evaluate_all(BREAKS) == ["keep-all"]
    expect(page.locator("#language")).to_have_attribute("lang", "en")  # it says "English"
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#language")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("tab", name="Draw")).to_be_visible()
    expect(page.locator("#answer .remark")).to_contain_text("sure")
