"""Made-up drawings and photos that several tests read, and what every trace promises."""

import io

import cv2
import numpy as np
from PIL import Image


def drawing(side: int = 400, pen: int = 16, ink=(0, 0, 0), paper=(255, 255, 255), place=(0.5, 0.5)):
    """A five, half as high as the canvas: uint8 RGB (side, side, 3)."""
    x, y = (np.array(place) - 0.5) * side
    points = np.array([(0.6, 0.25), (0.4, 0.25), (0.38, 0.48), (0.5, 0.44), (0.62, 0.52)])
    points = np.vstack([points, [(0.64, 0.64), (0.55, 0.74), (0.45, 0.75), (0.36, 0.7)]])
    canvas = np.full((side, side, 3), paper, np.uint8)
    path = np.int32(np.rint((points * side + (x, y)) * 16))
    cv2.polylines(canvas, [path], False, ink, pen, cv2.LINE_AA, shift=4)
    return canvas


def seven() -> np.ndarray:
    """A 7 drawn dark on light, uint8 (120, 120)."""
    picture = np.full((120, 120), 255, np.uint8)
    picture[25:33, 35:80] = 0
    for row in range(33, 95):
        left = 72 - (row - 33) * 2 // 5
        picture[row, left : left + 8] = 0
    return picture


def bag() -> np.ndarray:
    """A 28×28 picture like the dataset's: something bag-shaped, bright on black, uint8."""
    picture = np.zeros((28, 28), np.uint8)
    picture[12:25, 3:25] = 180
    picture[5:12, [8, 9, 18, 19]] = 120
    picture[4:6, 8:20] = 120
    return picture


def likeness(one, other) -> float:
    """The correlation of two network inputs: 1 when they are alike."""
    return float(np.corrcoef(one.network_input.ravel(), other.network_input.ravel())[0, 1])


def check(trace) -> None:
    """What every trace promises."""
    image = trace.network_input
    assert image.shape == (28, 28) and image.dtype == np.float32
    assert image.min() >= 0 and image.max() <= 1
    greys = np.rint(image * 255).astype(np.uint8)
    np.testing.assert_array_equal(greys.astype(np.float32) / 255, image)  # bytes say the same
    assert trace.kind in ("sketch", "photo", "sample") and trace.picture is None
    if trace.mask is not None:
        assert trace.mask.dtype == np.uint8 and min(trace.mask.shape) <= 128
    if trace.box is not None:
        left, top, right, bottom = trace.box
        assert 0 <= left < right <= trace.width and 0 <= top < bottom <= trace.height


def shirt(height: int = 320, width: int = 240) -> np.ndarray:
    """uint8 (height, width): 255 where a T-shirt lies."""
    outline = [(0.35, 0.2), (0.42, 0.25), (0.58, 0.25), (0.65, 0.2), (0.9, 0.33), (0.82, 0.46)]
    outline += [(0.72, 0.4), (0.72, 0.8), (0.28, 0.8), (0.28, 0.4), (0.18, 0.46), (0.1, 0.33)]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.int32(np.array(outline) * (width, height))], 255, cv2.LINE_AA)
    return mask


def taken(garment, ground, texture: float = 6, mask=None) -> np.ndarray:
    """A photo of the T-shirt in one colour on a ground of another, with grain and a light side."""
    rng = np.random.default_rng(0)
    share = (shirt() if mask is None else mask)[..., None] / 255
    scene = np.array(garment) * share + np.array(ground) * (1 - share)
    scene = cv2.GaussianBlur(scene + rng.normal(0, texture, scene.shape), (0, 0), 0.8)
    light = np.linspace(1.05, 0.85, scene.shape[1])[None, :, None]
    return np.uint8(np.clip(scene * light, 0, 255))


def on_paper(ruled: str = "", shadow: bool = False, desk: bool = False, ink=(35, 50, 120)):
    """A five written on paper and photographed: uint8 RGB (400, 400, 3)."""
    rng = np.random.default_rng(1)
    share = (255 - drawing(pen=12, place=(0.45, 0.55))[..., :1]) / 255
    paper = np.full((400, 400, 3), (236, 232, 222), np.float64)
    if "lines" in ruled:
        paper[12::28] = paper[13::28] = (150, 175, 210)
    if "grid" in ruled:
        paper[10::20] = paper[:, 10::20] = (165, 185, 215)
    scene = paper * (1 - share) + np.array(ink) * share
    y, x = np.mgrid[0:1:400j, 0:1:400j]
    if shadow:
        scene *= (1 - 0.5 / (1 + np.exp(-40 * (x + 0.4 * y - 0.7))))[..., None]
    if desk:
        sheet = np.zeros((400, 400), np.uint8)
        cv2.fillPoly(sheet, [np.int32([(25, 20), (380, 12), (390, 370), (30, 390)])], 255)
        wood = np.array((120, 80, 50)) + 10 * np.sin(60 * y)[..., None]
        scene = np.where(sheet[..., None] > 0, scene, wood)
    scene = cv2.GaussianBlur(scene * (1 - 0.25 * y)[..., None], (0, 0), 0.8)
    return np.uint8(np.clip(scene + rng.normal(0, 3, scene.shape), 0, 255))


def saved(picture: Image.Image, format: str = "PNG", **options) -> bytes:
    """The bytes of a file of that format."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()
