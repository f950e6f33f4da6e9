"""The training loop, one for every model and recipe."""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from models.whole import replacing
from train import distributed, faster
from train.snapshots import Snapshots

DAMAGED = "{} is damaged, or of another run: please start anew without --resume."


@dataclass
class Run:
    """Where a run keeps its checkpoint and history, what it is called on the progress bar, and the
    arguments that its outcome hangs on (JSON values)."""

    folder: Path
    title: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    @property
    def history(self) -> Path:
        return self.folder / "history.csv"


def fit(
    net: nn.Module,
    batches,
    optimiser: torch.optim.Optimizer,
    epochs: int,
    run: Run,
    *,
    seed: int = 0,
    resume: bool = False,
    bfloat16: bool = False,
    loss_of: Callable[[nn.Module, Tensor, Tensor], tuple[Tensor, Tensor]] | None = None,
    schedule: torch.optim.lr_scheduler.LRScheduler | None = None,
    average: nn.Module | None = None,
    validate: Callable[[nn.Module], dict[str, float]] | None = None,
    snapshots: Snapshots | None = None,
) -> list[dict]:
    """Train, leaving a checkpoint and a line of history after every epoch.

    Every epoch seeds torch anew from `seed` and its own number, so a run that was killed and
    resumed ends with the very weights of an unbroken one.

    Args:
        batches: has `len()` and `epoch(number)`, which yields (image, target) on net's device; what
            they remember from epoch to epoch is their `state_dict()`.
        seed: of the whole run.
        resume: go on from the run's checkpoint when there is one, of the same arguments.
        bfloat16: multiply so in the convolutions, see train/faster.py.
        loss_of: (net, image, target) -> (loss, whether each picture is right); cross-entropy on
            the labels when None.
        schedule: stepped after every batch.
        average: an AveragedModel that follows net; it is what `validate` sees.
        validate: net -> further columns, measured on pictures that are not trained on.
        snapshots: watches the net, step by step.

    Returns:
        The history, one dict for each epoch: epoch, lr, loss, accuracy, what `validate` measured,
        seconds.

    Raises:
        SystemExit: the checkpoint is damaged or of other arguments, or there are no batches.
        OSError: there is no place for a checkpoint; noticed before the first step.
    """
    if not len(batches):
        raise SystemExit("A batch holds more pictures than there are: please lower --batch-size.")
    loss_of = loss_of or cross_entropy
    parts = {
        "net": net, "optimiser": optimiser, "schedule": schedule, "average": average,
        "batches": batches if hasattr(batches, "state_dict") else None, "snapshots": snapshots,
    }  # fmt: skip
    parts = {name: part for name, part in parts.items() if part is not None}
    history = _restore(run, parts) if resume else []
    if distributed.rank() == 0:
        _try_to_save(run, parts)
        if not history:
            run.checkpoint.unlink(missing_ok=True)  # of an earlier run, which none must resume
    if snapshots and not history:
        snapshots.step()
    forward, first = distributed.parallel(faster.way(net, bfloat16)), distributed.rank() == 0
    bar = tqdm(
        total=epochs * len(batches), initial=len(history) * len(batches), desc=run.title,
        disable=not first,
    )  # fmt: skip
    for epoch in range(len(history), epochs):
        # Every process drops and distorts in its own way.
        torch.manual_seed(seed + 7_919 * epoch + 1_000_003 * distributed.rank())
        start = time.perf_counter()
        loss, accuracy = _one_epoch(
            forward,
            net,
            batches.epoch(epoch),
            optimiser,
            loss_of,
            schedule,
            average,
            snapshots,
            bar,
        )
        lr = optimiser.param_groups[0]["lr"]
        row = {"epoch": epoch + 1, "lr": lr, "loss": loss, "accuracy": accuracy}
        if validate:
            row |= validate(average or net)
        row["seconds"] = round(time.perf_counter() - start, 2)
        history.append(row)
        if first:
            _save(run, parts, history)
    bar.close()
    return history


def cross_entropy(net: nn.Module, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
    """The tutorials' loss. They apply log_softmax first, which changes nothing."""
    logits = net(image)
    return F.cross_entropy(logits, label), logits.argmax(1) == label


def evaluate(net: nn.Module, images: Tensor, labels: Tensor, scale: float = 1 / 255):
    """Mean cross-entropy and accuracy over whole pictures.

    Args:
        images: uint8 (N, 1, 28, 28).
        labels: int64 (N,).
        scale: what the pixels are multiplied with; the networks expect 1 / 255.

    Returns:
        (loss in nats, accuracy in 0..1)
    """
    logits = predict(net, images, scale)
    return F.cross_entropy(logits, labels).item(), (
        logits.argmax(1) == labels
    ).float().mean().item()


@torch.no_grad()
def predict(net: nn.Module, images: Tensor, scale: float = 1 / 255) -> Tensor:
    """Logits, float32 (N, 10), of uint8 pictures (N, 1, 28, 28), in evaluation mode."""
    was_training = net.training
    net.eval()
    logits = torch.cat([net(part.float() * scale) for part in images.split(1000)])
    net.train(was_training)
    return logits


def _one_epoch(
    forward, net, batches, optimiser, loss_of, schedule, average, snapshots, bar
) -> tuple[float, float]:
    net.train()
    total, right, count = 0.0, 0.0, 0
    for image, target in batches:
        loss, correct = loss_of(forward, image, target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if schedule:
            schedule.step()
        if average:
            average.update_parameters(net)
        if snapshots:
            snapshots.step()
        total += loss.item() * len(image)
        right += correct.sum().item()
        count += len(image)
        bar.set_postfix(loss=f"{total / count:.4f}", accuracy=f"{right / count:.2%}", refresh=False)
        bar.update()
    total, right, count = distributed.total(total, right, count)
    return total / count, right / count


def _save(run: Run, parts: dict, history: list[dict]) -> None:
    """Checkpoint and history, each replaced in one step: a kill leaves the old or the new one."""
    with replacing(run.checkpoint) as temporary:
        temporary.write_bytes(_packed(run, parts, history))
    with replacing(run.history) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, history[0])
        writer.writeheader()
        writer.writerows(history)


def _try_to_save(run: Run, parts: dict) -> None:
    """Whether a checkpoint has its place: better noticed now than after the first epoch."""
    with replacing(run.checkpoint, only_try=True) as temporary:
        temporary.write_bytes(_packed(run, parts, []))


def _packed(run: Run, parts: dict, history: list[dict]) -> bytes:
    content = io.BytesIO()
    state = {name: part.state_dict() for name, part in parts.items()}
    torch.save({"history": history, "arguments": run.arguments, **state}, content)
    return content.getvalue()


def _restore(run: Run, parts: dict) -> list[dict]:
    """Puts the checkpoint's state into the parts; its history.

    Raises:
        SystemExit: it is damaged, or of a run with other arguments; one sentence.
    """
    state = distributed.from_first(lambda: _read(run.checkpoint))
    if state is None:
        return []
    begun, now = state["arguments"], run.arguments
    others = [f"{name} {begun.get(name)}" for name in now if begun.get(name) != now[name]]
    if others:
        raise SystemExit(
            f"{run.checkpoint} is of a run with {', '.join(others)}: "
            "please resume with the same arguments, or start anew without --resume."
        )
    try:
        for name, part in parts.items():
            part.load_state_dict(state[name])
    except Exception as error:  # whatever a part stumbles over
        raise SystemExit(DAMAGED.format(run.checkpoint)) from error
    return state["history"]


def _read(checkpoint: Path) -> dict | None:
    if not checkpoint.exists():
        return None
    try:
        state = torch.load(checkpoint, weights_only=True)
        return {"arguments": {}} | state | {"history": list(state["history"])}
    except OSError:
        raise
    except Exception as error:  # torch.load raises a dozen kinds
        raise SystemExit(DAMAGED.format(checkpoint)) from error
