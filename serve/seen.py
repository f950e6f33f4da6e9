"""`Seen`, as page/hosts/types.js describes it: what a picture shows, in numbers."""

import base64
import io

import numpy as np
from PIL import Image

from models import preprocess
from models.classifier import Result, load

MOST_MASK = 96  # pixels, the longer side


def of_sketch(ink: np.ndarray, model: str) -> dict:
    """ink: uint8 (H, W), 255 ink."""
    inks = ink[np.newaxis].astype(np.float32) / 255
    trace = preprocess._traces_of_ink(inks)[0]
    image, box, centre = preprocess._sketch_graph().run(["image", "box", "centre"], {"ink": inks})
    greys = np.uint8(np.rint(image[0, 0] * 255))
    result = load(model).results([preprocess.Trace(np.float32(greys) / 255, (), trace.blank)])[0]
    return {
        "input": base64.b64encode(greys.tobytes()).decode(),
        "probabilities": [_short(p) for p in result.probabilities.values()],
        "energy": _short(result.energy),
        "blank": result.blank,
        "notes": [],
        "kind": "sketch",
        "width": ink.shape[1],
        "height": ink.shape[0],
        "box": None if result.blank else [_short(x) for x in box[0]],
        "centre": None if result.blank else [_short(x) for x in centre[0]],
        "mask": None,
    }


def of_photo(result: Result, show: bool) -> dict:
    steps = {step.name: step.picture for step in result.steps}
    shown = steps.get("found", result.steps[0].picture if result.steps else None)
    seen = {
        "input": base64.b64encode(np.uint8(np.rint(result.network_input * 255)).tobytes()).decode(),
        "probabilities": [_short(p) for p in result.probabilities.values()],
        "energy": _short(result.energy),
        "blank": result.blank,
        "notes": list(result.notes),
        "kind": "sample" if "identity" in result.notes else "photo",
        "width": shown.shape[1],
        "height": shown.shape[0],
        "box": None,
        "centre": None,
        "mask": _mask(steps["mask"]) if "mask" in steps else None,
    }
    if show:
        seen["picture"] = _address(shown)
    return seen


def _mask(mask: np.ndarray) -> dict:
    picture = Image.fromarray(mask)
    picture.thumbnail((MOST_MASK, MOST_MASK), Image.Resampling.BOX)
    greys = base64.b64encode(picture.tobytes()).decode()
    return {"width": picture.width, "height": picture.height, "greys": greys}


def _address(picture: np.ndarray) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _short(number) -> float:
    """7 significant digits: all that a float32 holds."""
    return float(f"{number:.7g}")
