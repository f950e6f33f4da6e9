"""Train the network that says in colour what a photo shows and which garment it could be.

    python train/colour.py               # after train/look.py
    python train/colour.py --start-from runs/colour/trained.safetensors
    python train/colour.py --resume      # from the last checkpoint

It is given each picture with the mask that the look draws of it, and learns classes alone: photos
come up oftener than there, half of them close to the garment, as its second look will be. The
second cycle, a short one, has more pages of text and noise, which the first forgets over the
clothes. Muon and a one-cycle schedule, an exponential moving average of the weights, and at the end
kernels in whole numbers; the data are train/look.py's. With --bfloat16 the convolutions multiply
so, which takes half the time on processors that do (AVX512-BF16, AMX).
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from models.specs import FOLDER
from train import memory
from train.colour_network import ColourNet, seen, whole
from train.curves import draw_curves
from train.look import material, said_loss
from train.look_network import LookNet, shipped
from train.loop import Run, fit
from train.muon import KernelMuon
from train.networks import parameters
from train.pictures.retakes import close
from train.pictures.scenes import Material, Scenes, Shown
from train.plan import RUNS
from train.robust import follow
from train.weights import read_weights, save_weights

NAME = "colour"
OUTPUT = FOLDER / "colour.safetensors"
EPOCHS, STEPS, SIZE = 13, 500, 64
SMALL, SIDE, LARGE_FROM = 96, 128, 0.77  # sides of the pictures: small learns fast, large sees well
LR, WEIGHT_DECAY, SEED = 0.01, 0.05, 28
# Of a batch: photos, photos close by, pasted garments, shops' pictures, other things, digits, flat
# things.
SHARES = (0.24, 0.36, 0.10, 0.06, 0.16, 0.04, 0.04)
SECOND_SHARES = (0.22, 0.32, 0.08, 0.06, 0.16, 0.04, 0.12)
SECOND_EPOCHS, SECOND_LR = 3, 0.003
MOVED = 0.2  # loss of a category of other things, which is learnt for what is learnt on the way


class Masked:
    """Batches of scenes, each picture with the look's mask as its fourth channel."""

    def __init__(self, scenes: Scenes, look: LookNet, bfloat16: bool):
        self.scenes, self.look, self.bfloat16 = scenes, look, bfloat16

    def __len__(self) -> int:
        return len(self.scenes)

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Shown]]:
        for image, shown in self.scenes.epoch(number):
            yield masked(self.look, image, self.bfloat16), shown


@torch.no_grad()
def masked(look: LookNet, image: Tensor, bfloat16: bool = False) -> Tensor:
    """float32 (N, 3, S, S) in 0..1 -> (N, 4, S, S), see train/colour_network.py."""
    with autocast(bfloat16):
        mask = look.found(look.maps(image)).float()
    return seen(image, mask).contiguous(memory_format=torch.channels_last)


def autocast(bfloat16: bool):
    return torch.autocast("cpu", torch.bfloat16) if bfloat16 else nullcontext()


def loss_of(net, image: Tensor, shown: Shown, bfloat16: bool = False) -> tuple[Tensor, Tensor]:
    """Kind, class and category; and whether each garment's class, or else kind, is right."""
    with autocast(bfloat16):
        kind, garment, category = net(image)
    loss = F.cross_entropy(kind, shown.kind, label_smoothing=0.02)
    return said_loss(loss, (kind, garment, category), shown, MOVED)


@torch.no_grad()
def judged(net: torch.nn.Module, look: LookNet, held_out: Material) -> dict[str, float]:
    """Figures on photos and other things of people and categories that are held out: each photo as
    it is and close to the garment."""
    net.eval()
    known = held_out.allowed.any(1)
    near = np.stack([close(p, m) for p, m in zip(held_out.photos, held_out.masks, strict=True)])
    far, near, other = (predict(net, look, p) for p in (held_out.photos, near, held_out.others))
    net.train()
    mean = [(a + b) / 2 for a, b in zip(far, near, strict=True)]
    allowed, at = held_out.allowed[known], np.arange(known.sum())
    figures = {
        f"{word}_accuracy": float(allowed[at, said[1][known].argmax(1)].mean())
        for word, said in (("far", far), ("near", near), ("class", mean))
    }
    probable = np.exp(mean[1][known])
    surprise = -np.log((probable * allowed).sum(1) / probable.sum(1)).mean()
    least = np.quantile(mean[0][known & held_out.found], 0.03)
    return figures | {
        "surprise": float(surprise), "away_accuracy": float((other[0] < least).mean())
    }  # fmt: skip


def predict(net, look: LookNet, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds (N,) of a garment and log-probabilities (N, 10), each the mean of the picture's and
    its mirror image's."""
    odds, classes = [], []
    for start in range(0, len(pictures), 64):
        some = pictures[start : start + 64]
        small = [cv2.resize(p, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for p in some]
        image = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
        image = image.contiguous(memory_format=torch.channels_last)
        said = (net(masked(look, x))[:2] for x in (image, image.flip(3)))
        kinds, garments = zip(*said, strict=True)
        kind = sum(kinds) / 2
        odds.append((kind[:, 1] - torch.logaddexp(kind[:, 0], kind[:, 2])).numpy())
        classes.append((sum(x.log_softmax(1) for x in garments) / 2).numpy())
    return np.concatenate(odds), np.concatenate(classes)


def arguments(words: list[str] | None = None):
    parser = argparse.ArgumentParser(description="Train the network that reads in colour.")
    root = Path(os.environ.get("DATA_DIR", "data"))
    parser.add_argument("--data-dir", type=Path, default=root)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--steps", type=int, default=STEPS, help="batches an epoch")
    parser.add_argument("--lr", type=float)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--run", help="name of the folder in runs/")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--bfloat16", action="store_true", help="multiply so in convolutions")
    parser.add_argument("--look", type=Path, default=FOLDER / "look.safetensors")
    parser.add_argument("--start-from", type=Path, help="a first cycle's, for a second one")
    args = parser.parse_args(words)
    second = args.start_from is not None
    args.epochs = args.epochs or (SECOND_EPOCHS if second else EPOCHS)
    args.lr = args.lr or (SECOND_LR if second else LR)
    args.run = args.run or (f"{NAME}-second" if second else NAME)
    return args


def main(words: list[str] | None = None) -> None:
    args = arguments(words)
    memory.keep_freed()
    cv2.setNumThreads(1)
    learnt, categories = material(args.data_dir, "train")
    held_out, _ = material(args.data_dir, "validation")
    look = shipped(read_weights(args.look)[0]).to(memory_format=torch.channels_last)
    torch.manual_seed(args.seed)
    net = ColourNet(categories).to(memory_format=torch.channels_last)
    sides, shares, before = ((0, SMALL), (round(LARGE_FROM * args.epochs), SIDE)), SHARES, 0.0
    if args.start_from:
        weights, facts = read_weights(args.start_from)
        net.load_state_dict(weights)
        sides, shares, before = ((0, SIDE),), SECOND_SHARES, facts["seconds"]
    scenes = Scenes(learnt, SIZE, args.steps, args.seed + bool(before), sides, shares)
    batches = Masked(scenes, look, args.bfloat16)
    optimiser = KernelMuon(net, args.lr, WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, args.lr, args.epochs * len(batches), pct_start=0.15, cycle_momentum=False
    )
    average = AveragedModel(net, multi_avg_fn=follow, use_buffers=True)
    plan = {"epochs": args.epochs, "steps": args.steps, "lr": args.lr, "seed": args.seed}
    run = Run(RUNS / args.run, NAME, plan)
    history = fit(
        net, batches, optimiser, args.epochs, run, seed=args.seed, resume=args.resume,
        loss_of=lambda *given: loss_of(*given, bfloat16=args.bfloat16),
        schedule=schedule, average=average,
        validate=lambda averaged: judged(averaged, look, held_out),
    )  # fmt: skip
    draw_curves(run.folder / "curves.png", NAME, history)
    seconds = round(before + sum(row["seconds"] for row in history), 1)
    save_weights(run.folder / "trained.safetensors", average.module, {"seconds": seconds})
    count = parameters(average.module) - parameters(average.module.category)
    kept = whole(average.module)
    facts = plan | {
        "name": NAME, "network": "ColourNet", "parameters": count, "batch_size": SIZE,
        "bfloat16": args.bfloat16, "seconds": seconds,
        "torch": torch.__version__, "side": SIDE, **judged(kept, look, held_out),
    }  # fmt: skip
    save_weights(args.output, kept, facts)
    print(f"{facts} -> {args.output}")


if __name__ == "__main__":
    main()
