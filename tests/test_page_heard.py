"""What those get of the figures who hear the page: the same facts, in either language."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import choose_example, go, picture
from models import results
from models.classifier import load

# many tabs; what everyone does first is in test_page_draw.py
pytestmark = [pytest.mark.slow, pytest.mark.hosts("server")]

PLACES = ["top left", "top", "top right", "left", "middle", "right", "bottom left", "bottom",
          "bottom right"]  # fmt: skip


def told(page, selector: str) -> str:
    return page.locator(selector).first.get_attribute("aria-label")


def in_words(values: np.ndarray) -> str:
    """What the page says of a map: its range, and the ninth that holds most of it."""
    height, width = values.shape
    rows, columns = (np.arange(side) * 3 // side for side in (height, width))
    sums = np.zeros((3, 3))
    np.add.at(sums, (rows[:, np.newaxis], columns[np.newaxis]), np.abs(values))
    low, high = (f"{number:.2f}".replace("-", "−") for number in (values.min(), values.max()))
    return f"Values from {low} to {high}. Strongest: {PLACES[sums.argmax()]}."


def test_maps_of_inside(page):
    go(page, "inside")
    page.click("#panel-inside .stop[data-stage=conv2]")
    page.locator("#panel-inside .map").nth(9).click()
    image = picture(page, "inside")
    maps = load("mnist_tutorial").run(image[np.newaxis, np.newaxis], ["conv2"])["conv2"][0]
    assert told(page, "#panel-inside .target .frame").endswith(in_words(maps[9]))
    thumbs = page.locator("#panel-inside .map")
    assert thumbs.nth(3).get_attribute("aria-label") == f"map 4: {in_words(maps[3])}"
    assert re.search(r"Rows \d+ to \d+, columns", told(page, "#panel-inside .field canvas"))


def test_steps_on_the_way_to_28_by_28(page):
    rows, columns = np.nonzero(picture(page, "inside"))
    page.click("#tab-draw")
    steps = [told(page, f"#panel-draw .step-{name} canvas") for name in ("box", "centre", "input")]
    assert re.fullmatch(r"A box of \d+ × \d+ pixels\.", steps[0])
    assert re.fullmatch(r"At \d\d % of the box’s width and \d\d % of its height\.", steps[1])
    ends = [int(end) + 1 for end in (rows.min(), rows.max(), columns.min(), columns.max())]
    assert [int(number) for number in re.findall(r"\d+", steps[2])] == [*ends, 28]


def test_play_says_how_far_it_is(page):
    go(page, "inside")
    page.click("#panel-inside .stop[data-stage=conv1]")
    page.click("#panel-inside .play .run")
    page.click("#panel-inside .play .run")
    said = page.locator("#panel-inside .play .said")
    expect(said).to_contain_text(re.compile(r"Paused: \d+ of 784 places"))
    page.click("#panel-inside .play .whole")
    expect(said).to_have_text("The output is whole: 784 places.")


def test_filters_and_their_presets_are_one_stop(page):
    go(page, "filters")
    page.click("[data-kernel=same]")
    image = picture(page, "filters")
    assert in_words(image) in told(page, "#panel-filters .in canvas")
    assert in_words(image) in told(page, "#panel-filters .out .frame")
    presets = page.locator("#panel-filters .presets")
    expect(presets).to_have_role("toolbar")
    expect(presets.locator("[tabindex='0']")).to_have_count(1)
    presets.locator("[data-kernel=sharpen]").focus()
    page.keyboard.press("ArrowRight")
    expect(presets.locator("[data-kernel=edges]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(presets.locator("[data-kernel=edges]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("End")
    expect(presets.locator("[data-kernel=same]")).to_be_focused()
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('.presets') === null"
    assert page.evaluate(inside)


def test_curves_and_kernels_of_how_it_learnt(page):
    go(page, "learning")
    choose_example(page, "learning", 2)
    page.fill("#moment", "0")
    said = told(page, "#panel-learning .courses svg")
    assert re.search(r"training pictures: at first \d.*, in the end .*, in between from", said)
    assert "At the slider: training pictures" in said and "this picture: at first" in said
    tile = told(page, "#panel-learning .tile")
    assert tile.startswith("Map 1. Kernel: Values from ") and "What it makes: Values" in tile


def test_the_heat_map_says_how_far_it_holds(page):
    go(page, "shift")
    frame = page.locator("#panel-shift [data-model=mnist] .frame")
    expect(frame).to_have_attribute("aria-label", re.compile(r"stays right for \d pixels to the"))


def test_the_board_says_what_lies_under_its_cursor(page):
    go(page, "why")
    frame = page.locator("#panel-why .mind .frame")
    frame.focus()
    for _ in range(28):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowLeft")
    at = page.locator("#panel-why .mind .at")
    expect(at).to_have_text("Row 1, column 1, black")
    page.keyboard.press("Space")
    expect(at).to_have_text("Row 1, column 1, ink, turned over")
    page.keyboard.press("Space")
    expect(at).to_have_text("Row 1, column 1, black")


def test_charts_and_credits_in_both_languages(page):
    go(page, "about")
    counts = np.array(results.read()["scores"]["mnist"]["confusion"])
    rights = counts.diagonal() / counts.sum(1)
    least = f"Read right least often: {rights.argmin()}, {100 * rights.min():.1f}\u00a0%."
    assert least in told(page, "#panel-about [data-model=mnist].confusion svg")
    assert "on average" in told(page, "#panel-about .reliability svg")
    page.click("#language")
    credits = page.locator("#panel-about .credits")
    expect(credits).to_contain_text("숫자도 옷도 아닌 사진")
    expect(credits).not_to_contain_text(re.compile("free for|contributors|neither"))
    for tab in ("inside", "filters", "learning", "shift", "why", "about"):
        go(page, tab)
        # Names, code and units stand as they are; a sentence of English would have such words.
        labels = page.locator(f"#panel-{tab} [aria-label]").evaluate_all(
            "all => all.map((node) => node.ariaLabel).join(' ')"
        )
        text = page.inner_text(f"#panel-{tab}")
        english = re.findall(r"\b(?:the|and|with|from|to|of|Values|Strongest)\b", labels)
        assert not english, tab
        chosen = r"\([이으]\)|[이을은와]\([가를는과]\)"  # particles, by the sound before them
        assert not re.findall(chosen, labels + text), tab
        assert not re.findall(r"\b(?:the|and|with|from)\b", text), tab
    page.click("#language")
