"""An answer: what a network says about one picture, and how that picture came about."""

from dataclasses import dataclass, field

import numpy as np

from models.look import Look

SIDE = 28
NOTHING = np.zeros((SIDE, SIDE), np.float32)
Place = tuple[float, ...]


@dataclass(frozen=True)
class Trace:
    """What the network sees and how it came about.

    network_input: float32 (28, 28), 0..1 in whole 255ths, ink or garment bright on black.
    kind: the way that the picture took: "sketch", "photo", or "sample" where it already was what
        the networks see.
    width, height: of the picture that box and centre are measured in, pixels.
    box: left, top, right, bottom of the ink or the garment, the last two exclusive; None where
        nothing was told apart.
    centre: x, y of the ink's centre of mass; None where there is no ink.
    mask: uint8 (h, w), small, 255 on what was taken for ink or garment; None where nothing was told
        apart, or where ink was given.
    window: left, top, right, bottom of what the mask covers; None: the whole picture.
    blank: True when there is nothing to look at (an empty canvas).
    rejected: True when it is turned away before a network is asked.
    notes: machine words, such as "identity", "several" or "fallback:no-object".
    picture: the bytes of a small JPEG of the picture, where it was asked for.
    digits: of several digits in a row the trace of each, from left to right.
    look: what a first look at a garment's photo has seen; None elsewhere.
    turned: float32 (28, 28), the garment with its greys turned round, where the network is asked
        about both ways: the dataset's pictures are negatives of a shop's, so nobody knows which way
        round a garment should be, and the mean of both is right oftener.
    """

    network_input: np.ndarray
    kind: str
    width: int = SIDE
    height: int = SIDE
    box: Place | None = None
    centre: Place | None = None
    mask: np.ndarray | None = None
    window: Place | None = None
    blank: bool = False
    rejected: bool = False
    notes: tuple[str, ...] = ()
    picture: bytes | None = None
    digits: tuple["Trace", ...] = ()
    look: Look | None = None
    turned: np.ndarray | None = None


@dataclass(frozen=True)
class Result:
    """What a network says about one picture.

    probabilities: every label and its share, in the order of the network; they sum to 1.
    label, probability: the largest of them, also when rejected: the nearest of the ten.
    rejected: True when the picture is blank or shows none of the ten: by its energy, or for what
        trace.notes says, of several digits for one.
    energy: log-sum-exp of the logits, the rejection score (Liu, Wang, Owens, Li 2020,
        "Energy-based Out-of-distribution Detection"); the higher, the more familiar.
    trace: how the picture became the network's input.
    digits: of several digits in a row the result of each, from left to right.
    opinions: where a look at a photo answered beside the network, what each says alone, by "look"
        and the network's name, as probabilities; {} where the network is alone.
    evidence: that this is one of the ten, less what is needed: a negative one rejects. Of look and
        network together; None where the energy alone decides.
    shows: "digit", "garment" or "neither", where nobody said which of them it is.
    """

    model: str
    label: str
    probability: float
    probabilities: dict[str, float]
    rejected: bool
    energy: float
    provider: str
    trace: Trace
    digits: tuple["Result", ...] = ()
    opinions: dict[str, dict[str, float]] = field(default_factory=dict)
    evidence: float | None = None
    shows: str | None = None

    @property
    def number(self) -> str:
        """What is written: the labels of all digits, or the one label."""
        return "".join(digit.label for digit in self.digits) or self.label

    @property
    def blank(self) -> bool:
        """True when the picture holds no ink at all."""
        return self.trace.blank

    @property
    def network_input(self) -> np.ndarray:
        """What the network saw, float32 (28, 28) in 0..1, bright on black."""
        return self.trace.network_input

    @property
    def notes(self) -> tuple[str, ...]:
        """Machine words for what was unusual on the way, such as "fallback:no-object"."""
        return tuple(self.trace.notes)

    def as_json(self) -> dict:
        """Plain values for JSON, the same for the HTTP endpoints and the shell.

        box (left, top, right, bottom) and centre (x, y) are there only where there are any, in
        pixels of the picture at the size width × height; number and digits, which tells the same of
        each, only for several digits in a row; opinions, evidence and shows where there are any.
        """
        plain = {
            "model": self.model,
            "label": self.label,
            "probability": self.probability,
            "probabilities": self.probabilities,
            "rejected": self.rejected,
            "blank": self.blank,
            "energy": self.energy,
            "provider": self.provider,
            "notes": list(self.notes),
            "width": self.trace.width,
            "height": self.trace.height,
            "network_input": self.network_input.astype(float).round(4).tolist(),
        }
        places = {"box": self.trace.box, "centre": self.trace.centre}
        plain |= {name: list(place) for name, place in places.items() if place is not None}
        if self.digits:
            plain |= {"number": self.number, "digits": [each.as_json() for each in self.digits]}
        told = {"opinions": self.opinions or None, "evidence": self.evidence, "shows": self.shows}
        return plain | {name: value for name, value in told.items() if value is not None}
