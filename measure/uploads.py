"""Pictures of a digit as people upload them, kind by kind, made from MNIST's pictures.

Nothing of train/pictures is used: what a network learnt from must not be what it is scored on.
Each kind takes ink, float32 (28, 28), and a generator, and returns uint8 (H, W, 3) or (H, W, 4).
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from measure.paint import (
    BLACK,
    WHITE,
    Generator,
    as_bytes,
    cut,
    enlarged,
    painted,
    placed,
    scaled,
    slope,
)


def light_on_black(ink, rng):
    return as_bytes(painted(enlarged(ink, int(rng.choice((140, 280, 420)))), BLACK, WHITE))


def dark_on_white(ink, rng):
    return as_bytes(painted(enlarged(ink, int(rng.choice((140, 280, 420)))), WHITE, BLACK))


def blocks(ink, rng):
    """Enlarged without smoothing."""
    colours = (BLACK, WHITE) if rng.random() < 0.5 else (WHITE, BLACK)
    return as_bytes(painted(enlarged(ink, 28 * int(rng.integers(4, 16)), False), *colours))


def close_up(ink, rng):
    """Light on black, the digit fills the picture."""
    return as_bytes(painted(scaled(cut(ink, *rng.uniform(0.02, 0.08, 4)), 300), BLACK, WHITE))


def tight(ink, rng):
    """Cropped to the very ink."""
    colours = (BLACK, WHITE) if rng.random() < 0.5 else (WHITE, BLACK)
    return as_bytes(painted(scaled(cut(ink, 0, 0, 0, 0), int(rng.integers(90, 400))), *colours))


def one_edge(ink, rng):
    """The digit touches one edge."""
    pads = rng.uniform(0.15, 0.5, 4)
    pads[rng.integers(4)] = 0
    colours = (BLACK, WHITE) if rng.random() < 0.4 else (WHITE, (25, 25, 60))
    return as_bytes(painted(scaled(cut(ink, *pads), 260), *colours))


def on_yellow(ink, rng):
    paper = (255, int(rng.integers(190, 256)), int(rng.integers(0, 60)))
    return as_bytes(painted(enlarged(ink, 300), paper, rng.integers(0, 50, 3)))


def on_red(ink, rng):
    paper = (int(rng.integers(170, 256)), int(rng.integers(0, 40)), int(rng.integers(0, 50)))
    return as_bytes(painted(enlarged(ink, 260), paper, rng.integers(0, 30, 3)))


def light_on_yellow(ink, rng):
    paper = (255, int(rng.integers(190, 235)), int(rng.integers(0, 30)))
    return as_bytes(painted(enlarged(ink, 300), paper, WHITE))


def any_colours(ink, rng):
    """Two colours that are told apart easily."""
    while True:
        paper, pen = rng.integers(0, 256, (2, 3))
        if abs(int(paper @ (3, 6, 1)) - int(pen @ (3, 6, 1))) > 800:
            return as_bytes(painted(enlarged(ink, 320), paper, pen))


def framed(ink, rng):
    """A frame round the picture, 1 to 7 pixels wide, at its edge or inside."""
    page = Image.fromarray(as_bytes(painted(enlarged(ink, 280), WHITE, BLACK)))
    inset = 0 if rng.random() < 0.6 else int(rng.integers(2, 14))
    corners = (inset, inset, 279 - inset, 279 - inset)
    colour = tuple(int(v) for v in rng.integers(0, 140, 3))
    ImageDraw.Draw(page).rectangle(corners, outline=colour, width=int(rng.integers(1, 8)))
    return np.asarray(page)


def strip(ink, rng):
    """A dark strip along one side, as of a desk or of a window."""
    page = as_bytes(painted(enlarged(ink, 280), rng.integers(235, 256, 3), rng.integers(0, 60, 3)))
    wide = int(rng.integers(10, 46))
    side = (np.s_[:, :wide], np.s_[:, -wide:], np.s_[:wide], np.s_[-wide:])[rng.integers(4)]
    page[side] = rng.integers(0, 120, 3)
    return page


def half_shadow(ink, rng):
    page = painted(enlarged(ink, 320), rng.integers(225, 256, 3), rng.integers(0, 70, 3))
    edge = 1 / (
        1 + np.exp(-(slope(320, rng) - rng.uniform(-0.15, 0.15)) / rng.uniform(0.003, 0.03))
    )
    return as_bytes(page * (1 - (1 - rng.uniform(0.35, 0.65)) * edge)[..., None])


def lamp(ink, rng):
    """Light that falls off over the page."""
    page = painted(enlarged(ink, 320), rng.integers(200, 250, 3), rng.integers(0, 80, 3))
    return as_bytes(page * (1 + rng.uniform(0.7, 1.2) * slope(320, rng))[..., None])


def see_through(ink, rng):
    """Ink of some opacity on a transparent ground."""
    picture = np.zeros((240, 240, 4), np.uint8)
    picture[..., :3] = rng.integers(0, 90, 3) if rng.random() < 0.7 else rng.integers(200, 256, 3)
    picture[..., 3] = np.rint(enlarged(ink, 240) * rng.uniform(0.25, 0.8) * 255)
    return picture


def ruled(ink, rng):
    page = Image.fromarray(as_bytes(painted(np.ones((300, 300)), WHITE, rng.integers(235, 256, 3))))
    draw, gap = ImageDraw.Draw(page), int(rng.integers(24, 70))
    colour = tuple(int(v) for v in rng.integers(110, 215, 3))
    for y in range(int(rng.integers(gap)), 300, gap):
        draw.line((0, y, 300, y + int(rng.integers(-3, 4))), colour, int(rng.integers(1, 3)))
    return as_bytes(painted(enlarged(ink, 300), np.asarray(page), rng.integers(0, 80, 3)))


def squared(ink, rng):
    page = Image.new("RGB", (300, 300), tuple(int(v) for v in rng.integers(240, 256, 3)))
    draw, gap = ImageDraw.Draw(page), int(rng.integers(14, 40))
    colour = tuple(int(v) for v in rng.integers(150, 220, 3))
    for at in range(int(rng.integers(gap)), 300, gap):
        draw.line((0, at, 300, at), colour, 1)
        draw.line((at, 0, at, 300), colour, 1)
    return as_bytes(painted(enlarged(ink, 300), np.asarray(page), rng.integers(0, 80, 3)))


def grainy(ink, rng):
    page = painted(enlarged(ink, 200), rng.integers(190, 256, 3), rng.integers(0, 90, 3))
    return as_bytes(page + rng.normal(0, rng.uniform(10, 30), page.shape))


def out_of_focus(ink, rng):
    page = Image.fromarray(as_bytes(painted(enlarged(ink, 300), WHITE, rng.integers(0, 60, 3))))
    return np.asarray(page.filter(ImageFilter.GaussianBlur(rng.uniform(4, 11))))


def faint(ink, rng):
    """Pencil that hardly differs from its paper."""
    paper = rng.integers(205, 250)
    return as_bytes(painted(enlarged(ink, 300), (paper,) * 3, (paper - rng.integers(25, 60),) * 3))


def board(ink, rng):
    """Chalk on a board, wiped badly."""
    small = Image.fromarray(np.uint8(rng.uniform(0, 60, (9, 9))))
    clouds = np.asarray(small.resize((320, 320), Image.Resampling.BICUBIC), np.float32)
    page = (
        np.float32(((25, 70, 45), (35, 35, 38), (20, 40, 70))[rng.integers(3)])
        + clouds[..., None] / 2
    )
    grain = rng.uniform(0.6, 1, (320, 320)).astype(np.float32)
    return as_bytes(painted(enlarged(ink, 320) * grain, page, (240, 240, 230)))


def small_on_page(ink, rng):
    """A small digit on a large sheet, as photographed from too far."""
    page = placed(ink, 900, rng.uniform(90, 170), rng)
    return as_bytes(painted(page, rng.integers(215, 250, 3), rng.integers(0, 70, 3)))


def on_desk(ink, rng):
    """A sheet that ends within the picture."""
    y, x = np.mgrid[:320, :320]
    desk = (
        np.float32(rng.integers(60, 150, 3))
        + 12 * np.sin(x * 0.1 + 3 * np.sin(y * 0.02))[..., None]
    )
    sheet = Image.new("L", (320, 320))
    inset = rng.uniform(8, 45, 8)
    corners = ((inset[0], inset[1]), (320 - inset[2], inset[3]), (320 - inset[4], 320 - inset[5]))
    ImageDraw.Draw(sheet).polygon([*corners, (inset[6], 320 - inset[7])], 255)
    share = np.asarray(sheet.filter(ImageFilter.GaussianBlur(1)), np.float32)[..., None] / 255
    digit = np.pad(enlarged(ink, 210), 55)
    page = painted(digit, rng.integers(225, 256, 3), rng.integers(0, 60, 3))
    return as_bytes(desk * (1 - share) + page * share)


def few_pixels(ink, rng):
    """About as small as the network's own input, dark on light."""
    return as_bytes(
        painted(enlarged(ink, int(rng.integers(29, 60))), rng.integers(220, 256, 3), BLACK)
    )


def askew(ink, rng):
    """The sheet photographed from the side."""
    page = Image.fromarray(np.uint8(enlarged(ink, 300) * 255))
    a, b, c, d = rng.normal(0, 0.08, 4)
    turned = page.transform(
        (300, 300), Image.Transform.PERSPECTIVE,
        (1 + a, b, -150 * (a + b), c, 1 + d, -150 * (c + d), *rng.normal(0, 0.0004, 2)),
        Image.Resampling.BICUBIC,
    )  # fmt: skip
    return as_bytes(
        painted(np.asarray(turned, np.float32) / 255, rng.integers(190, 256, 3), (30, 30, 50))
    )


Kind = Callable[[np.ndarray, Generator], np.ndarray]
KINDS: tuple[Kind, ...] = (
    light_on_black, dark_on_white, blocks, close_up, tight, one_edge, on_yellow, on_red,
    light_on_yellow, any_colours, framed, strip, half_shadow, lamp, see_through, ruled, squared,
    grainy, out_of_focus, faint, board, small_on_page, on_desk, few_pixels, askew,
)  # fmt: skip
