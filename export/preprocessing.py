"""The graphs that make a network's picture of what people draw and photograph."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from export.parity import drawings
from train import garment, ink
from train.garment import GarmentToImage
from train.ink import PictureToInk
from train.sample import PictureToSample
from train.sketch import SIZE, DrawnToImage

PLANE = {0: "height", 1: "width"}


@dataclass(frozen=True)
class Preprocessing:
    """One of them.

    task: what it does, for its metadata.
    inputs, outputs: their names.
    axes: for each input, the dimensions that may change and what they are called.
    made_up: inputs to compare on.
    side: the longer side that a picture is reduced to before, or None where it comes as it is.
    """

    module: nn.Module
    task: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    axes: tuple[dict[int, str], ...]
    made_up: Callable[[], Iterator[tuple[Tensor, ...]]]
    side: int | None = None


def _inks() -> Iterator[tuple[Tensor, ...]]:
    """Bytes of drawings, uint8 (N, H, W)."""
    for drawn in drawings():
        yield (_bytes(drawn),)


def _pictures() -> Iterator[tuple[Tensor, ...]]:
    """Drawings in colours on papers of colours, framed, compressed badly, transparent: uint8
    (H, W, 4)."""
    generator = torch.Generator().manual_seed(28)
    for drawn in drawings():
        share = drawn[0].unsqueeze(2)
        colours = torch.rand(2, 4, generator=generator)
        colours[:, 3] = 1
        painted = colours[0] * share + colours[1] * (1 - share)
        noisy = painted + 0.05 * torch.rand(painted.shape, generator=generator)
        framed = painted.clone()
        framed[2:-2, [2, -3], :3] = framed[[2, -3], 2:-2, :3] = 1 - colours[1, :3]
        clear = torch.cat([painted[:, :, :3], share], 2)
        for picture in (painted, noisy, framed, clear):
            yield (_bytes(picture),)


def _samples() -> Iterator[tuple[Tensor, ...]]:
    """28×28 pictures that are samples, and some that miss it by one trait: uint8 (28, 28, 4)."""
    generator = torch.Generator().manual_seed(28)
    for brightest in (0, 255):
        sample = torch.zeros(SIZE, SIZE, 4, dtype=torch.uint8)
        inner = torch.randint(0, brightest + 1, (20, 20, 1), generator=generator)
        sample[4:24, 4:24] = inner.byte()
        sample[:, :, 3] = 255
        yield (sample,)
        for value, part in ((254, (14, 14, 3)), (9, (14, 14, 0)), (255, slice(0, 14))):
            other = sample.clone()
            other[part] = value
            yield (other,)


def _garments() -> Iterator[tuple[Tensor, ...]]:
    """Noisy pictures with soft masks, cut out and whole, inverted and not."""
    generator = torch.Generator().manual_seed(28)
    for (picture,) in _pictures():
        height, width = picture.shape[:2]
        down, right = torch.arange(height)[:, None], torch.arange(width)
        apart = torch.maximum((2 * down - height).abs() / height, (2 * right - width).abs() / width)
        mask = _bytes(3 * (0.7 - apart))
        noise = torch.randint(0, 64, picture.shape, generator=generator, dtype=torch.uint8)
        picture = picture // 2 + noise
        for plain, whole, invert in itertools.product((False, True), repeat=3):
            yield picture, mask, torch.tensor(plain), torch.tensor([whole]), torch.tensor([invert])


def _bytes(shares: Tensor) -> Tensor:
    return (shares.clamp(0, 1) * 255).round().byte()


PREPROCESSING = {
    "sketch": Preprocessing(
        DrawnToImage(),
        "ink of drawings to pictures like MNIST's",
        ("ink",),
        ("image", "box", "centre"),
        ({0: "count", 1: "height", 2: "width"},),
        _inks,
    ),
    "ink": Preprocessing(
        PictureToInk(), "pictures of drawings to their ink", ("rgba",), ("ink",), (PLANE,),
        _pictures, ink.SIDE,
    ),
    "sample": Preprocessing(
        PictureToSample(), "whether a picture is a sample of the datasets", ("rgba",),
        ("is_sample", "grey"), ({},), _samples,
    ),
    "garment": Preprocessing(
        GarmentToImage(),
        "photos of garments and their masks to pictures like Fashion-MNIST's",
        ("rgba", "mask", "plain", "whole", "invert"),
        ("image", "box", "blank"),
        (PLANE, PLANE, {}, {}, {}),
        _garments,
        garment.SIDE,
    ),
}  # fmt: skip
