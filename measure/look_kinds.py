"""Pictures for the table of looks that no training has drawn: shops' pictures of ten kinds from
Fashion-MNIST's test set, and flat things that are neither."""

import cv2
import numpy as np

Generator = np.random.Generator


def _scaled(garment: np.ndarray, side: int, how: int = cv2.INTER_CUBIC) -> np.ndarray:
    return cv2.resize(garment, (side, side), interpolation=how).astype(np.float32)


def _solid(garment: np.ndarray) -> np.ndarray:
    """255 on the garment and in its dark folds: uint8 (28, 28)."""
    flood = np.pad(np.uint8(garment > 8), 1)
    flood = cv2.morphologyEx(flood, cv2.MORPH_CLOSE, np.ones((2, 2), np.uint8))
    return flood[1:-1, 1:-1] * 255


def _on(garment, rng, ground, side=300, share=0.75, tint=(1, 1, 1), negative=False) -> np.ndarray:
    """On a ground float32 (side, side, 3), the garment as large as a share of it."""
    inner = int(side * share)
    alpha = np.zeros((side, side), np.float32)
    grey = np.zeros((side, side), np.float32)
    top, left = (int(v) for v in rng.integers(0, side - inner + 1, 2))
    place = np.s_[top : top + inner, left : left + inner]
    alpha[place] = np.clip(_scaled(_solid(garment), inner) / 255, 0, 1)
    shown = _scaled(garment, inner)
    grey[place] = np.clip(255 - shown if negative else shown, 0, 255)
    colour = grey[..., None] * np.float32(tint)
    return colour * alpha[..., None] + ground * (1 - alpha[..., None])


def _plain(colour, side=300) -> np.ndarray:
    return np.ones((side, side, 3), np.float32) * np.float32(colour)


def _shaded(side=300) -> np.ndarray:
    ramp = np.linspace(170, 250, side, dtype=np.float32)
    return np.repeat(np.repeat(ramp[None, :, None], side, 0), 3, 2)


def product_kinds():
    """Name -> (garment uint8 (28, 28), generator) -> uint8 RGB (H, W, 3)."""

    def enlarged_negative(garment, rng):
        return np.repeat((255 - _scaled(garment, 280, cv2.INTER_LINEAR))[..., None], 3, 2)

    def small_negative(garment, rng):
        return np.repeat(255 - garment.astype(np.float32)[..., None], 3, 2)

    def shadowed(garment, rng):
        ground = _plain((235, 235, 235))
        solid = np.zeros((300, 300), np.float32)
        solid[60:280, 40:260] = _scaled(_solid(garment), 220) / 255
        ground *= 1 - 0.35 * cv2.GaussianBlur(solid, (0, 0), 6)[..., None]
        return _on(garment, rng, ground, negative=True)

    kinds = {
        "on white": lambda g, r: _on(g, r, _plain((255, 255, 255))),
        "negative on white": lambda g, r: _on(g, r, _plain((255, 255, 255)), negative=True),
        "the dataset's negative, enlarged": enlarged_negative,
        "the dataset's negative, 28×28": small_negative,
        "on grey": lambda g, r: _on(g, r, _plain((128, 132, 126)), negative=True),
        "on black": lambda g, r: _on(g, r, _plain((8, 8, 8))),
        "red on light blue": lambda g, r: _on(g, r, _plain((190, 215, 245)), tint=(1, 0.35, 0.3)),
        "blue on beige": lambda g, r: _on(g, r, _plain((225, 205, 175)), tint=(0.35, 0.5, 1)),
        "small, on shaded paper": lambda g, r: _on(g, r, _shaded(), share=0.45, negative=True),
        "with a shadow, on light grey": shadowed,
    }
    return {
        name: lambda g, r, make=make: np.uint8(np.clip(np.rint(make(g, r)), 0, 255))
        for name, make in kinds.items()
    }


def flat_things(count: int, seed: int) -> list[np.ndarray]:
    """Noise, discs, a page of text, a screenshot, in turn: uint8 RGB."""
    rng = np.random.default_rng((seed, 91))
    makers = (_noise, _disc, _page, _screenshot)
    return [makers[place % len(makers)](rng) for place in range(count)]


def _noise(rng: Generator) -> np.ndarray:
    grain = int(rng.choice((1, 4, 16)))
    noise = rng.integers(0, 256, (240 // grain, 320 // grain, 3), dtype=np.uint8)
    return cv2.resize(noise, (320, 240), interpolation=cv2.INTER_NEAREST)


def _disc(rng: Generator) -> np.ndarray:
    picture = np.full((300, 300, 3), rng.integers(0, 256, 3), np.uint8)
    middle = tuple(int(v) for v in rng.integers(90, 210, 2))
    colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    return cv2.circle(picture, middle, int(rng.integers(40, 110)), colour, -1, cv2.LINE_AA)


def _page(rng: Generator) -> np.ndarray:
    picture = np.full((400, 300, 3), int(rng.integers(225, 256)), np.uint8)
    letters = list("etaoinshrdlucmfwypvbgkqjxz  ,.")
    for y in range(40, 380, int(rng.integers(14, 24))):
        words = "".join(rng.choice(letters, 38))
        cv2.putText(picture, words, (20, y), cv2.FONT_HERSHEY_COMPLEX, 0.38, (40, 40, 40), 1)
    return picture


def _screenshot(rng: Generator) -> np.ndarray:
    picture = np.full((480, 270, 3), 245, np.uint8)
    bar = tuple(int(v) for v in rng.integers(0, 200, 3))
    cv2.rectangle(picture, (0, 0), (270, 44), bar, -1)
    for row in range(70, 470, 62):
        cv2.circle(picture, (34, row + 16), 18, tuple(int(v) for v in rng.integers(60, 230, 3)), -1)
        for offset in (8, 26):
            end = int(rng.integers(120, 250))
            cv2.line(picture, (66, row + offset), (end, row + offset), (120, 120, 120), 5)
    return picture
