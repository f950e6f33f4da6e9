"""What one training run is to do: the command line's words over a recipe's numbers."""

import argparse
import contextlib
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from models.specs import MODELS, ModelSpec
from models.whole import replacing, told
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

    def arguments(self) -> dict[str, Any]:
        """What the outcome hangs on, as JSON values."""
        names = (
            "epochs",
            "batch_size",
            "lr",
            "seed",
            "smoothing",
            "hold_out",
            "bfloat16",
            "gentle",
        )
        numbers = {name: getattr(self, name) for name in names}
        return {"model": self.spec.name, **numbers, "start_from": [str(p) for p in self.start_from]}


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """For a script that trains: what the machine lacks, or somebody stops, is one sentence.

    Raises:
        SystemExit: in place of OSError, MemoryError and KeyboardInterrupt.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit("Stopped. The same command with --resume goes on from here.") from None
    except (OSError, MemoryError, torch.OutOfMemoryError) as error:
        lacks = MemoryError() if isinstance(error, torch.OutOfMemoryError) else error
        raise SystemExit(told(lacks)) from error


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
    said = vars(parser.parse_args(words))
    name = said.pop("recipe")
    if said["gentle"] and name != "robust":
        parser.error("--gentle belongs to --recipe robust.")
    if said["bfloat16"] and name != "tutorial":
        parser.error("--bfloat16 belongs to --recipe tutorial.")
    recipe = gentle if gentle and said["gentle"] else recipes[name]
    numbers = {
        key: usual if said[key] is None else said[key] for key, usual in asdict(recipe).items()
    }
    if said["dry_run"] and said["epochs"] is None:
        numbers["epochs"] = min(numbers["epochs"], 2)
    spec = next(s for s in MODELS.values() if (s.dataset, s.recipe) == (dataset, name))
    last = f"-gentle-{numbers['seed']}" if said["gentle"] else ""
    held, dry = "-hold-out" * bool(said["hold_out"]), "-dry-run" * said["dry_run"]
    folder = RUNS / f"{spec.name}{last}{held}{dry}"
    usual = folder / "dry.safetensors" if said["dry_run"] else spec.weights
    settled = {
        "spec": spec,
        "run_folder": folder,
        "output": said["output"] or usual,
        "device": _device(said["device"]),
        "start_from": tuple(said["start_from"]),
    }
    plan = Plan(**said | numbers | settled)
    if not plan.epochs and not (name == "robust" and plan.start_from):
        parser.error("--epochs 0 belongs to --recipe robust with --start-from.")
    try_output(plan.output)
    return plan


def try_output(output: Path) -> None:
    """Whether the weights can be written where they shall: noticed before the first step."""
    if output.is_dir():
        raise SystemExit(f"{output} is a folder: please name a file with --output.")
    with replacing(output, only_try=True) as temporary:
        temporary.write_bytes(b"")


def number(kind: type, least: float, most: float = math.inf) -> Callable[[str], Any]:
    """For argparse: a number of that kind within the limits, both allowed but for infinity."""
    word = "a whole number" if kind is int else "a number"
    limits = f"from {least} on" if most == math.inf else f"from {least} to {most}"

    def read(text: str) -> Any:
        with contextlib.suppress(ValueError):
            value = kind(text)
            if least <= value <= most and abs(value) != math.inf:
                return value
        raise argparse.ArgumentTypeError(f"{text} is not {word} {limits}")

    return read


def _parser(dataset: str, recipes: dict[str, Recipe], gentle: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=f"Train a network on {dataset}.")
    parser.add_argument("--recipe", choices=recipes, default="tutorial")
    parser.add_argument(
        "--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")),
        help="folder of the datasets (environment: DATA_DIR; default: data)",
    )  # fmt: skip
    parser.add_argument("--epochs", type=number(int, 0))
    parser.add_argument("--batch-size", type=number(int, 1))
    parser.add_argument("--lr", type=number(float, 0))
    parser.add_argument("--seed", type=number(int, 0, 2**32))
    parser.add_argument(
        "--bfloat16", action="store_true",
        help="tutorial: convolutions in bfloat16, faster where the processor can",
    )  # fmt: skip
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument(
        "--output", type=Path, help="weights file (default: models/NAME.safetensors)"
    )
    parser.add_argument(
        "--smoothing", type=number(float, 0, 1), default=SMOOTHING,
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
        "--hold-out", type=number(int, 0), default=0, metavar="N",
        help="train without the last N pictures, fit temperature and rejection threshold on them, "
        "and write only these two into the weights file",
    )  # fmt: skip
    return parser


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise SystemExit("No CUDA device was found; use --device cpu or --device auto.")
    if name == "mps" and not torch.backends.mps.is_available():
        raise SystemExit("No Apple GPU was found; use --device cpu or --device auto.")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return distributed.device(name)
