"""Fit the digit network's last layer anew: a cycle of minutes that teaches what is no digit.

    python train/head.py

All but the last layer stays as it was trained, so that its outputs are computed once. The sources
are those of `python train/mnist.py --recipe robust`; what is no digit counts for a quarter. The
new weights are held to the old ones (L. Xuhong, Y. Grandvalet, F. Davoine 2018, "Explicit Inductive
Bias for Transfer Learning with Convolutional Networks").
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.specs import spec
from train import mnist, robust
from train.loop import evaluate
from train.mixture import SMOOTHING, Source, with_neither
from train.networks import DigitResNet
from train.pictures import data
from train.plan import from_words
from train.weights import build_from, read_weights, save_weights

NAME = "mnist"
MOST = 14_000  # pictures of a source
SHARES = {"mnist": 0.4, "strokes": 0.15, "styles": 0.15, "found": 0.05, "neither": 0.25}
STEPS, SIZE, LR, PULL, SEED = 2500, 400, 0.003, 0.01, 1


@torch.no_grad()
def features(net: DigitResNet, source: Source) -> tuple[Tensor, Tensor]:
    """What the last layer is given of a source's pictures, changed once, and their classes."""
    kept: list[Tensor] = []
    hook = net.fc.register_forward_hook(lambda layer, given, out: kept.append(given[0]))
    chosen = torch.randperm(len(source.images))[:MOST]
    for some in chosen.split(500):
        net(source.change(source.images[some].float() / 255))
    hook.remove()
    return torch.cat(kept), source.allowed[chosen]


def fitted(layer: nn.Linear, parts: dict[str, tuple[Tensor, Tensor]]) -> nn.Linear:
    """The layer after STEPS of Adam on batches that hold SHARES of the parts."""
    old = layer.weight.detach().clone()
    optimiser = torch.optim.Adam(layer.parameters(), LR)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LR, STEPS)
    for _ in range(STEPS):
        given, allowed = [], []
        for name, share in SHARES.items():
            if name in parts:
                inputs, classes = parts[name]
                some = torch.randint(len(inputs), (int(SIZE * share),))
                given.append(inputs[some])
                allowed.append(classes[some])
        log_p = with_neither(layer(torch.cat(given))).log_softmax(1)
        wrong = -log_p.masked_fill(~torch.cat(allowed), -torch.inf).logsumexp(1)
        loss = (1 - SMOOTHING) * wrong.mean() - SMOOTHING * log_p.mean()
        loss = loss + PULL * F.mse_loss(layer.weight, old, reduction="sum")
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return layer


def main(words: list[str] | None = None) -> None:
    given = sys.argv[1:] if words is None else words
    plan = from_words(NAME, mnist.RECIPES, ["--recipe", "robust", *given])
    torch.manual_seed(SEED)
    weights = spec(NAME).weights
    net, facts = build_from(DigitResNet(), weights).eval(), read_weights(weights)[1]
    learnt, held_out = mnist.sources(plan)
    net.fc = fitted(net.fc, {source.name: features(net, source) for source in learnt})
    save(net, facts, held_out, plan)


def save(net: DigitResNet, facts: dict, held_out: list[robust.HeldOut], plan) -> None:
    """Temperature, threshold and the test set's accuracy as train/robust.py has them."""
    images, labels = data.load(NAME, plan.data_dir, train=False)
    _, accuracy = evaluate(net, images, labels)
    head = {"head": True, "steps": STEPS, "lr": LR, "pull": PULL, "seed": SEED}
    facts |= robust.fit_honesty(net, held_out) | {"test_accuracy": accuracy}
    facts["cycles"] = [*facts["cycles"], head]
    save_weights(plan.output, net, facts)
    print(f"{NAME}: {facts} -> {plan.output}")


if __name__ == "__main__":
    main()
