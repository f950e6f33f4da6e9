"""Batches for the network that looks first: photos of clothes, the same clothes pasted into other
pictures, shops' pictures, other things, digits on paper; each with what it should be taken for.

Everything that is held in memory is a canvas of train/pictures/canvases.py; a scene is one of them
taken by somebody else (train/pictures/retakes.py).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from train.pictures import products
from train.pictures.canvases import PAD
from train.pictures.people import FOLDERS, NO_GARMENT
from train.pictures.retakes import close, hidden, relit, retaken, spoilt, taken

Generator = np.random.Generator
DIGIT, GARMENT, NEITHER = KINDS = range(3)
# Of a batch: photos, pasted garments, shops' pictures, other things, digits, flat things. A first
# cycle learns what is what, a second one the clothes.
SHARES = (0.34, 0.13, 0.18, 0.22, 0.08, 0.05)
SECOND_SHARES = (0.42, 0.14, 0.16, 0.18, 0.06, 0.04)


@dataclass
class Shown:
    """What the pictures of a batch show.

    mask: float32 (B, S, S), 0..1. has_mask: bool (B,), whether it counts.
    kind: int64 (B,), of KINDS.
    allowed: bool (B, 10), the classes that a garment may be; all False where that is unknown.
    category: int64 (B,), of the other things, -1 elsewhere: learnt for the sake of what is learnt
        on the way, and not used.
    """

    mask: Tensor
    has_mask: Tensor
    kind: Tensor
    allowed: Tensor
    category: Tensor


@dataclass
class Material:
    """What scenes are made of, uint8: photos (N, S, S, 3) with masks (N, S, S) and folders, other
    things (M, S, S, 3) with their categories int (M,), small pictures (K, 32, 32, 3) of anything,
    garments and digits (L, 28, 28) and the garments' labels, digits on paper (P, S, S, 3)."""

    photos: np.ndarray
    masks: np.ndarray
    folders: np.ndarray
    others: np.ndarray
    categories: np.ndarray
    small: np.ndarray
    garments: np.ndarray
    labels: np.ndarray
    digits: np.ndarray
    pages: np.ndarray

    def __post_init__(self):
        area = (self.masks > 127).mean((1, 2))
        border = np.stack((self.masks[:, 0], self.masks[:, -1]), 1)
        sides = np.stack((self.masks[:, :, 0], self.masks[:, :, -1]), 1)
        cut_off = np.maximum((border > 127).mean(2).max(1), (sides > 127).mean(2).max(1))
        is_garment = ~np.isin(self.folders, NO_GARMENT)
        self.found = area > 0.02
        self.whole = np.flatnonzero((area > 0.08) & (area < 0.65) & (cut_off < 0.2) & is_garment)
        self.allowed = np.zeros((len(self.folders), 10), bool)
        for row, folder in zip(self.allowed, self.folders, strict=True):
            row[list(FOLDERS.get(folder, ()))] = True
        _, place, count = np.unique(self.folders, return_inverse=True, return_counts=True)
        self.chance = count[place] ** -0.5  # rare folders come up more often
        self.chance /= self.chance.sum()


class Scenes:
    """len(self) batches an epoch, the same ones for an epoch's number whatever came before.

    Args:
        sides: (from this epoch on, side of the pictures): small learns fast, large sees well.
    """

    def __init__(self, material: Material, size: int, steps: int, seed: int, sides, shares=SHARES):
        self.material, self.size, self.steps, self.seed = material, size, steps, seed
        self.sides, self.shares = sides, shares
        self.makers = (photo, pasted, shown_in_shop, other, on_paper, flat)
        if len(shares) > len(self.makers):
            self.makers = (photo, photo_close, *self.makers[1:])

    def __len__(self) -> int:
        return self.steps

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Shown]]:
        side = next(side for start, side in reversed(self.sides) if number >= start)
        with ThreadPoolExecutor(1) as pool:  # the next batch is made while one is learnt
            waiting = pool.submit(self.batch, side, (self.seed, number, 0))
            for step in range(1, self.steps + 1):
                ready = waiting.result()
                if step < self.steps:
                    waiting = pool.submit(self.batch, side, (self.seed, number, step))
                yield ready

    def batch(self, side: int, seed) -> tuple[Tensor, Shown]:
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(self.size, self.shares)
        chosen = [m for m, count in zip(self.makers, counts, strict=True) for _ in range(count)]
        rows = [make(self.material, side, rng) for make in chosen]
        pictures, masks, kinds, allowed, categories = zip(*rows, strict=True)
        image = np.stack([spoilt(picture, rng) for picture in pictures])
        shown = Shown(
            torch.from_numpy(np.stack([m if m is not None else _empty(side) for m in masks])),
            torch.tensor([mask is not None for mask in masks]),
            torch.tensor(kinds),
            torch.from_numpy(np.stack(allowed)),
            torch.tensor(categories),
        )
        image = torch.from_numpy(image / 255).permute(0, 3, 1, 2)
        return image.contiguous(memory_format=torch.channels_last), shown


def _empty(side: int) -> np.ndarray:
    return np.zeros((side, side), np.float32)


NONE = np.zeros(10, bool)


def photo(material: Material, side: int, rng: Generator):
    index = rng.choice(len(material.photos), p=material.chance)
    picture, mask = material.photos[index], material.masks[index]
    is_garment = material.folders[index] not in NO_GARMENT
    place = retaken(side, len(picture), rng)
    picture, mask = relit(taken(picture, place, side), rng), taken(mask, place, side, 0) / 255
    hidden(picture, rng)
    kind = GARMENT if is_garment else NEITHER
    has_mask = is_garment and material.found[index]
    return picture, mask if has_mask else None, kind, material.allowed[index], -1


def photo_close(material: Material, side: int, rng: Generator):
    """A photo as a second look sees it, around its mask; a whole one where there is no mask."""
    index = rng.choice(len(material.photos), p=material.chance)
    picture, mask = material.photos[index], material.masks[index]
    is_garment = material.folders[index] not in NO_GARMENT
    if rng.random() < 0.9:
        picture = close(picture, mask, float(rng.uniform(0, 0.25)))
    place = retaken(side, len(picture), rng, (0.8, 1.2))
    picture = relit(taken(picture, place, side), rng)
    hidden(picture, rng)
    return picture, None, GARMENT if is_garment else NEITHER, material.allowed[index], -1


def pasted(material: Material, side: int, rng: Generator):
    """A garment cut out of its photo, in front of another picture: its mask is exact."""
    chance = material.chance[material.whole]
    index = rng.choice(material.whole, p=chance / chance.sum())
    picture, mask = material.photos[index], material.masks[index]
    place = retaken(side, len(picture), rng, (0.6, 1.3))
    mask = taken(mask, place, side, 0) / 255
    picture = relit(taken(picture, place, side), rng)
    behind = relit(background(material, side, rng), rng)
    soft = mask[..., None]
    picture = picture * soft + behind * (1 - soft)
    return picture, mask, GARMENT, material.allowed[index], -1


def background(material: Material, side: int, rng: Generator) -> np.ndarray:
    if rng.random() < 0.25:
        return products.ground(side, rng)
    among = material.others if rng.random() < 0.6 else material.photos
    picture = among[rng.integers(len(among))]
    if among is material.photos:  # its border is floor, which comes to the middle
        picture = np.roll(picture, tuple(rng.integers(50, 110, 2)), (0, 1))
    return taken(picture, retaken(side, len(picture), rng, (1.1, 2.5), 30), side)


def shown_in_shop(material: Material, side: int, rng: Generator):
    index = rng.integers(len(material.garments))
    picture, mask = products.product(material.garments[index], side, rng)
    allowed = NONE.copy()
    allowed[material.labels[index]] = True
    return picture, mask, GARMENT, allowed, -1


def other(material: Material, side: int, rng: Generator):
    if rng.random() < 0.25:
        small = material.small[rng.integers(len(material.small))]
        picture = taken(small, retaken(side, 32, rng, (0.9, 1.6), 5), side, rng.choice((PAD, 0)))
        if rng.random() < 0.3:
            picture = np.repeat(picture.mean(2, keepdims=True), 3, 2)
        if rng.random() < 0.3:
            picture = 255 - picture
        return relit(picture, rng), None, NEITHER, NONE, -1
    index = rng.integers(len(material.others))
    picture = material.others[index]
    picture = relit(taken(picture, retaken(side, len(picture), rng, (0.8, 2.2)), side), rng)
    hidden(picture, rng)
    return picture, None, NEITHER, NONE, int(material.categories[index])


def on_paper(material: Material, side: int, rng: Generator):
    if len(material.pages) and rng.random() < 0.6:
        page = material.pages[rng.integers(len(material.pages))]
        picture = cv2.resize(page, (side, side), interpolation=cv2.INTER_AREA)
        return picture.astype(np.float32), None, DIGIT, NONE, -1
    glyph = material.digits[rng.integers(len(material.digits))]
    return products.digit(glyph, side, rng), None, DIGIT, NONE, -1


def flat(material: Material, side: int, rng: Generator):
    picture = products.flat(side, rng)
    beside = max(0, int(rng.uniform(-0.3, 0.3) * side))  # of those that are not square
    if rng.random() < 0.5:
        picture[:, :beside] = picture[:, side - beside :] = PAD
    else:
        picture[:beside] = picture[side - beside :] = PAD
    return picture, None, NEITHER, NONE, -1
