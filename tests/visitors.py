"""Fixtures for tests of the page: both hosts, a browser, and pages as a visitor opens them."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from filelock import FileLock

from export import compressed, npm, to_static
from measure import browser
from measure.site import served

compressed.QUALITY = 4  # the tests build many sites, and send none of them far


def lacking(what: Exception) -> NoReturn:
    """Something is not installed: in CI a failure, elsewhere a reason to skip the test."""
    if os.environ.get("CI"):
        pytest.fail(str(what))
    pytest.skip(str(what))


@pytest.fixture(scope="module")
def chromium():
    """A real browser; where there is none CI fails, and others skip the test."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(browser.chromium(browser.COMPILES_ONCE))
        except FileNotFoundError as error:
            lacking(error)


@pytest.fixture(scope="module")
def address():
    """The app's."""
    with browser.served_page() as address:
        yield address.rstrip("/")


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory) -> Path:
    """The static site, built once for all processes of the tests. Not to be changed."""
    base = tmp_path_factory.getbasetemp()
    everyones = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = everyones / "site" / "below" / "sketch28"
    with FileLock(everyones / "site.lock"):
        try:
            if not (folder / "index.html").exists():
                to_static.build(folder)
        except npm.Missing as error:
            lacking(error)
    return folder


@pytest.fixture(scope="session")
def site(site_folder):
    """The static site's address."""
    with served(site_folder) as address:
        yield address.rstrip("/")


@pytest.fixture
def copied(site_folder, tmp_path) -> Path:
    """A copy of the static site for one test."""
    return shutil.copytree(site_folder, tmp_path / "site")


@pytest.fixture
def renew(monkeypatch, tmp_path):
    """Builds a site anew from a page whose title and words have changed; returns its version."""

    def renew(folder):
        changed = shutil.copytree(to_static.PAGE, tmp_path / "page")
        for name, old, new in (
            ("index.html", "<title>Sketch28", "<title>Renewed"),
            ("words/en.json", '"Shift lab"', '"Renewed lab"'),
        ):
            text = (changed / name).read_text("utf-8")
            assert old in text
            (changed / name).write_text(text.replace(old, new), "utf-8")
        monkeypatch.setattr(to_static, "PAGE", changed)
        return to_static.build(folder)

    return renew


@pytest.fixture
def visit(chromium):
    """Opens an address in a context of its own; nobody but this machine may be asked."""
    contexts = []
    asked = set()

    def open_new(address, **options):
        context = chromium.new_context(**(options or browser.DESKTOP))
        contexts.append(context)
        context.on("request", lambda request: asked.add(urlsplit(request.url)))
        page = context.new_page()
        page.goto(address)
        return page

    open_new.asked = asked
    yield open_new
    for context in contexts:
        context.close()
    assert {url.hostname for url in asked if url.scheme not in ("data", "blob")} <= {"127.0.0.1"}


def pytest_generate_tests(metafunc):
    """Each test of the page runs at both hosts, or at those that its mark names."""
    told = metafunc.definition.iter_markers("parametrize")
    if "host" in metafunc.fixturenames and not any("host" in mark.args[0] for mark in told):
        mark = metafunc.definition.get_closest_marker("hosts")
        hosts = mark.args if mark else ("server", "browser")
        metafunc.parametrize("host", hosts, indirect=True, scope="module")


@pytest.fixture(scope="module")
def host(request) -> str:
    """Who answers the page: the app, or the visitor's browser."""
    return request.param


@pytest.fixture(scope="module")
def home(host, request) -> str:
    """The address of the page at that host."""
    return request.getfixturevalue("address" if host == "server" else "site")


class Visitors:
    """Opens pages that know nothing of whoever was there before.

    A context for each set of options stays, and in it what was fetched, which takes most of the
    time; what the page has noted is forgotten. Pages that a test opened are closed after it: they
    would go on drawing.
    """

    def __init__(self, chromium, home: str):
        self.chromium, self.home = chromium, home
        self.contexts, self.pages = {}, []
        self.asked: set[str] = set()  # machines, of which there may be only ours
        self.failures: list[str] = []  # of scripts

    def page(self, **options):
        """An empty one."""
        options = {"locale": "en-US", "service_workers": "block"} | options
        context = self.contexts.get(repr(options))
        if context is None:
            context = self.contexts[repr(options)] = self.chromium.new_context(**options)
            context.on("request", self._note)
            context.on("weberror", lambda failure: self.failures.append(str(failure.error)))
        page = context.new_page()
        session = context.new_cdp_session(page)
        forgotten = {"origin": self.home, "storageTypes": "local_storage"}
        session.send("Storage.clearDataForOrigin", forgotten)
        session.detach()
        self.pages.append(page)
        return page

    def _note(self, request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob"):  # these are no requests: the page holds the bytes
            self.asked.add(url.hostname)

    def leave(self, pages: int = 0) -> None:
        """All pages but the first so many are closed."""
        for page in self.pages[pages:]:
            page.close()
        del self.pages[pages:]


@pytest.fixture(scope="module")
def visitors(chromium, home):
    visitors = Visitors(chromium, home)
    yield visitors
    for context in visitors.contexts.values():
        context.close()
    assert visitors.asked <= {"127.0.0.1"}


@pytest.fixture(scope="module")
def asked(visitors):
    """The machines that the pages of a file have asked for anything."""
    return visitors.asked


@pytest.fixture(autouse=True)
def own_pages(request):
    """Closes what a test has opened; pages of the whole file stay."""
    if "visitors" not in request.fixturenames:
        yield
        return
    visitors = request.getfixturevalue("visitors")
    before = len(visitors.pages)
    yield
    visitors.leave(before)


@pytest.fixture(scope="module")
def new_page(visitors, home):
    """Opens the page at that tab, with these options of a context."""
    return lambda tab="draw", **options: browser.arrive(visitors.page(**options), home, tab)


@pytest.fixture(scope="module")
def page(new_page):
    """A page on which a 4 was drawn; a module that needs another has its own."""
    page = new_page(**browser.DESKTOP)
    browser.draw(page, browser.DIGITS["4"])
    assert browser.answer(page, 2)["label"] == "4"
    return page
