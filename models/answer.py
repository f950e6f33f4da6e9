"""What is known of a picture: what the network saw of it, and what it says."""

from dataclasses import dataclass, field

import numpy as np

from models.look import Look

SIDE = 28


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
    mask: uint8 (h, w), 255 on what was taken for ink or garment, the longer side at most 96;
        None where nothing was told apart, or where ink was given.
    blank: True when there is nothing to look at (an empty canvas).
    notes: machine words, such as "identity" or "fallback:no-object".
    picture: the bytes of a small JPEG of the picture, where it was asked for.
    look: what a first look at a garment's photo has seen; None elsewhere.
    turned: float32 (28, 28), the garment with its greys turned round, where the network is asked
        about both ways: the dataset's pictures are negatives of a shop's, so nobody knows which way
        round a garment should be, and the mean of both is right oftener.
    """

    network_input: np.ndarray
    kind: str
    width: int = SIDE
    height: int = SIDE
    box: tuple[float, ...] | None = None
    centre: tuple[float, ...] | None = None
    mask: np.ndarray | None = None
    blank: bool = False
    notes: tuple[str, ...] = ()
    picture: bytes | None = None
    look: Look | None = None
    turned: np.ndarray | None = None


@dataclass(frozen=True)
class Result:
    """What a network says about one picture.

    probabilities: every label and its share, in the order of the network; they sum to 1.
    label, probability: the largest of them, also when rejected: the nearest of the ten.
    rejected: True when the picture is blank or, by its energy, shows none of the ten.
    energy: log-sum-exp of the logits, the rejection score (Liu, Wang, Owens, Li 2020,
        "Energy-based Out-of-distribution Detection"); the higher, the more familiar.
    trace: how the picture became the network's input.
    opinions: where a look at a photo answered beside the network, what each says alone, by "look"
        and the network's name, as probabilities; {} where the network is alone.
    evidence: of both together that this is a garment, less what is needed: a negative one rejects;
        None where the network is alone.
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
    opinions: dict[str, dict[str, float]] = field(default_factory=dict)
    evidence: float | None = None
    shows: str | None = None

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
        """Plain values for JSON, the same for the HTTP endpoints and the shell: box (left, top,
        right, bottom) and centre (x, y), opinions, evidence and shows only where there are any."""
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
            "network_input": self.network_input.astype(float).round(4).tolist(),
        }
        if self.opinions:
            plain |= {"opinions": self.opinions, "evidence": self.evidence}
        if self.shows:
            plain["shows"] = self.shows
        places = {"box": self.trace.box, "centre": self.trace.centre}
        return plain | {name: list(place) for name, place in places.items() if place is not None}
