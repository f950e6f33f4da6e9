"""Shift lab, Filters and About in a real browser: the numbers on the page are asserted."""

import numpy as np
import pytest
from playwright.sync_api import expect

from measure import moves
from measure.browser import go, picture
from models import results
from models.classifier import load
from models.specs import DATASETS, MODELS

pytestmark = pytest.mark.slow  # many clicks; what everyone does first is in test_page_draw.py


def test_shares_of_the_shift_lab(page):
    go(page, "shift")
    image = picture(page, "shift")
    here = [s.name for s in MODELS.values() if s.subject == "digit" and s.graph.exists()]
    maps = page.locator("#panel-shift .shift-map[data-share]")
    expect(maps).to_have_count(len(here), timeout=20_000)
    for name in here:
        share = moves.hold(name, image, "4").mean()
        section = page.locator(f"#panel-shift .shift-map[data-model={name}]")
        measured = results.read()["shift"][name]
        mean = f"{100 * measured['share']:.1f}\u00a0% on average over {measured['pictures']} test"
        assert section.locator(".average").inner_text() == f"{mean} pictures"
        assert float(section.get_attribute("data-share")) == pytest.approx(share, abs=1e-9)
        assert section.locator(".share").inner_text() == f"{100 * share:.1f}\u00a0%"
    page.select_option("#panel-shift .look select", "9")
    share = moves.hold("mnist_tutorial", image, "9").mean()
    section = page.locator("#panel-shift .shift-map[data-model=mnist_tutorial]")
    assert float(section.get_attribute("data-share")) == pytest.approx(share, abs=1e-9)
    assert section.locator(".still").inner_text().endswith("of the picture as it is, 4")
    section.locator(".frame").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    moved = moves.probabilities("mnist_tutorial", image)[7, 7]
    told = section.locator(".here p").inner_text()
    assert told.startswith("1 to the left, 1 up: ") and f"{moved.argmax()}, " in told


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
    formula = page.locator("#panel-filters .formula")
    page.select_option("[name=stride]", "2")
    assert out_pixels(page)[:2] == [14, 14]
    assert formula.inner_text().endswith(
        "(28 + 2 · 1 − 3) ÷ 2 + 1 = 14.5 → 14 (what does not fit is left out)"
    )
    page.select_option("[name=padding]", "0")
    assert out_pixels(page)[:2] == [13, 13]
    page.select_option("[name=stride]", "1")
    page.click("[data-kernel=edges]")
    page.check("[name=relu]")
    assert "nn.ReLU()" in page.inner_text("#panel-filters .code")
    before = picture(page, "filters")
    edges = sum(-before[y : y + 26, x : x + 26] for y in range(3) for x in range(3))
    edges = np.maximum(0, edges + 9 * before[1:-1, 1:-1])
    row, column = np.unravel_index(edges.argmax(), edges.shape)  # where the window starts
    at = f"Row {row + 1}, column {column + 1}: the 9 products in the window make {edges.max():.4f}"
    expect(page.locator("#panel-filters .at")).to_have_text(at)
    np.testing.assert_allclose(
        np.array(out_pixels(page)[2]).reshape(26, 26) / 255, np.minimum(1, edges), atol=0.003
    )
    page.uncheck("[name=relu]")
    page.click("[data-kernel=same]")
    assert formula.inner_text().endswith("(28 + 2 · 0 − 3) ÷ 1 + 1 = 26")
    page.select_option("[name=padding]", "1")
    page.locator("#panel-filters .numbers-in input").nth(4).fill("0")
    page.locator("#panel-filters .numbers-in input").nth(5).fill("1")
    shifted = np.array(out_pixels(page)[2]).reshape(28, 28) / 255
    expected = picture(page, "filters")
    np.testing.assert_allclose(shifted[:, :-1], expected[:, 1:], atol=0.003)
    assert page.get_attribute("[data-kernel=same]", "aria-pressed") == "false"
    page.click("[data-kernel=edges]")
    assert page.get_attribute("[data-kernel=edges]", "aria-pressed") == "true"
    for source in ("drawing", "example"):
        page.select_option("#panel-filters .look select", "large")
        page.wait_for_function(
            "() => document.querySelector('#panel-filters .in canvas').width > 28"
        )
        page.select_option("#panel-filters .look select", "small")
        page.wait_for_function(
            "() => document.querySelector('#panel-filters .in canvas').width === 28"
        )
        if source == "drawing":
            page.locator("#panel-filters .samples button").nth(0).click()


def test_about_asks_both_unasked_and_tells_figures(page):
    go(page, "about")
    answers = page.locator("#panel-about .versus .answer")
    here = [s.name for s in MODELS.values() if s.subject == "digit" and not s.baseline]
    here = [name for name in here if MODELS[name].graph.exists()]
    expect(answers).to_have_count(len(here))
    for section in answers.all():
        result = load(section.get_attribute("data-model")).classify(picture(page, "about"))
        assert section.get_attribute("data-label") == result.label
        assert section.get_attribute("data-rejected") == str(result.rejected).lower()
    titles = page.locator("#panel-about .credits a").all_inner_texts()
    assert sorted(titles) == sorted(dataset.title for dataset in DATASETS.values())
    assert page.inner_text("#panel-about dl dd").strip("– ")
    scores = results.read()["scores"]
    rows = page.locator("#panel-about .wide-table tbody tr")
    expect(rows).to_have_count(len(scores))
    for row in rows.all():
        score = scores[row.get_attribute("data-model")]
        cells = row.locator("td").all_text_contents()
        assert cells[3] == f"{100 * score['test_accuracy']:.2f}\u00a0%"
    people = page.locator("#panel-about .measured .modes button").nth(1)
    people.click()
    for bar in page.locator("#panel-about .measured .bar").all():
        score = scores[bar.get_attribute("data-model")]
        share = 100 * score["people_accuracy"]
        assert bar.locator(".number").inner_text() == f"{share:.1f}\u00a0%"
        length = bar.locator(".track").evaluate("track => parseFloat(track.style.backgroundSize)")
        assert length == pytest.approx(share, abs=0.051)


def test_charts_are_drawn_from_the_figures(page):
    go(page, "about")
    scores = results.read()["scores"]
    charts = page.locator("#panel-about .chart.confusion")
    expect(charts).to_have_count(4)
    for chart in charts.all():
        name = chart.get_attribute("data-model")
        counts = np.array(scores[name]["confusion"])
        shares = counts / counts.sum(1, keepdims=True)
        shown = chart.locator("rect + text").all_text_contents()
        said = [100 * share for share in shares.ravel()]
        for text, share in zip(shown, said, strict=True):
            exact = 0.101 if name.startswith("mnist") else 0.501  # garments in whole per cent
            assert (float(text) if text else 0) == pytest.approx(share, abs=exact)
        chart.locator("rect").nth(27).click()  # a truth of 2, taken for 7
        told = chart.locator(".meaning").inner_text()
        assert f" {100 * shares[2, 7]:.1f}\u00a0%" in told
        page.keyboard.press("ArrowRight")
        assert f" {100 * shares[2, 8]:.1f}\u00a0%" in chart.locator(".meaning").inner_text()
        wrong = shares - np.diag(shares.diagonal())
        assert f", {100 * wrong.max():.1f}\u00a0%." in chart.locator("figcaption").inner_text()
    charts = page.locator("#panel-about .chart.reliability")
    expect(charts).to_have_count(4)
    for chart in charts.all():
        name = chart.get_attribute("data-model")
        for part, bins in scores[name]["reliability"].items():
            points = chart.locator(f".{part} polyline").get_attribute("points").split()
            assert len(points) == len(bins)
        chart.locator("svg").focus()
        page.keyboard.press("ArrowRight")
        first = next(iter(scores[name]["reliability"].values()))
        given, right, count = first[0]
        told = chart.locator(".meaning").inner_text()
        shares = [f" {100 * share:.1f}".replace(" 100.0", " 100") for share in (given, right)]
        assert f"{shares[0]}\u00a0% sure" in told and f"{shares[1]}\u00a0% of" in told
        assert told.endswith(f"({count} pictures).")
