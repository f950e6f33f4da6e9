"""Several digits, drawn and uploaded: one number, and each digit to look at."""

import numpy as np
import pytest
from playwright.sync_api import expect

from measure import browser
from measure.browser import DESKTOP, DIGITS, answer, draw, seen, upload
from tests.test_numbers import page as written


@pytest.fixture(scope="module")
def desk(new_page):
    return new_page(**DESKTOP)


@pytest.fixture
def page(desk):
    desk.click("#tab-draw")
    if desk.is_enabled("#clear"):
        desk.click("#clear")
    answer(desk, 0)
    return desk


def draw_number(page, number: str) -> dict:
    strokes, share = 0, 1 / len(number)
    for place, digit in enumerate(number):
        draw(page, DIGITS[digit], 1.1 * share, ((place + 0.5) * share - 0.5, 0))
        strokes += len(DIGITS[digit])
    return answer(page, strokes)


@pytest.mark.parametrize("number", ["42", "305"])
def test_a_number_is_read_and_each_digit_can_be_looked_at(page, number):
    found = draw_number(page, number)
    assert (found["label"], found["rejected"]) == (number, "false")
    assert 0.5 < float(found["probability"]) <= 1
    assert page.inner_text("#answer .winner") == number
    pictures = []
    for place, digit in enumerate(number):
        page.get_by_role("radio", name=digit, exact=True).nth(0).click()
        expect(page.locator("#answer .digit").nth(place)).to_have_attribute("aria-checked", "true")
        assert page.inner_text("#answer .bar.best .name") == digit
        pictures.append(seen(page, "#panel-draw"))
    assert len({tuple(picture) for picture in pictures}) == len(number)
    browser.go(page, "inside")
    expect(page.locator("#panel-inside .look > canvas")).to_be_visible()
    assert np.array_equal(np.rint(browser.picture(page, "inside").ravel() * 255), pictures[-1])


def test_a_loose_bar_belongs_to_its_digit(page):
    curve, bar = DIGITS["5"]
    draw(page, [curve, [(x + 0.05, y - 0.06) for x, y in bar]])
    assert answer(page, 2)["label"] == "5"


def test_what_is_no_number_is_refused_with_the_way_out(page):
    draw(page, DIGITS["7"], 0.4, (-0.25, -0.25))
    draw(page, DIGITS["3"], 0.4, (0.25, 0.25))
    assert answer(page, 2)["rejected"] == "true"
    assert "One digit at a time" in page.inner_text("#answer .remark")


def test_one_digit_follows_a_number(page):
    assert draw_number(page, "42")["label"] == "42"
    page.click("#clear")
    draw(page, DIGITS["8"])
    assert answer(page, 1)["label"] == "8"
    assert page.locator("#answer .digit").count() == 0


def test_an_uploaded_number(page, tmp_path):
    written("96821", "gold", "navy").save(tmp_path / "number.png")
    browser.go(page, "upload")
    page.select_option("#upload-model", "mnist")
    found = upload(page, tmp_path / "number.png")
    assert (found["label"], found["rejected"]) == ("96821", "false")
    assert page.locator("#panel-upload .options").is_hidden()
    page.locator("#upload-answer .digit").nth(2).click()
    assert page.inner_text("#upload-answer .bar.best .name") == "8"
