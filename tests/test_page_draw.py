"""Draws in a real Chromium, and reads the answers off the page."""

import re

import pytest
from playwright.sync_api import expect

from measure import browser
from measure.browser import DESKTOP, DIGITS, answer, draw, seen

DIGIT, GARMENT = "mnist", "fashion_mnist"
# The most opaque pixel of every step's picture.
LEFT = """() => [...document.querySelectorAll("#panel-draw .step canvas")].map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((most, value, i) => (i % 4 === 3 ? Math.max(most, value) : most), 0);
})"""


@pytest.fixture(scope="module")
def desk(new_page):
    return new_page(**DESKTOP)


@pytest.fixture
def page(desk):
    """The same page for many tests, its canvas empty and its controls as at the start."""
    desk.click("#tab-draw")
    if desk.is_enabled("#clear"):
        desk.click("#clear")
    desk.select_option("#model", DIGIT)
    desk.click("#pen")
    desk.click("[data-width='0.06']")
    answer(desk, 0)
    return desk


@pytest.mark.parametrize("digit", DIGITS)
def test_reads_a_digit_drawn_with_the_mouse(page, digit):
    draw(page, DIGITS[digit])
    found = answer(page, len(DIGITS[digit]))
    assert found["label"] == digit
    assert found["rejected"] == "false"
    assert 0.5 < float(found["probability"]) <= 1
    assert page.inner_text("#answer .winner") == digit
    assert page.inner_text("#answer .bar.best .name") == digit


@pytest.mark.parametrize(
    ("scale", "shift"),
    [(0.25, (-0.35, -0.35)), (0.25, (0.36, 0.34)), (0.14, (0.2, -0.1)), (1.5, (0, 0))],
    ids=["small, top left", "small, bottom right", "tiny", "large"],
)
def test_reads_a_digit_anywhere_and_of_any_size(page, scale, shift):
    digit = "5"  # of two strokes
    if scale < 0.2:
        page.click("[data-width='0.025']")
    draw(page, DIGITS[digit], scale, shift)
    assert answer(page, len(DIGITS[digit]))["label"] == digit


@pytest.mark.parametrize("width", ["0.025", "0.11"])
def test_reads_fine_and_broad_pens(page, width):
    page.click(f"[data-width='{width}']")
    draw(page, DIGITS["3"])
    assert answer(page, 1)["label"] == "3"


def test_answers_while_the_pen_is_down(page):
    start, *others = [browser.place(page, point) for point in DIGITS["7"][0]]
    page.mouse.move(*start)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=6)
    assert answer(page, 1)["label"] == "7"
    page.mouse.up()
    assert answer(page, 1)["label"] == "7"


def test_undo_redo_and_clear_by_button(page):
    expect(page.locator("#clear")).to_be_disabled()
    draw(page, DIGITS["4"][::-1])  # its bar first: that alone is no 4
    assert answer(page, 2)["label"] == "4"
    page.click("#undo")
    assert answer(page, 1)["label"] != "4"
    page.click("#redo")
    assert answer(page, 2)["label"] == "4"
    page.click("#clear")
    assert "label" not in answer(page, 0)
    page.click("#undo")  # clearing can be undone
    assert answer(page, 2)["label"] == "4"


def test_undo_redo_and_clear_by_key(page):
    draw(page, DIGITS["4"])
    answer(page, 2)
    page.keyboard.press("Control+z")
    answer(page, 1)
    page.keyboard.press("Control+Shift+Z")
    assert answer(page, 2)["label"] == "4"
    page.keyboard.press("Delete")
    answer(page, 0)


def test_an_empty_canvas_gets_a_hint_and_no_answer(page):
    found = answer(page, 0)
    assert "label" not in found
    assert "probability" not in found
    expect(page.locator(".hint")).to_be_visible()
    assert not any(seen(page, "#panel-draw"))
    draw(page, DIGITS["1"])
    expect(page.locator(".hint")).to_be_hidden()


def test_the_eraser_takes_ink_away(page):
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"
    draw(page, [[(0.1, 0.9), (0.9, 0.9)]])
    answer(page, 2)
    page.click("#eraser")
    page.click("[data-width='0.11']")
    draw(page, [[(0.05, 0.9), (0.95, 0.9)]])
    assert answer(page, 3)["label"] == "7"


def test_erasing_everything_leaves_no_answer(page):
    draw(page, [[(0.5, 0.45), (0.5, 0.55)]])
    answer(page, 1)
    page.click("#eraser")
    page.click("[data-width='0.11']")
    draw(page, [[(0.5, 0.35), (0.5, 0.65)]])
    page.wait_for_function("() => !('label' in document.querySelector('#answer').dataset)")
    expect(page.locator(".hint")).to_be_visible()
    expect(page.locator("#save")).to_be_disabled()
    page.click("#undo")
    answer(page, 1)
    expect(page.locator("#save")).to_be_enabled()
    expect(page.locator(".hint")).to_be_hidden()


def test_the_eraser_on_an_empty_canvas_does_nothing(page):
    page.click("#eraser")
    draw(page, DIGITS["1"])
    expect(page.locator(".hint")).to_be_visible()
    expect(page.locator("#clear")).to_be_disabled()


def test_another_network_answers_at_once(page):
    draw(page, DIGITS["7"])
    answer(page, 1)
    page.select_option("#model", GARMENT)
    found = answer(page, 1)
    assert found["model"] == GARMENT
    names = page.locator("#answer .bar .name").all_inner_texts()
    assert "Sneaker" in names
    assert len(names) == 10


def test_shows_every_step_to_28_by_28(page):
    draw(page, DIGITS["2"])
    answer(page, 1)
    words = page.locator("#panel-draw .steps figcaption").all_inner_texts()
    assert words == ["Ink", "Box around it", "Centre of mass", "28 × 28"]
    assert max(seen(page, "#panel-draw")) > 200


def test_cleared_nothing_is_left_of_any_step(page):
    draw(page, DIGITS["4"])
    answer(page, 2)
    page.wait_for_function(f"() => Math.max(...({LEFT})()) > 0")
    page.click("#clear")
    page.wait_for_function(f"() => Math.max(...({LEFT})()) === 0")


def test_the_server_gone_and_back(page, host):
    if host == "browser":
        pytest.skip("there is no server to go away")
    page.route("**/ask/sketch?*", lambda route: route.abort())
    draw(page, DIGITS["2"])
    expect(page.locator(".away")).to_be_visible()
    expect(page.locator("#answer .remark")).to_have_text(page.inner_text(".away"))
    page.unroute("**/ask/sketch?*")
    assert answer(page, 1)["label"] == "2"
    expect(page.locator(".away")).to_be_hidden()


def test_keyboard_alone_reaches_everything(page):
    draw(page, DIGITS["2"])
    answer(page, 1)
    page.focus("#pen")
    page.focus("#tab-draw")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-upload")).to_be_visible()
    expect(page.locator("#panel-draw")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    focused = "document.activeElement.id"
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(focused))
    assert stops == ["sketch", "pen", "model"]  # the tools are one stop
    page.keyboard.press("Shift+Tab")
    tools = []
    for _ in range(9):
        tools.append(page.evaluate(focused))
        page.keyboard.press("ArrowRight")
    assert [tool for tool in tools if tool] == ["pen", "eraser", "undo", "save", "share", "clear"]
    assert page.evaluate(focused) == "pen"  # round, past what is disabled
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    answer(page, 0)
    page.focus("#tab-draw")
    for key, tab in (("End", "about"), ("Home", "draw")):
        page.keyboard.press(key)
        assert page.evaluate(focused) == f"tab-{tab}"
        expect(page.locator(f"#panel-{tab}")).to_be_visible()


def test_a_digit_is_drawn_by_keys(page):
    name = page.locator("#sketch")
    expect(name).to_have_attribute("aria-label", re.compile("It is empty"))
    name.focus()
    expect(name).to_have_role("application")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.locator(".pen-mark.down")).to_be_visible()
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    page.keyboard.down("ArrowDown")  # and with it held, aslant
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
        page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    expect(page.locator(".pen-said")).to_contain_text("Pen down, row")
    page.keyboard.press("Space")
    expect(page.locator(".pen-said")).to_contain_text("Pen lifted")
    assert answer(page, 1)["label"] == "7"
    expect(name).to_have_attribute("aria-label", re.compile("Strokes on it: 1, read as 7"))
    page.keyboard.press("ArrowRight")  # lifted: draws nothing
    page.keyboard.press("Space")
    page.keyboard.press("Control+z")  # lifts the pen first, and takes its dot away
    answer(page, 1)
    page.keyboard.press("Control+z")
    answer(page, 0)
    draw(page, DIGITS["1"])  # the mouse draws as ever
    assert answer(page, 1)["label"] == "1"


def test_no_page_asks_anyone_else(asked, desk):  # the last test: it judges all the others' pages
    assert asked == {"127.0.0.1"}
