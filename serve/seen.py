"""`Seen`, as page/hosts/types.js describes it: what a picture shows, in numbers."""

import base64

import numpy as np

from models.classifier import load
from models.result import Result, Trace


def of_sketch(ink: np.ndarray, model: str) -> dict:
    """ink: uint8 (H, W), 255 ink; no mask is told, for the page drew it."""
    return of(load(model).predict_ink(ink))


def of(result: Result) -> dict:
    trace = result.trace
    seen = _one(result) | {
        "blank": trace.blank,
        "rejected": trace.rejected,
        "notes": list(trace.notes),
        "kind": trace.kind,
        "width": trace.width,
        "height": trace.height,
        "mask": _mask(trace),
        "digits": [_one(digit) for digit in result.digits],
        "model": result.model,
    }
    if result.shows:
        seen["shows"] = result.shows
    if result.evidence is not None:
        seen["evidence"] = _short(result.evidence)
    if result.opinions:
        look, network = (list(map(_short, shares.values())) for shares in result.opinions.values())
        seen["opinions"] = {"look": look, "network": network}
    if trace.picture is not None:
        seen["picture"] = f"data:image/jpeg;base64,{_base64(trace.picture)}"
    return seen


def _one(result: Result) -> dict:
    """What is said of each of several digits too."""
    return {
        "input": _base64(np.rint(result.network_input * 255).astype(np.uint8).tobytes()),
        "probabilities": [_short(p) for p in result.probabilities.values()],
        "energy": _short(result.energy),
        "box": _all_short(result.trace.box),
        "centre": _all_short(result.trace.centre),
    }


def _mask(trace: Trace) -> dict | None:
    if trace.mask is None:
        return None
    height, width = trace.mask.shape
    window = _all_short(trace.window or (0, 0, trace.width, trace.height))
    return {
        "width": width,
        "height": height,
        "greys": _base64(trace.mask.tobytes()),
        "window": window,
    }


def _all_short(numbers: tuple[float, ...] | None) -> list[float] | None:
    return None if numbers is None else [_short(number) for number in numbers]


def _short(number: float) -> float:
    """7 significant digits: all that a float32 holds."""
    return float(f"{number:.7g}")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
