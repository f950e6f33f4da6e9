"""The curves of a run."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from models.whole import replacing


def draw_curves(path: Path, title: str, history: list[dict]) -> None:
    """Loss and accuracy over the epochs, as a PNG."""
    epochs = [row["epoch"] for row in history]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    for axis, key in zip(axes, ("loss", "accuracy"), strict=True):
        for column in (name for name in history[0] if name.endswith(key)):
            label = column.removesuffix(key).rstrip("_") or "training"
            axis.plot(epochs, [row[column] for row in history], label=label)
        axis.set(xlabel="epoch", ylabel=key)
        axis.legend()
    figure.suptitle(title)
    try:
        with replacing(path) as temporary:
            figure.savefig(temporary, dpi=110, format="png")
    finally:
        plt.close(figure)
