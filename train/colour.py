"""Train the network that says in colour what a photo shows and which garment it could be.

    python train/colour.py               # after train/look.py
    python train/colour.py --resume      # from the last checkpoint

It begins as the encoder of the network that looks first, which knows where a garment ends, and
learns classes alone from there: photos come up oftener, half of them close to the garment, as its
second look will be. Data, optimiser and average are train/look.py's.
"""

import argparse
import os
import sys
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
from train.curves import draw_curves
from train.look import SMOOTHING, material
from train.look_network import ColourNet
from train.loop import Run, fit
from train.networks import parameters
from train.pictures.scenes import Material, Scenes, Shown, close
from train.plan import RUNS
from train.robust import follow
from train.weights import read_weights, save_weights

NAME = "colour"
OUTPUT = FOLDER / "colour.safetensors"
EPOCHS, STEPS, SIZE = 4, 300, 64
LR, WEIGHT_DECAY, SEED = 3e-3, 0.1, 28
# Of a batch: photos, photos close by, pasted garments, shops' pictures, other things, digits, flat
# things.
SHARES = (0.20, 0.28, 0.10, 0.08, 0.20, 0.06, 0.08)
SIDES = ((0, 96),)  # of the pictures, from this share of the run on
MOVED = 0.2  # loss of a category of other things, which is learnt for what is learnt on the way


def loss_of(net, image: Tensor, shown: Shown) -> tuple[Tensor, Tensor]:
    """Kind, class and category; and whether each garment's class, or else kind, is right."""
    kind, garment, category = net(image)
    loss = F.cross_entropy(kind, shown.kind, label_smoothing=0.02)
    known = shown.allowed.any(1)
    right = kind.argmax(1) == shown.kind
    if known.any():
        allowed, log_p = shown.allowed[known], garment[known].log_softmax(1)
        of_class = -torch.logsumexp(log_p.masked_fill(~allowed, -torch.inf), 1)
        loss = loss + ((1 - SMOOTHING) * of_class - SMOOTHING * log_p.mean(1)).mean()
        right[known] = allowed.gather(1, log_p.argmax(1, keepdim=True)).squeeze(1)
    if (shown.category >= 0).any():
        loss = loss + MOVED * F.cross_entropy(category, shown.category, ignore_index=-1)
    return loss, right


@torch.no_grad()
def judged(net: torch.nn.Module, held_out: Material, side: int = SIDES[-1][1]) -> dict[str, float]:
    """Figures on photos and other things of people and categories that are held out: each photo as
    it is and close to the garment."""
    net.eval()
    known = held_out.allowed.any(1)
    near = np.stack([close(p, m) for p, m in zip(held_out.photos, held_out.masks, strict=True)])
    far, near, other = (predict(net, p, side) for p in (held_out.photos, near, held_out.others))
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


def predict(net, pictures: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds (N,) of a garment and log-probabilities (N, 10), each the mean of the picture's and
    its mirror image's."""
    odds, classes = [], []
    for start in range(0, len(pictures), 64):
        some = pictures[start : start + 64]
        small = [cv2.resize(p, (side, side), interpolation=cv2.INTER_AREA) for p in some]
        image = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
        image = image.contiguous(memory_format=torch.channels_last)
        kinds, garments = zip(*(net(x)[:2] for x in (image, image.flip(3))), strict=True)
        kind = sum(kinds) / 2
        odds.append((kind[:, 1] - torch.logaddexp(kind[:, 0], kind[:, 2])).numpy())
        classes.append((sum(x.log_softmax(1) for x in garments) / 2).numpy())
    return np.concatenate(odds), np.concatenate(classes)


def arguments(words: list[str] | None = None):
    parser = argparse.ArgumentParser(description="Train the network that reads in colour.")
    root = Path(os.environ.get("DATA_DIR", "data"))
    parser.add_argument("--data-dir", type=Path, default=root)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--steps", type=int, default=STEPS, help="batches an epoch")
    parser.add_argument("--lr", type=float, default=LR)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--run", default=NAME, help="name of the folder in runs/")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start-from", type=Path, default=FOLDER / "look.safetensors")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    args = arguments(words)
    memory.keep_freed()
    cv2.setNumThreads(1)
    learnt, categories = material(args.data_dir, "train")
    held_out, _ = material(args.data_dir, "validation")
    torch.manual_seed(args.seed)
    net = ColourNet(categories).to(memory_format=torch.channels_last)
    known = net.state_dict()
    weights = {k: v for k, v in read_weights(args.start_from)[0].items() if k in known}
    net.load_state_dict(weights, strict=False)
    sides = [(round(share * args.epochs), side) for share, side in SIDES]
    batches = Scenes(learnt, SIZE, args.steps, args.seed, sides, SHARES)
    optimiser = torch.optim.AdamW(net.parameters(), args.lr, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, args.lr, args.epochs * len(batches), pct_start=0.15
    )
    average = AveragedModel(net, multi_avg_fn=follow, use_buffers=True)
    run = Run(RUNS / args.run, NAME)
    history = fit(
        net, batches, optimiser, args.epochs, run, seed=args.seed, resume=args.resume,
        loss_of=loss_of, schedule=schedule, average=average,
        validate=lambda averaged: judged(averaged, held_out),
    )  # fmt: skip
    draw_curves(run.folder / "curves.png", NAME, history)
    kept = average.module
    kept.category = None  # it has done its work
    facts = {
        "name": NAME, "network": "ColourNet", "parameters": parameters(kept),
        "epochs": args.epochs, "steps": args.steps, "batch_size": SIZE, "lr": args.lr,
        "seed": args.seed, "seconds": round(sum(row["seconds"] for row in history), 1),
        "torch": torch.__version__, "side": SIDES[-1][1],
        **{key: value for key, value in history[-1].items() if key.endswith("accuracy")},
    }  # fmt: skip
    save_weights(args.output, kept, facts)
    print(f"{facts} -> {args.output}")


if __name__ == "__main__":
    main()
