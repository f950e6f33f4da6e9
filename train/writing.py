"""Train the network that finds ink on paper.

    python train/writing.py
    python train/writing.py --resume        # goes on from the last epoch's checkpoint

Pages are made up (train/pictures/pages.py) from MNIST's training digits and the pen strokes of the
training writers; photographs of other things and of clothes show what is no writing. Without
DATA/pendigits, DATA/neither and DATA/photos it does with less, and says so. AdamW, one cycle;
cross-entropy and Dice (Milletari, Navab, Ahmadi 2016) for the mask.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from models.specs import FOLDER
from train import memory
from train.curves import draw_curves
from train.ink_network import InkNetwork
from train.loop import Run, fit
from train.networks import parameters
from train.pictures import page_sets, pages
from train.plan import RUNS, number, one_sentence, try_output
from train.robust import follow
from train.weights import build_from, save_weights

NAME = "writing"
WRITTEN, WITHOUT = 15_000, 5_000  # pages made up once; epochs change them, see varied()
EPOCHS, SIZE, LR, SEED = 4, 32, 0.006, 28
WEIGHT_DECAY = 0.02
OFF = 24  # pixels that a page may be moved by: what comes in is its edge, smeared, as a look has it
LARGER = 160  # side of some batches: the second look enlarges


@dataclass
class Target:
    """ink float32 (B, S, S); counts (B, S, S), 0 where a pixel does not matter; shows uint8 (B,)"""

    ink: Tensor
    counts: Tensor
    shows: Tensor


class Pages:
    """Batches of made-up pages: pictures uint8 (N, S, S, 3), ink uint8 (N, S, S), shows (N,)."""

    def __init__(self, sets, size: int, seed: int):
        self.pictures, self.ink, self.shows = (torch.from_numpy(array) for array in sets)
        self.size, self.seed = size, seed

    def __len__(self) -> int:
        return len(self.pictures) // self.size

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Target]]:
        generator = torch.Generator().manual_seed(self.seed + 10_007 * number)
        order = torch.randperm(len(self.pictures), generator=generator)
        for chosen in order[: len(self) * self.size].split(self.size):
            yield varied(self.pictures[chosen], self.ink[chosen], self.shows[chosen])


def varied(picture: Tensor, ink: Tensor, shows: Tensor) -> tuple[Tensor, Target]:
    """A batch in other colours, mirrored or upended, moved, some of it larger."""
    count, side = ink.shape[:2]
    picture = picture.permute(0, 3, 1, 2).float() / 255
    hues = torch.rand(count, 3).argsort(1)
    picture = picture.gather(1, hues.view(count, 3, 1, 1).expand_as(picture))
    picture = torch.where(torch.rand(count, 1, 1, 1) < 0.5, 1 - picture, picture)
    ink, counts = ink.float() / 255, torch.ones(ink.shape)
    for axis in (-1, -2):  # moved by index: rows and columns beyond the page repeat its edge
        off = torch.randint(-OFF, OFF + 1, (count, 1)) * (torch.rand(count, 1) < 0.3)
        place = torch.arange(side) + off
        counts = counts * _along(((place >= 0) & (place < side)).float(), axis)
        place = _along(place.clamp(0, side - 1), axis)
        ink = ink.gather(axis, place.expand_as(ink))
        picture = picture.gather(axis, place.unsqueeze(1).expand_as(picture))
    turn = int(torch.randint(8, ()))
    picture, ink, counts = (_upended(maps, turn) for maps in (picture, ink, counts))
    if torch.rand(()) < 0.15:
        picture = F.interpolate(picture, size=LARGER, mode="bilinear", antialias=True)
        ink, counts = (
            F.interpolate(maps.unsqueeze(1), size=LARGER, mode="bilinear").squeeze(1)
            for maps in (ink, counts)
        )
    return picture.contiguous(memory_format=torch.channels_last), Target(ink, counts, shows)


def _along(values: Tensor, axis: int) -> Tensor:
    """(N, S) -> (N, 1, S) or (N, S, 1)"""
    return values.unsqueeze(1 if axis == -1 else 2)


def _upended(maps: Tensor, turn: int) -> Tensor:
    """One of the eight ways to lay a square."""
    maps = maps.transpose(-1, -2) if turn & 1 else maps
    flips = [axis for axis, bit in ((-1, 2), (-2, 4)) if turn & bit]
    return maps.flip(flips) if flips else maps


def loss_of(net, picture: Tensor, target: Target) -> tuple[Tensor, Tensor]:
    """The loss of a batch, and whether each page's evidence is right."""
    with torch.autocast("cpu", torch.bfloat16):
        mask, evidence = net(picture)
    mask, evidence = mask.float(), evidence.float()
    wrong = F.binary_cross_entropy_with_logits(mask, target.ink, reduction="none")
    wrong = (wrong * target.counts).sum() / target.counts.sum()
    is_written = (target.shows != pages.NOTHING).float()
    counts = (target.shows != pages.OTHER_WRITING).float()
    seen = F.binary_cross_entropy_with_logits(evidence, is_written, reduction="none")
    dice = 1 - overlap(mask.sigmoid(), target)
    loss = 2 * wrong + 0.5 * (dice * is_written).mean() + 0.25 * (seen * counts).mean()
    return loss, (evidence > 0) == is_written.bool()


def overlap(mask: Tensor, target: Target) -> Tensor:
    """How well masks and ink cover each other, (B,), 0..1 (Dice 1945)."""
    mask, ink = mask * target.counts, target.ink * target.counts
    return (2 * (mask * ink).sum((1, 2)) + 1) / ((mask + ink).sum((1, 2)) + 1)


@torch.no_grad()
def scores(net, held_out: Pages) -> dict[str, float]:
    """On pages of other writers, digits and things."""
    net = getattr(net, "module", net).eval()
    found, right = [], []
    for start in range(0, len(held_out.pictures), 100):
        some = slice(start, start + 100)
        picture = held_out.pictures[some].permute(0, 3, 1, 2).float() / 255
        mask, evidence = net(picture.contiguous(memory_format=torch.channels_last))
        ink, shows = held_out.ink[some].float() / 255, held_out.shows[some]
        target = Target(ink, torch.ones(ink.shape), shows)
        found.append(overlap(mask.sigmoid(), target)[shows == pages.DIGIT])
        right.append(((evidence > 0) == (shows != pages.NOTHING))[shows != pages.OTHER_WRITING])
    return {
        "overlap": torch.cat(found).mean().item(),
        "validation_accuracy": torch.cat(right).float().mean().item(),
    }


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Train the network that finds ink on paper.")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")))
    parser.add_argument("--epochs", type=number(int, 1), default=EPOCHS)
    parser.add_argument("--lr", type=number(float, 0), default=LR)
    parser.add_argument("--seed", type=number(int, 0, 2**32), default=SEED)
    parser.add_argument(
        "--pages", type=number(int, 0), default=WRITTEN + WITHOUT, help="how many, made up"
    )
    parser.add_argument("--start-from", type=Path, help="weights to go on from")
    parser.add_argument("--output", type=Path, default=FOLDER / f"{NAME}.safetensors")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args(words)
    with one_sentence():
        try_output(args.output)
        train(args)


def train(args: argparse.Namespace) -> None:
    memory.keep_freed()
    torch.manual_seed(args.seed)
    net = build_from(InkNetwork(), args.start_from).to(memory_format=torch.channels_last)
    written = args.pages * WRITTEN // (WRITTEN + WITHOUT)
    sets = page_sets.page_set(args.data_dir, "train", written, args.pages - written, args.seed)
    held_out = Pages(page_sets.page_set(args.data_dir, "validation", 600, 400, 1), SIZE, 0)
    batches = Pages(sets, SIZE, args.seed)
    optimiser = torch.optim.AdamW(net.parameters(), args.lr, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, args.lr, args.epochs * len(batches), pct_start=0.2
    )
    average = AveragedModel(net, multi_avg_fn=follow, use_buffers=True)
    names = ("epochs", "lr", "seed", "pages", "start_from")
    arguments = {name: str(getattr(args, name)) for name in names}
    run = Run(RUNS / f"{NAME}-{args.seed}", NAME, arguments)
    history = fit(
        net, batches, optimiser, args.epochs, run, seed=args.seed, resume=args.resume,
        loss_of=loss_of, schedule=schedule, average=average,
        validate=lambda averaged: scores(averaged, held_out),
    )  # fmt: skip
    draw_curves(run.folder / "curves.png", NAME, history)
    facts = {
        "name": NAME, "network": "InkNetwork", "parameters": parameters(net),
        "epochs": args.epochs, "lr": args.lr, "seed": args.seed, "pages": args.pages,
        "seconds": round(sum(row["seconds"] for row in history), 1), "torch": torch.__version__,
        **{key: history[-1][key] for key in ("overlap", "validation_accuracy")},
    }  # fmt: skip
    save_weights(args.output, average.module.half(), facts)  # as the graph keeps its kernels
    print(f"{NAME}: {facts} -> {args.output}")


if __name__ == "__main__":
    main()
