"""What several tests share."""

import os
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
from gradio_client import Client
from playwright.sync_api import expect

from export import to_onnx
from models.specs import spec
from tests import pictures
from train.networks import NETWORKS
from train.weights import save_weights

torch.set_num_threads(1)
expect.set_options(timeout=20_000)  # ms: a busy machine is no defect

pytest_plugins = ["tests.visitors"]

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
