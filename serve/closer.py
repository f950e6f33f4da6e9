"""Answers for the tabs that look closer at one 28×28 picture. Anyone can call them: all is checked.

Arrays travel as base64: "u8" holds uint8, "f32" little-endian float32, both in C order.
"""

import base64
import binascii
from collections.abc import Callable
from functools import cache, wraps

import numpy as np

from models import inside, shift
from models.classifier import load
from models.preprocess import SIDE
from models.specs import MODELS, ModelSpec
from serve import parts
from serve.old_answers import Refused, check, sentence

MOST_NUMBERS = 128  # a stage of up to so many features travels as plain numbers too
EXAMPLES = parts.FOLDER / "examples"


def kind(answer: Callable) -> Callable:
    """A refusal is an answer too: {"refusal": one sentence for the visitor}."""

    @wraps(answer)
    def kindly(request):
        try:
            return answer(request)
        except Exception as error:
            return {"refusal": sentence(error)}

    return kindly


@kind
def walk(request) -> dict:
    """A picture's way through a network.

    Args:
        request: {"input": base64 of 784 grey bytes, "model": its name}.

    Returns:
        {"model", "labels", "stages": [{"name", "kind", "sources", "block", "shape", "kernel",
        "stride", "padding", "constants": [bias, weight] of "normalise" and [temperature] of
        "softmax", "low", "high": what u8's 0 and 255 stand for, "u8", "numbers": exact values of
        a few features}]}
    """
    check(request, {"input": str, "model": str})
    stages = inside.walk(_model(request), _input(request))
    labels = list(load(request["model"]).labels)
    return {"model": request["model"], "labels": labels, "stages": [_told(s) for s in stages]}


@kind
def explain(request) -> dict:
    """How one value of a stage came about.

    Args:
        request: {"input", "model": as for walk(), "stage": name, "place": [map, row, column] or
            [feature]}.

    Returns:
        {"shape": of inputs and weights, "inputs": f32, "weights": f32 or null, "corner": [row,
        column] or null, "bias", "result", "shown"}, see models.inside.Arithmetic.
    """
    check(request, {"input": str, "model": str, "stage": str, "place": list})
    place = tuple(request["place"])
    if not all(type(at) is int for at in place):
        raise Refused("A place is a list of whole numbers.")
    stages = inside.walk(_model(request), _input(request))
    try:
        how = inside.arithmetic(stages, request["stage"], place)
    except (KeyError, IndexError) as error:
        raise Refused(str(error.args[0])[:300]) from error
    return {
        "shape": how.inputs.shape,
        "inputs": _f32(how.inputs),
        "weights": None if how.weights is None else _f32(how.weights),
        "corner": how.corner,
        "bias": how.bias,
        "result": how.result,
        "shown": how.shown,
    }


@kind
def move(request) -> dict:
    """What a network says of the picture moved by every (dx, dy).

    Args:
        request: as for walk(); the plain networks are asked too.

    Returns:
        {"model", "labels", "reach": how far, "u8": the probability of each of the ten at each
        move, (side, side, 10), 255 for 1}
    """
    check(request, {"input": str, "model": str})
    known = [name for name, spec in MODELS.items() if spec.graph.exists()]
    name = _model(request, known)
    said = shift.probabilities(name, _input(request))
    labels = list(load(name).labels)
    return {"model": name, "labels": labels, "reach": shift.REACH, "u8": _u8(said * 255)}


@kind
def compare(request) -> dict:
    """What the tutorial's network and the robust one say of the same picture.

    Args:
        request: {"input": as for walk(), "subject": "digit" or "garment"}.

    Returns:
        {"labels", "answers": [{"model", "recipe", "label", "probability", "probabilities",
        "rejected"}]}
    """
    check(request, {"input": str, "subject": str})
    image, answers = _input(request), []
    for spec in of_subject(request["subject"], ("tutorial", "robust")):
        result = load(spec.name).classify(image)
        answers.append({
            "model": spec.name,
            "recipe": spec.recipe,
            "label": result.label,
            "probability": result.probability,
            "probabilities": list(result.probabilities.values()),
            "rejected": result.rejected,
        })  # fmt: skip
    return {"labels": list(load(answers[0]["model"]).labels), "answers": answers}


@cache
def _examples() -> list[dict]:
    found = []
    for path in sorted(EXAMPLES.glob("*.png")):
        subject, _, word = path.stem.partition("-")
        model = parts.default_model(subject)
        seen = load(model).predict(path, "photo")
        found.append({
            "subject": subject,
            "label": parts.label_from_file(word),
            "model": model,
            "address": parts.address(f"examples/{path.name}"),
            "input": _u8(seen.network_input * 255),
        })  # fmt: skip
    return found


def examples(_=None) -> list[dict]:
    """The pictures of our own making: {"subject", "label", "model", "address", "input"} each."""
    return _examples()


def _told(stage: inside.Stage) -> dict:
    values = stage.values
    low, high = float(values.min()), float(values.max())
    constants = ()
    if stage.kind == "normalise":
        constants = (float(stage.bias), float(stage.weight))
    elif stage.kind == "softmax":
        constants = (float(stage.weight),)
    few = values.ndim == 1 and values.size <= MOST_NUMBERS
    return {
        "name": stage.name,
        "kind": stage.kind,
        "sources": stage.sources,
        "block": stage.block,
        "shape": values.shape,
        "kernel": stage.kernel,
        "stride": stage.stride,
        "padding": stage.padding,
        "constants": constants,
        "low": low,
        "high": high,
        "u8": _u8((values - low) * (255 / ((high - low) or 1))),
        "numbers": values.tolist() if few else None,
    }


def _input(request: dict) -> np.ndarray:
    """float32 (28, 28)"""
    text = request["input"]
    try:
        content = base64.b64decode(text, validate=True) if len(text) < 2000 else b""
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != SIDE * SIDE:
        raise Refused(f"`input` must be {SIDE * SIDE} grey bytes in base64.")
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE).astype(np.float32) / 255


def _model(request: dict, known: list[str] | None = None) -> str:
    """The name asked for, one of those known; without any given, of those that can be chosen."""
    known = known or [model["name"] for model in parts.models()]
    if request["model"] not in known:
        raise Refused(f"There is no model {request['model'][:40]!r}: {', '.join(known)}.")
    return request["model"]


def of_subject(subject: str, recipes: tuple[str, ...]) -> list[ModelSpec]:
    """The models of that subject whose graphs are here, ordered by recipe.

    Raises:
        Refused: there are none.
    """
    found = [
        spec
        for recipe in recipes
        for spec in MODELS.values()
        if (spec.recipe, spec.subject) == (recipe, subject) and spec.graph.exists()
    ]
    if not found:
        raise Refused("`subject` must be digit or garment.")
    return found


def _u8(values: np.ndarray) -> str:
    return _base64(np.rint(values).astype(np.uint8))


def _f32(values: np.ndarray) -> str:
    return _base64(values.astype("<f4"))


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
