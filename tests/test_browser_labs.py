"""Shift lab, Filters and About in a real Chromium: the numbers on the page are asserted."""

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, answer, draw, go, picture
from models import results, shift
from models.classifier import load
from models.specs import DATASETS, MODELS
from serve import parts

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_browser


@pytest.fixture(scope="module")
def page(new_page):
    """A page on which a 4 was drawn."""
    page = new_page(**DESKTOP)
    draw(page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    return page


def test_shares_of_the_shift_lab(page):
    go(page, "shift")
    image = picture(page, "shift")
    here = [s.name for s in MODELS.values() if s.subject == "digit" and s.graph.exists()]
    maps = page.locator("#panel-shift .shift-map[data-share]")
    expect(maps).to_have_count(len(here), timeout=20_000)
    for name in here:
        share = shift.hold(name, image, "4").mean()
        section = page.locator(f"#panel-shift .shift-map[data-model={name}]")
        measured = results.read()["shift"][name]
        mean = f"{100 * measured['share']:.1f} % on average over {measured['pictures']} test"
        assert section.locator(".average").inner_text() == f"{mean} pictures"
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
