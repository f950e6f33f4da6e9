"""Inside in a real browser, its numbers asserted against onnxruntime."""

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, answer, draw, go, picture
from models.classifier import load
from models.specs import MODELS
from tests.page_numbers import CATALOGUE, explain

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_page_draw.py

OFFERED = [spec.name for spec in MODELS.values() if spec.graph.exists() and not spec.baseline]
CLOSE = 1e-4
SWITCH = {"tutorial": "Tutorial", "robust": "This app"}


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


def choose_model(page, name):
    """By a picture of its subject, the drawing or an example, and the switch."""
    if MODELS[name].subject == "garment":
        page.get_by_role("button", name="Example: Bag").click()
    elif "fashion" in page.get_attribute("#panel-inside .content", "data-model"):
        page.click("#tab-draw")
        page.click("#undo")
        page.click("#redo")
        answer(page, 2)
        page.click("#tab-inside")
    page.get_by_role("radio", name=SWITCH[MODELS[name].recipe]).click()
    expect(page.locator("#panel-inside .content")).to_have_attribute("data-model", name)
    layers = CATALOGUE["models"][name]["layers"]
    expect(page.locator("#panel-inside .stop")).to_have_count(len(layers) + 1)


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


def stages_of(name, image) -> dict[str, np.ndarray]:
    """Every stage by its name, as node has them from onnxruntime's outputs."""
    found = explain(name, image, {})["stages"]
    return {s["name"]: np.reshape(s["values"], s["shape"]) for s in found}


def test_nothing_of_it_is_loaded_before_it_is_opened(page):
    loaded = page.evaluate("window.loaded")
    assert any(name.endswith("/draw/draw.js") for name in loaded)
    opened = [name for name in loaded if "/labs/" in name or "/about/" in name]
    # The browser's host moves pictures as the Shift lab does; digits are chosen as layers are, and
    # the strip beside the pen comes once the sheet stands.
    known = {"moves.js", "choices.js", "strip.js", "colours.js", "wanted.js"}
    assert {name.rsplit("/", 1)[-1] for name in opened} <= known


def test_it_opens_on_the_tutorials_network_and_the_most_striking_value(page):
    go(page, "inside")
    expect(page.locator("#panel-inside .look .name")).to_have_text("Your drawing, read as 4")
    expect(page.locator("#panel-inside .content")).to_have_attribute("data-model", "mnist_tutorial")
    stages = stages_of("mnist_tutorial", picture(page, "inside"))
    for name in ("conv1", "pool1", "conv2"):
        choose_stage(page, name)
        place = tuple(explained(page, name))
        magnitudes = np.abs(stages[name])
        assert magnitudes[place] == pytest.approx(magnitudes.max(), rel=CLOSE)
        assert place[1:] not in [(0, 0), (0, magnitudes.shape[2] - 1)]


@pytest.mark.parametrize("name", OFFERED)
def test_every_stage_is_there_with_its_shape(page, name):
    go(page, "inside")
    choose_model(page, name)
    layers = CATALOGUE["models"][name]["layers"]
    stops = page.locator("#panel-inside .stop")
    names = [stop.get_attribute("data-stage") for stop in stops.all()]
    assert names == ["input", *(layer["name"] for layer in layers)]
    shapes = page.locator("#panel-inside .stop .shape").all_inner_texts()
    for text, shape in zip(
        shapes, [[1, 28, 28], *(layer["shape"] for layer in layers)], strict=True
    ):
        sizes = ", ".join(map(str, shape))
        assert text == (f"({sizes})" if len(shape) > 1 else sizes)


def test_the_arithmetic_of_a_pixel_by_pointer_and_by_key(page):
    go(page, "inside")
    choose_model(page, "mnist_tutorial")
    choose_stage(page, "conv2")
    page.locator("#panel-inside .map").nth(9).click()
    frame = page.locator("#panel-inside .target .frame")
    frame.scroll_into_view_if_needed()
    asked = []

    def note(request):
        asked.append(request.url)

    page.on("request", note)
    box = frame.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 4.5 / 14, box["y"] + box["height"] * 6.5 / 14)
    page.wait_for_selector("section.stage[data-explained='conv2 9 6 4']")
    image = picture(page, "inside")
    conv2 = load("mnist_tutorial").run(image[np.newaxis, np.newaxis], ["conv2"])["conv2"][0]
    result, value = shown(page)
    assert value == pytest.approx(float(conv2[9, 6, 4]), abs=CLOSE)
    assert result == pytest.approx(value, abs=CLOSE)
    assert page.locator("#panel-inside .kernel").count() == 32
    page.locator("#panel-inside .kernel").nth(3).click()
    cells = page.locator("#panel-inside .numbers").nth(1).locator("span").all_inner_texts()
    numbers = [float(cell.replace("−", "-")) for cell in cells]
    index = int(np.ravel_multi_index((9, 6, 4), conv2.shape))
    (how,) = explain("mnist_tutorial", image, {"conv2": [index]})["explained"]["conv2"]
    weights = np.reshape(how["weights"], how["shape"])
    np.testing.assert_allclose(numbers, weights[3].ravel(), atol=0.0051)
    page.focus("#panel-inside .target .frame")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("section.stage[data-explained='conv2 9 7 5']")
    assert shown(page)[1] == pytest.approx(float(conv2[9, 7, 5]), abs=CLOSE)
    printed = page.locator("#panel-inside .sum .check").inner_text().split()[-1]
    told = page.locator("#panel-inside .told").text_content()
    assert told == f"map 10, row 8, column 6 = {printed}"
    page.remove_listener("request", note)
    assert not asked, "pointing at a value asks nobody"


@pytest.mark.parametrize("name", OFFERED)
def test_every_stage_of_every_network_explains_itself(page, name):
    go(page, "inside")
    choose_model(page, name)
    stages = stages_of(name, picture(page, "inside"))
    for layer in CATALOGUE["models"][name]["layers"]:
        if layer["op"] in ("linear", "softmax"):
            continue
        choose_stage(page, layer["name"])
        place = tuple(explained(page, layer["name"]))
        result, value = shown(page)
        expected = float(stages[layer["name"]][place])
        assert value == pytest.approx(expected, abs=CLOSE, rel=CLOSE)
        assert result == pytest.approx(value, abs=CLOSE, rel=CLOSE)


def test_the_last_layer_says_what_spoke_for_and_against(page):
    go(page, "inside")
    choose_model(page, "mnist_tutorial")
    choose_stage(page, "logits")
    line = page.locator("#panel-inside .votes .line")
    expect(line).to_have_count(1)
    image = picture(page, "inside")
    (how,) = explain("mnist_tutorial", image, {"logits": [4]})["explained"]["logits"]
    logits = load("mnist_tutorial").run(image[np.newaxis, np.newaxis], ["logits"])["logits"][0]
    assert int(logits.argmax()) == 4
    assert page.get_attribute("#panel-inside .features", "data-chosen") == "4"
    assert float(line.get_attribute("data-result")) == pytest.approx(float(logits[4]), abs=CLOSE)
    by_map = np.multiply(how["inputs"], how["weights"]).reshape(64, 49).sum(1)
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
    expect(page.locator("#panel-inside h2 .op")).to_have_text("소프트맥스")
    page.click("#language")
    expect(page.locator("#panel-inside h2 .op")).to_have_text("softmax")


def test_the_network_sees_what_the_page_shows(page):
    """The 784 greys that are looked at are those of the drawing's own answer."""
    go(page, "inside")
    drawn = page.evaluate("({ ...document.querySelector('#answer').dataset })")
    said = load(drawn["model"]).classify(picture(page, "inside"))
    assert said.label == drawn["label"]
    assert said.probability == pytest.approx(float(drawn["probability"]), abs=1e-5)


def test_no_page_asks_anyone_else(asked, page):
    assert asked == {"127.0.0.1"}
