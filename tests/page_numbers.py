"""What the page computes, computed in node: for the tests that compare it with onnxruntime."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np

from models.classifier import load
from models.specs import FOLDER, MODELS
from tests.node import tool

HERE = Path(__file__).parent
CATALOGUE = json.loads((FOLDER / "catalogue.json").read_text("utf-8"))


def explain(name: str, image: np.ndarray, places: dict[str, list[int]]) -> dict:
    """A picture's way through that network as page/labs/arithmetic.js has it.

    Args:
        image: float32 (28, 28), multiples of 1/255.
        places: stage -> which of its values to explain, as indices in C order.

    Returns:
        {"stages": [page's Stage, without what was learnt], "explained": {stage: [Arithmetic]},
        "splits": [page's Split with its label and other]}
    """
    model = CATALOGUE["models"][name]
    outputs = load(name).run(image[np.newaxis, np.newaxis])
    asked = {
        "model": model,
        "weights": str(MODELS[name].weights),
        "input": _base64(np.rint(image * 255).astype(np.uint8)),
        "outputs": {key: _base64(array[0].astype("<f4")) for key, array in outputs.items()},
        "places": places,
    }
    done = subprocess.run(
        [tool("node"), HERE / "js" / "explain.mjs"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()
