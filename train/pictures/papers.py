"""Made-up papers: every ground that people write on, and what is on it that is no ink.

A page is float32 (S, S, 3), 0..255, RGB. Everything varies more than it does at people's: a network
that has seen worse is not surprised (J. Tobin et al. 2017, "Domain Randomization").
"""

from collections.abc import Sequence

import cv2
import numpy as np

from train.pictures.hand import Generator

DARK, LIGHT = (0, 60), (195, 255)  # grey levels of ink and of boards; of paper and of chalk


def ground(side: int, photos: Sequence[np.ndarray], rng: Generator) -> np.ndarray:
    """Paper, board or screen without any ink: float32 (side, side, 3).

    photos: uint8 RGB (side, side, 3) each; some become a ground, or a table that a sheet lies on.
    """
    kind = rng.random()
    if len(photos) and kind < 0.07:
        seen = photos[rng.integers(len(photos))].astype(np.float32)
        page = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.5, 7))
        if rng.random() < 0.7:  # as a faded picture
            page = page.mean((0, 1)) + (page - page.mean((0, 1))) * rng.uniform(0.15, 0.8)
    else:
        page = np.ones((side, side, 3), np.float32) * colour(rng)
        page = textured(page, rng) if rng.random() < 0.35 else page
    if rng.random() < 0.3:
        page = lined(page, rng)
    if rng.random() < 0.12:
        page = on_table(page, photos, rng)
    return page


def colour(rng: Generator) -> np.ndarray:
    """Of paper: white, black or grey, a pure screen colour, or any."""
    kind = rng.random()
    if kind < 0.26:
        return np.full(3, rng.choice((255.0, 0.0, 255.0)))
    if kind < 0.55:
        grey = rng.uniform(*((DARK, LIGHT, (60, 195))[rng.choice(3, p=(0.3, 0.5, 0.2))]))
        return np.clip(grey + rng.normal(0, 7, 3), 0, 255)
    if kind < 0.72:  # saturated: some of the three at an end
        levels = np.array((0.0, 255.0, rng.uniform(0, 255), rng.uniform(100, 255)))
        return levels[rng.integers(0, 4, 3)]
    return rng.uniform(0, 255, 3)


def textured(page: np.ndarray, rng: Generator) -> np.ndarray:
    """Fibres, creases, clouds of wiped chalk."""
    side = page.shape[0]
    cells = int(rng.choice((3, 6, 14, 40)))
    field = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    field = cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC)
    return page + field[..., None] * rng.uniform(1, 14)


def lined(page: np.ndarray, rng: Generator) -> np.ndarray:
    """Ruled, squared or dotted paper, a single line under or over the writing, or a cell."""
    side = page.shape[0]
    page, line = page.copy(), _other_colour(page, rng, rng.uniform(10, 130))
    thick = 1 if rng.random() < 0.75 else int(rng.integers(2, 4))
    kind, gap = rng.random(), int(rng.integers(7, 50))
    start = int(rng.integers(0, gap))
    places = range(start, side, gap)
    if kind < 0.15:  # one or two lines anywhere
        for _ in range(int(rng.integers(1, 3))):
            _rule(page, rng.uniform(0, side), rng.normal(0, 4), line, thick, rng.random() < 0.3)
    elif kind < 0.25:
        for x in places:
            for y in places:
                cv2.circle(page, (x, y), thick, line, -1, cv2.LINE_AA)
    else:
        tilt = rng.normal(0, 3) if rng.random() < 0.4 else 0
        for place in places:
            _rule(page, place, tilt, line, thick, False)
            if kind > 0.65:
                _rule(page, place, -tilt, line, thick, True)
        if kind < 0.4:  # a margin
            _rule(page, rng.uniform(0, 0.3) * side, tilt, _other_colour(page, rng, 90), thick, True)
    share = rng.uniform(0.3, 1)
    return page if rng.random() < 0.5 else cv2.GaussianBlur(page, (0, 0), 0.3 + share)


def _rule(page, place: float, tilt: float, line, thick: int, upright: bool) -> None:
    side = page.shape[0]
    ends = (0, round(place - tilt)), (side, round(place + tilt))
    if upright:
        ends = tuple(end[::-1] for end in ends)
    cv2.line(page, *ends, line, thick, cv2.LINE_AA)


def on_table(page: np.ndarray, photos: Sequence[np.ndarray], rng: Generator) -> np.ndarray:
    """The page as a sheet that ends within the picture, on a table or another sheet."""
    side = page.shape[0]
    if len(photos) and rng.random() < 0.5:
        table = photos[rng.integers(len(photos))].astype(np.float32)
    else:
        table = textured(np.ones_like(page) * colour(rng), rng)
    inset = rng.uniform(-0.15, 0.22, 4) * side
    corners = np.array(((0, 0), (side, 0), (side, side), (0, side)), float)
    corners += np.array(((1, 1), (-1, 1), (-1, -1), (1, -1))) * inset[:, None]
    corners += rng.normal(0, 0.03, (4, 2)) * side
    sheet = np.zeros((side, side), np.float32)
    cv2.fillPoly(sheet, [np.int32(corners * 16)], 1.0, cv2.LINE_AA, 4)
    return table + (page - table) * sheet[..., None]


def framed(page: np.ndarray, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """What comes over a picture afterwards: a frame, a strip, bars, a stamp in a corner.

    Returns:
        The page, and where it is covered: bool (side, side); no ink is seen there.
    """
    side = page.shape[0]
    page, covered = page.copy(), np.zeros((side, side), np.uint8)
    paint = [float(v) for v in (colour(rng) if rng.random() < 0.6 else rng.uniform(0, 255, 3))]
    kind = rng.random()
    if kind < 0.5:
        wide, inset = int(rng.integers(1, 9)), int(rng.integers(0, 9)) * int(rng.random() < 0.5)
        corner = (inset, inset), (side - 1 - inset, side - 1 - inset)
        for picture, value in ((page, paint), (covered, 1)):
            cv2.rectangle(picture, *corner, value, wide)
    elif kind < 0.85:
        for _ in range(1 if rng.random() < 0.6 else 2):
            wide = int(side * rng.uniform(0.02, 0.25))
            place = (np.s_[:wide], np.s_[-wide:], np.s_[:, :wide], np.s_[:, -wide:])[
                rng.integers(4)
            ]
            page[place], covered[place] = paint, 1
    else:
        high, wide = (rng.uniform(0.08, 0.3, 2) * side).astype(int)
        place = np.s_[-high:, -wide:] if rng.random() < 0.5 else np.s_[:high, :wide]
        page[place], covered[place] = paint, 1
    return page, covered.astype(bool)


def cluttered(page: np.ndarray, free: np.ndarray, photos, rng: Generator) -> np.ndarray:
    """Other things beside the writing: print, stains, discs, a photo, a finger.

    free: bool (side, side), where the page may be covered.
    """
    side = page.shape[0]
    layer, cover = page.copy(), np.zeros((side, side), np.float32)
    paint = _other_colour(page, rng, rng.uniform(20, 160))
    kind, x, y = rng.random(), *rng.uniform(0, side, 2)
    if kind < 0.3:
        printed(layer, cover, paint, rng)
    elif kind < 0.55:
        for _ in range(int(rng.integers(1, 12))):
            at = tuple(int(v) for v in rng.uniform(0, side, 2))
            cv2.circle(cover, at, int(rng.integers(0, 4)), 1.0, -1, cv2.LINE_AA)
        layer[:] = paint
    elif kind < 0.8 or not len(photos):
        axes = tuple(int(v) for v in rng.uniform(0.05, 0.3, 2) * side)
        cv2.ellipse(
            cover, (int(x), int(y)), axes, rng.uniform(0, 180), 0, 360, 1.0, -1, cv2.LINE_AA
        )
        layer[:] = paint
    else:
        high, wide = (rng.uniform(0.15, 0.5, 2) * side).astype(int)
        top, left = int(y - high / 2), int(x - wide / 2)
        cover[max(0, top) : top + high, max(0, left) : left + wide] = 1
        layer = photos[rng.integers(len(photos))].astype(np.float32)
    near = cv2.dilate(np.uint8(~free), np.ones((7, 7), np.uint8)) > 0
    cover[near] = 0
    return page + (layer - page) * cover[..., None]


def printed(layer: np.ndarray, cover: np.ndarray, paint, rng: Generator) -> None:
    """Lines of small print: what a page of text looks like from afar."""
    side = layer.shape[0]
    size, text_layer = rng.uniform(0.18, 0.5), np.zeros(cover.shape, np.uint8)
    top = int(rng.uniform(0, side))
    for row in range(int(rng.integers(1, 9))):
        letters = rng.integers(97, 123, int(rng.integers(4, 40)))
        text = "".join(" " if code > 119 else chr(code) for code in letters)
        at = (int(rng.uniform(-5, side * 0.4)), top + int(row * size * 36))
        cv2.putText(text_layer, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, 255, 1, cv2.LINE_AA)
    cover[:] = text_layer / np.float32(255)
    layer[:] = paint


def _other_colour(page: np.ndarray, rng: Generator, apart: float) -> tuple[float, float, float]:
    """A colour about that many levels from the page's own."""
    own = page.mean((0, 1))
    way = rng.choice((-1.0, 1.0)) * np.ones(3) if rng.random() < 0.5 else rng.normal(0, 1, 3)
    if own.mean() + way.mean() * apart < 0 or own.mean() + way.mean() * apart > 255:
        way = -way
    return tuple(float(v) for v in np.clip(own + way * apart, 0, 255))
