"""The robust recipe: one network learns the dataset, what people draw or photograph, and "neither".

Every step mixes pictures of several sources. A target says which classes are allowed, bool (11,):
one of the ten, any of the three kinds of shoe, or the eleventh, "none of these", whose logit is
fixed at 0. One-cycle AdamW (Smith, Topin 2018; Loshchilov, Hutter 2019), an exponential moving
average of the weights, and choices made on pictures held out of the training parts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from train import calibrate, data, distributed
from train.command import build, draw_curves, provenance, save_weights
from train.loop import Run, evaluate, fit, predict

HELD_OUT = 5000  # of the dataset's training pictures, for choices
SMOOTHING = 0.03
WEIGHT_DECAY = 0.05
EMA = 0.998
NEITHER = 10  # index of the eleventh class


@dataclass
class Source:
    """Pictures of one kind and how many of them a step takes.

    images: uint8 (N, 1, 28, 28).
    allowed: bool (N, 11).
    share: pictures a step.
    change: the augmentation, float32 (B, 1, 28, 28) -> the same.
    """

    name: str
    images: Tensor
    allowed: Tensor
    share: int
    change: Callable[[Tensor], Tensor]


@dataclass
class HeldOut:
    """Pictures that decide: uint8 images (N, 1, 28, 28) and allowed classes bool (N, 11)."""

    name: str
    images: Tensor
    allowed: Tensor


class Mixture:
    """Batches with a fixed share of every source; an epoch is one pass over the first source."""

    def __init__(self, sources: list[Source], seed: int, steps: int | None = None):
        self.sources, self.seed = sources, seed
        self.steps = steps or len(sources[0].images) // sources[0].share

    def __len__(self) -> int:
        return self.steps

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(self.seed + 10_007 * number)
        orders = [self._order(source, generator) for source in self.sources]
        for step in range(self.steps):
            images, targets = [], []
            for source, order in zip(self.sources, orders, strict=True):
                chosen = order[step * source.share : (step + 1) * source.share]
                chosen = distributed.share(chosen)
                images.append(source.change(source.images[chosen].float() / 255))
                targets.append(source.allowed[chosen])
            image = torch.cat(images).contiguous(memory_format=torch.channels_last)
            yield image, torch.cat(targets)

    def _order(self, source: Source, generator: torch.Generator) -> Tensor:
        """Enough shuffled passes over a source for the whole epoch."""
        count, needed = len(source.images), self.steps * source.share
        passes = [torch.randperm(count, generator=generator) for _ in range(-(-needed // count))]
        return torch.cat(passes)[:needed].to(source.images.device)


def tensors(images) -> Tensor:
    """numpy uint8 (N, 28, 28) -> tensor (N, 1, 28, 28)."""
    return torch.as_tensor(images).unsqueeze(1)


def classes(labels) -> Tensor:
    """int (N,) labels, NEITHER among them -> bool (N, 11)."""
    return torch.nn.functional.one_hot(torch.as_tensor(labels).long(), 11).bool()


def partial(allowed) -> Tensor:
    """bool (N, 10) -> bool (N, 11), never "none of these"."""
    return torch.nn.functional.pad(torch.as_tensor(allowed), (0, 1))


def loss_of(net, image: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
    """-log of the probability of all allowed classes together, with some label smoothing."""
    log_p = with_neither(net(image)).log_softmax(1)
    loss = -torch.logsumexp(log_p.masked_fill(~allowed, -torch.inf), 1)
    loss = (1 - SMOOTHING) * loss - SMOOTHING * log_p.mean(1)
    return loss.mean(), allowed.gather(1, log_p.argmax(1, keepdim=True)).squeeze(1)


def with_neither(logits: Tensor) -> Tensor:
    """(N, 10) -> (N, 11): "none of these" has the logit 0."""
    return torch.nn.functional.pad(logits, (0, 1))


def right(logits: Tensor, allowed: Tensor) -> float:
    """Share of the pictures whose likeliest of the ten classes is allowed."""
    return allowed.gather(1, logits.argmax(1, keepdim=True)).float().mean().item()


def train(args, sources: list[Source], held_out: list[HeldOut]) -> None:
    """Train on the sources, choose on the held-out pictures, score the test set once, save.

    Args:
        args: from command.arguments().
        sources: the first is the dataset itself.
        held_out: the first is from the dataset; the others from what people draw or photograph,
            and, with the eleventh class allowed, from what is neither.
    """
    spec, device = args.spec, args.device
    net = build(spec, args.seed, device).to(memory_format=torch.channels_last)
    batches = Mixture(sources, args.seed, steps=5 if args.dry_run else None)
    optimiser = torch.optim.AdamW(net.parameters(), args.lr, weight_decay=WEIGHT_DECAY)
    steps = args.epochs * len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.lr, steps, pct_start=0.2)
    average = AveragedModel(net, multi_avg_fn=follow, use_buffers=True)
    history = fit(
        net, batches, optimiser, args.epochs, Run(args.run_folder, spec.name),
        seed=args.seed, resume=args.resume, loss_of=loss_of, schedule=schedule, average=average,
        validate=lambda averaged: scores(averaged, held_out),
    )  # fmt: skip
    if distributed.rank():
        return
    draw_curves(args.run_folder / "curves.png", spec.name, history)
    final = average.module
    fitted = fit_honesty(final, spec.subject, held_out)
    images, labels = _test_pictures(args)
    _, accuracy = evaluate(final, images.to(device), labels.to(device))
    facts = provenance(args, final, history, **fitted)
    facts |= {"test_accuracy": accuracy, "sources": {s.name: len(s.images) for s in sources}}
    save_weights(args.output, final, facts)
    print(
        f"{spec.name}: test accuracy {accuracy:.2%}, {fitted}, {history[-1]}, "
        f"{facts['seconds']:.0f} s on {device.type}, torch {torch.__version__} -> {args.output}"
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
    """Accuracy on each held-out part that shows one of the ten."""
    columns = {}
    for part in held_out:
        if not part.allowed[:, NEITHER].any():
            columns[f"{part.name}_accuracy"] = right(predict(net, part.images), part.allowed)
    return columns


def fit_honesty(net, subject: str, held_out: list[HeldOut]) -> dict[str, float]:
    """Temperature from the dataset's held-out pictures, threshold from the real ones and these."""
    logits = predict(net, held_out[0].images)
    true = [predict(net, p.images) for p in held_out if not p.allowed[:, NEITHER].any()]
    return {
        "temperature": calibrate.temperature(logits, held_out[0].allowed[:, :10].int().argmax(1)),
        "rejection_threshold": min(calibrate.threshold(part, subject) for part in true),
    }


def dataset_parts(args) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """(images, labels) to train on and (images, labels) held out."""
    if args.dry_run:
        return data.made_up(500), data.made_up(100, seed=1)
    images, labels = data.load(args.spec.dataset, args.data_dir, train=True)
    return (images[:-HELD_OUT], labels[:-HELD_OUT]), (images[-HELD_OUT:], labels[-HELD_OUT:])


def _test_pictures(args) -> tuple[Tensor, Tensor]:
    return (
        data.made_up(100, 2) if args.dry_run else data.load(args.spec.dataset, args.data_dir, False)
    )
