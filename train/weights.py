"""Weights: a network made from them, their file, and what the file says of how they came to be."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from models.specs import ModelSpec
from models.whole import replacing
from train.networks import NETWORKS, parameters
from train.plan import Plan


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
    with replacing(path) as temporary:
        facts = {key: json.dumps(value) for key, value in metadata.items()}
        temporary.write_bytes(save(state, facts))


def read_weights(path: Path) -> tuple[dict[str, Tensor], dict]:
    """The weights and their metadata, as save_weights() wrote them."""
    with safe_open(path, "pt") as file:
        metadata = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
    return load_file(path), metadata


def provenance(plan: Plan, net: nn.Module, history: list[dict], **measured) -> dict:
    """What goes into the weights file beside the weights; epochs and seconds are those of all
    cycles."""
    cycles = _cycles(plan, history)
    last = {"lr": plan.lr, "seed": plan.seed} | (cycles[-1] if cycles else {})
    return {
        "name": plan.spec.name,
        "recipe": plan.spec.recipe,
        "network": plan.spec.network,
        "parameters": parameters(net),
        "epochs": sum(cycle.get("epochs", 0) for cycle in cycles),
        "cycles": cycles,
        "batch_size": plan.batch_size,
        "lr": last["lr"],
        "seed": last["seed"],
        "device": plan.device.type,
        "seconds": round(sum(cycle.get("seconds", 0) for cycle in cycles), 1),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "temperature": 1.0,
        "rejection_threshold": None,
        **measured,
    }


def _cycles(plan: Plan, history: list[dict]) -> list[dict]:
    """The cycles behind the weights that training started from, each once, and this one."""
    cycles = []
    for path in plan.start_from:
        facts = read_weights(path)[1]
        known = facts.get("cycles") or [
            {name: facts[name] for name in ("epochs", "lr", "seed", "seconds") if name in facts}
        ]
        cycles += [cycle for cycle in known if cycle not in cycles]
    if history:
        names = ["epochs", "lr", "seed"] + ["gentle", "smoothing"] * (plan.spec.recipe == "robust")
        this = {name: getattr(plan, name) for name in names}
        cycles.append(this | {"seconds": round(sum(row["seconds"] for row in history), 1)})
    return cycles
