"""The Why tab of a drawn 4, for the tests of its parts."""

import numpy as np

from measure.browser import DESKTOP, DIGITS, answer, draw, picture
from models.classifier import load

SHOWN = {"mnist": "This app", "mnist_tutorial": "Tutorial"}


def open_reasons(new_page):
    """A page on which a 4 was drawn, at its reasons."""
    page = new_page(**DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    draw(page, DIGITS["4"])
    assert answer(page, 2)["label"] == "4"
    page.click("#answer .after a")
    page.wait_for_selector("#panel-why [data-ready]")
    return page


def logits(name: str, batch: np.ndarray) -> np.ndarray:
    """float32 (N, 10) of float32 (N, 28, 28)."""
    return load(name).run(batch[:, np.newaxis], ["logits"])["logits"]


def choose(page, name: str) -> None:
    """That network, by the switch; waits until its reasons are shown."""
    page.locator("#panel-why .switch button").get_by_text(SHOWN[name]).click()
    label = logits(name, picture(page, "why")[np.newaxis])[0].max()
    page.locator("#panel-why .parts .modes button").first.click()
    page.wait_for_function(
        """logit => Math.abs(Number(document.querySelector("#panel-why .exact").dataset.logit)
            - logit) < 1e-3""",
        arg=float(label),
    )
