"""The static site in Firefox and in WebKit, which Safari is: draw, upload, reload offline."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from measure.browser import DIGITS, EXAMPLES
from measure.site import served
from tests import drivers
from tests.visitors import lacking

PATIENCE = 60  # seconds; generous, since other programs may be busy
KEPT = """const done = arguments[0];
caches.match(new URL("whole", location.href)).then((found) => done(Boolean(found)));"""


@pytest.fixture(params=drivers.ALL)
def driver(request):
    try:
        with drivers.ALL[request.param]() as driver:
            yield driver
    except drivers.Missing as error:
        lacking(error)


def wait(driver, script: str) -> None:
    """Until that expression is true in the page."""
    patience = WebDriverWait(driver, PATIENCE)
    patience.until(lambda _: driver.execute_script(f"return {script}"))


def opened(driver) -> None:
    wait(driver, "document.documentElement.dataset.ready !== undefined")


def drawn(driver, digit: str) -> dict:
    """What #answer says of that digit, drawn with the mouse on an empty sheet."""
    canvas = driver.find_element(By.CSS_SELECTOR, "canvas#sketch")
    side = canvas.size["width"]
    for stroke in DIGITS[digit]:
        start, *others = [(round((x - 0.5) * side), round((y - 0.5) * side)) for x, y in stroke]
        hand = ActionChains(driver, duration=10)
        hand.move_to_element_with_offset(canvas, *start).click_and_hold()
        for point in others:
            hand.move_to_element_with_offset(canvas, *point)
        hand.release().perform()
    count = len(DIGITS[digit])
    wait(driver, f"document.querySelector('#answer').dataset.stroke === '{count}'")
    return driver.execute_script("return { ...document.querySelector('#answer').dataset }")


def uploaded(driver, name: str) -> dict:
    driver.find_element(By.CSS_SELECTOR, "#tab-upload").click()
    wait(driver, "document.querySelector('#panel-upload [data-ready]')")
    chosen = driver.find_element(By.CSS_SELECTOR, "#upload input[type=file]")
    chosen.send_keys(str(EXAMPLES / name))
    wait(driver, "document.querySelector('#upload-answer').dataset.label")
    return driver.execute_script("return { ...document.querySelector('#upload-answer').dataset }")


def test_draws_uploads_and_works_offline(driver, site_folder):
    with served(site_folder) as address:
        driver.get(address)
        opened(driver)
        assert drawn(driver, "3")["label"] == "3"
        assert uploaded(driver, "garment-trouser.png")["label"] == "Trouser"
        driver.set_script_timeout(PATIENCE)
        WebDriverWait(driver, PATIENCE).until(lambda _: driver.execute_async_script(KEPT))
    # From here on nobody answers. The page is reloaded as visitors do it: WebDriver's own refresh
    # asks the server even where a service worker would answer.
    driver.execute_script("location.hash = '#draw'; location.reload()")
    wait(driver, "performance.getEntriesByType('navigation')[0].type === 'reload'")
    opened(driver)
    assert drawn(driver, "2")["label"] == "2"
    assert uploaded(driver, "garment-bag.png")["label"] == "Bag"
