"""What README.md and docs/ claim, held against the project."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from measure import tables
from models import results
from models.specs import DATASETS, MODELS
from train import fashion_mnist, mnist

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    )
}
LISTING = README.split("## What lies where")[1].split("```")[1]
FRONT = dict(re.findall(r'^(\w+): *"?([^"\n]*)', README.split("---")[1], re.MULTILINE))
COMMANDS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def requirement(package: str) -> str:
    """The pinned version in requirements.txt."""
    return re.search(
        rf"^{package}==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )[1]


@pytest.mark.parametrize("file", tables.TABLES)
def test_the_tables_are_those_of_the_measured_figures(file):
    assert tables.written(file, DOCS[file], results.read()) == DOCS[file]


def test_a_mark_that_is_missing_is_named():
    with pytest.raises(ValueError, match=r"README.md needs the marks <!-- summary -->"):
        tables.written("README.md", "no marks", results.read())


def test_the_readme_is_short():
    assert len(README.encode()) <= 12_000


def test_the_front_matter_fits_the_requirements():
    assert FRONT["sdk"] == "gradio"
    assert FRONT["sdk_version"] == requirement("gradio")
    assert tuple(map(int, FRONT["python_version"].split("."))) >= (3, 11)  # for onnxruntime 1.32
    assert (ROOT / FRONT["app_file"]).exists()
    assert len(FRONT["short_description"]) <= 60
    assert FRONT["license"] == "mit" and (ROOT / "LICENSE").read_text("utf-8").startswith("MIT")


def test_the_gpu_variant_is_the_same_release():
    assert f"onnxruntime-gpu=={requirement('onnxruntime')}" in DOCS["docs/hosting.md"]


@pytest.mark.parametrize("file", DOCS)
def test_every_file_that_is_linked_is_there(file):
    for link in re.findall(r"\]\((?!https?://)([^)#]+)", DOCS[file]):
        assert (ROOT / file).parent.joinpath(link).exists(), link


@pytest.mark.parametrize("file", DOCS)
def test_every_script_that_is_named_is_there(file):
    for script in re.findall(r"\b[\w/]+/\w+\.(?:py|js)\b", DOCS[file]):
        assert (ROOT / script).exists(), script
    for module in re.findall(
        r"python -m ((?:models|measure|train|export|serve)[\w.]*)", DOCS[file]
    ):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_ci_runs_the_readmes_test_command():
    command = next(c for c in COMMANDS if "pytest" in c).strip()
    ours = (ROOT / ".ci" / "run").read_text("utf-8").replace("pip install -q", "pip install")
    environment, tests = command.rsplit(" && ", 1)
    assert environment in ours
    assert f"\n{tests}\n" in ours


def entries() -> list[str]:
    """The patterns of "What lies where": paths of files, folders with a slash at their end."""
    found, above = [], [(-1, "")]
    for line in LISTING.strip("\n").splitlines():
        indent = len(line) - len(line.lstrip())
        if indent > 8:  # the line above goes on
            continue
        names = re.split(r"\s{2,}", line.strip())[0].split()
        while above[-1][0] >= indent:
            above.pop()
        found += [above[-1][1] + name for name in names]
        if names[-1].endswith("/"):
            above.append((indent, found[-1]))
    return found


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("git does not know this folder")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_every_file_has_its_line_and_every_line_its_file():
    """A folder that has no lines below it stands for all that is in it."""
    patterns, files = entries(), tracked()
    whole = [p for p in patterns if p.endswith("/") and sum(q.startswith(p) for q in patterns) == 1]
    patterns = [p + "*" if p in whole else p for p in patterns if p in whole or p[-1] != "/"]
    assert [file for file in files if not any(fnmatch(file, p) for p in patterns)] == []
    assert [p for p in patterns if not any(fnmatch(file, p) for file in files)] == []
    words = set(re.findall(r"\w+", LISTING))  # a line for a folder tells its scripts, at least
    scripts = [file for file in files if re.match(r"(?!tests/).*\w\.(py|js)$", file)]
    assert [s for s in scripts if Path(s).stem not in words and "__" not in s] == []


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
