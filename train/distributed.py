"""One run on several processes: DistributedDataParallel (Li et al. 2020, "PyTorch Distributed").

    torchrun --nproc-per-node 2 train/fashion_mnist.py

Each process takes its part of every batch and the gradients are averaged, so the recipe stays the
one of a single process: same batch size, same number of steps. The first process ("rank 0") reads
and writes checkpoints; the others are told. Without torchrun nothing here does anything.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


def rank() -> int:
    """Number of this process, 0 for the first or only one."""
    return dist.get_rank() if dist.is_initialized() else 0


def processes() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def device(name: str) -> torch.device:
    """ "cuda" or "cpu" -> this process's own device: the GPU of its number on this machine."""
    local = os.environ.get("LOCAL_RANK")
    return torch.device(name) if local is None or name == "cpu" else torch.device(name, int(local))


@contextmanager
def together(device: torch.device) -> Iterator[None]:
    """Joins the processes that torchrun has started: over nccl on GPUs, over gloo on CPUs."""
    if "LOCAL_RANK" not in os.environ:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


@contextmanager
def first_alone() -> Iterator[None]:
    """The first process runs what is inside before the others do: it downloads and caches."""
    if processes() > 1 and rank():
        dist.barrier()
    try:
        yield
    finally:
        if processes() > 1 and not rank():
            dist.barrier()


def parallel(net: nn.Module) -> nn.Module:
    """The network whose gradients are averaged over the processes; the parameters are net's own."""
    if processes() == 1:
        return net
    first = next(net.parameters())
    return DistributedDataParallel(net, device_ids=[first.device] if first.is_cuda else None)


def part(chosen: Tensor) -> Tensor:
    """This process's part of a batch's indices, int64 (B,) -> (ceil(B / processes),).

    All parts are equally long, else the mean of the gradients would not be the batch's: some
    indices occur twice where the batch cannot be divided.
    """
    count = processes()
    if count == 1:
        return chosen
    each = -(-len(chosen) // count)
    places = torch.arange(rank(), each * count, count, device=chosen.device) % len(chosen)
    return chosen[places]


def total(*numbers: float) -> list[float]:
    """Each number summed over all processes."""
    if processes() == 1:
        return list(numbers)
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    summed = torch.tensor(numbers, dtype=torch.float64, device=device)
    dist.all_reduce(summed)
    return summed.tolist()


def from_first(make: Callable):
    """What make() returns in the first process, in every process."""
    made = [None if rank() else make()]
    if processes() > 1:
        dist.broadcast_object_list(made)
    return made[0]
