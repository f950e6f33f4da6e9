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
from models.classifier import load
from tests.page_numbers import explain
from tests.pen_digits import FOLDER, pictures

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_page_draw.py

SHOWN = {"mnist": "This app", "mnist_tutorial": "Tutorial"}


@pytest.fixture(scope="module")
def page(new_page):
    """A page on which a 4 was drawn, at its reasons."""
    page = new_page(**DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    draw(page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    page.click("#answer .after a")
    page.wait_for_selector("#panel-why [data-ready]")
    return page


def logits(name: str, batch: np.ndarray) -> np.ndarray:
    """float32 (N, 10) of float32 (N, 28, 28)."""
    return load(name).run(batch[:, np.newaxis], ["logits"])["logits"]


def choose(page, name: str) -> None:
    """That network, by the switch; waits until its reasons are shown."""
    page.locator("#panel-why .switch button").get_by_text(SHOWN[name]).click()
    label = logits(name, picture(page, "why")[np.newaxis])[0].max()
    page.locator("#panel-why .parts .modes button").first.click()
    page.wait_for_function(
        """logit => Math.abs(Number(document.querySelector("#panel-why .exact").dataset.logit)
            - logit) < 1e-3""",
        arg=float(label),
    )


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
    page.context.close()


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

    page.click("#panel-why .share-it")
    expect(page.locator("#panel-why .mind .tells")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 1500
    other = new_page("draw", **DESKTOP)
    other.evaluate("link => (location.href = link)", link)
    other.wait_for_selector("#panel-why [data-ready]")
    expect(other.locator("#panel-why .mind .tells")).to_contain_text("somebody else")
    np.testing.assert_array_equal(board(other), after)
    assert says(other) == said
    np.testing.assert_array_equal(np.rint(picture(other, "why") * 255), before)
    other.click("#panel-why .reset")
    np.testing.assert_array_equal(board(other), before)
    other.context.close()


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
    page.context.close()


def test_a_drawing_lies_among_its_like_and_moves_with_the_pen(page):
    arrays = load_file(FOLDER / "digits.safetensors")
    stored = arrays["features"] * arrays["scale"]
    section = page.locator("#panel-why .among")
    section.scroll_into_view_if_needed()
    expect(section).to_have_attribute("data-nearest", re.compile(r"\d"), timeout=15_000)
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
    page.context.close()


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
    page.context.close()


def test_no_page_asks_anyone_else(asked, page):
    assert asked == {"127.0.0.1"}
