"""What one training run is to do: the command line's words over a recipe's numbers."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from models.specs import MODELS, ModelSpec
from train import distributed
from train.mixture import SMOOTHING

RUNS = Path("runs")


@dataclass(frozen=True)
class Recipe:
    """The numbers that a recipe fixes; each can be overruled on the command line."""

    epochs: int
    batch_size: int
    lr: float
    seed: int


@dataclass(frozen=True)
class Plan:
    """One training run.

    spec: the model that is trained; it names the recipe and the dataset.
    data_dir: folder of the datasets.
    run_folder: of checkpoint, history and curves.
    output: the weights file to write.
    start_from: weights files that a further cycle begins with the mean of.
    hold_out: how many training pictures only temperature and threshold are fitted on; 0: train.
    bfloat16: the convolutions multiply in bfloat16 (tutorials' recipe).
    smoothing, gentle: of the robust recipe, see train/mixture.py and --gentle.
    dry_run: a few steps on made-up pictures.
    resume: go on from the run folder's checkpoint.
    """

    spec: ModelSpec
    data_dir: Path
    run_folder: Path
    output: Path
    device: torch.device
    epochs: int
    batch_size: int
    lr: float
    seed: int
    smoothing: float
    start_from: tuple[Path, ...]
    hold_out: int
    bfloat16: bool
    gentle: bool
    dry_run: bool
    resume: bool


def from_words(
    dataset: str,
    recipes: dict[str, Recipe],
    words: Sequence[str] | None = None,
    gentle: Recipe | None = None,
) -> Plan:
    """The plan that a command line asks for; whatever it leaves open comes from the recipe.

    Args:
        words: of the command line; None: this process's own.
        gentle: the numbers of a last short cycle, where --gentle is offered.
    """
    parser = _parser(dataset, recipes, gentle is not None)
    told = vars(parser.parse_args(words))
    name = told.pop("recipe")
    if told["gentle"] and name != "robust":
        parser.error("--gentle belongs to --recipe robust.")
    if told["bfloat16"] and name != "tutorial":
        parser.error("--bfloat16 belongs to --recipe tutorial.")
    recipe = gentle if gentle and told["gentle"] else recipes[name]
    numbers = {
        key: usual if told[key] is None else told[key] for key, usual in asdict(recipe).items()
    }
    if told["dry_run"]:
        numbers["epochs"] = min(numbers["epochs"], 2)
    spec = next(s for s in MODELS.values() if (s.dataset, s.recipe) == (dataset, name))
    last = f"-gentle-{numbers['seed']}" if told["gentle"] else ""
    held, dry = "-hold-out" * bool(told["hold_out"]), "-dry-run" * told["dry_run"]
    folder = RUNS / f"{spec.name}{last}{held}{dry}"
    usual = folder / "dry.safetensors" if told["dry_run"] else spec.weights
    settled = {
        "spec": spec,
        "run_folder": folder,
        "output": told["output"] or usual,
        "device": _device(told["device"]),
        "start_from": tuple(told["start_from"]),
    }
    return Plan(**told | numbers | settled)


def _parser(dataset: str, recipes: dict[str, Recipe], gentle: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=f"Train a network on {dataset}.")
    parser.add_argument("--recipe", choices=recipes, default="tutorial")
    parser.add_argument(
        "--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")),
        help="folder of the datasets (environment: DATA_DIR; default: data)",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument(
        "--bfloat16", action="store_true",
        help="tutorial: convolutions in bfloat16, faster where the processor can",
    )  # fmt: skip
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument(
        "--output", type=Path, help="weights file (default: models/NAME.safetensors)"
    )
    parser.add_argument(
        "--smoothing", type=float, default=SMOOTHING,
        help=f"robust: share of a label spread over all classes (default: {SMOOTHING})",
    )  # fmt: skip
    parser.add_argument(
        "--start-from", type=Path, nargs="+", default=[], metavar="FILE",
        help="another cycle, from these weights (of several files: their mean)",
    )  # fmt: skip
    parser.set_defaults(gentle=False)
    if gentle:
        parser.add_argument(
            "--gentle", action="store_true",
            help="robust: a last short cycle, which skips nothing and hardly changes the dataset's "
            "pictures and those that are neither",
        )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="a few steps on made-up pictures")
    parser.add_argument(
        "--resume", action="store_true", help="go on from the last epoch's checkpoint"
    )
    parser.add_argument(
        "--hold-out", type=int, default=0, metavar="N",
        help="train without the last N pictures, fit temperature and rejection threshold on them, "
        "and write only these two into the weights file",
    )  # fmt: skip
    return parser


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise SystemExit("No CUDA device was found; use --device cpu or --device auto.")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return distributed.device(name)
