"""The app is killed, comes back, and is asked to end."""

import time

import pytest
from playwright.sync_api import expect

from measure.browser import DIGITS, answer, draw, open_page
from measure.serving import running


@pytest.fixture
def app():
    with running() as app:
        yield app


@pytest.fixture
def page(app, chromium):
    context = chromium.new_context()
    yield open_page(context, app.address)
    context.close()


def ink(page) -> int:
    """How many pixels of the canvas are drawn on."""
    return page.evaluate(
        """() => {
            const { width, height } = document.querySelector("#sketch");
            const context = document.querySelector("#sketch").getContext("2d");
            const { data } = context.getImageData(0, 0, width, height);
            return data.filter((value, i) => i % 4 === 3 && value > 128).length;
        }"""
    )


def test_killed_and_back_the_page_recovers_with_its_drawing(app, page):
    draw(page, DIGITS["4"][:1])
    answer(page, 1)
    app.kill()
    draw(page, DIGITS["4"][1:])
    expect(page.locator(".away")).to_be_visible(timeout=10_000)
    drawn = ink(page)
    app.start()
    page.wait_for_function(
        "() => document.querySelector('#answer').dataset.stroke === '2'", timeout=20_000
    )
    assert answer(page, 2)["label"] == "4"
    expect(page.locator(".away")).to_be_hidden()
    assert ink(page) == drawn > 100
    page.click("#clear")
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"


def test_asked_to_end_it_ends_though_a_page_is_open(app, page):
    draw(page, DIGITS["7"])
    answer(page, 1)
    helper = app.family()[1]
    app.stop()  # measure/start.py says how long that takes
    assert app.process.returncode == 0
    wait_for(lambda: not is_running(helper))


def wait_for(happened, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
