"""A first look at a photo: what it shows, where the garment is, which garment it could be.

models/look.onnx is the graph (train/look_way.py), which models/preprocess.py runs. What it and
a garment network say together, models/verdict.onnx makes of it (train/verdict.py): its numbers
stand in its metadata and in catalogue.json.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import onnxruntime

from models import catalogue
from models.sessions import open_session
from models.specs import FOLDER

SHOWN = ("digit", "garment", "neither")


@dataclass(frozen=True)
class Look:
    """What was seen.

    kind: float32 (3,), log-probabilities of SHOWN.
    garment: float32 (10,), log-probabilities of the ten garments.
    mask: uint8 (H, W), 255 on the garment; all 255 where none was found.
    found: whether one was.
    plain: whether the ground is of one colour, as in a shop's picture.
    """

    kind: np.ndarray
    garment: np.ndarray
    mask: np.ndarray
    found: bool
    plain: bool

    @property
    def shows(self) -> str:
        """The likeliest of SHOWN."""
        return SHOWN[int(self.kind.argmax())]

    @property
    def subject(self) -> str:
        """The likelier of "digit" and "garment"."""
        return SHOWN[int(self.kind[:2].argmax())]

    @property
    def odds(self) -> float:
        """Log-odds of a digit."""
        return float(self.kind[0] - np.logaddexp(self.kind[1], self.kind[2]))

    def evidence_of_digit(self, energy: float) -> float:
        """Log-odds of a digit and the digit network's energy, less what is needed: below 0 it is
        none (train/kind_rule.py)."""
        rule = catalogue.read()["preprocessing"]["look"]["rule"]
        return self.odds + rule["digit_weight"] * energy - rule["digit_least"]

    @property
    def probabilities(self) -> dict[str, float]:
        """Of SHOWN; they sum to 1."""
        return dict(zip(SHOWN, map(float, np.exp(self.kind)), strict=True))


@dataclass(frozen=True)
class Verdict:
    """What a look and a network say together.

    probabilities: float32 (10,). look, network: float32 (10,), what each says alone.
    evidence: log-odds of a garment less what is needed; below 0 the picture is turned away.
    """

    probabilities: np.ndarray
    look: np.ndarray
    network: np.ndarray
    evidence: float


def verdict(seen: Look, logits: np.ndarray) -> Verdict:
    """float32 (W, 10), the network's for each way that the picture was prepared."""
    given = {"kind": seen.kind, "garment": seen.garment, "plain": np.array(seen.plain)}
    names = ["probabilities", "look", "network", "evidence"]
    both, of_look, of_network, evidence = _graph().run(names, given | {"logits": logits})
    return Verdict(both, of_look, of_network, float(evidence))


@cache
def beside() -> str:
    """The name of the network that the verdict is fitted with; others answer alone."""
    return _graph().get_modelmeta().custom_metadata_map["network"]


@cache
def _graph() -> onnxruntime.InferenceSession:
    return open_session(FOLDER / "verdict.onnx", gpu=False)
