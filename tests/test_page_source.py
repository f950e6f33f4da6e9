"""The link to the project's source: there where somebody says where it lies, and nowhere else."""

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP
from serve import page as first_page


def test_without_a_known_source_there_is_no_link(new_page):
    page = new_page(**DESKTOP)
    expect(page.locator("#foot .source")).to_be_hidden()


@pytest.mark.parametrize("told, shown", [
    ("https://example.org/sketch28", True), ("javascript:alert(1)", False),
])  # fmt: skip
def test_the_link_leads_where_the_page_is_told(chromium, home, told, shown):
    context = chromium.new_context(**DESKTOP)
    page = context.new_page()

    def tell(route):
        reply = route.fetch()
        empty, full = ('name="source" content="' + text + '"' for text in ("", told))
        assert empty in reply.text()
        route.fulfill(response=reply, body=reply.text().replace(empty, full))

    page.route(f"{home}/", tell)
    page.goto(f"{home}/")
    page.wait_for_selector("html[data-ready]")
    link = page.locator("#foot .source")
    if shown:
        expect(link).to_be_visible()
        expect(link).to_have_attribute("href", told)
    else:
        expect(link).to_be_hidden()
    context.close()


def test_the_app_takes_it_from_its_environment(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.delenv("SKETCH28_SOURCE", raising=False)
    assert first_page.source() == ""
    monkeypatch.setenv("SPACE_ID", "someone/sketch28")
    assert first_page.source() == "https://huggingface.co/spaces/someone/sketch28/tree/main"
    monkeypatch.setenv("SKETCH28_SOURCE", "https://example.org/sketch28")
    assert first_page.source() == "https://example.org/sketch28"
