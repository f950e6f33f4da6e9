"""The files of phone photos of clothes, and of pictures that are neither; their parts.

Photos: A. Grigorev and contributors 2020, clothing-dataset-small (CC0),
https://github.com/alexeygrigorev/clothing-dataset-small: put its folders under DATA/photos.
Neither: A. Krizhevsky 2009, CIFAR-10; a file DATA/cifar10-train-1000.npz with `images`
uint8 (1000, 32, 32, 3).
"""

import hashlib
from pathlib import Path

import numpy as np

from train.pictures.data import reading

# folder -> the classes that its photos may be; a shoe may be any of the three kinds of shoe.
FOLDERS = {
    "t-shirt": (0,),
    "pants": (1,),
    "longsleeve": (2,),
    "dress": (3,),
    "outwear": (4,),
    "shoes": (5, 7, 9),
    "shirt": (6,),
}
# Share of the files, by a hash of their names: the split stays when files are added.
VALIDATION, TEST = 0.10, 0.12


def files(root: Path | str, part: str) -> list[tuple[Path, str]]:
    """(path, folder) of the photos of the seven classes in a part.

    Args:
        root: the data folder.
        part: "train", "validation" or "test".

    Raises:
        FileNotFoundError: the photos are not there; the sentence says where they come from.
    """
    paths = sorted(p for folder in FOLDERS for p in (Path(root) / "photos" / folder).glob("*.jpg"))
    if not paths:
        raise FileNotFoundError(
            f"There are no photos in {Path(root) / 'photos'}. Put the folders of "
            "https://github.com/alexeygrigorev/clothing-dataset-small there."
        )
    return [(path, path.parent.name) for path in paths if _part(path.name) == part]


def _part(name: str) -> str:
    place = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 2**32
    return "test" if place < TEST else "validation" if place < TEST + VALIDATION else "train"


def was_learnt(path: Path) -> bool:
    """Whether the weights that training starts from have seen this photo, whoever took it: they
    were trained before it was known who took which."""
    return path.parent.name in FOLDERS and _part(path.name) == "train"


def neither_files(root: Path | str) -> np.ndarray:
    """uint8 (1000, 32, 32, 3): pictures that show neither a digit nor a garment.

    Raises:
        FileNotFoundError: the file is not there; the sentence says what belongs in it.
    """
    path = Path(root) / "cifar10-train-1000.npz"
    if not path.exists():
        raise FileNotFoundError(
            f"{path} is not there. Save 1,000 training pictures of CIFAR-10 in it, as `images` "
            "uint8 (1000, 32, 32, 3); they are at https://www.cs.toronto.edu/~kriz/cifar.html."
        )
    with reading(path), np.load(path) as file:
        return file["images"]


# Rows of neither_files(): what is trained on, what choices are made on, what is reported.
NEITHER = {"train": slice(0, 600), "validation": slice(600, 750), "test": slice(750, 1000)}
# The same of what a first look is scored on: a third of them, and what is left to fit its rule on.
LOOKED_AT = {"validation": slice(600, 667), "test": slice(667, 1000)}
