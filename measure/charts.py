"""The report's pictures: confusion matrices, reliability, worst mistakes."""

from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from measure.scores import Answers
from models.specs import ModelSpec

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def confusion(path: Path, specs: list[ModelSpec], figures: list[dict]) -> None:
    """Share of each true class that each label got, one matrix a model, as a PNG.

    figures: what scores.measure() found of each.
    """
    figure, axes = plt.subplots(
        1, len(specs), figsize=(6.2 * len(specs), 5.6), layout="constrained"
    )
    for axis, spec, found in zip(np.atleast_1d(axes), specs, figures, strict=True):
        counts = np.array(found["confusion"])
        shares = counts / counts.sum(1, keepdims=True)
        axis.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)
        for (row, column), share in np.ndenumerate(shares):
            if share >= 0.001:
                colour = "white" if share > 0.4 else "black"
                axis.text(column, row, f"{share * 100:.1f}", ha="center", va="center",
                          fontsize=7, color=colour)  # fmt: skip
        axis.set_xticks(range(10), spec.labels, rotation=45 if spec.subject == "garment" else 0)
        axis.set_yticks(range(10), spec.labels)
        axis.set(xlabel="answer", ylabel="truth", title=f"{spec.name}, per cent of each truth")
    _save(figure, path)


def reliability(path: Path, specs: list[ModelSpec], figures: list[dict]) -> None:
    """How often the answer is right at each probability; honest ones lie on the diagonal.

    figures: what scores.measure() found of each.
    """
    figure, axes = plt.subplots(
        1, len(specs), figsize=(4.6 * len(specs), 4.4), layout="constrained"
    )
    for axis, spec, found in zip(np.atleast_1d(axes), specs, figures, strict=True):
        axis.plot([0, 1], [0, 1], "--", color="grey", linewidth=1)
        for word, label in (("test", "test set"), ("people", "people's pictures")):
            given, right, _ = zip(*found["reliability"][word], strict=True)
            axis.plot(given, right, "o-", label=label, markersize=4)
        axis.set(xlabel="probability given", ylabel="share right", title=spec.name,
                 xlim=(0, 1.02), ylim=(0, 1.02))  # fmt: skip
        axis.legend()
    _save(figure, path)


def worst(
    path: Path, spec: ModelSpec, inputs: np.ndarray, answers: Answers, count: int = 40
) -> None:
    """The mistakes made with the most confidence, as the network saw them.

    The picture shows samples of the data: it is for the eye, not for the repository.

    Args:
        inputs: (N, 28, 28), what the network saw.
    """
    confidence = np.where(answers.right, -1, answers.probabilities.max(1))
    order = [i for i in np.argsort(-confidence)[:count] if confidence[i] >= 0]
    figure, axes = plt.subplots(-(-count // 8), 8, figsize=(11, 1.65 * (count // 8)))
    for axis in axes.flat:
        axis.axis("off")
    for axis, i in zip(axes.flat, order, strict=False):
        axis.imshow(inputs[i], cmap="gray")
        truth = "/".join(spec.labels[k] for k in np.flatnonzero(answers.allowed[i]))
        guess = spec.labels[answers.logits[i].argmax()]
        axis.set_title(f"{truth}\n→ {guess} {confidence[i]:.0%}", fontsize=7)
    figure.suptitle(f"{spec.name}: the most confident mistakes")
    figure.tight_layout()
    _save(figure, path)


def _save(figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80)
    plt.close(figure)
    with Image.open(path) as drawn:  # few colours: a third of the bytes
        drawn.convert("RGB").quantize(24, dither=Image.Dither.NONE).save(path, optimize=True)
