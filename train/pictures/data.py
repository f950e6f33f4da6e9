"""The datasets as tensors held in memory: no picture is decoded twice."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torchvision import datasets

from train import distributed

TORCHVISION = {"mnist": datasets.MNIST, "fashion_mnist": datasets.FashionMNIST}
# sha256 of what is learnt from, as its authors published it (unpacked). torchvision checks what it
# downloads, not what lies there: other files of the same shape would be learnt from in silence.
CHECKSUMS = {
    "MNIST/raw/train-images-idx3-ubyte":
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "MNIST/raw/train-labels-idx1-ubyte":
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "MNIST/raw/t10k-images-idx3-ubyte":
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "MNIST/raw/t10k-labels-idx1-ubyte":
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    "FashionMNIST/raw/train-images-idx3-ubyte":
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "FashionMNIST/raw/train-labels-idx1-ubyte":
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "FashionMNIST/raw/t10k-images-idx3-ubyte":
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "FashionMNIST/raw/t10k-labels-idx1-ubyte":
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    "pendigits/pendigits-orig.tra":
        "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
}  # fmt: skip


def load(dataset: str, root: Path | str, train: bool) -> tuple[Tensor, Tensor]:
    """One part of a dataset, downloaded by torchvision when it is not there.

    Args:
        dataset: "mnist" or "fashion_mnist".
        root: the folder that holds (or will hold) MNIST/raw or FashionMNIST/raw.
        train: True for the 60,000 training pictures, False for the 10,000 test pictures.

    Returns:
        images uint8 (N, 1, 28, 28) bright on black, labels int64 (N,).

    Raises:
        SystemExit: neither files nor network, or other files; the sentence says which belong where.
    """
    reader = TORCHVISION[dataset]
    folder, start = Path(root) / reader.__name__ / "raw", "train" if train else "t10k"
    names = [f"{start}-{rest}" for rest in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    if all((folder / name).exists() for name in names):
        for name in names:
            check(Path(root), f"{reader.__name__}/raw/{name}")
    try:
        part = reader(str(root), train=train, download=True)
    except (RuntimeError, OSError) as error:
        files = ", ".join(name for name, _ in reader.resources)
        raise SystemExit(
            f"{reader.__name__} is not in {root} and could not be downloaded. "
            f"Put {files} into {folder} and start again."
        ) from error
    return part.data.unsqueeze(1), part.targets


def check(root: Path, name: str) -> None:
    """Whether a file of CHECKSUMS is the one that its authors published.

    Raises:
        SystemExit: it is not.
    """
    with (root / name).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != CHECKSUMS[name]:
        raise SystemExit(
            f"{root / name} is damaged or another file (its sha256 is {found[:12]}…, not "
            f"{CHECKSUMS[name][:12]}…): remove it and start again."
        )


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """What a reader stumbles over in that file, as one sentence.

    Raises:
        SystemExit: the file is damaged.
        FileNotFoundError: it is not there.
    """
    try:
        yield
    except (FileNotFoundError, MemoryError):
        raise
    except Exception as error:  # readers raise whatever they like
        raise SystemExit(f"{path} is damaged, or cannot be read: please replace it.") from error


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
