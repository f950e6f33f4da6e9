"""Where a figure was measured: every table names it."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path


def facts(*packages: str) -> dict:
    """What belongs beside figures that depend on speed.

    Args:
        packages: those whose versions matter; Python's is always among them.

    Returns:
        "processor", "cores", "load_before" (of the last minute), "versions" (package -> version).
    """
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "versions": {"Python": platform.python_version()}
        | {package: version(package) for package in packages},
    }


def processor() -> str:
    """The processor's name, with the wide instructions that decide how fast networks run."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    wide = [word for word in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if f" {word} " in text]
    return f"{name[1] if name else platform.machine()} ({', '.join(wide)})".replace(" ()", "")


def sentence(figures: dict) -> str:
    """What facts() told of the machine that these figures come from, to stand under their table."""
    found = figures.get("machine")
    if not isinstance(found, dict):
        return "The processor was not noted."
    versions = ", ".join(f"{package} {number}" for package, number in found["versions"].items())
    return (
        f"Measured on {found['processor']}, {found['cores']} cores, {versions}; "
        f"load of the machine before: {found['load_before']:.1f}."
    )
