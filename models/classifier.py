"""Says what a picture shows: `load("mnist").predict(picture)`."""

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from models import numbers, preprocess
from models.look import Look, verdict
from models.look import beside as look_beside
from models.result import Result, Trace
from models.sessions import BrokenModel, open_session
from models.specs import FOLDER, ModelSpec, spec

KINDS = ("sketch", "photo")
INPUT = "image"
READER = "mnist"
ANSWERS = ("logits", "probabilities", "energy")


class Classifier:
    """One network of MODELS, ready to run; may be used from many threads at once.

    provider: where it runs, "CPUExecutionProvider" or "CUDAExecutionProvider".
    stages: names of the outputs of run() that exist for display, in the order of execution.
    metadata: all that the graph says about itself, text by key.
    temperature, rejection_threshold: what turns logits into probabilities and into a rejection;
        a threshold of None rejects nothing but blank pictures.
    """

    def __init__(self, spec: ModelSpec, folder: Path = FOLDER):
        """Open the model's graphs in that folder.

        Raises:
            BrokenModel: a file is missing, altered or incomplete.
        """
        graph = folder / spec.graph.name
        self.spec = spec
        self._session = open_session(graph)
        self._answer_session = open_session(folder / spec.answer_graph.name)
        self.provider: str = self._answer_session.get_providers()[0]
        outputs = [output.name for output in self._session.get_outputs()]
        self.stages = tuple(name for name in outputs if name not in ANSWERS)
        self.metadata: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        try:
            self.labels: tuple[str, ...] = tuple(json.loads(self.metadata["labels"]))
            self.temperature = float(self.metadata["temperature"])
            threshold = self.metadata.get("rejection_threshold")
            self.rejection_threshold = None if threshold is None else float(threshold)
        except (KeyError, ValueError) as error:
            raise BrokenModel(f"{graph} lacks its metadata ({error}): export it anew.") from error

    def run(self, batch: np.ndarray, outputs: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        """The network's outputs for pictures that are 28×28 already.

        Args:
            batch: float32 (N, 1, 28, 28), 0..1, bright on black, N at least 1.
            outputs: names of the outputs wanted; all when None.

        Returns:
            "logits" and "probabilities", float32 (N, 10), "energy", float32 (N,), and the stages,
            float32 (N, C, H, W) or (N, C).

        Raises:
            ValueError: another shape, another dtype, or values that are no finite numbers.
        """
        _check(batch)
        names = list(outputs or (*ANSWERS, *self.stages))
        session = self._answer_session if set(names) <= set(ANSWERS) else self._session
        arrays = session.run(names, {INPUT: batch})
        return dict(zip(names, arrays, strict=True))

    def predict(self, image: Any, kind: str | None = None, **options: Any) -> Result:
        """What a picture shows.

        Args:
            image: anything that models.decode.decode() takes: a path, bytes, an open file,
                a Pillow picture, or a uint8 array (H, W), (H, W, 3) or (H, W, 4).
            kind: "sketch", drawn with a pen; or "photo", taken with a camera; by default the
                model's own.
            options: for photos, those of models.preprocess.photo(): `cut`, `invert`, `show`. Of
                a digit's picture nothing is cut.

        Raises:
            BadPicture: the picture cannot be used; the message is for the visitor.
            ValueError: no such kind.
        """
        return self.predict_batch([image], kind, **options)[0]

    def predict_batch(
        self, images: Iterable[Any], kind: str | None = None, **options: Any
    ) -> list[Result]:
        """predict() for many pictures, in one run of the network."""
        return self.results(self.prepare(images, kind, **options))

    def predict_ink(self, greys: np.ndarray) -> Result:
        """predict() for ink that is known already: uint8 (H, W), 0 paper to 255 ink."""
        subject = self.spec.subject
        is_digit = subject == "digit"
        trace = numbers.of_ink(greys, logits) if is_digit else preprocess.ink(greys, subject)
        return self.results([trace])[0]

    def read(self, image: Any) -> list[Result]:
        """The digits on a picture from left to right, each with its box in the picture's pixels.

        Args:
            image: as for predict(): a photo or a drawing, with up to eight digits in a row.

        Returns:
            One for a single digit, whatever it consists of; none where nothing is written, or
            several that stand in no row.

        Raises:
            BadPicture: the picture cannot be used; the message is for the visitor.
            ValueError: this is no network of digits.
        """
        if self.spec.subject != "digit":
            raise ValueError(f"{self.spec.name} reads no digits.")
        result = self.predict(image)
        alone = [] if result.trace.rejected or result.blank else [result]
        return list(result.digits) or alone

    def classify(self, network_input: np.ndarray) -> Result:
        """predict() for what is a network's input already: float32 (28, 28), 0..1."""
        blank = not network_input.any()
        return self.results([Trace(network_input, "sample", blank=blank)])[0]

    def prepare(
        self, images: Iterable[Any], kind: str | None = None, **options: Any
    ) -> list[Trace]:
        """The first half of predict_batch(): what the network will see of each picture."""
        kind = self.spec.kind if kind is None else kind
        if kind not in KINDS:
            raise ValueError(f"A picture is of the kind {' or '.join(KINDS)}, not {kind!r}.")
        if self.spec.subject == "digit":
            show = options.get("show", False)
            return [numbers.of_file(image, logits, show) for image in images]
        if kind == "sketch":
            return preprocess.sketch_batch(images, self.spec.subject)
        return [preprocess.photo(image, **options) for image in images]

    def results(self, traces: list[Trace]) -> list[Result]:
        """The second half of predict_batch(): one run of the network."""
        if not traces:
            return []
        every = [one for trace in traces for one in (trace, *trace.digits)]
        ways = [self._ways(one) for one in every]
        batch = np.stack([image for images in ways for image in images])[:, np.newaxis]
        arrays = self.run(batch, ANSWERS)
        rows = iter(zip(*(arrays[name] for name in ANSWERS), strict=True))
        found = iter([
            self._result(one, list(islice(rows, len(images))))
            for one, images in zip(every, ways, strict=True)
        ])  # fmt: skip
        return [
            replace(next(found), digits=tuple(islice(found, len(trace.digits)))) for trace in traces
        ]

    def _ways(self, trace: Trace) -> list[np.ndarray]:
        """What this network is asked about a picture, float32 (28, 28): the trace's, and the same
        turned round where a look answers with it."""
        if trace.turned is None or self.spec.name != look_beside():
            return [trace.network_input]
        return [trace.network_input, trace.turned]

    def _result(self, trace: Trace, ways: list[tuple]) -> Result:
        """ways: what run() returns for each, (logits, probabilities, energy)."""
        energy, probabilities = float(np.mean([row[2] for row in ways])), ways[0][1]
        rejected = self.rejection_threshold is not None and energy < self.rejection_threshold
        opinions, evidence = {}, None
        if trace.look and self.spec.name == look_beside():
            said = verdict(trace.look, np.stack([row[0] for row in ways]))
            probabilities, evidence, rejected = said.probabilities, said.evidence, said.evidence < 0
            opinions = {"look": self._named(said.look), self.spec.name: self._named(said.network)}
        best = int(probabilities.argmax())
        return Result(
            model=self.spec.name,
            label=self.labels[best],
            probability=float(probabilities[best]),
            probabilities=self._named(probabilities),
            rejected=bool(trace.blank or trace.rejected or rejected),
            energy=energy,
            provider=self.provider,
            trace=trace,
            opinions=opinions,
            evidence=evidence,
        )

    def _named(self, probabilities: np.ndarray) -> dict[str, float]:
        return dict(zip(self.labels, map(float, probabilities), strict=True))


def look(image: Any) -> Look:
    """Which subject a picture shows: `look(image).shows` is "digit", "garment" or "neither".

    Args:
        image: anything that models.decode.decode() takes.

    Raises:
        BadPicture: the picture cannot be used; the message is for the visitor.
    """
    return preprocess.first_look(image)


_loaded: dict[str, Classifier] = {}
_lock = threading.Lock()


def load(name: str) -> Classifier:
    """The classifier of that name, opened once and kept.

    Raises:
        KeyError: no model has that name; the message lists those that exist.
        BrokenModel: its file is missing or was altered; the message names it.
    """
    wanted = spec(name)
    with _lock:
        if name not in _loaded:
            _loaded[name] = Classifier(wanted)
        return _loaded[name]


def logits(images: np.ndarray) -> np.ndarray:
    """Of the network that knows what is no digit, by which digits side by side are told apart."""
    return load(READER).run(images, ["logits"])["logits"]


def _check(batch: np.ndarray) -> None:
    shape: tuple[int, ...] = getattr(batch, "shape", ())
    dtype = getattr(batch, "dtype", type(batch).__name__)
    if dtype != np.float32 or len(shape) != 4 or shape[1:] != (1, 28, 28) or not shape[0]:
        raise ValueError(
            f"The network takes float32 of shape (N, 1, 28, 28), not {dtype} of shape {shape}."
        )
    if not np.isfinite(batch).all():
        raise ValueError("The network takes finite numbers in 0..1; these hold NaN or infinity.")
