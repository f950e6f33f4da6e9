"""Every tab as those find it who hear the page, judged by axe-core: no violation of any impact."""

import pytest
from playwright.sync_api import expect

from measure.browser import DESKTOP, DIGITS, EXAMPLES, PHONE, answer, draw, upload
from tests.node import ROOT
from tests.visitors import lacking

pytestmark = pytest.mark.slow

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The page is the same from both hosts, but for its foot and About: each has some of the looks.
LOOKS = {
    "server": {
        "light": DESKTOP,
        "phone, dark, Korean": PHONE | {"locale": "ko-KR", "color_scheme": "dark"},
    },
    "browser": {
        "phone": PHONE,
    },
}
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, impact, nodes }) =>
        nodes.map(({ html, failureSummary }) => [id, impact, html.slice(0, 160), failureSummary]));
}"""


def violations(page) -> list:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))  # the policy of the page lets no script tag in
    return page.evaluate(RUN)


@pytest.mark.parametrize(
    ("host", "look"), [(host, look) for host in LOOKS for look in LOOKS[host]],
    indirect=["host"], scope="module",
)  # fmt: skip
def test_no_violation_of_any_impact_in_any_tab(new_page, host, look):
    if not AXE.exists():
        lacking(FileNotFoundError("axe-core is missing: npm ci"))
    page = new_page(**LOOKS[host][look])
    found = {"before the first stroke": violations(page)}
    draw(page, DIGITS["4"])
    answer(page, 2)
    tabs = page.evaluate(
        "[...document.querySelectorAll('[role=tab]')].map((tab) => tab.dataset.name)"
    )
    assert len(tabs) >= 6
    for tab in tabs:
        page.evaluate("tab => document.querySelector(`#tab-${tab}`).click()", tab)
        page.wait_for_selector(f"#panel-{tab} [data-ready]")
        if tab == "upload":
            upload(page, EXAMPLES / "garment-bag.png", EXAMPLES / "digit-4.png")
            expect(page.locator("#panel-upload progress")).to_be_hidden()
        page.wait_for_load_state("networkidle")
        found[tab] = violations(page)
    assert not {tab: found[tab] for tab in found if found[tab]}
