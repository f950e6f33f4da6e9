"""What is seen before the first stroke: a digit draws itself and is read, and is no drawing."""

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, PHONE, answer, draw

pytestmark = pytest.mark.hosts("server")

INKED = """() => {
    const canvas = document.querySelector(".example-stroke");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, i) => i % 4 === 3 && value > 128).length / canvas.width ** 2;
}"""


def test_a_digit_draws_itself_and_is_read_but_is_no_drawing(new_page):
    page = new_page(**DESKTOP)
    expect(page.locator("#answer .winner")).to_have_text("3")
    expect(page.locator("#answer .remark")).to_contain_text("An example")
    assert "label" not in answer(page, 0)
    expect(page.locator("#answer .said")).to_be_empty()
    for tool in ("#undo", "#clear", "#save", "#share"):
        expect(page.locator(tool)).to_be_disabled()
    others = page.locator("[role=tab]").count() - 1
    expect(page.locator(".hint .tabs")).to_contain_text(f"{others} more tabs")
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"
    expect(page.locator(".example-stroke")).to_have_count(0)
    expect(page.locator("#answer .remark")).to_contain_text("sure")
    page.click("#clear")
    answer(page, 0)
    expect(page.locator("#answer .winner")).to_be_empty()
    page.click("#tab-upload")
    page.click("#tab-draw")
    expect(page.locator(".example-stroke")).to_have_count(0)  # once is enough


def test_there_are_no_empty_bars_and_black_squares(new_page):
    page = new_page("upload", **DESKTOP)
    for panel in ("#upload-answer", "#answer"):
        if panel == "#answer":
            page.click("#tab-draw")
            page.locator("#sketch").click()  # a dot, which takes the example away
            answer(page, 1)
            page.click("#clear")
            answer(page, 0)
        expect(page.locator(f"{panel} .bars")).to_be_hidden()
        expect(page.locator(f"{panel} .first")).to_be_visible()
        dark = page.locator(f"{panel} + .seen canvas, .seen canvas").evaluate_all(
            "all => all.filter((one) => getComputedStyle(one).backgroundColor === 'rgb(0, 0, 0)'"
            " && one.checkVisibility()).length"
        )
        assert not dark


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_with_reduced_motion_it_stands_there_at_once(new_page, device):
    page = new_page(**device, reduced_motion="reduce")
    page.wait_for_selector(".example-stroke")
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => resolve()))")
    inked = page.evaluate(INKED)
    assert inked > 0.03
    expect(page.locator("#answer .winner")).to_have_text("3")
    assert page.evaluate(INKED) == inked
    assert "label" not in answer(page, 0)


def test_the_first_touch_skips_it_and_nothing_of_it_comes_late(new_page):
    page = new_page(**DESKTOP)
    page.wait_for_selector(".example-stroke")
    page.locator("#sketch").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".example-stroke")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#answer .winner")).to_be_empty()
