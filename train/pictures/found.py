"""Digits as the look finds them on paper: what it makes of edges belongs to training, too."""

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from tqdm import tqdm

from models.specs import FOLDER
from train.find_ink import FindInk
from train.ink_network import InkNetwork
from train.pictures import page_sets, pages
from train.pictures.cache import cached
from train.sketch import SketchToImage
from train.weights import read_weights

LEAST = 200  # of 255: ink fainter than that everywhere was hardly found
WEIGHTS = FOLDER / "writing.safetensors"
PREPARE = (*page_sets.PREPARE, "train/pictures/found.py", "train/find_ink.py", "train/sketch.py")


def finder() -> FindInk:
    """The look with the shipped weights.

    Raises:
        FileNotFoundError: there are none yet.
    """
    network = InkNetwork()
    try:
        network.load_state_dict(read_weights(WEIGHTS)[0])
    except (OSError, SafetensorError) as error:
        raise FileNotFoundError(f"{WEIGHTS} cannot be read: train/writing.py makes it.") from error
    return FindInk(network).eval()


@cached(files=(*PREPARE, "models/writing.safetensors"))
@torch.inference_mode()
def found_digits(root: Path, part: str, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Single digits on made-up papers, found and brought to 28×28: images uint8 (N, 28, 28), labels
    int64 (N,). Where hardly any ink was found there is nothing to learn: such are left out.

    Raises:
        FileNotFoundError: the look is not trained yet.
    """
    see = Seen()
    rng = np.random.default_rng((seed, 77, part == "train"))
    hands, photos = page_sets.hands(root, part), page_sets.things(root, part)
    images, labels = [], []
    for _ in tqdm(range(count), desc=f"found digits ({part})"):
        page = pages.on_paper(hands.single(pages.SIDE, rng), photos, rng)
        image = see(page.picture)
        if image is not None and page.ink.max() > LEAST:
            images.append(image)
            labels.append(page.labels[0])
    return np.stack(images), np.array(labels, np.int64)


@cached(files=(*PREPARE, "models/writing.safetensors"))
@torch.inference_mode()
def found_nothing(root: Path, part: str, count: int, seed: int) -> np.ndarray:
    """What the look takes for ink where there is none: images uint8 (N, 28, 28).

    Raises:
        FileNotFoundError: the look is not trained yet.
    """
    see = Seen()
    rng = np.random.default_rng((seed, 78, part == "train"))
    photos, images = page_sets.things(root, part), []
    for _ in tqdm(range(count), desc=f"found in other pictures ({part})"):
        image = see(pages.without_ink(photos, rng).picture)
        if image is not None:
            images.append(image)
    return np.stack(images)


class Seen:
    """uint8 RGB (H, W, 3) -> uint8 (28, 28), or None where hardly any ink is found."""

    def __init__(self):
        self.look, self.to_image = finder(), SketchToImage()

    def __call__(self, picture: np.ndarray) -> np.ndarray | None:
        opaque = np.full((*picture.shape[:2], 1), 255, np.uint8)
        ink, _, _ = self.look(torch.from_numpy(np.concatenate((picture, opaque), 2)))
        if ink.max() <= LEAST:
            return None
        image, _, _ = self.to_image(ink.unsqueeze(0))
        return (image[0, 0] * 255).round().byte().numpy()
