"""The game of the Why tab: few pixels, another answer; the page's own play checked in Python."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, picture
from models.classifier import load
from tests.page_reasons import SHOWN, choose, open_reasons

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_page_draw.py


@pytest.fixture(scope="module")
def page(new_page):
    return open_reasons(new_page)


def board(page) -> np.ndarray:
    """What lies on the board, uint8 (28, 28)."""
    found = page.evaluate(
        """() => {
            const canvas = document.querySelector("#panel-why .mind .frame canvas");
            const scale = canvas.width / 28;
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.width);
            return Array.from({ length: 784 }, (_, i) => data[4 * (canvas.width
                * Math.floor((Math.floor(i / 28) + 0.5) * scale)
                + Math.floor((i % 28 + 0.5) * scale))]);
        }"""
    )
    return np.array(found, np.uint8).reshape(28, 28)


def says(page) -> str:
    """The network's word for what lies on the board, once it is there."""
    section = page.locator("#panel-why .mind")
    expect(section).to_have_attribute("data-says", re.compile("."), timeout=15_000)
    return section.get_attribute("data-says")


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_changes_its_mind_and_so_does_python(page, new_page, name):
    choose(page, name)
    page.click("#panel-why .play")
    page.wait_for_selector("#panel-why .mind.done", timeout=60_000)
    expect(page.locator("#panel-why .best")).to_contain_text("The page’s:")
    before = np.rint(picture(page, "why") * 255).astype(np.uint8)
    after = board(page)
    count = int((before != after).sum())
    assert 0 < count < 30
    assert page.inner_text("#panel-why .best") == f"The page’s: {count}."
    assert page.inner_text("#panel-why .count").startswith(f"{count} pixel")
    assert set(after[before != after]) <= {0, 255}
    classify = load(name).classify
    assert classify(before.astype(np.float32) / 255).label == "4"
    said = classify(after.astype(np.float32) / 255).label
    assert said == says(page) != "4"

    page.click("#panel-why .pass-on")
    expect(page.locator("#panel-why .mind .tells")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 1500
    other = new_page("draw", **DESKTOP)
    other.evaluate("link => (location.href = link)", link)
    other.wait_for_selector("#panel-why [data-ready]")
    expect(other.locator("#panel-why .mind .tells")).to_contain_text("somebody else")
    np.testing.assert_array_equal(board(other), after)
    assert other.inner_text("#panel-why .count").startswith(f"{count} pixel")
    assert says(other) == said
    np.testing.assert_array_equal(np.rint(picture(other, "why") * 255), before)
    other.click("#panel-why .reset")
    np.testing.assert_array_equal(board(other), before)


def test_pixels_are_turned_over_by_pointer_and_key(page):
    choose(page, "mnist_tutorial")
    if page.is_enabled("#panel-why .reset"):
        page.click("#panel-why .reset")
    before = board(page)
    frame = page.locator("#panel-why .mind .frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    inked = next(map(tuple, np.argwhere(before > 200)))

    def place(row, column):
        side = box["width"] / 28
        return box["x"] + (column + 0.5) * side, box["y"] + (row + 0.5) * side

    page.mouse.click(*place(*inked))
    page.mouse.move(*place(2, 3))
    page.mouse.down()
    page.mouse.move(*place(2, 6), steps=12)  # a stroke turns over all that it meets
    page.mouse.up()
    after = board(page)
    changed = [tuple(at) for at in np.argwhere(before != after).tolist()]
    assert changed == sorted([inked, (2, 3), (2, 4), (2, 5), (2, 6)])
    assert after[inked] == 0 and after[2, 3] == 255
    expect(page.locator("#panel-why .count")).to_have_text("5 pixels turned over")
    page.mouse.click(*place(2, 4))  # and back
    assert board(page)[2, 4] == before[2, 4]
    frame.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert board(page)[3, 4] == 255
    for _ in range(4):
        page.click("#panel-why .mind .undo")
    np.testing.assert_array_equal(board(page), before)
    expect(page.locator("#panel-why .mind .undo")).to_be_disabled()
    assert says(page) == "4"


def test_a_damaged_game_is_told(new_page):
    page = new_page("draw", **DESKTOP)
    page.evaluate("location.hash = '#mind=AAAA'")
    page.wait_for_selector("#panel-why [data-ready]")
    expect(page.locator("#panel-why .mind .tells")).to_contain_text("damaged")
