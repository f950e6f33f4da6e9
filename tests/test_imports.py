"""Who may import whom."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("app", "page", "serve", "models", "train", "export", "measure", "tests")
MAY_IMPORT = {
    "app": {"serve", "models"},
    "page": set(),
    "serve": {"models"},
    "models": set(),
    "train": {"models"},
    "export": {"train", "models"},
    "measure": set(PARTS) - {"tests"},
    "tests": set(PARTS),
}
TRAINING = ("torch", "torchvision", "onnx", "onnxscript", "matplotlib", "train", "export")
WITHOUT_TRAINING = ("app", "serve", "models")
SOURCES = [ROOT / "app.py"] + [
    path for part in PARTS for path in sorted((ROOT / part).rglob("*.py"))
]
# `import "x"`, `import … from "x"`, `export … from "x"`, `import("x")`
IMPORT = re.compile(
    r"""(?:^\s*import\s*|^\s*(?:import|export)\b[\w\s{},*$]*?\bfrom\s*|\bimport\(\s*)["'`]([^"'`]+)""",
    re.MULTILINE,
)
SCRIPTS = sorted((ROOT / "page").rglob("*.js"))


def part_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(source: str) -> set[str]:
    """Names of the topmost packages that a source imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import says where it is from"
            found.add(node.module.split(".")[0])
    return found


def addresses(script: str) -> list[str]:
    """What a script of the page imports by name, at once or later."""
    return IMPORT.findall(re.sub(r"/\*.*?\*/", "", script, flags=re.DOTALL))  # types are no imports


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_part_imports_only_what_it_may(path):
    names, part = imported(path.read_text("utf-8")), part_of(path)
    assert names & set(PARTS) <= MAY_IMPORT[part] | {part}
    if part in WITHOUT_TRAINING:
        assert not names & set(TRAINING)


def test_imports_are_found_wherever_they_stand():
    source = "import a.b, c\nfrom d.e import f\ndef g():\n    from h import i\n    import j as k"
    assert imported(source) == {"a", "c", "d", "h", "j"}


WITHOUT = """
import importlib, pkgutil, sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError("blocked: " + name)

sys.meta_path.insert(0, Refusing())
{imports}
import app, models, serve
for package in (models, serve):
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if found.name != "serve.score_on_ray":  # needs Ray, which is only where a cluster is
            importlib.import_module(found.name)
"""


def without_training(imports: str = "") -> subprocess.CompletedProcess:
    code = WITHOUT.format(blocked=(*TRAINING, "measure", "tests"), imports=imports)
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


def test_the_app_never_reaches_what_trains_and_exports():
    done = without_training()
    assert done.returncode == 0, done.stderr[-2000:]


def test_such_a_reach_would_be_noticed():
    assert "blocked: train" in without_training("import train.networks").stderr


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pages_scripts_import_only_files_beside_them(path):
    for address in addresses(path.read_text("utf-8")):
        assert address.startswith(("./", "../")), address
        there = (path.parent / address).resolve()
        assert there.is_relative_to(ROOT / "page"), address
        assert there.is_file(), address


def test_addresses_are_found_in_every_form():
    script = """import { a } from "./a.js";
import "./b.js";
import {
  c,
} from './c.js';
export { d } from "d";
const e = await import("https://e.example/e.js");
const f = "import nothing";
/** @typedef {import("elsewhere").Type} Type */
"""
    assert addresses(script) == ["./a.js", "./b.js", "./c.js", "d", "https://e.example/e.js"]
