"""Windows that slide, and the code beside each stage, in a real browser."""

import numpy as np
import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, go, picture
from models.classifier import load
from tests.page_numbers import CATALOGUE

# many clicks; what everyone does first is in test_page_draw.py
pytestmark = [pytest.mark.slow, pytest.mark.hosts("server")]

CLOSE = 1e-4
PIXELS = """canvas => {
    const { width, height } = canvas;
    return [...canvas.getContext("2d").getImageData(0, 0, width, height).data];
}"""
NOT_YET = [70, 78, 96, 255]  # page/labs/colours.js


def pixels(page, canvas: str) -> np.ndarray:
    return np.array(page.locator(canvas).evaluate(PIXELS)).reshape(-1, 4)


def steps(page, tab: str, count: int) -> None:
    page.evaluate(
        """([tab, count]) => {
            const button = document.querySelector(`#panel-${tab} .play .next`);
            for (let i = 0; i < count; i++) button.click();
        }""",
        [tab, count],
    )


def test_what_is_played_is_the_networks_own_map(page):
    go(page, "inside")
    page.click("#panel-inside .stop[data-stage=conv2]")
    page.wait_for_selector("section.stage[data-explained^='conv2 ']")
    target = "#panel-inside .target canvas"
    whole = pixels(page, target)
    steps(page, "inside", 20)
    grown = pixels(page, target)
    assert (grown[20:] == NOT_YET).all() and not (grown[:20] == NOT_YET).all(1).any()
    assert page.locator("#panel-inside .play").get_attribute("data-at") == "19"
    steps(page, "inside", 14 * 14 - 20)
    section = page.locator("#panel-inside section.stage")
    count, apart = section.get_attribute("data-played").split()
    assert (count, float(apart) < CLOSE) == ("196", True)
    assert np.abs(pixels(page, target) - whole).max() <= 1
    chosen, row, column = (int(at) for at in explained(page))
    assert (row, column) == (13, 13)
    image = picture(page, "inside")
    conv2 = load("mnist_tutorial").run(image[np.newaxis, np.newaxis], ["conv2"])["conv2"][0]
    check = page.locator("#panel-inside .sum .check")
    assert float(check.get_attribute("data-shown")) == pytest.approx(
        float(conv2[chosen, 13, 13]), abs=CLOSE
    )
    steps(page, "inside", 1)  # beyond the last there is the whole
    assert page.locator("#panel-inside .play").get_attribute("data-at") == "-1"
    assert (pixels(page, target) == whole).all()


def explained(page) -> list[str]:
    page.wait_for_function(
        "() => document.querySelector('section.stage').dataset.explained.endsWith(' 13 13')"
    )
    return page.locator("section.stage").get_attribute("data-explained").split()[1:]


def test_play_runs_until_it_is_paused(page):
    go(page, "inside")
    page.click("#panel-inside .stop[data-stage=conv1]")  # its 28 rows last a while
    page.select_option("#panel-inside .play select", "play.rows")
    page.click("#panel-inside .play .run")
    play = page.locator("#panel-inside .play")
    page.wait_for_function(
        "() => Number(document.querySelector('#panel-inside .play').dataset.at) > 27"
    )
    expect(play.locator(".run")).to_have_attribute("aria-pressed", "true")
    page.click("#panel-inside .play .run")
    expect(play.locator(".run")).to_have_attribute("aria-pressed", "false")
    stopped = play.get_attribute("data-at")
    page.wait_for_timeout(600)
    assert play.get_attribute("data-at") == stopped
    page.click("#panel-inside .play .whole")
    assert play.get_attribute("data-at") == "-1"


def test_nothing_slides_by_itself_where_less_motion_is_asked_for(new_page):
    page = new_page("filters", **DESKTOP, reduced_motion="reduce")
    play = page.locator("#panel-filters .play")
    expect(play.locator(".run")).to_be_disabled()
    expect(play.locator(".still")).to_be_visible()
    play.locator(".next").click()
    assert play.get_attribute("data-at") == "0"
    page.wait_for_timeout(600)
    assert play.get_attribute("data-at") == "0"
    page.emulate_media(reduced_motion="no-preference")
    play.locator(".run").click()
    page.wait_for_function(
        "() => Number(document.querySelector('#panel-filters .play').dataset.at) > 1"
    )
    page.emulate_media(reduced_motion="reduce")
    expect(play.locator(".run")).to_have_attribute("aria-pressed", "false")
    stopped = play.get_attribute("data-at")
    page.wait_for_timeout(600)
    assert play.get_attribute("data-at") == stopped


@pytest.mark.parametrize(
    ("rows", "columns", "stride", "padding", "shape"),
    [(1, 1, 1, 0, (28, 28)), (3, 5, 2, 1, (14, 13)), (7, 7, 4, 3, (7, 7)), (2, 4, 3, 0, (9, 9))],
)
def test_kernels_of_any_size_stride_and_padding(page, rows, columns, stride, padding, shape):
    go(page, "filters")
    page.select_option("#panel-filters [name=pool]", "")
    for name, value in (
        ("rows", rows), ("columns", columns), ("stride", stride), ("padding", padding)
    ):  # fmt: skip
        page.select_option(f"#panel-filters [name={name}]", str(value))
    page.click("#panel-filters [data-kernel=blur]")
    out = page.locator("#panel-filters .out canvas")
    assert (int(out.get_attribute("height")), int(out.get_attribute("width"))) == shape
    image = np.pad(picture(page, "filters"), padding)
    cells = page.locator("#panel-filters .numbers-in input")
    kernel = np.reshape([float(cell.input_value()) for cell in cells.all()], (rows, columns))
    expected = np.array([
        [
            (image[y : y + rows, x : x + columns] * kernel).sum()
            for x in range(0, image.shape[1] - columns + 1, stride)
        ]
        for y in range(0, image.shape[0] - rows + 1, stride)
    ])  # fmt: skip
    assert expected.shape == shape
    greys = pixels(page, "#panel-filters .out canvas")[:, 0].reshape(shape) / 255
    np.testing.assert_allclose(greys, np.clip(expected, 0, 1), atol=0.003)
    size = rows if rows == columns else f"({rows}, {columns})"
    assert f"kernel_size={size}" in page.inner_text("#panel-filters .code")
    page.select_option("#panel-filters [name=pool]", "max")
    halves = tuple(side // 2 for side in shape)
    blocks = expected[: 2 * halves[0], : 2 * halves[1]].reshape(halves[0], 2, halves[1], 2)
    greys = pixels(page, "#panel-filters .pooled canvas")[:, 0].reshape(halves) / 255
    np.testing.assert_allclose(greys, np.clip(blocks.max((1, 3)), 0, 1), atol=0.003)
    page.select_option("#panel-filters [name=pool]", "average")
    greys = pixels(page, "#panel-filters .pooled canvas")[:, 0].reshape(halves) / 255
    np.testing.assert_allclose(greys, np.clip(blocks.mean((1, 3)), 0, 1), atol=0.003)


def test_a_stride_is_seen_as_jumps_and_the_output_grows(page):
    go(page, "filters")
    for name, value in (("rows", 3), ("columns", 3), ("stride", 4), ("padding", 0)):
        page.select_option(f"#panel-filters [name={name}]", str(value))
    page.select_option("#panel-filters [name=pool]", "")
    page.click("#panel-filters [data-kernel=same]")
    frame, cursor = (page.locator(f"#panel-filters .in {part}") for part in (".frame", ".cursor"))
    places = []
    for _ in range(9):
        steps(page, "filters", 1)
        box, whole = cursor.bounding_box(), frame.bounding_box()
        places.append([round((box[at] - whole[at]) / whole["width"] * 28) for at in ("x", "y")])
    assert places == [[4 * step, 0] for step in range(7)] + [[0, 4], [4, 4]]
    assert (pixels(page, "#panel-filters .out canvas")[9:] == NOT_YET).all()
    page.click("#panel-filters .play .whole")
    assert not (pixels(page, "#panel-filters .out canvas") == NOT_YET).all(1).any()


def test_the_code_beside_each_stage(page):
    go(page, "inside")
    expected = {
        "conv1": ("nn.Conv2d(1, 32, kernel_size=3, padding=1)", [1, 32, 28, 28], 320, 3),
        "pool1": ("nn.MaxPool2d(kernel_size=2)", [1, 32, 14, 14], 0, 4),
        "conv2": ("nn.Conv2d(32, 64, kernel_size=3, padding=1)", [1, 64, 14, 14], 18496, 8),
        "flatten": ("nn.Flatten()", [1, 3136], 0, 10),
        "logits": ("nn.Linear(3136, 10)", [1, 10], 31370, 28),
    }
    total = CATALOGUE["models"]["mnist_tutorial"]["parameters"]
    pieces = {"conv1": "lines and edges", "conv2": "parts", "logits": "sees the whole"}
    written = page.locator("#panel-inside .written")
    for stage, (code, size, count, field) in expected.items():
        page.click(f"#panel-inside .stop[data-stage={stage}]")
        expect(written.locator(".made")).to_have_text(code)
        expect(written.locator(".size")).to_have_text(f"torch.Size({size})")
        said = f"= {count:,}, of {total:,}" if count else "no parameters"
        expect(written.locator(".count")).to_contain_text(said)
        if stage in ("conv1", "pool1", "conv2"):
            page.focus("#panel-inside .target .frame")
            for _ in range(28):
                page.keyboard.press("ArrowLeft")
                page.keyboard.press("ArrowUp")
            for _ in range(5):
                page.keyboard.press("ArrowRight")
                page.keyboard.press("ArrowDown")
            page.wait_for_function(
                "end => document.querySelector('section.stage').dataset.explained.endsWith(end)",
                arg=" 5 5",
            )
            top, left, bottom, right = map(int, written.get_attribute("data-field").split())
            assert (bottom - top + 1, right - left + 1) == (field, field)
        expect(written).to_contain_text("The first 1 is the batch")
        seen = written.locator(".field figcaption")
        expect(seen).to_contain_text(f"{field} × {field} pixels")
        expect(seen).to_contain_text(pieces.get(stage, ""))
