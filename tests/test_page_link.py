"""A drawing passed on by link, in a real Chromium: made on one page, opened on another."""

import re

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, PHONE, answer, draw

# half a minute of clicks; what everyone does is in test_page_draw.py
pytestmark = [pytest.mark.slow, pytest.mark.hosts("server")]

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}

PLUS = [[(0.5, 0.2), (0.5, 0.8)], [(0.2, 0.5), (0.8, 0.5)]]
SHORT = 1500  # characters: what a chat takes without a fuss

# A device with a sheet of its own to share by, as phones have; it notes what it is handed.
SHARES = """handed = [];
navigator.canShare = ({ url }) => Boolean(url);
navigator.share = async (data) => {
  handed.push(data);
  if (window.refusal) throw new DOMException("", refusal);
};
true;"""
NO_CLIPBOARD = "navigator.clipboard.writeText = async () => { throw new DOMException(''); }"

DAMAGED = "The drawing in this link is damaged. Please ask for the link again."


@pytest.fixture(scope="module")
def by_link(visitors, home):
    """Opens a page at a link, or at what follows our address; no script may fail."""

    def open_new(link, **options):
        page = visitors.page(**options)
        page.goto(link if link.startswith("http") else f"{home}/{link}")
        page.wait_for_selector("#panel-draw [data-ready]")
        return page

    yield open_new
    assert not visitors.failures


@pytest.fixture
def desk(new_page):
    return new_page(**DESKTOP, **CLIPBOARD)


@pytest.fixture
def phone(new_page):
    return new_page(**PHONE)


def link_of(page) -> str:
    """Presses the button; returns the link on the clipboard."""
    page.click("#share")
    expect(page.locator(".told")).to_contain_text("Link copied")
    return page.evaluate("navigator.clipboard.readText()")


def test_a_seven_travels_to_a_phone(desk, by_link):
    expect(desk.locator("#share")).to_be_disabled()
    draw(desk, DIGITS["7"])
    before = answer(desk, 1)
    link = link_of(desk)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#drawing=[\w-]+", link)
    assert len(link) < SHORT
    expect(desk.locator("#answer .said")).to_contain_text("copied")

    phone = by_link(link, **PHONE)
    after = answer(phone, 1)
    assert after["label"] == before["label"] == "7"
    assert float(after["probability"]) == pytest.approx(float(before["probability"]), abs=0.05)
    expect(phone.locator("#panel-draw .hint")).to_be_hidden()
    phone.tap("#undo")
    answer(phone, 0)
    phone.tap("#redo")
    assert answer(phone, 1)["label"] == "7"


def test_the_digit_with_most_points_stays_short_and_itself(desk):
    digit = "8"
    draw(desk, DIGITS[digit], steps=15)  # as many points as a fast pen gives
    answer(desk, len(DIGITS[digit]))
    link = link_of(desk)
    assert len(link) < SHORT
    desk.click("#clear")
    answer(desk, 0)
    desk.evaluate("link => (location.href = link)", link)
    assert answer(desk, len(DIGITS[digit]))["label"] == digit


def test_pens_and_the_eraser_travel_too(desk, by_link):
    desk.click("[data-width='0.11']")
    draw(desk, DIGITS["7"])
    draw(desk, [[(0.1, 0.9), (0.9, 0.9)]])
    desk.click("#eraser")
    draw(desk, [[(0.02, 0.9), (0.98, 0.9)], [(0.02, 0.93), (0.98, 0.93)]])
    answer(desk, 4)
    other = by_link(link_of(desk), **DESKTOP)
    answer(other, 4)
    pixels = "document.querySelector('#sketch').toDataURL()"
    picture = """([one, other]) => Promise.all([one, other].map(async (address) => {
        const image = Object.assign(new Image(), { src: address });
        await image.decode();
        const context = new OffscreenCanvas(100, 100).getContext("2d");
        context.drawImage(image, 0, 0, 100, 100);
        return context.getImageData(0, 0, 100, 100).data.filter((_, i) => i % 4 === 3);
    })).then(([a, b]) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / 255e4)"""
    assert desk.evaluate(picture, [desk.evaluate(pixels), other.evaluate(pixels)]) < 0.004


def test_a_link_replaces_a_drawing_and_undo_brings_it_back(desk):
    draw(desk, DIGITS["7"])
    answer(desk, 1)
    link = link_of(desk)
    desk.click("#clear")
    draw(desk, DIGITS["4"])
    answer(desk, 2)
    desk.click("#tab-upload")
    desk.evaluate("link => (location.href = link)", link)  # as a link pasted into the address bar
    expect(desk.locator("#panel-draw")).to_be_visible()
    assert answer(desk, 1)["label"] == "7"
    desk.click("#undo")
    answer(desk, 0)
    desk.click("#undo")
    assert answer(desk, 2)["label"] == "4"


@pytest.fixture(scope="module")
def opened(by_link):
    """A page that was opened with nothing; more links are pasted into its address bar."""
    return by_link("#drawing=", **DESKTOP)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AQ",
        "%3Cimg%20src=x%20onerror=alert(1)%3E",
        "<img src=x onerror=alert(1)>",
        "한글",
        "A" * 100_000,
        "__proto__",
        "AQEAAAAA&model=mnist",
    ],
    ids=["empty", "short", "escaped tag", "tag", "Korean", "long", "name", "query"],
)
def test_a_damaged_link_gets_one_kind_sentence(opened, text):
    page = opened
    page.evaluate("text => { location.hash = 'draw'; location.hash = `drawing=${text}`; }", text)
    expect(page.locator(".told")).to_have_text(DAMAGED)
    expect(page.locator("#answer .said")).to_have_text(DAMAGED)
    assert "label" not in answer(page, 0)
    assert page.locator("img[src=x]").count() == 0
    draw(page, DIGITS["7"])
    assert answer(page, 1)["label"] == "7"
    expect(page.locator(".told")).to_be_hidden()
    page.click("#clear")


def test_a_link_cut_short_or_altered_is_refused(desk, by_link):
    draw(desk, DIGITS["7"])
    answer(desk, 1)
    link = link_of(desk)
    for damaged in (link[:-1], link[:-40], link[:40] + "AAAA" + link[44:]):
        page = by_link(damaged, **DESKTOP)
        expect(page.locator(".told")).to_have_text(DAMAGED)
        answer(page, 0)


def test_the_keyboard_shares_as_well(desk):
    draw(desk, DIGITS["7"])
    answer(desk, 1)
    desk.focus("#save")
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate("document.activeElement.ariaLabel") == "Share"
    desk.keyboard.press("Enter")
    expect(desk.locator(".told")).to_contain_text("Link copied")
    desk.click("#language")
    expect(desk.locator(".told")).to_contain_text("링크를 복사했습니다")


def test_a_phone_shares_its_own_way(phone):
    phone.evaluate(SHARES)
    draw(phone, DIGITS["7"])
    answer(phone, 1)
    phone.tap("#share")
    expect(phone.locator(".told")).to_contain_text("Shared")
    handed = phone.evaluate("handed")
    assert len(handed) == 1 and "#drawing=" in handed[0]["url"]
    draw(phone, DIGITS["1"])
    expect(phone.locator(".told")).to_be_hidden()  # it was about another drawing
    phone.evaluate("window.refusal = 'AbortError'")  # the visitor closes the sheet
    phone.tap("#share")
    phone.wait_for_function("() => handed.length === 2")
    expect(phone.locator(".told")).to_be_hidden()


def test_where_nothing_is_allowed_the_link_is_shown(desk):
    desk.evaluate(SHARES + NO_CLIPBOARD + ";window.refusal = 'NotAllowedError'")
    draw(desk, PLUS)
    answer(desk, 2)
    desk.click("#share")
    field = desk.get_by_label("Link to this drawing")
    expect(field).to_be_focused()
    assert "#drawing=" in field.input_value()
    assert desk.evaluate("String(getSelection())") == field.input_value()
    expect(desk.locator(".told")).to_contain_text("Please copy this link")
    draw(desk, PLUS)
    expect(field).to_be_hidden()


def test_a_scribble_too_long_says_so(desk):
    desk.evaluate(
        """() => {
            const canvas = document.querySelector("#sketch");
            const { left, top, width } = canvas.getBoundingClientRect();
            const place = (share) => width * (share % 1);
            const send = (type, i) => canvas.dispatchEvent(new PointerEvent(type, {
                clientX: left + place(0.37 * i), clientY: top + place(0.61 * i) }));
            send("pointerdown", 0);
            for (let i = 1; i < 3000; i++) send("pointermove", i);
            send("pointerup", 0);
        }"""
    )
    desk.click("#share")
    expect(desk.locator(".told")).to_contain_text("too long for a link")
