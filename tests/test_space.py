"""The app where it will live: a clean environment, only its own files, no rights to write."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from huggingface_hub.utils import filter_repo_objects

from measure import browser
from measure.browser import DIGITS, EXAMPLES, answer, draw, open_page
from measure.serving import ROOT, is_free, running

NOBODY = 65534
README = (ROOT / "README.md").read_text("utf-8")
FRONT = dict(re.findall(r"^(\w+): *\"?([^\"\n]*)", README.split("---")[1], re.MULTILINE))


def pinned(package: str) -> str:
    requirements = (ROOT / "requirements.txt").read_text("utf-8")
    return re.search(rf"^{package}==(\S+)", requirements, re.MULTILINE)[1]


def space_files() -> set[str]:
    """What the app's `hf upload` in docs/hosting.md sends, by hf's own rules."""
    hosting = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    command = re.search(r"hf upload[^`]*?--include.*?[^\\]\n", hosting, re.DOTALL)[0]
    words = shlex.split(command.replace("\\\n", " "))
    listed: dict[str, list[str]] = {"--include": [], "--exclude": []}
    option = ""
    for word in words:
        if word.startswith("--"):
            option = word
        elif option in listed:
            listed[option].append(word)
    names = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
    ours = (name for name in names if not name.startswith((".git/", ".venv/")))
    return set(
        filter_repo_objects(
            ours, allow_patterns=listed["--include"], ignore_patterns=listed["--exclude"]
        )
    )


def test_the_front_matter_names_the_versions_that_are_tested():
    assert FRONT["sdk"] == "gradio"
    assert FRONT["sdk_version"] == pinned("gradio")
    assert FRONT["app_file"] == "app.py"
    assert FRONT["python_version"] == "3.11"
    assert len(FRONT["short_description"]) <= 60


def test_the_space_gets_the_app_and_nothing_else():
    files = space_files()
    assert {"app.py", "requirements.txt", "README.md", "LICENSE", "models/sketch.onnx"} <= files
    folders = {name.split("/")[0] for name in files if "/" in name}
    assert folders == {"page", "serve", "models", "docs"}
    assert not [name for name in files if "__pycache__" in name or name.endswith((".tmp", ".pyc"))]
    assert max((ROOT / name).stat().st_size for name in files) < 5_000_000


@pytest.mark.parametrize("file", sorted(ROOT.glob("requirements*.txt")), ids=lambda file: file.name)
def test_every_dependency_is_pinned_and_explained(file):
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "-r ")):
            assert re.fullmatch(r"[\w-]+(\[\w+\])?==[\d.]+ +# \S.{4,}", line), line


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, what follows) of every line."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_the_container_holds_what_the_space_holds():
    found = set()
    for instruction, rest in dockerfile():
        if instruction == "COPY":
            *sources, target = rest.split()
            for source in (path for pattern in sources for path in ROOT.glob(pattern)):
                assert target in ("./", f"{source.relative_to(ROOT).parts[0]}/")
                files = source.rglob("*") if source.is_dir() else [source]
                found |= {f.relative_to(ROOT).as_posix() for f in files if f.is_file()}
    ignored = ("__pycache__", ".tmp")
    # The same packages, with all that they need in turn and with hashes.
    found = {name.replace("requirements.lock", "requirements.txt") for name in found}
    assert {name for name in found if not any(word in name for word in ignored)} == space_files()
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
               if line.startswith("!")}  # fmt: skip
    assert {name.split("/")[0] for name in found} == allowed - {"requirements.lock"} | {
        "requirements.txt"
    }


def test_the_container_runs_without_root_rights_and_says_how_it_is():
    instructions = dockerfile()
    names = [instruction for instruction, _ in instructions]
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert set(names) <= known
    said = dict(instructions)
    assert said["FROM"] == f"python:{FRONT['python_version']}-slim"
    assert said["USER"] not in ("root", "0")
    assert f"useradd --create-home --uid 1000 {said['USER']}" in dict(instructions[:2])["RUN"]
    assert names.index("USER") < names.index("CMD")
    assert said["CMD"] == '["python", "app.py"]'
    assert "GRADIO_SERVER_NAME=0.0.0.0" in said["ENV"]
    check = said["HEALTHCHECK"].split("CMD ")[1]
    assert said["EXPOSE"] in check


@pytest.fixture(scope="session")
def environment():
    """A folder that anyone may enter: env/, with requirements.txt alone, and space/, read-only."""
    folder = Path(tempfile.mkdtemp(prefix="space-"))
    folder.chmod(0o755)
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env/bin/python"
    pip = [python, "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", ROOT / "requirements.txt"], check=True)
    for name in space_files():
        target = folder / "space" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    for path in [*(folder / "space").rglob("*"), folder / "space"]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder / "space", *(folder / "space").rglob("*/")):
        path.chmod(0o755)
    shutil.rmtree(folder)


def as_nobody() -> list[str]:
    """Words that give up root's rights, but for reading an interpreter in root's home."""
    if os.getuid() != 0:
        return []
    caps = "-all,+dac_read_search"
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
            f"--inh-caps={caps}", f"--ambient-caps={caps}"]  # fmt: skip


def space_variables(folder: Path) -> dict[str, str]:
    """What Hugging Face sets, and nothing of ours."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    home.chmod(0o777)
    return {"HOME": str(home), "PATH": os.environ["PATH"], "SYSTEM": "spaces",
            "SPACE_ID": "someone/sketch28", "PYTHONUNBUFFERED": "1"}  # fmt: skip


@pytest.mark.slow
def test_the_environment_lacks_what_the_app_must_not_need(environment):
    code = "import importlib.util as u; print([n for n in ('torch', 'onnx') if u.find_spec(n)])"
    told = subprocess.run(
        [environment / "env/bin/python", "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_space_draws_and_uploads(environment):
    command = [*as_nobody(), str(environment / "env/bin/python"), "app.py"]
    space = environment / "space"
    options = {"command": command, "cwd": space, "env": space_variables(environment)}
    with ExitStack() as stack:
        app = stack.enter_context(running(port=7860 if is_free(7860) else None, **options))
        client = Client(app.address, verbose=False)
        seven = client.predict(handle_file(EXAMPLES / "digit-7.png"), api_name="/classify_sketch")
        assert seven["label"] == "7"
        bag = client.predict(handle_file(EXAMPLES / "garment-bag.png"), api_name="/classify_photo")
        assert bag["label"] == "Bag"
        try:
            chromium = stack.enter_context(browser.chromium())
        except FileNotFoundError as error:
            pytest.skip(str(error))
        page = open_page(chromium.new_context(), app.address)
        draw(page, DIGITS["2"])
        assert answer(page, 1)["label"] == "2"
        page.click("#tab-upload")
        page.wait_for_selector("#panel-upload [data-ready]")
        page.set_input_files("#upload input", str(EXAMPLES / "garment-bag.png"))
        page.wait_for_function(
            "() => document.querySelector('#upload-answer').dataset.label === 'Bag'"
        )
        written = [path for path in space.rglob("*") if path.stat().st_mode & 0o222]
        assert not written
        app.stop()
        assert app.process.returncode == 0
