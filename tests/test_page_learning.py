"""How it learnt, the layers beside the pen and the tutorials in About, in a real browser; their
numbers asserted against Python's."""

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import (
    DESKTOP,
    DIGITS,
    PHONE,
    answer,
    choose_example,
    draw,
    go,
    picture,
    settled,
)
from measure.tables import TUTORIAL_SAYS
from models import json_files, learning, results
from models.classifier import load
from models.specs import FOLDER, MODELS
from tests.page_numbers import CATALOGUE
from tests.test_glances import MOST, read

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_page_draw.py

CLOSE = 1e-4
WRONG = (("mnist", "digits"), ("fashion_mnist", "garments"))
CURVES = json_files.read(FOLDER / learning.CURVES)


def loss(logits: np.ndarray, label: int) -> float:
    logits = logits.astype(np.float64)
    return float(np.logaddexp.reduce(logits) - logits[label])


def share(part: float) -> str:
    """As the charts have it: "97.9 %", "98 %", unbroken."""
    return f"{round(100 * part, 1):g}\u00a0%"


def slide(page, place: int) -> tuple[int, np.ndarray]:
    """(the moment, the logits) that the page shows there."""
    page.fill("#moment", str(place))
    lab = page.locator("#panel-learning .lab")
    logits = np.array(lab.get_attribute("data-logits").split(), np.float32)
    return int(lab.get_attribute("data-moment")), logits


@pytest.mark.parametrize("name", ["mnist_tutorial", "fashion_mnist_tutorial"])
def test_every_moment_says_what_python_says(page, name):
    go(page, "learning")
    garment = MODELS[name].subject == "garment"
    choose_example(page, "learning", 5 if garment else 2)
    labels = CATALOGUE["models"][name]["labels"]
    expect(page.locator("#panel-learning .look option")).to_have_text(labels)
    batch = picture(page, "learning")[np.newaxis, np.newaxis]
    past = learning.load(name)
    course = {point[0]: point for point in CURVES[name]["curve"]}
    truth = labels.index(page.input_value("#panel-learning .look select"))
    for place, moment in enumerate((*past.moments, CURVES[name]["curve"][-1][0])):
        shown, logits = slide(page, place)
        assert shown == moment
        last = place == len(past.moments)
        network = load(name).run if last else lambda b, names, m=moment: past.run(b, m, names)
        expected = network(batch, ["logits"])["logits"][0]
        np.testing.assert_allclose(logits, expected, atol=CLOSE, rtol=CLOSE)
        line = page.locator("#panel-learning .loss").first
        assert float(line.get_attribute("data-loss")) == pytest.approx(
            loss(expected, truth), abs=CLOSE
        )
        assert f"−log p = {loss(expected, truth):.4f}" in line.inner_text()
        right = f"{100 * course[moment][4]:.1f}\u00a0% of test pictures"
        assert right in page.inner_text("#panel-learning .when")
        kernels = CATALOGUE["learning"][name]["outputs"]["kernels"]
        expect(page.locator("#panel-learning .tile")).to_have_count(kernels[0])
    assert "the network that Inside shows" in page.inner_text("#panel-learning .when")


def test_the_picture_and_what_is_said_of_it_change_together(page):
    """Until the answer to another picture is there, the one before stands, whole; the last wins."""
    go(page, "learning")
    choose_example(page, "learning", 0)
    state = """places => {
        const panel = document.querySelector("#panel-learning");
        for (const place of places) panel.querySelectorAll(".samples button")[place].click();
        const lab = panel.querySelector(".lab");
        const { data } = panel.querySelector(".look > canvas").getContext("2d")
            .getImageData(0, 0, 28, 28);
        return { said: lab.dataset.logits, name: panel.querySelector(".look .name").textContent,
            truth: panel.querySelector(".look select").value, seen: data.join(),
            busy: lab.ariaBusy };
    }"""
    before = page.evaluate(state, [])
    assert before["busy"] == "false"
    assert page.evaluate(state, [3, 5, 2]) == before | {"busy": "true"}
    settled(page, "learning")
    after = page.evaluate(state, [])
    assert (after["name"], after["truth"]) == ("Our example: 7", "7")
    expected = load("mnist_tutorial").run(
        picture(page, "learning")[np.newaxis, np.newaxis], ["logits"]
    )["logits"][0]
    _, logits = slide(page, 7)
    np.testing.assert_allclose(logits, expected, atol=CLOSE, rtol=CLOSE)


def test_another_truth_has_another_loss(page):
    go(page, "learning")
    choose_example(page, "learning", 2)
    expect(page.locator("#panel-learning .look option")).to_have_text(list("0123456789"))
    _, logits = slide(page, 6)
    page.select_option("#panel-learning .look select", "3")
    line = page.locator("#panel-learning .loss").first
    assert float(line.get_attribute("data-loss")) == pytest.approx(loss(logits, 3), abs=CLOSE)


def test_the_curves_have_every_point_and_a_mark(page):
    go(page, "learning")
    slide(page, 3)
    charts = page.locator("#panel-learning .card:not(.few) .curve")
    expect(charts).to_have_count(2)
    curve = CURVES["mnist_tutorial"]["curve"]
    for chart in charts.all():
        points = chart.locator("polyline").first.get_attribute("points").split()
        assert len(points) == len(curve)
        expect(chart.locator(".mark")).to_have_count(1)
    at = next(point for point in curve if point[0] == 600)
    assert share(at[4]) in charts.nth(1).locator(".keys").inner_text()
    scarce = page.locator("#panel-learning .few .curve")
    expect(scarce.nth(1).locator("polyline")).to_have_count(2)
    said = scarce.nth(1).locator("svg").get_attribute("aria-label")
    for word in ("with", "without"):
        assert share(CURVES["few"][word][-1][4]) in said


def test_layers_follow_the_pen_and_a_tap_opens_inside_there(new_page, host):
    page = new_page(**DESKTOP)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    strip = page.locator("#panel-draw .strip")
    expect(strip.locator(".glance")).to_have_count(4)
    draw(page, DIGITS["7"])
    answer(page, 1)
    expect(strip).to_have_attribute("data-glances", "4")
    expect(strip).to_have_attribute("data-current", "true")
    if host == "server":
        assert any("/ask/glance" in url for url in asked)
    go(page, "inside")
    image = picture(page, "inside")
    go(page, "draw")
    stages = load("mnist_tutorial").run(image[np.newaxis, np.newaxis])
    for stage in ("conv1", "pool1", "conv2", "pool2"):
        row = strip.locator(f"[data-stage={stage}]")
        shown = [int(b.get_attribute("data-map")) for b in row.locator("button").all()]
        strengths = np.abs(stages[stage][0]).max((1, 2))
        assert shown == sorted(np.argsort(-strengths, kind="stable")[:4])
    button = strip.locator("[data-stage=conv2] button").nth(2)
    wanted = int(button.get_attribute("data-map"))
    button.click()
    page.wait_for_function(
        "start => document.querySelector('section.stage')?.dataset.explained?.startsWith(start)",
        arg=f"conv2 {wanted} ",
    )
    expect(page.locator("#panel-inside .stop[aria-checked=true]")).to_have_attribute(
        "data-stage", "conv2"
    )
    go(page, "draw")
    page.click("#clear")
    answer(page, 0)
    expect(strip.locator(".map:visible")).to_have_count(0)  # of what is no longer there


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_layers_stand_beside_the_pen_and_follow_the_pages_own_example_too(new_page, locale):
    page = new_page(**DESKTOP | {"locale": locale})
    strip = page.locator("#panel-draw .strip")
    expect(strip.locator(".map")).to_have_count(16)
    expect(strip.locator("[tabindex='0']")).to_have_count(1)  # one stop for the keyboard
    strip.locator(".map").first.focus()
    page.keyboard.press("End")
    expect(strip.locator(".map").last).to_be_focused()
    for part in (page.locator("#sketch"), strip.locator(".map").first):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= DESKTOP["viewport"]["height"]


def test_a_strip_that_is_out_of_sight_asks_nothing(new_page, host):
    if host != "server":
        pytest.skip("asks no server")
    page = new_page(**PHONE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    draw(page, DIGITS["1"])
    answer(page, 1)
    page.wait_for_timeout(500)
    assert not any("/ask/glance" in url for url in asked)
    with page.expect_response("**/ask/glance*") as found:
        page.locator("#panel-draw .strip").scroll_into_view_if_needed()
    response = found.value
    assert len(response.body()) + len(response.request.post_data_buffer) <= MOST
    read("mnist_tutorial", response.body())


def test_about_tells_the_tutorials_figures_and_mistakes(page):
    go(page, "about")
    scores = results.read()["scores"]
    rows = page.locator("#panel-about .tutorials tbody tr")
    expect(rows).to_have_count(len(TUTORIAL_SAYS))
    for row, (name, said) in zip(rows.all(), TUTORIAL_SAYS.items(), strict=True):
        theirs, ours = row.locator("td").all_inner_texts()
        assert float(theirs.split()[0]) == float(said.split()[0])
        assert ours == f"{100 * scores[name]['test_accuracy']:.2f}\u00a0%"
    wrong = [f"{round(1e4 * (1 - scores[name]['test_accuracy']))} {what}" for name, what in WRONG]
    answered = page.inner_text("#panel-about .tutorials .all")
    assert "Would it reach 100" in answered and all(part in answered for part in wrong)
    docs = (FOLDER.parent / "docs" / "results.md").read_text("utf-8")
    table = docs.split("| the tutorial says |")[1].split("|---|---|---|\n")[1]
    mistakes = page.locator("#panel-about .mistakes li")
    expect(mistakes).to_have_count(len(table.strip().splitlines()))
    walk = "(1, 28, 28) → (32, 28, 28) → (32, 14, 14) → (64, 14, 14) → (64, 7, 7) → 3136 → 10"
    assert walk in mistakes.last.inner_text().replace(",\u00a0", ", ")
