"""The robust recipe: one network learns the dataset, what people draw or photograph, and "neither".

Every step mixes pictures of several sources (train/mixture.py). Muon (train/muon.py) with a
one-cycle schedule (Smith, Topin 2018), an exponential moving average of the weights, and choices
made on pictures held out of the training parts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from train import calibrate, distributed, memory
from train.curves import draw_curves
from train.loop import Run, evaluate, fit, predict
from train.mixture import Mixture, Source
from train.muon import KernelMuon
from train.pictures import data
from train.plan import Plan
from train.weights import build, provenance, save_weights

HELD_OUT = 5000  # of the dataset's training pictures, for choices
WEIGHT_DECAY = 0.05
EMA = 0.998


@dataclass
class HeldOut:
    """Pictures that decide: uint8 images (N, 1, 28, 28) and allowed classes bool (N, 11).

    rejected: the share of them that may be turned away; None: the threshold asks others.
    """

    name: str
    images: Tensor
    allowed: Tensor
    rejected: float | None


def right(logits: Tensor, allowed: Tensor) -> float:
    """Share of the pictures whose likeliest of the ten classes is allowed."""
    return allowed.gather(1, logits.argmax(1, keepdim=True)).float().mean().item()


def train(plan: Plan, parts_of: Callable[..., tuple[list[Source], list[HeldOut]]]) -> None:
    """Train on the sources, choose on the held-out pictures, score the test set once, save.

    With no epochs, the weights given (or their mean) only get their temperature and threshold.

    Args:
        parts_of: plan -> sources, of which the first is the dataset itself, and held-out pictures,
            of which the first are from the dataset and the others from what people draw or
            photograph.
    """
    memory.keep_freed()
    with distributed.first_alone():
        sources, held_out = parts_of(plan)
    spec, device = plan.spec, plan.device
    net = build(spec, plan.seed, device, plan.start_from)
    if not plan.epochs:
        return _save(plan, net, [], sources, held_out)
    steps = 5 if plan.dry_run else None
    batches = Mixture(sources, plan.epochs, plan.seed, steps, not plan.gentle, plan.smoothing)
    optimiser = KernelMuon(net, plan.lr, WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, plan.lr, plan.epochs * len(batches), pct_start=0.2, cycle_momentum=False
    )
    average = AveragedModel(net, multi_avg_fn=follow, use_buffers=True)
    history = fit(
        net, batches, optimiser, plan.epochs, Run(plan.run_folder, spec.name, plan.arguments()),
        seed=plan.seed, resume=plan.resume, loss_of=batches.loss_of, schedule=schedule,
        average=average, validate=lambda averaged: scores(averaged, held_out),
    )  # fmt: skip
    if distributed.rank():
        return
    draw_curves(plan.run_folder / "curves.png", spec.name, history)
    _save(plan, average.module, history, sources, held_out)


def _save(
    plan: Plan, net, history: list[dict], sources: list[Source], held_out: list[HeldOut]
) -> None:
    """Fit temperature and threshold, score the test set, write all into the weights file."""
    fitted = fit_honesty(net, held_out)
    images, labels = _test_pictures(plan)
    _, accuracy = evaluate(net, images.to(plan.device), labels.to(plan.device))
    facts = provenance(plan, net, history, **fitted)
    facts |= {"test_accuracy": accuracy, "sources": {s.name: len(s.images) for s in sources}}
    save_weights(plan.output, net, facts)
    print(
        f"{plan.spec.name}: test accuracy {accuracy:.2%}, {fitted}, {history[-1:]}, "
        f"{facts['seconds']:.0f} s on {plan.device.type}, torch {torch.__version__}, "
        f"-> {plan.output}"
    )


@torch.no_grad()
def follow(averaged: list[Tensor], current: list[Tensor], count: Tensor) -> None:
    """Exponential moving average with a quick start: averaged <- d averaged + (1 - d) current."""
    decay = min(EMA, (1 + int(count)) / (10 + int(count)))
    if averaged[0].is_floating_point():
        torch._foreach_lerp_(averaged, current, 1 - decay)
    else:  # batch norm's counters
        torch._foreach_copy_(averaged, current)


def scores(net, held_out: list[HeldOut]) -> dict[str, float]:
    """Accuracy on each held-out part."""
    return {
        f"{part.name}_accuracy": right(predict(net, part.images), part.allowed) for part in held_out
    }


def fit_honesty(net, held_out: list[HeldOut]) -> dict[str, float]:
    """Temperature from the held-out part of the dataset; a threshold that spares all parts."""
    logits = predict(net, held_out[0].images)
    labels = held_out[0].allowed[:, :10].int().argmax(1)
    return {
        "temperature": calibrate.consistent_temperature(logits, labels),
        "rejection_threshold": min(
            calibrate.threshold(predict(net, part.images), part.rejected)
            for part in held_out
            if part.rejected is not None
        ),
    }


def dataset_parts(plan: Plan) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """(images, labels) to train on and (images, labels) held out."""
    if plan.dry_run:
        return data.made_up(500), data.made_up(100, seed=1)
    images, labels = data.load(plan.spec.dataset, plan.data_dir, train=True)
    return (images[:-HELD_OUT], labels[:-HELD_OUT]), (images[-HELD_OUT:], labels[-HELD_OUT:])


def _test_pictures(plan: Plan) -> tuple[Tensor, Tensor]:
    return (
        data.made_up(100, 2) if plan.dry_run else data.load(plan.spec.dataset, plan.data_dir, False)
    )
