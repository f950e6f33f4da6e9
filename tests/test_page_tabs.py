"""In a real Chromium: the row of tabs on a phone, and photos that the browser cannot show."""

import re

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import expect

from measure.browser import EXAMPLES, PHONE, settled

pytestmark = pytest.mark.slow


IN_VIEW = """name => {
    const tab = document.querySelector(`#tab-${name}`).getBoundingClientRect();
    return tab.width > 0 && tab.left >= 0 && tab.right <= innerWidth;
}"""


@pytest.mark.hosts("server")
def test_the_chosen_tab_is_in_view_on_a_phone(new_page):
    phone = new_page(**PHONE)
    assert phone.evaluate(IN_VIEW, "draw") and not phone.evaluate(IN_VIEW, "about")
    for name in ("upload", "inside", "learning", "why", "shift", "filters", "about"):
        phone.evaluate("name => document.querySelector(`#tab-${name}`).click()", name)
        phone.wait_for_function(IN_VIEW, arg=name)
    phone.focus("#tab-about")
    phone.keyboard.press("ArrowRight")  # round to the first
    phone.wait_for_function(IN_VIEW, arg="draw")
    phone.evaluate("location.hash = '#about'")  # as a link does
    phone.wait_for_function(IN_VIEW, arg="about")
    assert phone.evaluate("scrollX") == 0
    for locale in ("en-US", "ko-KR"):
        page = new_page("about", **PHONE | {"locale": locale})
        page.wait_for_function(IN_VIEW, arg="about")


@pytest.mark.hosts("server")
@pytest.mark.parametrize(("motion", "behaviour"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_tabs_glide_only_for_those_who_like_it(new_page, motion, behaviour):
    page = new_page(**PHONE, reduced_motion=motion)
    row = page.locator("#head [role=tablist]")
    assert row.evaluate("row => getComputedStyle(row).scrollBehavior") == behaviour
    if motion == "reduce":
        page.evaluate("document.querySelector('#tab-about').click()")
        assert page.evaluate(IN_VIEW, "about")  # at once


def test_the_foot_leads_to_the_endpoints(new_page, host):
    page = new_page()
    if host == "browser":
        leaves = "Nothing you draw or upload leaves this device."
        expect(page.locator("#foot p").first).to_have_text(leaves, use_inner_text=True)
        expect(page.locator("#foot a.only-server")).to_be_hidden()
        return
    page.get_by_text("Use it from a program").click()
    expect(page.locator(".api-docs")).to_contain_text("API name: /classify_sketch")
    page.reload()  # the address, ?view=api, leads there too
    expect(page.locator(".api-docs")).to_contain_text("API name: /classify_photo")
    page.get_by_text("MCP", exact=True).click()
    address = page.get_by_role("textbox", name="MCP Server URL")
    expect(address).to_have_value(re.compile("/gradio_api/mcp/$"))
    expect(page.locator(".api-docs")).to_contain_text('"url": "')  # what to copy into a client
    for tool in ("classify_sketch", "classify_photo"):
        expect(page.locator(".api-docs .tool-name", has_text=tool)).to_be_visible()
    page.locator(".api-docs .backdrop").click()
    expect(page.locator(".api-docs")).to_be_hidden()


BROKEN = """() => [...document.querySelectorAll("#panel-upload img")].filter(
    (img) => img.checkVisibility() && img.complete && !img.naturalWidth).length"""


def test_a_heic_is_answered_and_leaves_no_broken_picture(new_page, tmp_path, host):
    files = []
    for name in ("bag", "dress"):
        files.append(tmp_path / f"{name}.heic")
        picture = Image.open(EXAMPLES / f"garment-{name}.png").convert("RGB")
        pillow_heif.from_pillow(picture).save(files[-1], quality=90)
    text = tmp_path / "none.heic"
    text.write_text("no picture at all")

    page = new_page("upload")
    page.set_input_files("#upload input", [str(file) for file in [*files, text]])
    labels = page.locator("#panel-upload tbody .label")
    if host == "browser":
        expect(labels).to_have_text(
            [re.compile("Please save it as JPEG")] * 2 + [re.compile("Please")]
        )
        assert page.evaluate(BROKEN) == 0
        return
    expect(labels).to_have_text(["Bag", "Dress", re.compile("Please")])
    thumbs = page.locator("#panel-upload tbody img")
    preview = page.locator("#panel-upload .preview")
    for shown in (preview, thumbs.nth(0), thumbs.nth(1)):  # what the server made of them
        expect(shown).to_be_visible()
        expect(shown).to_have_attribute("src", re.compile("^data:image/"))
    expect(thumbs.nth(2)).to_be_hidden()
    page.click("#panel-upload tbody tr:nth-child(3) button")
    expect(preview).to_be_hidden()
    page.click("#panel-upload tbody tr:nth-child(2) button")
    expect(preview).to_be_visible()
    assert page.evaluate(BROKEN) == 0

    page.set_input_files(
        "#upload input", str(EXAMPLES / "garment-bag.png")
    )  # others show themselves
    expect(preview).to_have_attribute("src", re.compile("^blob:"))


OVER = """tab => [...document.querySelectorAll(`#panel-${tab} .card`)]
    .filter((card) => card.scrollWidth > card.clientWidth).map((card) => card.className)"""


@pytest.mark.hosts("server")
def test_nothing_reaches_over_the_edge_of_its_card_on_a_korean_phone(new_page):
    page = new_page(**PHONE | {"locale": "ko-KR"})
    for tab in ("upload", "learning", "why", "shift", "filters", "about"):
        page.click(f"#tab-{tab}")
        if tab == "upload":
            page.wait_for_selector("#panel-upload [data-ready]")
        else:
            settled(page, tab)
        assert not page.evaluate(OVER, tab), tab
