"""Hands, pens and screens as they are: a palm before the pen, an end that nobody tells, a zoom."""

import pytest

from measure.browser import DIGITS, answer, draw, place

pytestmark = pytest.mark.hosts("server")


@pytest.fixture
def page(new_page):
    return new_page(viewport={"width": 800, "height": 1600}, has_touch=True)


@pytest.fixture
def input_of(page):
    """Sends what a device would: the DevTools' Input domain."""
    session = page.context.new_cdp_session(page)

    def send(method, **what):
        session.send(f"Input.dispatch{method}Event", what)

    return send


def pen(send, page, stroke, kind="pen", end=True):
    start, *others = [place(page, point) for point in stroke]
    common = {"pointerType": kind, "button": "left", "clickCount": 1}
    send("Mouse", type="mousePressed", x=start[0], y=start[1], buttons=1, **common)
    for x, y in others:
        send("Mouse", type="mouseMoved", x=x, y=y, buttons=1, **common)
    if end:
        send("Mouse", type="mouseReleased", x=others[-1][0], y=others[-1][1], buttons=0, **common)


def test_a_pen_draws_though_the_palm_lay_down_first(page, input_of):
    x, y = place(page, (0.9, 0.9))
    input_of("Touch", type="touchStart", touchPoints=[{"x": x, "y": y}])
    for stroke in DIGITS["4"]:
        pen(input_of, page, stroke)
    input_of("Touch", type="touchEnd", touchPoints=[])
    assert answer(page, len(DIGITS["4"]))["label"] == "4"
    page.click("#clear")
    answer(page, 0)


def test_a_finger_does_not_take_the_pens_place(page, input_of):
    x, y = place(page, (0.9, 0.9))
    pen(input_of, page, DIGITS["7"][0][:2], end=False)
    input_of("Touch", type="touchStart", touchPoints=[{"x": x, "y": y}])
    input_of("Touch", type="touchEnd", touchPoints=[])
    last = place(page, DIGITS["7"][0][-1])
    common = {"x": last[0], "y": last[1], "pointerType": "pen", "button": "left", "clickCount": 1}
    input_of("Mouse", type="mouseMoved", buttons=1, **common)
    input_of("Mouse", type="mouseReleased", buttons=0, **common)
    assert answer(page, 1)["label"] == "7"


def test_a_script_draws_with_events_that_it_makes_up(page):
    page.evaluate(
        """([start, ...others]) => {
            const send = (type, [clientX, clientY]) => document.querySelector("#sketch")
                .dispatchEvent(new PointerEvent(type, { clientX, clientY, bubbles: true }));
            send("pointerdown", start);
            for (const point of others) send("pointermove", point);
            send("pointerup", others.at(-1));
        }""",
        [place(page, point) for point in DIGITS["7"][0]],
    )
    assert answer(page, 1)["label"] == "7"
    page.click("#undo")
    answer(page, 0)


def test_a_move_without_a_button_ends_the_stroke(page, input_of):
    pen(input_of, page, DIGITS["1"][0], kind="mouse", end=False)
    x, y = place(page, (0.1, 0.1))
    input_of("Mouse", type="mouseMoved", x=x, y=y, buttons=0, button="none", pointerType="mouse")
    assert answer(page, 1)["label"] == "1"
    page.click("#undo")
    answer(page, 0)


def test_a_pointer_that_is_taken_away_ends_the_stroke(page, input_of):
    pen(input_of, page, DIGITS["1"][0], kind="mouse", end=False)
    page.evaluate("document.querySelector('#sketch').releasePointerCapture(1)")
    x, y = place(page, (0.1, 0.1))
    input_of("Mouse", type="mouseMoved", x=x, y=y, buttons=1, button="left", pointerType="mouse")
    answer(page, 1)
    page.click("#clear")
    answer(page, 0)


def test_the_sheet_has_as_many_pixels_as_the_screen_after_a_change_of_their_ratio_alone(page):
    draw(page, DIGITS["7"])
    answer(page, 1)
    session = page.context.new_cdp_session(page)
    box = page.locator("#sketch").bounding_box()
    for ratio in (2, 3):
        # Emulated, Chromium looks at the ratio only where the window changes too.
        metrics = {"width": 800, "height": 1600 + ratio, "deviceScaleFactor": ratio}
        metrics["mobile"] = False
        session.send("Emulation.setDeviceMetricsOverride", metrics)
        page.wait_for_function(
            """ratio => {
                const sheet = document.querySelector("#sketch");
                return sheet.width === Math.round(sheet.getBoundingClientRect().width * ratio);
            }""",
            arg=ratio,
        )
        assert page.locator("#sketch").bounding_box() == box  # nothing else tells of it
