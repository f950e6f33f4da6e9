"""What the training scripts share: their arguments, and what every run ends with."""

import argparse
import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.specs import MODELS, ModelSpec
from train import distributed
from train.networks import NETWORKS, parameters

matplotlib.use("Agg")
import matplotlib.pyplot as plt

RUNS = Path("runs")


@dataclass(frozen=True)
class Recipe:
    """The numbers that a recipe fixes; each can be overruled on the command line."""

    epochs: int
    batch_size: int
    lr: float
    seed: int


def arguments(dataset: str, recipes: dict[str, Recipe], words: list[str] | None = None):
    """The parsed command line; whatever is not given comes from the chosen recipe."""
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
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument(
        "--output", type=Path, help="weights file (default: models/NAME.safetensors)"
    )
    parser.add_argument(
        "--start-from", type=Path, metavar="FILE", help="another cycle, from these weights"
    )
    parser.set_defaults(gentle=False)
    if dataset == "fashion_mnist":
        parser.add_argument(
            "--gentle", action="store_true",
            help="robust: every picture in turn and hardly changed, for a last short cycle",
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
    args = parser.parse_args(words)
    for key, value in vars(recipes[args.recipe]).items():
        if getattr(args, key) is None:
            setattr(args, key, value)
    if args.dry_run:
        args.epochs = min(args.epochs, 2)
    args.device = _device(args.device)
    args.spec = next(s for s in MODELS.values() if (s.dataset, s.recipe) == (dataset, args.recipe))
    dry = "-dry-run" if args.dry_run else ""
    held = "-hold-out" if args.hold_out else ""
    args.run_folder = RUNS / f"{args.spec.name}{held}{dry}"
    if args.output is None:
        args.output = args.run_folder / "dry.safetensors" if args.dry_run else args.spec.weights
    return args


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise SystemExit("No CUDA device was found; use --device cpu or --device auto.")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return distributed.device(name)


def build(
    spec: ModelSpec, seed: int, device: torch.device, start_from: Path | None = None
) -> nn.Module:
    """A network of that model, its first weights drawn from the seed or read from a file.

    Raises:
        SystemExit: the file holds no weights of that network; one sentence.
    """
    torch.manual_seed(seed)
    net = NETWORKS[spec.network]()
    if start_from:
        try:
            net.load_state_dict(read_weights(start_from)[0])
        except (OSError, SafetensorError, RuntimeError) as error:
            raise SystemExit(f"{start_from} holds no weights of {spec.network}.") from error
    return net.to(device)


def save_weights(path: Path, net: nn.Module, metadata: dict) -> None:
    """Write the weights as safetensors, with all that says how they came to be (JSON values)."""
    state = {name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    save_file(state, temporary, {key: json.dumps(value) for key, value in metadata.items()})
    temporary.chmod(0o644)  # safetensors lets only the owner read it
    os.replace(temporary, path)


def read_weights(path: Path) -> tuple[dict[str, Tensor], dict]:
    """The weights and their metadata, as save_weights() wrote them."""
    with safe_open(path, "pt") as file:
        metadata = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
    return load_file(path), metadata


def provenance(args, net: nn.Module, history: list[dict], **measured) -> dict:
    """What goes into the weights file beside the weights; epochs and seconds are those of all
    cycles."""
    before = read_weights(args.start_from)[1] if args.start_from else {"epochs": 0, "seconds": 0}
    seconds = sum(row["seconds"] for row in history)
    return {
        "name": args.spec.name,
        "recipe": args.recipe,
        "network": args.spec.network,
        "parameters": parameters(net),
        "epochs": before["epochs"] + args.epochs,
        "cycles": before.get("cycles", []) + [_cycle(args)] * bool(history),
        "batch_size": args.batch_size,
        "lr": args.lr,
        "seed": args.seed,
        "device": args.device.type,
        "seconds": round(before["seconds"] + seconds, 1),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "temperature": 1.0,
        "rejection_threshold": None,
        **measured,
    }


def _cycle(args) -> dict:
    return {name: getattr(args, name) for name in ("epochs", "lr", "seed", "gentle")}


def draw_curves(path: Path, title: str, history: list[dict]) -> None:
    """Loss and accuracy over the epochs, as a PNG."""
    epochs = [row["epoch"] for row in history]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    for axis, key in zip(axes, ("loss", "accuracy"), strict=True):
        for column in (name for name in history[0] if name.endswith(key)):
            label = column.removesuffix(key).rstrip("_") or "training"
            axis.plot(epochs, [row[column] for row in history], label=label)
        axis.set(xlabel="epoch", ylabel=key)
        axis.legend()
    figure.suptitle(title)
    figure.savefig(path, dpi=110)
    plt.close(figure)
