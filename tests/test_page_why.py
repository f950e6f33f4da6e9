"""The Why tab in a real browser, its numbers asserted against onnxruntime."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from safetensors.numpy import load_file

from export import to_digits
from measure.browser import (
    DESKTOP,
    DIGITS,
    EXAMPLES,
    PHONE,
    answer,
    draw,
    go,
    greys,
    picture,
    touch,
    upload,
)
from tests.page_numbers import explain
from tests.page_reasons import SHOWN, choose, logits, open_reasons
from tests.pen_digits import FOLDER, pictures

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_page_draw.py

DIGITS_FETCHED = """() => performance.getEntriesByType("resource")
    .map(({ name }) => name).filter((name) => name.includes("/why/digits."))"""


@pytest.fixture(scope="module")
def page(new_page):
    return open_reasons(new_page)


def counts(page) -> np.ndarray:
    told = page.get_attribute("#panel-why .hiding", "data-counts")
    return np.array(told.split(","), float).reshape(14, 14)


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_hidden_is_asked_again(page, name):
    choose(page, name)
    image = picture(page, "why")
    hidden = np.tile(image, (196, 1, 1))
    for cell, view in enumerate(hidden):
        row, column = (2 * at for at in divmod(cell, 14))
        view[max(row - 1, 0) : row + 3, max(column - 1, 0) : column + 3] = 0
    whole, found = logits(name, image[np.newaxis])[0], logits(name, hidden)
    label, rival = np.argsort(-whole)[:2]
    expected = (whole[label] - found[:, label]).reshape(14, 14)
    np.testing.assert_allclose(counts(page), expected, atol=2e-3)
    page.locator("#panel-why .parts .modes button").nth(2).click()
    expected -= (whole[rival] - found[:, rival]).reshape(14, 14)
    np.testing.assert_allclose(counts(page), expected, atol=2e-3)
    row, column = divmod(int(expected.argmax()), 14)
    told = page.inner_text("#panel-why .hiding .tells")
    ahead = found[14 * row + column]
    assert f"by {ahead[label] - ahead[rival]:.2f} instead".replace("-", "−") in told
    assert told.endswith(f"the answer is {ahead.argmax()}.")
    page.locator("#panel-why .hiding .frame").focus()
    page.keyboard.press("ArrowLeft")
    pointed = float(page.get_attribute("#panel-why .hiding", "data-pointed"))
    assert pointed == pytest.approx(float(expected[row, column - 1]), abs=2e-3)


@pytest.mark.parametrize("name", SHOWN)
def test_the_exact_sum_is_the_logit(page, name):
    choose(page, name)
    image = picture(page, "why")
    said = logits(name, image[np.newaxis])[0]
    label, rival = np.argsort(-said)[:2]
    for mode, expected in enumerate((said[label], said[rival], said[label] - said[rival])):
        page.locator("#panel-why .parts .modes button").nth(mode).click()
        shown = page.evaluate("({ ...document.querySelector('#panel-why .exact').dataset })")
        assert float(shown["sum"]) + float(shown["bias"]) == pytest.approx(
            float(expected), abs=1e-3
        )
        assert float(shown["result"]) == pytest.approx(float(shown["logit"]), abs=1e-3)
        line = page.inner_text("#panel-why .exact .sum").replace("−", "-")
        assert f" = {float(shown['result']):.3f}" in line
    alone = next(s for s in explain(name, image, {})["splits"] if s["label"] == label)
    page.locator("#panel-why .parts .modes button").first.click()
    row, column = divmod(int(np.argmax(alone["values"])), 7)
    value = f"{max(alone['values']):.3f}"
    told = f"Row {row + 1}, column {column + 1} adds {value}."
    expect(page.locator("#panel-why .exact .tells")).to_have_text(told)


def test_a_garments_network_has_no_such_sum(new_page):
    page = new_page("upload", **DESKTOP)
    upload(page, EXAMPLES / "garment-ankle-boot.png")
    page.click("#upload-answer .after a")
    page.wait_for_selector("#panel-why [data-ready]")
    expect(page.locator("#panel-why .exact .how")).to_contain_text("no exact sum")
    expect(page.locator("#panel-why .among")).to_be_hidden()  # those are digits
    assert np.abs(counts(page)).max() > 0.5
    page.locator("#panel-why .wrong .modes button").get_by_text("Sneaker").click()
    expect(page.locator("#panel-why .wrong .tile")).to_have_text(["Sneaker"])


def test_a_drawing_lies_among_its_like_and_moves_with_the_pen(page):
    arrays = load_file(FOLDER / "digits.safetensors")
    stored = arrays["features"] * arrays["scale"]
    section = page.locator("#panel-why .among")
    assert not page.evaluate(DIGITS_FETCHED)  # a page that nobody scrolls does without
    section.scroll_into_view_if_needed()
    expect(section).to_have_attribute("data-nearest", re.compile(r"\d"), timeout=15_000)
    assert len(page.evaluate(DIGITS_FETCHED)) == 2
    greys = np.rint(picture(page, "why") * 255).astype(np.uint8)
    order, apart = to_digits.nearest(to_digits.features(greys[np.newaxis]), stored)
    assert section.get_attribute("data-nearest") == ",".join(map(str, order[0]))
    assert float(section.get_attribute("data-apart")) == pytest.approx(float(apart[0, 0]), abs=1e-3)
    labels = arrays["labels"][order[0]]
    assert list(labels) == [4] * 8
    tiles = section.locator(".tile span")
    expect(tiles).to_have_text([f"4 · {far:.2f}" for far in apart[0]])
    shown = page.evaluate(
        """() => [...document.querySelector("#panel-why .among .tile canvas").getContext("2d")
            .getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"""
    )
    np.testing.assert_array_equal(np.array(shown).reshape(28, 28), pictures()[order[0, 0]])

    box = section.locator(".pad canvas").bounding_box()
    page.click("#panel-why .among .clear")
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for x, y in ((0.8, 0.2), (0.4, 0.9)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
    page.mouse.up()
    expect(section.locator(".tells")).to_contain_text("are a 7", timeout=15_000)


def test_the_pad_is_drawn_on_by_keys_too(page):
    section = page.locator("#panel-why .among")
    section.locator(".clear").click()
    expect(section.locator(".tells")).to_contain_text("are a 4", timeout=15_000)
    section.locator(".pad canvas").focus()
    for key in [*["ArrowLeft"] * 8, "Space", *["ArrowRight"] * 16]:
        page.keyboard.press(key)
    page.keyboard.down("ArrowDown")  # and with it held, aslant
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
        page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    page.keyboard.press("Space")
    expect(section.locator(".pen-said")).to_contain_text("Pen lifted")
    expect(section.locator(".tells")).to_contain_text("are a 7", timeout=15_000)


def test_what_is_drawn_on_draw_moves_the_point_too(page):
    go(page, "draw")
    page.click("#clear")
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"
    go(page, "why")
    section = page.locator("#panel-why .among")
    section.scroll_into_view_if_needed()
    expect(section.locator(".tells")).to_contain_text("are a 7", timeout=60_000)
    arrays = load_file(FOLDER / "digits.safetensors")
    greys = np.rint(picture(page, "why") * 255).astype(np.uint8)
    stored = arrays["features"] * arrays["scale"]
    order, _ = to_digits.nearest(to_digits.features(greys[np.newaxis]), stored)
    assert section.get_attribute("data-nearest") == ",".join(map(str, order[0]))
    clouds = section.locator(".plane canvas").get_attribute("aria-label")
    assert "Around your point lie those of 7, then" in clouds
    inked = section.locator(".pad canvas").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return data.filter((value, i) => i % 4 === 3 && value > 128).length / width / height;
        }"""
    )
    assert 0.02 < inked < 0.3  # the pad goes on from what is drawn there


def test_the_visitors_word_is_taken(new_page):
    """From the answer on Draw: what spoke against it, and the nearest examples of it."""
    page = new_page(**PHONE, locale="en-US")
    session = page.context.new_cdp_session(page)

    touch(session, page, DIGITS["4"])
    answer(page, 2)
    before = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    asked = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.select_option("#answer .after select", "9")
    page.wait_for_selector("#panel-why [data-ready]")
    section = page.locator("#panel-why .wrong")
    expect(section).to_have_attribute("data-truth", "9")
    expect(section).to_be_in_viewport()
    said = logits("mnist", picture(page, "why")[np.newaxis])[0]
    expect(section.locator(".says")).to_contain_text(f"lacks {said[4] - said[9]:.2f} on that of 4")
    expect(section.locator(".tile")).to_have_count(8)
    arrays = load_file(FOLDER / "digits.safetensors")
    index = [int(tile.get_attribute("data-index")) for tile in section.locator(".tile").all()]
    assert set(arrays["labels"][index]) == {9}
    greys = np.rint(picture(page, "why") * 255).astype(np.uint8)
    nines = arrays["labels"] == 9
    stored = (arrays["features"] * arrays["scale"])[nines]
    order, _ = to_digits.nearest(to_digits.features(greys[np.newaxis]), stored)
    assert index == np.flatnonzero(nines)[order[0]].tolist()
    # Nothing of the word is sent, and nothing is kept.
    allowed = {"model", "input", "outputs", "edits"}
    assert all(set(json.loads(body)) <= allowed for body in asked if body.startswith("{"))
    after = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert after == before


def test_on_upload_too(new_page):
    page = new_page("upload", **DESKTOP)
    assert page.is_hidden("#upload-answer .after a")
    page.select_option("#upload-model", "mnist")
    upload(page, EXAMPLES / "digit-8.png")
    page.select_option("#upload-answer .after select", "3")
    page.wait_for_selector("#panel-why [data-ready]")
    expect(page.locator("#panel-why .look .name")).to_have_text("Your picture, seen as 8")
    expect(page.locator("#panel-why .wrong")).to_have_attribute("data-truth", "3")
    go(page, "inside")
    assert greys(page, "#panel-inside .look > canvas") == greys(page, "#panel-why .look > canvas")


def test_no_page_asks_anyone_else(asked, page):
    assert asked == {"127.0.0.1"}
