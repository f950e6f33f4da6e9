"""Train the network that looks first at a photo.

    python train/look.py --output runs/look-1.safetensors
    python train/look.py --start-from runs/look-1.safetensors --output runs/look-2.safetensors
    python train/look.py --epochs 0 --start-from runs/look-1.safetensors runs/look-2.safetensors
    python train/look.py --resume          # from the last checkpoint

The second cycle has more photos; what is shipped is the mean of both (Wortsman et al. 2022, "Model
soups"), which sees better than either. It reads DATA/photos with people.csv and DATA/neither
(train/pictures/people.py says what these are and how they are split), DATA/cifar10-train-1000.npz,
Fashion-MNIST and MNIST. AdamW with a one-cycle schedule (Smith, Topin 2018), an exponential moving
average of the weights. Towards the end the pictures become larger (Touvron et al. 2019, "Fixing the
train-test resolution discrepancy").
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
from train.look_network import LookNet, masks_alone
from train.loop import Run, fit
from train.networks import parameters
from train.pictures import canvases, data, page_sets, pages
from train.pictures.photos import NEITHER as CIFAR_PARTS
from train.pictures.photos import neither_files
from train.pictures.scenes import GARMENT, NEITHER, SECOND_SHARES, SHARES, Material, Scenes, Shown
from train.plan import RUNS
from train.robust import follow
from train.weights import read_weights, save_weights

NAME = "look"
OUTPUT = FOLDER / "look.safetensors"
EPOCHS, STEPS, SIZE = 26, 100, 64
SECOND_EPOCHS, SECOND_LR = 8, 2.5e-3
LR, WEIGHT_DECAY, SEED = 4e-3, 0.05, 28
SMALL, LARGE = 96, 128  # sides of the pictures, at first and at last
LARGE_FROM = 0.77  # of the run
PAGES = (15_000, 5_000, 28)  # with writing, without, seed; as train/ink.py asks for
SMOOTHING = 0.1  # of the classes: photos are few


def loss_of(net, image: Tensor, shown: Shown) -> tuple[Tensor, Tensor]:
    """Mask (cross-entropy and Dice: Milletari, Navab, Ahmadi 2016), kind, class and category; and
    whether each garment's class and each other picture's kind is right."""
    mask, kind, garment, category = net(image)
    loss = F.cross_entropy(kind, shown.kind, label_smoothing=0.02)
    if shown.has_mask.any():
        loss = loss + _mask_loss(mask[shown.has_mask], shown.mask[shown.has_mask])
    return said_loss(loss, (kind, garment, category), shown, 0.4)


def said_loss(
    loss: Tensor, said: tuple[Tensor, ...], shown: Shown, moved: float
) -> tuple[Tensor, Tensor]:
    """The loss with those of class and, times `moved`, category; and what is right.

    Args:
        said: logits of kind (B, 3), garment (B, 10) and category (B, K).
    """
    kind, garment, category = said
    known = shown.allowed.any(1)
    right = kind.argmax(1) == shown.kind
    if known.any():
        allowed, log_p = shown.allowed[known], garment[known].log_softmax(1)
        of_class = -torch.logsumexp(log_p.masked_fill(~allowed, -torch.inf), 1)
        loss = loss + ((1 - SMOOTHING) * of_class - SMOOTHING * log_p.mean(1)).mean()
        right[known] = allowed.gather(1, log_p.argmax(1, keepdim=True)).squeeze(1)
    if (shown.category >= 0).any():
        loss = loss + moved * F.cross_entropy(category, shown.category, ignore_index=-1)
    return loss, right


def _mask_loss(logits: Tensor, mask: Tensor) -> Tensor:
    share = logits.sigmoid()
    overlap = (share * mask).sum((1, 2))
    dice = 1 - (2 * overlap + 1) / ((share + mask).sum((1, 2)) + 1)
    return 2 * F.binary_cross_entropy_with_logits(logits, mask) + 0.5 * dice.mean()


def material(root: Path, part: str) -> tuple[Material, int]:
    """What scenes of a part are made of, and how many categories the other things have."""
    photos, masks, folders = canvases.photos(root, part)
    others, categories = canvases.others(root, part)
    names, numbers = np.unique(categories, return_inverse=True)
    small = neither_files(root)[CIFAR_PARTS["train" if part == "train" else "validation"]]
    first = slice(0, 50_000) if part == "train" else slice(50_000, 60_000)
    garments, labels = data.load("fashion_mnist", root, train=True)
    digits, _ = data.load("mnist", root, train=True)
    arrays = (garments[first, 0], labels[first], digits[first, 0])
    paper = _pages(root) if part == "train" else photos[:0]
    return Material(
        photos, masks, folders, others, numbers, small, *(a.numpy() for a in arrays), paper
    ), len(names)


def _pages(root: Path) -> np.ndarray:
    """Digits on made-up papers, the same that train/ink.py learns from."""
    pictures, _, shows = page_sets.page_set(root, "train", *PAGES)
    return pictures[shows == pages.DIGIT]


@torch.no_grad()
def judged(net: torch.nn.Module, material: Material) -> dict[str, float]:
    """Figures on photos and other things of people and categories that are held out."""
    net.eval()
    seen = predict(net, material.photos, LARGE)
    other = predict(net, material.others, LARGE)
    known = material.allowed.any(1)
    best = seen[2][known].argmax(1)
    score = _garment_score(seen[1])
    least = np.quantile(score[material.found & known], 0.03)
    net.train()
    return {
        "class_accuracy": float(material.allowed[known][np.arange(len(best)), best].mean()),
        "away_accuracy": float((_garment_score(other[1]) < least).mean()),
        "mask_accuracy": _overlap(seen[0] > 0, material),
    }


def _garment_score(kind: np.ndarray) -> np.ndarray:
    rest = np.logaddexp(kind[:, 0], kind[:, NEITHER])
    return kind[:, GARMENT] - rest


def _overlap(found: np.ndarray, material: Material) -> float:
    """Mean intersection over union with the teacher's masks, where it found something."""
    masks = np.stack([cv2.resize(m, found.shape[:0:-1]) > 127 for m in material.masks])
    both, either = (found & masks).sum((1, 2)), (found | masks).sum((1, 2))
    return float((both / np.maximum(either, 1))[material.found].mean())


@torch.no_grad()
def predict(net, pictures: np.ndarray, side: int) -> list[np.ndarray]:
    """Outputs for canvases uint8 (N, S, S, 3), made smaller by area averages."""
    parts = []
    for start in range(0, len(pictures), 100):
        some = pictures[start : start + 100]
        small = [cv2.resize(p, (side, side), interpolation=cv2.INTER_AREA) for p in some]
        image = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
        said = net(image.contiguous(memory_format=torch.channels_last))[:3]
        parts.append([x.float().numpy() for x in said])
    return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]


def arguments(words: list[str] | None = None):
    parser = argparse.ArgumentParser(description="Train the network that looks first.")
    root = Path(os.environ.get("DATA_DIR", "data"))
    parser.add_argument("--data-dir", type=Path, default=root)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--steps", type=int, default=STEPS, help="batches an epoch")
    parser.add_argument("--lr", type=float)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--run", help="name of the folder in runs/")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--start-from", type=Path, nargs="+", default=[], metavar="FILE",
        help="another cycle, from these weights (of several files: their mean)",
    )  # fmt: skip
    args = parser.parse_args(words)
    second = bool(args.start_from)
    if args.epochs is None:
        args.epochs = SECOND_EPOCHS if second else EPOCHS
    args.lr = args.lr or (SECOND_LR if second else LR)
    args.run = args.run or (f"{NAME}-second" if second else NAME)
    return args


def mean_of(paths: list[Path]) -> tuple[dict[str, Tensor], dict]:
    """The mean of files' weights, and the metadata of the last, which took longest."""
    files = [read_weights(path) for path in paths]
    first = files[0][0]
    weights = {
        name: torch.stack([state[name].double() for state, _ in files]).mean(0).to(value.dtype)
        for name, value in first.items()
    }
    return weights, files[-1][1]


def save_mean(args) -> None:
    weights, facts = mean_of(args.start_from)
    net = LookNet()
    net.load_state_dict(weights)
    masks_alone(net)
    measured = {name for name in facts if name.endswith("accuracy")}
    facts = {name: value for name, value in facts.items() if name not in measured}
    facts |= {"mean_of": len(args.start_from)}
    save_weights(args.output, net.half(), facts)  # half the bytes
    print(f"The mean of {len(args.start_from)} -> {args.output}")


def main(words: list[str] | None = None) -> None:
    args = arguments(words)
    if not args.epochs:
        return save_mean(args)
    memory.keep_freed()
    cv2.setNumThreads(1)
    learnt, categories = material(args.data_dir, "train")
    held_out, _ = material(args.data_dir, "validation")
    torch.manual_seed(args.seed)
    net = LookNet(categories).to(memory_format=torch.channels_last)
    before = 0.0
    sides, shares = ((0, SMALL), (round(LARGE_FROM * args.epochs), LARGE)), SHARES
    if args.start_from:
        weights, facts = mean_of(args.start_from)
        net.load_state_dict(weights, strict=False)  # without the categories' head
        shares, before = SECOND_SHARES, facts["seconds"]
    batches = Scenes(learnt, SIZE, args.steps, args.seed + bool(before), sides, shares)
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
    seconds = round(before + sum(row["seconds"] for row in history), 1)
    facts = {
        "name": NAME, "network": "LookNet", "parameters": parameters(kept), "epochs": args.epochs,
        "steps": args.steps, "batch_size": SIZE, "lr": args.lr, "seed": args.seed,
        "seconds": seconds, "torch": torch.__version__, "side": LARGE,
        **{key: value for key, value in history[-1].items() if key.endswith("accuracy")},
    }  # fmt: skip
    save_weights(args.output, kept, facts)
    print(f"{facts} -> {args.output}")


if __name__ == "__main__":
    main()
