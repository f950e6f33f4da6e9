"""Node and what `npm ci` installs, for the tests of the page's own code."""

import shutil
from pathlib import Path

from tests.visitors import lacking

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
    lacking(FileNotFoundError(f"{name} is missing: apt-get install nodejs npm && npm ci"))
