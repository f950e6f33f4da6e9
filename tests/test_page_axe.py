"""Every tab as those find it who hear the page, judged by axe-core: no violation of any impact."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, EXAMPLES, PHONE, answer, draw, upload
from tests.node import ROOT

pytestmark = pytest.mark.slow

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TABS = ("draw", "upload", "inside", "learning", "why", "shift", "filters", "about")
LOOKS = {
    "light": DESKTOP,
    "dark": DESKTOP | {"color_scheme": "dark"},
    "phone": PHONE | {"locale": "en-US"},
    "Korean": DESKTOP | {"locale": "ko-KR"},
    "phone, dark, Korean": PHONE | {"locale": "ko-KR", "color_scheme": "dark"},
}
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map(({ html, failureSummary }) => [id, impact, html.slice(0, 160), failureSummary]));
}"""


def violations(page, axe: Path = AXE) -> list:
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=axe)
    return page.evaluate(RUN)


@pytest.fixture(scope="module", params=LOOKS)
def page(request, new_page):
    """A page on which a 4 was drawn."""
    if not AXE.exists():
        from tests.conftest import lacking

        lacking(FileNotFoundError("axe-core is missing: npm ci"))
    page = new_page(**LOOKS[request.param])
    assert not violations(page), "before the first stroke"
    draw(page, DIGITS["4"])
    answer(page, 2)
    yield page
    page.context.close()


@pytest.mark.parametrize("tab", TABS)
def test_no_violation_of_any_impact(page, tab):
    page.evaluate("tab => document.querySelector(`#tab-${tab}`).click()", tab)
    page.wait_for_selector(f"#panel-{tab} [data-ready]")
    if tab == "upload":
        upload(page, EXAMPLES / "garment-bag.png", EXAMPLES / "digit-4.png")
        expect(page.locator("#panel-upload progress")).to_be_hidden()
    assert not violations(page)
