"""Node and what `npm ci` installs, for the tests of the page's own code."""

from pathlib import Path

from export import npm
from tests.visitors import lacking

ROOT = Path(__file__).resolve().parents[1]


def tool(name: str) -> str:
    """The path of `node`, or of a program that package-lock.json names.

    Where it is missing CI fails, and others skip the test.
    """
    try:
        node = npm.node()
    except npm.Missing as error:
        lacking(error)
    if name == "node":
        return node
    installed = ROOT / "node_modules" / ".bin" / name
    if installed.exists():
        return str(installed)
    lacking(FileNotFoundError(f"{name} is missing: npm ci"))
