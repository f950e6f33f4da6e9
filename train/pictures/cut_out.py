"""What a garment network sees of photos and of other things, now that a network looks first
(train/look.py): cut out along its masks, by the very modules that are exported.

All return uint8 (N, 28, 28). The first copy of a picture is as it is, the others are as somebody
else would take it.
"""

import cv2
import numpy as np
import torch
from tqdm import tqdm

from models.specs import FOLDER
from train.garment import GarmentToImage
from train.garment_sketch import GarmentSketch
from train.look_network import shipped
from train.look_way import SIDE, ground_of
from train.pictures import canvases, data, products
from train.pictures.cache import cached
from train.pictures.garments import garment_pictures
from train.pictures.hand import Drawing, random_render
from train.pictures.people import FOLDERS, NO_GARMENT
from train.pictures.retakes import relit, retaken, spoilt, taken
from train.pictures.scribbles import SCRIBBLES, SHAPES, any_letter
from train.pictures.scribbles import drawn as drawn_other
from train.pictures.styles import drawn_digit
from train.weights import read_weights

WEIGHTS = FOLDER / "look.safetensors"
PREPARE = (
    *canvases.PREPARE, "models/look.safetensors", "train/garment.py", "train/garment_sketch.py",
    "train/look_network.py", "train/look_way.py", "train/pictures/cut_out.py",
    "train/pictures/garments.py", "train/pictures/products.py", "train/pictures/retakes.py",
    "train/resample.py",
)  # fmt: skip
PRODUCT_SIDE = 96
HELD_OUT = 5000  # of Fashion-MNIST's training pictures, as in train/robust.py
NO = torch.tensor([False])


@torch.inference_mode()
def found(pictures: np.ndarray, name: str) -> np.ndarray:
    """Masks uint8, of the size of the canvases, as the first look finds them."""
    net = shipped(read_weights(WEIGHTS)[0]).to(memory_format=torch.channels_last)
    shape, masks = pictures.shape[2:0:-1], []
    for start in tqdm(range(0, len(pictures), 32), desc=name):
        some = [cv2.resize(p, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
                for p in pictures[start : start + 32]]  # fmt: skip
        image = torch.from_numpy(np.stack(some)).permute(0, 3, 1, 2) / 255
        mask = net.found(net.maps(image.contiguous(memory_format=torch.channels_last))) > 0
        masks += [cv2.resize(np.uint8(m) * 255, shape) for m in mask.numpy()]
    return np.stack(masks)


def _rgba(picture: np.ndarray) -> torch.Tensor:
    picture = np.uint8(np.clip(np.rint(picture), 0, 255))
    return torch.from_numpy(np.dstack((picture, np.full(picture.shape[:2], 255, np.uint8))))


def _cut(
    cut: GarmentToImage, picture: np.ndarray, mask: np.ndarray, turned: bool = False
) -> np.ndarray:
    mask = np.uint8(np.clip(np.rint(mask), 0, 255))
    if not (mask > 127).any():
        mask[:] = 255
    rgba = _rgba(picture)
    image, _, _ = cut(rgba, torch.from_numpy(mask), ground_of(rgba)[1], NO, torch.tensor([turned]))
    return np.uint8(np.rint(image[0, 0].numpy() * 255))


@torch.inference_mode()
def _each(pictures: np.ndarray, copies: int, seed: int, name: str) -> np.ndarray:
    """(N * copies, 28, 28): every canvas along the look's mask, moved with the picture."""
    rng = np.random.default_rng((seed, 83))
    masks, cut, images = found(pictures, name), GarmentToImage(), []
    side = pictures.shape[1]
    for picture, mask in zip(tqdm(pictures, desc=name), masks, strict=True):
        images.append(_cut(cut, picture, mask))
        for _ in range(copies - 1):
            place = retaken(side, side, rng, (0.85, 1.2), 7)
            moved = spoilt(relit(taken(picture, place, side), rng), rng)
            images.append(_cut(cut, moved, taken(mask, place, side, 0)))
    return np.stack(images)


@cached(files=PREPARE)
def cut_photos(root, part: str, copies: int, seed: int):
    """Photos of clothes, the classes that each may be bool (N, 10), and which are no garment."""
    pictures, _, folders = canvases.photos(root, part)
    some = np.array([folder in FOLDERS or folder in NO_GARMENT for folder in folders])
    images = _each(pictures[some], copies, seed, f"photos ({part})")
    allowed = np.zeros((some.sum(), 10), bool)
    for row, folder in zip(allowed, folders[some], strict=True):
        row[list(FOLDERS.get(folder, ()))] = True
    allowed = np.repeat(allowed, copies, 0)
    return images, allowed, ~allowed.any(1)


@cached(files=PREPARE)
def cut_others(root, part: str, copies: int, seed: int):
    """Photographs of other things as a garment network would get to see them."""
    pictures, _ = canvases.others(root, part)
    return _each(pictures, copies, seed, f"other things ({part})")


@cached(files=PREPARE)
@torch.inference_mode()
def cut_products(root, count: int, seed: int):
    """Garments of Fashion-MNIST's training part on plain grounds, cut out along their exact masks;
    and their labels."""
    rng = np.random.default_rng((seed, 84))
    garments, labels = fashion(root, "train")
    chosen = rng.choice(len(garments), count, replace=False)
    cut, images = GarmentToImage(), []
    for garment in tqdm(garments[chosen], desc="shops' pictures"):
        picture, mask = products.product(garment, PRODUCT_SIDE, rng)
        turned = bool(rng.random() < 0.5)  # the app asks about both
        images.append(_cut(cut, spoilt(picture, rng), mask * 255, turned))
    return np.stack(images), labels[chosen]


@cached(files=PREPARE)
def drawn_garments(root, part: str, count: int, seed: int):
    """Garments drawn by people, and their labels; half of them traced from Fashion-MNIST's."""
    return garment_pictures(count, seed, fashion(root, part))


@cached(files=PREPARE)
@torch.inference_mode()
def not_garments(root, count: int, seed: int) -> np.ndarray:
    """Scribbles, shapes, letters and digits, drawn where a garment was asked for."""
    inks = canvases_of_no_garment(count, seed, 112)
    way, images = GarmentSketch(), []
    for start in tqdm(range(0, count, 32), desc="no garments"):
        image, _, _ = way(torch.from_numpy(np.stack(inks[start : start + 32])))
        images.append(np.uint8(np.rint(image[:, 0].numpy() * 255)))
    return np.concatenate(images)


def fashion(root, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (N, 28, 28) and labels of Fashion-MNIST, to train on or held out of that."""
    images, labels = data.load("fashion_mnist", root, train=True)
    some = slice(None, -HELD_OUT) if part == "train" else slice(-HELD_OUT, None)
    return images[some, 0].numpy(), labels[some].numpy()


def canvases_of_no_garment(count: int, seed: int, canvas: int = 280) -> list[np.ndarray]:
    """Ink uint8 (canvas, canvas), 255 ink."""
    rng = np.random.default_rng((seed, 85))
    return [random_render(_no_garment(rng), canvas, rng) for _ in range(count)]


def _no_garment(rng: np.random.Generator) -> Drawing:
    kind = rng.integers(4)
    if kind == 0:
        return drawn_digit(int(rng.integers(10)), rng)
    families = (None, SCRIBBLES, SHAPES, (any_letter,))[kind]
    return drawn_other(families[rng.integers(len(families))], rng)
