"""What the README claims, held against the project."""

import re
from pathlib import Path

import pytest

from measure import tables
from models import results
from models.specs import DATASETS, MODELS
from train import fashion_mnist, mnist

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
FRONT = dict(re.findall(r'^(\w+): *"?([^"\n]*)', README.split("---")[1], re.MULTILINE))
COMMANDS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def requirement(package: str) -> str:
    """The pinned version in requirements.txt."""
    return re.search(
        rf"^{package}==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )[1]


def test_the_tables_are_those_of_the_measured_figures():
    assert tables.written(README, results.read()) == README


def test_the_front_matter_fits_the_requirements():
    assert FRONT["sdk"] == "gradio"
    assert FRONT["sdk_version"] == requirement("gradio")
    assert tuple(map(int, FRONT["python_version"].split("."))) >= (3, 11)  # for onnxruntime 1.32
    assert (ROOT / FRONT["app_file"]).exists()
    assert len(FRONT["short_description"]) <= 60
    assert FRONT["license"] == "mit" and (ROOT / "LICENSE").read_text("utf-8").startswith("MIT")


def test_the_gpu_variant_is_the_same_release():
    assert f"onnxruntime-gpu=={requirement('onnxruntime')}" in README


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\((docs/[^)]+)\)", README))))
def test_every_picture_is_there(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize(
    "script", sorted(set(re.findall(r"python ((?:train|export|tests)/\w+\.py)", README)))
)
def test_every_script_is_there(script):
    assert (ROOT / script).exists()


def test_ci_runs_the_readmes_test_command():
    command = next(c for c in COMMANDS if "pytest" in c).strip()
    ours = (ROOT / ".ci" / "run").read_text("utf-8").replace("pip install -q", "pip install")
    environment, tests = command.rsplit(" && ", 1)
    assert environment in ours
    assert f"\n{tests}\n" in ours


def test_every_dataset_is_credited_with_its_licence():
    for dataset in DATASETS.values():
        row = next(line for line in README.splitlines() if line.startswith("| [" + dataset.title))
        assert dataset.page in row and dataset.licence in row


def test_the_tutorials_recipes_are_what_the_readme_says():
    assert vars(mnist.TUTORIAL) == {"epochs": 15, "batch_size": 100, "lr": 0.001, "seed": 777}
    assert vars(fashion_mnist.TUTORIAL) | {"seed": 0} == {
        "epochs": 40, "batch_size": 64, "lr": 0.01, "seed": 0,
    }  # fmt: skip
    assert fashion_mnist.MOMENTUM == 0.5


def test_the_tutorials_results_are_reached():
    scores = results.read()["scores"]
    assert scores["mnist_tutorial"]["test_accuracy"] >= 0.986
    assert scores["fashion_mnist_tutorial"]["test_accuracy"] >= 0.8965


def test_every_model_is_in_the_results():
    assert set(results.read()["scores"]) == set(MODELS)


def test_the_weights_are_small():
    sizes = {spec: spec.weights.stat().st_size for spec in MODELS.values()}
    assert sum(size for spec, size in sizes.items() if spec.recipe != "robust") < 1_000_000
    assert max(sizes.values()) < 1_500_000
    tutorials = [spec for spec in MODELS.values() if spec.recipe != "robust"]
    assert sum(spec.weights.stat().st_size for spec in tutorials) < 1_000_000
