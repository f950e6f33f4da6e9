"""Inside, Shift lab, Filters and About in a real Chromium: the numbers on the page are asserted."""

import base64
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from models import inside, shift
from models.classifier import load
from models.specs import DATASETS, MODELS
from tests.browser import DIGITS, answer, draw, open_page
from ui import parts

pytestmark = pytest.mark.slow  # a minute of clicks; what everyone does first is in test_browser

DESKTOP = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
TABS = ("inside", "shift", "filters", "about")
CHOSEN = parts.default_model("digit")

asked = []  # the address of every request of this file's pages


@pytest.fixture(scope="module")
def new_page(chromium, address):
    """Opens a page in a context of its own."""

    def open_new(tab="draw", **options):
        context = chromium.new_context(**options)
        context.on("request", lambda request: asked.append(request.url))
        return open_page(context, address, tab)

    return open_new


@pytest.fixture(scope="module")
def page(new_page):
    """A page on which a 4 was drawn."""
    page = new_page(**DESKTOP)
    page.evaluate("window.loaded = performance.getEntriesByType('resource').map((e) => e.name)")
    draw(page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    return page


def go(page, tab):
    page.click(f"#tab-{tab}")
    page.wait_for_selector(f"#panel-{tab} [data-ready]")


def picture(page, tab) -> np.ndarray:
    """What that tab looks at, float32 (28, 28)."""
    greys = page.evaluate(
        """tab => {
            const canvas = document.querySelector(`#panel-${tab} .look > canvas`);
            const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
            return [...data].filter((_, i) => i % 4 === 0);
        }""",
        tab,
    )
    return np.array(greys, np.float32).reshape(28, 28) / 255


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


def test_shares_of_the_shift_lab(page):
    go(page, "shift")
    image = picture(page, "shift")
    here = [s.name for s in MODELS.values() if s.subject == "digit" and s.graph.exists()]
    maps = page.locator("#panel-shift .shift-map[data-share]")
    expect(maps).to_have_count(len(here), timeout=20_000)
    for name in here:
        share = shift.hold(name, image, "4").mean()
        section = page.locator(f"#panel-shift .shift-map[data-model={name}]")
        assert float(section.get_attribute("data-share")) == pytest.approx(share, abs=1e-9)
        assert section.locator(".share").inner_text() == f"{100 * share:.1f} %"
    page.select_option("#panel-shift .look select", "9")
    share = shift.hold("mnist_tutorial", image, "9").mean()
    section = page.locator("#panel-shift .shift-map[data-model=mnist_tutorial]")
    assert float(section.get_attribute("data-share")) == pytest.approx(share, abs=1e-9)
    section.locator(".frame").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    moved = shift.probabilities("mnist_tutorial", image)[7, 7]
    told = section.locator(".here p").inner_text()
    assert told.startswith(f"1 to the left, 1 up: {moved.argmax()}, ")


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 0), (2, 1)])
def test_convolution_in_the_browser_is_that_of_numpy(page, stride, padding):
    random = np.random.default_rng(stride * 10 + padding)
    values = random.normal(size=(9, 14)).round(3)
    kernel = random.normal(size=(3, 3)).round(3)
    found = page.evaluate(
        """async ([address, values, kernel, options]) => {
            const { convolve } = await import(new URL(address, document.baseURI));
            const out = convolve({ values, width: 14, height: 9 }, kernel, options);
            return { ...out, values: [...out.values] };
        }""",
        [
            parts.address("later/convolve.js"),
            values.ravel().tolist(),
            kernel.ravel().tolist(),
            {"stride": stride, "padding": padding},
        ],
    )
    padded = np.pad(values, padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))[::stride, ::stride]
    expected = np.einsum("yxij,ij->yx", windows, kernel)
    assert (found["height"], found["width"]) == expected.shape
    np.testing.assert_allclose(found["values"], expected.ravel(), atol=1e-5)


def out_pixels(page) -> tuple[int, int, list[int]]:
    return page.evaluate(
        """() => {
            const canvas = document.querySelector("#panel-filters .out canvas");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [width, height, [...data].filter((_, i) => i % 4 === 0)];
        }"""
    )


def test_filters_follow_every_control(page):
    go(page, "filters")
    page.click("[data-kernel=same]")
    width, height, greys = out_pixels(page)
    assert (width, height) == (28, 28)
    np.testing.assert_allclose(np.array(greys) / 255, picture(page, "filters").ravel(), atol=0.003)
    page.select_option("[name=stride]", "2")
    page.select_option("[name=padding]", "0")
    assert out_pixels(page)[:2] == [13, 13]
    assert page.inner_text("#panel-filters .formula").endswith("(28 + 2 · 0 − 3) ÷ 2 + 1 = 13")
    page.select_option("[name=stride]", "1")
    page.select_option("[name=padding]", "1")
    page.locator("#panel-filters .numbers-in input").nth(4).fill("0")
    page.locator("#panel-filters .numbers-in input").nth(5).fill("1")
    shifted = np.array(out_pixels(page)[2]).reshape(28, 28) / 255
    expected = picture(page, "filters")
    np.testing.assert_allclose(shifted[:, :-1], expected[:, 1:], atol=0.003)
    assert page.get_attribute("[data-kernel=same]", "aria-pressed") == "false"
    page.click("[data-kernel=edges]")
    assert page.get_attribute("[data-kernel=edges]", "aria-pressed") == "true"
    page.select_option("#panel-filters .look select", "large")
    page.wait_for_function("document.querySelector('#panel-filters .in canvas').width > 28")
    page.select_option("#panel-filters .look select", "small")


def test_about_asks_both_and_tells_figures(page):
    go(page, "about")
    page.click("#panel-about .compare")
    answers = page.locator("#panel-about .versus .answer")
    here = [s.name for s in MODELS.values() if s.subject == "digit" and not s.baseline]
    here = [name for name in here if MODELS[name].graph.exists()]
    expect(answers).to_have_count(len(here))
    for section in answers.all():
        result = load(section.get_attribute("data-model")).classify(picture(page, "about"))
        assert section.get_attribute("data-label") == result.label
    titles = page.locator("#panel-about .credits a").all_inner_texts()
    assert titles == [dataset.title for dataset in DATASETS.values()]
    assert "ExecutionProvider" in page.inner_text("#panel-about dl")


def test_language_and_light_change_what_is_open(page):
    go(page, "inside")
    choose_stage(page, "probabilities")
    page.click("#language")
    expect(page.locator("#panel-inside h2 .kind")).to_have_text("소프트맥스")
    page.click("#language")
    expect(page.locator("#panel-inside h2 .kind")).to_have_text("softmax")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable(new_page, scheme):
    from tests.test_browser import CONTRASTS

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


def test_no_page_asks_anyone_else(page):
    assert {urlsplit(url).hostname for url in asked if not url.startswith("data:")} == {"127.0.0.1"}


def test_the_network_sees_what_the_page_shows(page):
    """The 784 bytes that travel are those of the drawing's own answer."""
    from ui.closer import walk

    go(page, "inside")
    content = np.uint8(np.rint(picture(page, "inside") * 255)).tobytes()
    reply = walk({"input": base64.b64encode(content).decode(), "model": CHOSEN})
    numbers = next(s for s in reply["stages"] if s["name"] == "probabilities")["numbers"]
    drawn = page.evaluate("({ ...document.querySelector('#answer').dataset })")
    assert reply["labels"][int(np.argmax(numbers))] == drawn["label"]
    assert max(numbers) == pytest.approx(float(drawn["probability"]), abs=0.01)
