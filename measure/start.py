"""How long the app takes to start, how much memory it takes, and how large everything is."""

import re
import subprocess
import sys
import time
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from measure import machine
from measure.serving import ROOT, App

REPEATS = 3
LIMITS = {  # what this project allows itself
    "answered_seconds": 5,
    "import_app_seconds": 2.5,
    "memory_mb": 450,
    "environment_mb": 700,
    "repository_mb": 20,
}


def measure() -> dict:
    """Seconds and megabytes (10⁶ bytes), each time the best of REPEATS with warm disk caches."""
    where = machine.facts("gradio", "onnxruntime")
    runs, imports = [], []
    for _ in range(REPEATS):  # in turns: other work on the machine hits all alike
        runs.append(_run())
        imports.append((_import("app"), _import("gradio")))
    return {
        "answered_seconds": min(answered for answered, _, _ in runs),
        "memory_mb": min(memory for _, memory, _ in runs),
        "ended_seconds": min(ended for _, _, ended in runs),
        "import_app_seconds": min(app for app, _ in imports),
        "import_gradio_seconds": min(gradio for _, gradio in imports),
        "environment_mb": environment() / 1e6,
        "repository_mb": repository() / 1e6,
        "machine": where,
    }


def _import(module: str) -> float:
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    return float(said.stdout)


def _run() -> tuple[float, float, float]:
    """Seconds from `python app.py` to the first page, the memory of all its processes then, and
    seconds from being asked to end to having ended."""
    app = App(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begun = time.perf_counter()
    app.start()
    answered, megabytes = time.perf_counter() - begun, memory(app.process.pid) / 1e6
    begun = time.perf_counter()
    app.stop()
    return answered, megabytes, time.perf_counter() - begun


def memory(pid: int) -> int:
    """Bytes held by a process and its children, shared pages divided among them (Linux: PSS)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = int(re.search(r"^Pss:\s+(\d+) kB", text, re.M)[1]) * 1024
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return own + sum(memory(int(child)) for task in tasks for child in task.read_text().split())


def environment() -> int:
    """Bytes of the packages that requirements.txt asks for, and of all that those need."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    wanted, seen, size = [Requirement(line) for line in wanted if line], set(), 0
    while wanted:
        name = canonicalize_name(wanted.pop().name)
        if name not in seen:
            seen.add(name)
            found = distribution(name)
            files = (Path(found.locate_file(file)) for file in found.files or ())
            size += sum(file.stat().st_size for file in files if file.exists())
            needed = map(Requirement, found.requires or ())
            wanted += [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return size


def repository() -> int:
    """Bytes of the files under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return sum((ROOT / name).stat().st_size for name in names if (ROOT / name).exists())


def show(figures: dict) -> None:
    print(machine.sentence(figures))
    for word, limit in LIMITS.items():
        print(f"{word:24}{figures[word]:8.2f}  (at most {limit})")
    for word in ("import_gradio_seconds", "ended_seconds"):
        print(f"{word:24}{figures[word]:8.2f}")
