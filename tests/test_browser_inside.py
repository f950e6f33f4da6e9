"""Inside in a real Chromium, its numbers asserted; and whether all later tabs can be read."""

import base64

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import CONTRASTS, DESKTOP, DIGITS, PHONE, answer, draw, go, picture
from models import inside
from serve import parts

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_browser

TABS = ("inside", "shift", "filters", "about")
CHOSEN = parts.default_model("digit")


@pytest.fixture(scope="module")
def page(new_page):
    """A page on which a 4 was drawn."""
    page = new_page(**DESKTOP)
    page.evaluate("window.loaded = performance.getEntriesByType('resource').map((e) => e.name)")
    draw(page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    return page


def choose_stage(page, name):
    page.click(f"#panel-inside .stop[data-stage={name}]")


def explained(page, stage) -> list[int]:
    """The place whose arithmetic is shown, once it is that stage's."""
    section = page.locator("#panel-inside section.stage")
    page.wait_for_function(
        """stage => document.querySelector("#panel-inside section.stage")
            .dataset.explained?.startsWith(stage + " ")""",
        arg=stage,
    )
    return [int(at) for at in section.get_attribute("data-explained").split()[1:]]


def shown(page) -> tuple[float, float]:
    """(the result of the arithmetic, the network's own value), as the page has them."""
    line = page.locator("#panel-inside .sum .check")
    return float(line.get_attribute("data-result")), float(line.get_attribute("data-shown"))


def test_nothing_of_it_is_loaded_before_it_is_opened(page):
    assert not [name for name in page.evaluate("window.loaded") if "/later/" in name]


def test_without_a_drawing_an_example_is_shown_with_a_hint(new_page):
    page = new_page("inside", **DESKTOP)
    expect(page.locator("#panel-inside .look .name")).to_have_text("Our example: 2")
    expect(page.locator("#panel-inside .hint-line")).to_contain_text("Draw a digit")
    page.locator("#panel-inside .samples button").nth(2).click()
    expect(page.locator("#panel-inside .look .name")).to_have_text("Our example: 7")


def test_every_stage_is_there_with_its_shape(page):
    go(page, "inside")
    expect(page.locator("#panel-inside .look .name")).to_have_text("Your drawing, read as 4")
    stages = inside.walk(CHOSEN, picture(page, "inside"))
    stops = page.locator("#panel-inside .stop")
    expect(stops).to_have_count(len(stages))
    assert [stop.get_attribute("data-stage") for stop in stops.all()] == [s.name for s in stages]
    shapes = page.locator("#panel-inside .stop .shape").all_inner_texts()
    for text, stage in zip(shapes, stages, strict=True):
        sizes = ", ".join(map(str, stage.values.shape))
        assert text == (f"({sizes})" if stage.values.ndim > 1 else sizes)


def test_the_arithmetic_of_a_pixel_by_pointer_and_by_key(page):
    go(page, "inside")
    page.select_option("#panel-inside .look select", "mnist_tutorial")
    page.wait_for_selector("#panel-inside .stop[data-stage=flatten] >> text=3136")
    choose_stage(page, "conv2")
    page.locator("#panel-inside .map").nth(9).click()
    box = page.locator("#panel-inside .target .frame").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 4.5 / 14, box["y"] + box["height"] * 6.5 / 14)
    page.wait_for_selector("section.stage[data-explained='conv2 9 6 4']")
    stages = inside.walk("mnist_tutorial", picture(page, "inside"))
    how = inside.arithmetic(stages, "conv2", (9, 6, 4))
    result, value = shown(page)
    assert value == pytest.approx(how.shown, abs=1e-5)
    assert result == pytest.approx(value, abs=1e-4)
    assert page.locator("#panel-inside .kernel").count() == 32
    page.locator("#panel-inside .kernel").nth(3).click()
    cells = page.locator("#panel-inside .numbers").nth(1).locator("span").all_inner_texts()
    numbers = [float(cell.replace("−", "-")) for cell in cells]
    np.testing.assert_allclose(numbers, how.weights[3].ravel(), atol=0.0051)
    page.focus("#panel-inside .target .frame")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("section.stage[data-explained='conv2 9 7 5']")
    assert shown(page)[1] == pytest.approx(
        inside.arithmetic(stages, "conv2", (9, 7, 5)).shown, abs=1e-5
    )


@pytest.mark.parametrize("model", [model["name"] for model in parts.models()])
def test_every_stage_of_every_network_explains_itself(page, model):
    go(page, "inside")
    page.select_option("#panel-inside .look select", model)
    stages = inside.walk(model, picture(page, "inside"))
    expect(page.locator("#panel-inside .stop")).to_have_count(len(stages))
    for stage in stages[1:]:
        if stage.kind in ("linear", "softmax"):
            continue
        choose_stage(page, stage.name)
        place = tuple(explained(page, stage.name))
        how = inside.arithmetic(stages, stage.name, place)
        result, value = shown(page)
        assert value == pytest.approx(how.shown, abs=1e-4)
        assert result == pytest.approx(value, abs=1e-4)


def test_the_last_layer_says_what_spoke_for_and_against(page):
    go(page, "inside")
    page.select_option("#panel-inside .look select", "mnist_tutorial")
    page.wait_for_selector("#panel-inside .stop[data-stage=flatten] >> text=3136")
    choose_stage(page, "logits")
    line = page.locator("#panel-inside .votes .line")
    expect(line).to_have_count(1)
    stages = {s.name: s for s in inside.walk("mnist_tutorial", picture(page, "inside"))}
    logits = stages["logits"].values
    assert int(logits.argmax()) == 4
    assert page.get_attribute("#panel-inside .features", "data-chosen") == "4"
    assert float(line.get_attribute("data-result")) == pytest.approx(float(logits[4]), abs=1e-4)
    votes = stages["flatten"].values * stages["logits"].weight[4]
    by_map = votes.reshape(64, 49).sum(1)
    names = page.locator("#panel-inside .for .name").all_inner_texts()
    assert names == [f"map {i + 1}" for i in np.argsort(-by_map)[:6]]
    names = page.locator("#panel-inside .against .name").all_inner_texts()
    assert names == [f"map {i + 1}" for i in np.argsort(by_map)[:6]]


def test_the_road_can_be_walked_by_keys(page):
    go(page, "inside")
    choose_stage(page, "input")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    names = [s.get_attribute("data-stage") for s in page.locator("#panel-inside .stop").all()]
    assert page.evaluate("document.activeElement.dataset.stage") == names[2]
    assert page.get_attribute("#panel-inside section.stage", "data-stage") == names[2]
    page.keyboard.press("End")
    assert page.get_attribute("#panel-inside section.stage", "data-stage") == "probabilities"


def test_language_and_light_change_what_is_open(page):
    go(page, "inside")
    choose_stage(page, "probabilities")
    page.click("#language")
    expect(page.locator("#panel-inside h2 .kind")).to_have_text("소프트맥스")
    page.click("#language")
    expect(page.locator("#panel-inside h2 .kind")).to_have_text("softmax")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable(new_page, scheme):
    page = new_page("inside", **DESKTOP, color_scheme=scheme)
    page.wait_for_selector("#panel-inside .numbers span")
    wanted = {
        "inside": ["h2 .name", "h2 .kind", ".shapes", ".why", ".stop .name", ".stop .shape",
                   ".numbers span", ".check", ".look .name", ".hint-line"],
        "shift": [".lead", ".shift-map .share", ".shift-map .what", ".shift-legend p"],
        "filters": [".formula", ".small", "figcaption", ".numbers-in input", ".knobs label"],
        "about": ["h2", "dt", "dd", ".credits a", ".credits span", ".compare"],
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
        page.wait_for_timeout(500)
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
    result, value = shown(page)
    assert result == pytest.approx(value, abs=1e-4)


def test_no_page_asks_anyone_else(hosts, page):
    assert hosts == {"127.0.0.1"}


def test_the_network_sees_what_the_page_shows(page):
    """The 784 bytes that travel are those of the drawing's own answer."""
    from serve.closer import walk

    go(page, "inside")
    content = np.uint8(np.rint(picture(page, "inside") * 255)).tobytes()
    reply = walk({"input": base64.b64encode(content).decode(), "model": CHOSEN})
    numbers = next(s for s in reply["stages"] if s["name"] == "probabilities")["numbers"]
    drawn = page.evaluate("({ ...document.querySelector('#answer').dataset })")
    assert reply["labels"][int(np.argmax(numbers))] == drawn["label"]
    assert max(numbers) == pytest.approx(float(drawn["probability"]), abs=0.01)
