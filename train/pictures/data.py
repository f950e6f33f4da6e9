"""The datasets as tensors held in memory: no picture is decoded twice."""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torchvision import datasets

from train import distributed

TORCHVISION = {"mnist": datasets.MNIST, "fashion_mnist": datasets.FashionMNIST}


def load(dataset: str, root: Path | str, train: bool) -> tuple[Tensor, Tensor]:
    """One part of a dataset, downloaded by torchvision when it is not there.

    Args:
        dataset: "mnist" or "fashion_mnist".
        root: the folder that holds (or will hold) MNIST/raw or FashionMNIST/raw.
        train: True for the 60,000 training pictures, False for the 10,000 test pictures.

    Returns:
        images uint8 (N, 1, 28, 28) bright on black, labels int64 (N,).

    Raises:
        SystemExit: neither files nor network; the sentence says which files belong where.
    """
    reader = TORCHVISION[dataset]
    try:
        part = reader(str(root), train=train, download=True)
    except (RuntimeError, OSError) as error:
        files = ", ".join(name for name, _ in reader.resources)
        raise SystemExit(
            f"{reader.__name__} is not in {root} and could not be downloaded. "
            f"Put {files} into {Path(root) / reader.__name__ / 'raw'} and start again."
        ) from error
    return part.data.unsqueeze(1), part.targets


def made_up(count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Pictures that a dry run can learn something from: class k is a bright bar in row 2k+4.

    Returns the same tensors as load().
    """
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 10
    images = torch.randint(0, 60, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)
    images[torch.arange(count), 0, 2 * labels + 4] = 255
    return images, labels


class Batches:
    """Shuffled batches of pictures; epoch k is always cut the same way, whatever came before.

    Iterate with `batches.epoch(k)`, which yields float32 (B, 1, 28, 28) in 0..1 and int64 (B,),
    both on the device of the tensors given. `len(batches)` is the number of batches an epoch.
    Of several processes (train/distributed.py) each gets its part of every batch.
    """

    def __init__(self, images: Tensor, labels: Tensor, size: int, seed: int, drop_last=False):
        self.images, self.labels = images, labels
        self.size, self.seed = size, seed
        self.drop_last = drop_last

    def __len__(self) -> int:
        count = len(self.images)
        return count // self.size if self.drop_last else -(-count // self.size)

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Tensor]]:
        generator = torch.Generator().manual_seed(self.seed + 10_007 * number)
        order = torch.randperm(len(self.images), generator=generator).to(self.images.device)
        batches = order[: len(self) * self.size].split(self.size)
        parts = [distributed.part(batch) for batch in batches]
        # Picked once an epoch and then cut: to pick anew for every batch takes longer.
        chosen, lengths = torch.cat(parts), [len(part) for part in parts]
        for image, label in zip(
            self.images[chosen].split(lengths), self.labels[chosen].split(lengths), strict=True
        ):
            yield image.float() / 255, label
