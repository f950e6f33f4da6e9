"""Measures the shipped graphs through the Python API that the app uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from models.classifier import Classifier, load
from train.pictures import data, photos, scribbles, strokes
from train.pictures import people as photographers

SEED = 2028  # of everything drawn for the report; training draws from other seeds
AT_ONCE = 100  # pictures in a batch
BINS = 15  # of the expected calibration error
LEAST = 5  # pictures in a bin whose share right says something
OTHERS = 2000  # pictures of the other dataset
LETTERS = "AFHKMNWX"  # letters that look like no digit


@dataclass
class Answers:
    """What a network said of N pictures: logits, probabilities float32 (N, 10), rejected bool (N,).

    allowed: bool (N, 10), the classes that are right.
    inputs: float32 (N, 1, 28, 28), what the network saw.
    """

    inputs: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    rejected: np.ndarray
    allowed: np.ndarray

    @property
    def energy(self) -> np.ndarray:
        """The rejection score, float32 (N,)."""
        return np.logaddexp.reduce(self.logits, axis=1)

    @property
    def right(self) -> np.ndarray:
        """bool (N,)"""
        return self.allowed[np.arange(len(self.allowed)), self.probabilities.argmax(1)]

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())


def answers(classifier: Classifier, images: Iterable, kind: str, allowed=None) -> Answers:
    """Send pictures the whole way, from picture to label, in batches."""
    images, parts = list(images), []
    for start in range(0, len(images), AT_ONCE):
        results = classifier.predict_batch(images[start : start + AT_ONCE], kind)
        # Only numbers are kept: a result also holds every step's picture.
        parts.append((
            np.stack([result.network_input for result in results])[:, np.newaxis],
            np.array([list(result.probabilities.values()) for result in results], np.float32),
            np.array([result.rejected for result in results]),
        ))  # fmt: skip
    inputs, probabilities, rejected = (np.concatenate(part) for part in zip(*parts, strict=True))
    logits = logits_of(classifier, inputs)
    allowed = np.zeros((len(images), 10), bool) if allowed is None else allowed
    return Answers(inputs, logits, probabilities, rejected, allowed)


def logits_of(classifier: Classifier, batch: np.ndarray) -> np.ndarray:
    """Logits float32 (N, 10) in batches: onnxruntime keeps the memory of the largest one."""
    starts = range(0, len(batch), AT_ONCE)
    parts = [classifier.run(batch[s : s + AT_ONCE], ["logits"])["logits"] for s in starts]
    return np.concatenate(parts)


def calibration_error(probabilities: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over BINS equal bins (Guo, Pleiss, Sun, Weinberger 2017)."""
    confidence = probabilities.max(1)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(right[bins == b].mean() - confidence[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return float(sum(gaps))


def confusion(said: Answers) -> list[list[int]]:
    """How many pictures of each class got each label: [truth][label]."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (said.allowed.argmax(1), said.logits.argmax(1)), 1)
    return counts.tolist()


def reliability(said: Answers) -> list[list[float]]:
    """How often the answer is right at each probability.

    Returns:
        [mean probability given, share right, pictures] of each bin that has LEAST pictures.
    """
    confidence = said.probabilities.max(1)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    members = [bins == b for b in range(BINS) if (bins == b).sum() >= LEAST]
    return [
        [round(float(confidence[m].mean()), 4), round(float(said.right[m].mean()), 4), int(m.sum())]
        for m in members
    ]


def auroc(true: np.ndarray, other: np.ndarray) -> float:
    """Chance that a true picture scores above another one (area under the ROC curve)."""
    ordered = np.sort(other)
    below, upto = np.searchsorted(ordered, true), np.searchsorted(ordered, true, side="right")
    return float((below + upto).mean() / 2 / len(other))


def measure(name: str, root: Path) -> tuple[dict, dict[str, Answers]]:
    """All figures of one model, and the answers that they come from, for the pictures."""
    classifier = load(name)
    subject = classifier.spec.subject
    images, labels = data.load(classifier.spec.dataset, root, train=False)
    images, labels = images[:, 0].numpy(), labels.numpy()
    people = _drawings(root) if subject == "digit" else _photos(root)
    kind = classifier.spec.kind
    said = {
        "test": answers(classifier, images, kind, np.eye(10, dtype=bool)[labels]),
        "people": answers(classifier, people[0], kind, people[1]),
    }
    resized = np.stack([_resized(picture) for picture in people[0]])[:, np.newaxis]
    naive = logits_of(classifier, resized).argmax(1)
    unscaled = images[:, np.newaxis].astype(np.float32)
    unscaled = logits_of(classifier, unscaled).argmax(1)
    others = {
        word: answers(classifier, pictures, kind)
        for word, (pictures, kind) in _neither(subject, root).items()
    }
    figures = {
        "test_accuracy": said["test"].accuracy,
        "test_pictures": len(images),
        "test_accuracy_0_255": float((unscaled == labels).mean()),
        "test_ece": calibration_error(said["test"].probabilities, said["test"].right),
        "confusion": confusion(said["test"]),
        "reliability": {word: reliability(part) for word, part in said.items()},
        "people": "drawings" if subject == "digit" else "photos",
        "people_pictures": len(people[0]),
        "people_accuracy": said["people"].accuracy,
        "people_accuracy_resized": float(people[1][np.arange(len(naive)), naive].mean()),
        "people_ece": calibration_error(said["people"].probabilities, said["people"].right),
        "rejected_test": float(said["test"].rejected.mean()),
        "rejected_people": float(said["people"].rejected.mean()),
        "rejected": {word: float(part.rejected.mean()) for word, part in others.items()},
        "auroc": {word: auroc(said["people"].energy, part.energy) for word, part in others.items()},
    }
    return figures, said


def _drawings(root: Path):
    """Canvases drawn by writers that no training has seen, and their classes bool (N, 10)."""
    canvases, labels = strokes.canvases(root, "test", SEED)
    return canvases, np.eye(10, dtype=bool)[labels]


def _photos(root: Path):
    """Photo files by people whom no training has seen, and the classes that they may be."""
    files = [file for file in photographers.photos(root, "test") if file[1] in photographers.JUDGED]
    allowed = np.zeros((len(files), 10), bool)
    for row, (_, folder) in zip(allowed, files, strict=True):
        row[list(photographers.FOLDERS[folder])] = True
    return [path for path, _ in files], allowed


def _resized(picture) -> np.ndarray:
    """What a first attempt does: the whole picture to 28×28, dark on light turned round."""
    if not isinstance(picture, np.ndarray):
        picture = np.asarray(Image.open(picture).convert("L"))
    return 1 - cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def _neither(subject: str, root: Path) -> dict[str, tuple[list, str]]:
    """word -> (pictures that show none of the ten, the kind they are sent as)."""
    cifar = list(photos.neither_files(root)[photos.NEITHER["test"]])
    scribbled = scribbles.scribble_canvases(500, SEED, held_out=True)
    if subject == "digit":
        garments = data.load("fashion_mnist", root, train=False)[0][:OTHERS, 0].numpy()
        return {
            "CIFAR-10": (cifar, "photo"),
            "CIFAR-10 as a sketch": (cifar, "sketch"),
            "scribbles": (scribbled, "sketch"),
            "letters": (scribbles.letter_canvases(LETTERS, 400, SEED), "sketch"),
            "Fashion-MNIST": (list(garments), "photo"),
            "photos of clothes": (_photos(root)[0], "photo"),
        }
    digits = data.load("mnist", root, train=False)[0][:OTHERS, 0].numpy()
    return {
        "CIFAR-10": (cifar, "photo"),
        "scribbles": (scribbled, "sketch"),
        "MNIST": (list(digits), "photo"),
        "drawn digits": (_drawings(root)[0], "sketch"),
    }
