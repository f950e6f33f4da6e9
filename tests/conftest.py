"""What several tests share."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import torch
from gradio_client import Client
from playwright.sync_api import expect

from export import npm, to_onnx, to_static
from measure import browser
from measure.site import served
from models.specs import spec
from tests import pictures
from train.networks import NETWORKS
from train.weights import save_weights

torch.set_num_threads(1)
expect.set_options(timeout=20_000)  # ms: a busy machine is no defect

# The model that tests train nothing for: its weights are drawn at random.
MADE_UP = "fashion_mnist_tutorial"
THRESHOLD = 2.5


def pytest_collection_modifyitems(config, items):
    """Slow tests run in CI, or when they are asked for with `-m slow`; files that hold some come
    first, so that no process is left with one when the others are done."""
    slow = {item.path for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: item.path not in slow)
    if os.environ.get("CI") or "slow" in config.getoption("-m"):
        return
    skip = pytest.mark.skip(reason="slow: runs with -m slow, and in CI")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


def write_weights(folder: Path, model_name: str, **facts) -> Path:
    """Random but repeatable weights of that model, with facts over the usual metadata."""
    model = spec(model_name)
    torch.manual_seed(28)
    path = folder / model.weights.name
    usual = {"name": model_name, "temperature": 1.5, "rejection_threshold": THRESHOLD}
    save_weights(path, NETWORKS[model.network](), usual | facts)
    return path


@pytest.fixture(scope="session")
def exported_once(tmp_path_factory) -> Path:
    """Weights, graphs and catalogue.json of MADE_UP. Not to be changed: see exported."""
    folder = tmp_path_factory.mktemp("exported")
    write_weights(folder, MADE_UP)
    to_onnx.export(MADE_UP, folder, data_dir=folder)
    return folder


@pytest.fixture
def exported(exported_once, tmp_path) -> Path:
    """A copy of that folder for one test."""
    folder = tmp_path / "models"
    folder.mkdir()
    for file in exported_once.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture(scope="module")
def chromium():
    """A real browser; where there is none CI fails, and others skip the test."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(browser.chromium())
        except FileNotFoundError as error:
            lacking(error)


@pytest.fixture(scope="module")
def address():
    """The app's."""
    with browser.served_page() as address:
        yield address.rstrip("/")


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory) -> Path:
    """The static site, built once, which takes a while. Not to be changed."""
    folder = tmp_path_factory.mktemp("site") / "below" / "sketch28"
    try:
        to_static.build(folder)
    except npm.Missing as error:
        lacking(error)
    return folder


def lacking(what: Exception) -> NoReturn:
    """Something is not installed: in CI a failure, elsewhere a reason to skip the test."""
    if os.environ.get("CI"):
        pytest.fail(str(what))
    pytest.skip(str(what))


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


@pytest.fixture(scope="module", params=["server", "browser"])
def host(request) -> str:
    """Who answers the page: the app, or the visitor's browser. Each test of the page runs twice."""
    return request.param


@pytest.fixture(scope="module")
def home(host, request) -> str:
    """The address of the page at that host."""
    return request.getfixturevalue("address" if host == "server" else "site")


@pytest.fixture(scope="module")
def asked(host):
    """Every machine that the pages of a file have asked for anything: there may be only ours."""
    asked = set()
    yield asked
    assert asked <= {"127.0.0.1"}


@pytest.fixture(scope="module")
def new_page(chromium, home, asked):
    """Opens a page in a context of its own."""
    contexts = []

    def note(request):
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob"):  # these are no requests: the page holds the bytes
            asked.add(url.hostname)

    def open_new(tab="draw", **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        context.on("request", note)
        return browser.open_page(context, home, tab)

    yield open_new
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def page(new_page):
    """A page on which a 4 was drawn; a module that needs another has its own."""
    page = new_page(**browser.DESKTOP)
    browser.draw(page, browser.DIGITS["4"])
    assert browser.answer(page, 2)["label"] == "4"
    return page


@pytest.fixture(scope="module")
def http(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


@pytest.fixture(scope="module")
def ask(http):
    """Asks over HTTP as the page does: (status, answer or refusal)."""

    def ask(what, content, **query):
        reply = http.post(f"/ask/{what}", params=query, content=content)
        return reply.status_code, reply.json()

    return ask


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the datasets, which are not part of the repository."""
    if "DATA_DIR" not in os.environ:
        pytest.skip("needs the datasets: set DATA_DIR to the folder that holds MNIST/raw")
    return Path(os.environ["DATA_DIR"])


@pytest.fixture
def seven() -> np.ndarray:
    return pictures.seven()


@pytest.fixture
def bag() -> np.ndarray:
    return pictures.bag()
