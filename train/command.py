"""What the training scripts share: their arguments, and what every run ends with."""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.specs import MODELS, ModelSpec
from train import distributed, memory
from train.mixture import SMOOTHING
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


def arguments(
    dataset: str,
    recipes: dict[str, Recipe],
    words: list[str] | None = None,
    gentle: Recipe | None = None,
):
    """The parsed command line; whatever is not given comes from the chosen recipe.

    From here on, memory that is freed stays with this process: see memory.keep_freed().

    Args:
        gentle: the numbers of a last short cycle, where --gentle is offered.
    """
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
    args = parser.parse_args(words)
    if args.gentle and args.recipe != "robust":
        parser.error("--gentle belongs to --recipe robust.")
    if args.bfloat16 and args.recipe != "tutorial":
        parser.error("--bfloat16 belongs to --recipe tutorial.")
    for key, value in vars(gentle if args.gentle else recipes[args.recipe]).items():
        if getattr(args, key) is None:
            setattr(args, key, value)
    if args.dry_run:
        args.epochs = min(args.epochs, 2)
    args.device = _device(args.device)
    memory.keep_freed()
    args.spec = next(s for s in MODELS.values() if (s.dataset, s.recipe) == (dataset, args.recipe))
    dry = "-dry-run" if args.dry_run else ""
    held = "-hold-out" if args.hold_out else ""
    last = f"-gentle-{args.seed}" if args.gentle else ""
    args.run_folder = RUNS / f"{args.spec.name}{last}{held}{dry}"
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
    spec: ModelSpec, seed: int, device: torch.device, start_from: Sequence[Path] = ()
) -> nn.Module:
    """A network of that model, its first weights drawn from the seed or the mean of files' weights
    (Wortsman et al. 2022, "Model soups", https://arxiv.org/abs/2203.05482).

    Raises:
        SystemExit: a file holds no weights of that network; one sentence.
    """
    torch.manual_seed(seed)
    # All channels of a pixel side by side: the same numbers, read faster by convolutions and pools.
    net = NETWORKS[spec.network]().to(memory_format=torch.channels_last)
    states = []
    for path in start_from:
        try:
            states.append(read_weights(path)[0])
            net.load_state_dict(states[-1])
        except (OSError, SafetensorError, RuntimeError) as error:
            raise SystemExit(f"{path} holds no weights of {spec.network}.") from error
    if states:
        net.load_state_dict({
            name: torch.stack([state[name] for state in states]).double().mean(0).to(value.dtype)
            for name, value in states[0].items()
        })  # fmt: skip
    return net.to(device)


def build_from(net: nn.Module, path: Path | None) -> nn.Module:
    """The network with a file's weights, or as it is where no file is named.

    Raises:
        SystemExit: the file holds no weights of that network; one sentence.
    """
    if path is None:
        return net
    try:
        net.load_state_dict(read_weights(path)[0])
    except (OSError, SafetensorError, RuntimeError) as error:
        raise SystemExit(f"{path} holds no weights of {type(net).__name__}.") from error
    return net


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
    cycles = _cycles(args, history)
    last = {"lr": args.lr, "seed": args.seed} | (cycles[-1] if cycles else {})
    return {
        "name": args.spec.name,
        "recipe": args.recipe,
        "network": args.spec.network,
        "parameters": parameters(net),
        "epochs": sum(cycle.get("epochs", 0) for cycle in cycles),
        "cycles": cycles,
        "batch_size": args.batch_size,
        "lr": last["lr"],
        "seed": last["seed"],
        "device": args.device.type,
        "seconds": round(sum(cycle.get("seconds", 0) for cycle in cycles), 1),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "temperature": 1.0,
        "rejection_threshold": None,
        **measured,
    }


def _cycles(args, history: list[dict]) -> list[dict]:
    """The cycles behind the weights that training started from, each once, and this one."""
    cycles = []
    for path in args.start_from:
        facts = read_weights(path)[1]
        known = facts.get("cycles") or [
            {name: facts[name] for name in ("epochs", "lr", "seed", "seconds") if name in facts}
        ]
        cycles += [cycle for cycle in known if cycle not in cycles]
    if history:
        names = ["epochs", "lr", "seed"] + ["gentle", "smoothing"] * (args.recipe == "robust")
        this = {name: getattr(args, name) for name in names}
        cycles.append(this | {"seconds": round(sum(row["seconds"] for row in history), 1)})
    return cycles


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
