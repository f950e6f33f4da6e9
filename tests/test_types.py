"""The types of the app's Python and of the page's scripts, each checked by its own checker."""

import subprocess
import sys

from tests import node


def complaints(*command: str) -> str:
    done = subprocess.run(command, cwd=node.ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_apps_types_hold():
    assert complaints(sys.executable, "-m", "mypy") == ""


def test_a_wrong_type_in_the_app_would_be_noticed(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text('from models.classifier import load\nload("mnist").predict(1).label + 1\n')
    assert "wrong.py:2: error" in complaints(sys.executable, "-m", "mypy", str(wrong))


def test_the_pages_types_hold():
    assert complaints(node.tool("tsc"), "--project", ".") == ""


def test_the_pages_pure_functions_hold():
    files = sorted(str(path) for path in (node.ROOT / "tests" / "js").glob("*.test.js"))
    assert files
    assert complaints(node.tool("node"), "--test", *files) == ""
