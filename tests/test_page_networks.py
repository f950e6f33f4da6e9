"""What Inside opens on, one choice of network for all tabs, and how it fits a wide screen and a
phone, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, PHONE, answer, draw, go

# many clicks; what everyone does first is in test_page_draw.py
pytestmark = [pytest.mark.slow, pytest.mark.hosts("server")]


def test_without_a_drawing_an_example_is_shown_with_a_hint(new_page):
    page = new_page("inside", **DESKTOP)
    expect(page.locator("#panel-inside .look .name")).to_have_text("Our example: 2")
    expect(page.locator("#panel-inside .hint-line")).to_contain_text("Draw a digit")
    page.locator("#panel-inside .samples button").nth(2).click()
    expect(page.locator("#panel-inside .look .name")).to_have_text("Our example: 7")
    page.locator("#panel-inside .samples button").nth(5).click()  # a garment
    shown = page.locator("#panel-inside .content")
    expect(shown).to_have_attribute("data-model", "fashion_mnist_tutorial")


def test_one_choice_of_network_holds_for_all_tabs(new_page):
    page = new_page(**DESKTOP)
    draw(page, DIGITS["4"])
    assert answer(page, 2)["model"] == "mnist"
    go(page, "inside")
    page.get_by_role("radio", name="This app").click()
    expect(page.locator("#panel-inside .content")).to_have_attribute("data-model", "mnist")
    go(page, "upload")
    expect(page.locator("#upload-model")).to_have_value("auto")
    page.select_option("#upload-model", "fashion_mnist_tutorial")
    page.click("#tab-draw")
    expect(page.locator("#model")).to_have_value("mnist_tutorial")
    expect(page.locator("#answer")).to_have_attribute("data-model", "mnist_tutorial")
    assert answer(page, 2)["label"] == "4"
    page.click("#tab-inside")
    expect(page.locator("#panel-inside .content")).to_have_attribute("data-model", "mnist_tutorial")


def test_on_a_wide_screen_the_way_of_this_app_needs_no_scrolling(new_page):
    page = new_page("inside", viewport={"width": 1800, "height": 1000}, locale="en-US")
    page.get_by_role("radio", name="This app").click()
    expect(page.locator("#panel-inside .content")).to_have_attribute("data-model", "mnist")
    road = page.locator("#panel-inside .road")
    assert road.evaluate("road => road.scrollWidth <= road.clientWidth && road.clientWidth > 1500")


@pytest.mark.parametrize("example", ["Example: 2", "Example: Bag"], ids=["3 × 3", "5 × 5"])
def test_window_kernel_and_products_lie_side_by_side_on_a_phone(new_page, example):
    page = new_page("inside", **PHONE, locale="en-US")
    page.get_by_role("button", name=example).click()
    tutorial = "mnist_tutorial" if example.endswith("2") else "fashion_mnist_tutorial"
    expect(page.locator("#panel-inside .content")).to_have_attribute("data-model", tutorial)
    boxes = [grid.bounding_box() for grid in page.locator("#panel-inside .numbers").all()]
    assert len(boxes) == 3
    assert len({box["y"] for box in boxes}) == 1
    assert boxes[0]["x"] >= 0 and boxes[2]["x"] + boxes[2]["width"] <= 360
    cells = page.locator("#panel-inside .numbers").nth(1).locator("span")
    cells.nth(4).tap()
    numbers = page.locator("#panel-inside .line.one").inner_text().replace("−", "-")
    a, b, product = (float(number) for number in re.findall(r"-?\d+\.\d+", numbers))
    assert b == pytest.approx(float(cells.nth(4).text_content().replace("−", "-")), abs=0.0051)
    assert product == pytest.approx(a * b, abs=3e-4)
