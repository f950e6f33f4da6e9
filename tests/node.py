"""Node and what `npm ci` installs, for the tests of the page's own code."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def tool(name: str) -> str:
    """The path of `node`, or of a program that package-lock.json names.

    Where it is missing CI fails, and others skip the test.
    """
    installed = ROOT / "node_modules" / ".bin" / name
    if installed.exists():
        return str(installed)
    if name == "node" and (found := shutil.which(name)):
        return found
    hint = f"{name} is missing. Install it with: apt-get install nodejs npm && npm ci"
    if os.environ.get("CI"):
        pytest.fail(hint)
    pytest.skip(hint)
