"""Whole photos on square canvases, with masks of the garment, for the network that looks first.

The masks are those of GrabCut (train/pictures/grabcut.py), the best teacher that is at hand: wrong
on some photos, but wrong each time in another way, so a network that learns from them all is hardly
worse.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from train.pictures import grabcut, people
from train.pictures.cache import cached

SIDE = 160  # of the canvases, pixels
PAD = 127  # grey beside a picture that is not square
PREPARE = ("train/pictures/grabcut.py", "train/pictures/canvases.py", "train/pictures/people.py")


def on_canvas(picture: np.ndarray, pad: int = PAD, side: int = SIDE) -> np.ndarray:
    """uint8 (H, W, ...) -> (side, side, ...): the longer side fills the canvas, in the middle."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, size, interpolation=method)
    canvas = np.full((side, side, *picture.shape[2:]), pad, np.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = small
    return canvas


def opened(path: Path) -> np.ndarray:
    """The file as uint8 RGB (H, W, 3), upright."""
    with Image.open(path) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def _with_mask(path: Path) -> tuple[np.ndarray, np.ndarray]:
    picture = opened(path)
    mask = grabcut.find(picture)
    mask = np.zeros(picture.shape[:2], np.uint8) if mask is None else np.uint8(mask * 255)
    return on_canvas(picture), on_canvas(mask, 0)


@cached(files=PREPARE)
def photos(root, part: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photos of clothes: pictures uint8 (N, SIDE, SIDE, 3), masks uint8 (N, SIDE, SIDE), folders.

    A mask is all 0 where nothing was found.
    """
    files = people.photos(root, part)
    with ThreadPoolExecutor(1) as pool:  # one: cv2's random numbers are the thread's own
        both = list(tqdm(pool.map(_with_mask, [p for p, _ in files]), total=len(files), desc=part))
    pictures, masks = (np.stack(arrays) for arrays in zip(*both, strict=True))
    return pictures, masks, np.array([folder for _, folder in files])


@cached(files=PREPARE)
def others(root, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Photographs of other things: pictures uint8 (N, SIDE, SIDE, 3) and their categories."""
    files = people.others(root, part)
    pictures = [on_canvas(opened(path)) for path, _ in tqdm(files, desc=f"other things ({part})")]
    return np.stack(pictures), np.array([category for _, category in files])
