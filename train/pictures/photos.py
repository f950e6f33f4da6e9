"""Phone photos of clothes, and pictures that are neither, as the network sees them.

Photos: A. Grigorev and contributors 2020, clothing-dataset-small (CC0),
https://github.com/alexeygrigorev/clothing-dataset-small: put its folders under DATA/photos.
Neither: A. Krizhevsky 2009, CIFAR-10; a file DATA/cifar10-train-1000.npz with `images`
uint8 (1000, 32, 32, 3).
"""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance
from tqdm import tqdm

from models.preprocess import photo
from train.pictures.cache import cached
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


def allowed(folder: str) -> np.ndarray:
    """bool (10,): the classes that a photo of this folder may be."""
    row = np.zeros(10, bool)
    row[list(FOLDERS[folder])] = True
    return row


@cached
def photo_pictures(root, part: str, copies: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Photos cut out and fitted into 28×28, the first copy as it is, the others taken differently.

    Returns:
        images uint8 (N * copies, 28, 28), allowed classes bool (N * copies, 10).
    """
    rng = np.random.default_rng(seed)
    images, targets = [], []
    for path, folder in tqdm(files(root, part), desc=f"photos ({part})"):
        with reading(path), Image.open(path) as opened:
            picture = opened.convert("RGB")
        for copy in range(copies):
            taken = picture if copy == 0 else retaken(picture, rng)
            cut = (
                copy == 0 or rng.random() > 0.1
            )  # the cut-out may fail, and visitors may refuse it
            images.append(_seen(taken, cut))
            targets.append(allowed(folder))
    return np.stack(images), np.stack(targets)


def retaken(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The same scene photographed by somebody else: turned, nearer, other light."""
    width, height = picture.size
    zoom = rng.uniform(0, 0.12, 4) * (width, height, width, height)
    left, top, right, bottom = zoom * (1, 1, -1, -1) + (0, 0, width, height)
    picture = picture.rotate(rng.normal(0, 8), Image.Resampling.BILINEAR, fillcolor=_edge(picture))
    picture = picture.crop(tuple(round(v) for v in (left, top, right, bottom)))
    aspect = np.exp(rng.normal(0, 0.06))
    return _relit(picture.resize((round(picture.width * aspect), picture.height)), rng)


def _relit(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(float(np.exp(rng.normal(0, 0.2))))
    return picture


def _edge(picture: Image.Image) -> tuple[int, ...]:
    """The border's median colour: what lies beyond the frame is probably the same."""
    pixels = np.asarray(picture)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return tuple(int(v) for v in np.median(border, axis=0))


def _seen(picture, cut: bool) -> np.ndarray:
    return np.uint8(np.rint(photo(picture, cut=cut).network_input * 255))


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


@cached
def neither_pictures(root, part: str, copies: int, seed: int) -> np.ndarray:
    """uint8 (M, 28, 28): those pictures as the garment network may get to see them, the first copy
    as it is, cut out and whole, the others glimpses."""
    pictures = [Image.fromarray(pixels) for pixels in neither_files(root)[NEITHER[part]]]
    rng, images = np.random.default_rng(seed), []
    for picture in tqdm(pictures, desc="neither"):
        images += [_seen(picture, True), _seen(picture, False)]
        for _ in range(copies - 1):
            other = pictures[rng.integers(len(pictures))]
            images.append(_seen(glimpse(picture, other, rng), True))
    return np.stack(images)


def glimpse(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A new picture of nothing in particular, in other light: half the time nearly all of one, else
    a part of it, or that with a part of another laid over it. Few pictures show many shapes so."""
    whole = rng.random() < 0.5
    picture = _part_of(picture, 0.9 if whole else 0.6, rng)
    if not whole and rng.random() < 0.5:
        laid = _part_of(other, 0.6, rng)
        laid = laid.resize(tuple(round(v) for v in picture.size * rng.uniform(0.3, 0.8, 2)))
        room = np.subtract(picture.size, laid.size)
        picture.paste(laid, tuple(int(v) for v in rng.integers(0, room + 1)))
    return _relit(picture, rng)


def _part_of(picture: Image.Image, least: float, rng: np.random.Generator) -> Image.Image:
    """At least that share of either side."""
    sides = picture.size * rng.uniform(least, 1, 2)
    left, top = rng.uniform(0, 1, 2) * (picture.size - sides)
    box = (left, top, left + sides[0], top + sides[1])
    return picture.crop(tuple(round(v) for v in box))
