"""A sketch becomes MNIST's 28×28: the torch module and its shipped graph."""

import cv2
import numpy as np
import onnxruntime
import pytest
import torch

from export import parity
from models.specs import FOLDER
from train.pictures.data import load
from train.pictures.hand import arc, curve, line, render
from train.sketch import CENTRE, DrawnToImage, SketchToImage, _normal_below

THREE = [curve((0, 0.15), (0.3, 0), (0.55, 0.2), (0.3, 0.45), (0.6, 0.75), (0.3, 1), (0, 0.85))]
EIGHT = [arc(0.3, 0.22, 0.2, 0.22, 90, 365), arc(0.3, 0.72, 0.26, 0.28, -90, -365)]
FOUR = [line((0.1, 0), (0, 0.6), (0.7, 0.6)), line((0.5, 0.2), (0.5, 1))]
BAR = [line((0.5, 0), (0.5, 1))]
DRAWINGS = {"three": THREE, "eight": EIGHT, "four": FOUR, "bar": BAR}


def see(*canvases: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """uint8 canvases of one size -> images (N, 28, 28), boxes (N, 4), centres (N, 2)."""
    with torch.inference_mode():
        image, box, centre = SketchToImage()(torch.from_numpy(np.stack(canvases)))
    return image[:, 0].numpy(), box.numpy(), centre.numpy()


def mass(image: np.ndarray) -> tuple[float, float]:
    """x, y of the centre of mass, in pixels from the left and upper edges."""
    place = np.arange(28) + 0.5
    return (image.sum(0) @ place) / image.sum(), (image.sum(1) @ place) / image.sum()


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The correlation of two pictures: 1 when they are alike."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def inked(image: np.ndarray) -> tuple[int, int]:
    """Width and height of what is clearly inked."""
    return int((image.max(0) > 0.3).sum()), int((image.max(1) > 0.3).sum())


@pytest.fixture(scope="module")
def graph() -> onnxruntime.InferenceSession:
    return parity.opened(FOLDER / "sketch.onnx")


def test_the_normal_distribution_is_torchs_own():
    x = torch.linspace(-9, 9, 4001, dtype=torch.float64)
    expected = torch.special.ndtr(x)
    apart = (_normal_below(x) - expected).abs()
    assert (apart <= 1.3e-7 * torch.minimum(expected, 1 - expected) + 1e-15).all()


@pytest.mark.parametrize(
    ("count", "height", "width"),
    [(1, 400, 400), (3, 57, 211), (2, 28, 28), (5, 9, 1), (1, 600, 90)],
)
def test_the_graph_computes_what_torch_computes(graph, count, height, width):
    rng = np.random.default_rng(height)
    ink = np.zeros((count, height, width), np.uint8)
    for picture in ink[1:] if count > 1 else ink:  # the first of several stays blank
        points = rng.uniform(0, (width, height), (6, 2)).astype(np.int32)
        cv2.polylines(picture, [points], False, 255, int(rng.integers(1, 20)), cv2.LINE_AA)
    expected = see(*ink)
    image, box, centre = graph.run(["image", "box", "centre"], {"ink": ink})
    assert image.shape == (count, 1, 28, 28) and image.dtype == np.float32
    with torch.inference_mode():
        same = DrawnToImage()(torch.from_numpy(ink))[0]
    np.testing.assert_array_equal(image, same)  # float64 in both, whole 255ths out
    # What training sees, not rounded, lies within the rounding.
    np.testing.assert_allclose(image[:, 0], expected[0], atol=0.5 / 255 + 5e-5)
    np.testing.assert_array_equal(box, expected[1])
    np.testing.assert_allclose(centre, expected[2], atol=1e-3)


@pytest.mark.parametrize("name", DRAWINGS)
def test_thin_and_thick_pens_come_out_alike(name):
    pens = (1, 3, 8, 16, 30, 45)
    images, _, _ = see(*(render(DRAWINGS[name], 250, pen, 400) for pen in pens))
    for pen, image in zip(pens, images, strict=True):
        assert likeness(image, images[2]) > 0.9, f"pen {pen} against pen 8"
        assert 0.75 < image.sum() / images[2].sum() < 1.35, f"pen {pen} against pen 8"
        assert image.max() > 0.95, f"pen {pen}"


@pytest.mark.parametrize("name", DRAWINGS)
def test_size_place_and_canvas_make_no_difference(name):
    expected = see(render(DRAWINGS[name], 200, 8, 400))[0][0]
    for size, pen, canvas, place in [
        (200, 8, 400, (130, 120)),
        (200, 8, 800, (690, 600)),
        (100, 4, 300, (70, 220)),
        (360, 14, 400, (200, 200)),
        (40, 2, 64, (30, 34)),
    ]:
        image = see(render(DRAWINGS[name], size, pen, canvas, place))[0][0]
        assert likeness(image, expected) > 0.97, (size, canvas, place)


@pytest.mark.parametrize("pen", [1, 10, 40])
@pytest.mark.parametrize("name", DRAWINGS)
def test_the_centre_of_mass_is_where_mnist_has_it(name, pen):
    image, _, centre = see(render(DRAWINGS[name], 250, pen, 400, (180, 210)))
    np.testing.assert_allclose(mass(image[0]), CENTRE, atol=0.5)
    ink = render(DRAWINGS[name], 250, pen, 400, (180, 210)).astype(float)
    place = np.arange(400) + 0.5
    true = (ink.sum(0) @ place / ink.sum(), ink.sum(1) @ place / ink.sum())
    np.testing.assert_allclose(centre[0], true, atol=6)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_longer_side_is_twenty_and_the_aspect_is_kept(name):
    canvas = render(DRAWINGS[name], 250, 12, 400)
    image, box, _ = see(canvas)
    rows, columns = np.flatnonzero(canvas.max(1) > 50), np.flatnonzero(canvas.max(0) > 50)
    np.testing.assert_allclose(box[0], (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), atol=1)
    width, height = inked(image[0])
    assert abs(max(width, height) - 20) <= 1
    drawn = np.ptp(np.concatenate(DRAWINGS[name]), axis=0)
    assert abs((width - 2.5) / (height - 2.5) - drawn[0] / drawn[1]) < 0.12


def test_a_level_bar_is_an_upright_one_turned():
    upright = see(render(BAR, 250, 10, 400))[0][0]
    level = see(render([BAR[0][:, ::-1]], 250, 10, 400))[0][0]
    np.testing.assert_allclose(level, upright.T, atol=5e-3)


@pytest.mark.parametrize("size", [(400, 400), (28, 28), (1, 1)])
def test_a_blank_canvas_gives_nothing(size):
    for output in see(np.zeros(size, np.uint8)):
        np.testing.assert_array_equal(output, 0)


@pytest.mark.parametrize("pen", [1, 6, 30, 120])
def test_a_dot_stays_a_dot(pen):
    image, box, _ = see(render([np.zeros((1, 2))], 1, pen, 400, (100, 300)))
    assert np.isfinite(image).all() and image.max() > 0.9
    assert max(inked(image[0])) <= 15
    np.testing.assert_allclose((box[0, :2] + box[0, 2:]) / 2, (100, 300), atol=1.5)


def test_a_canvas_full_of_ink_is_no_error():
    image, box, centre = see(np.full((50, 80), 255, np.uint8))
    assert np.isfinite(image).all()
    np.testing.assert_array_equal(box[0], (0, 0, 80, 50))
    np.testing.assert_allclose(centre[0], (40, 25), atol=0.1)


def test_faint_ink_counts_as_much_as_strong():
    strong = render(THREE, 200, 8, 400)
    images, boxes, _ = see(strong, strong // 4)
    np.testing.assert_allclose(images[0], images[1], atol=0.03)
    np.testing.assert_allclose(boxes[0], boxes[1], atol=1)


def test_a_drawing_is_seen_the_same_alone_and_among_others():
    canvases = [render(drawing, 200, 8, 400) for drawing in DRAWINGS.values()]
    together = see(*canvases)[0]
    for canvas, image in zip(canvases, together, strict=True):
        np.testing.assert_allclose(see(canvas)[0][0], image, atol=1e-5)


def test_mnist_drawn_large_comes_out_as_it_went_in(data_dir):
    digits = load("mnist", data_dir, train=False)[0][:200, 0].numpy()
    large = [cv2.resize(digit, (280, 280), interpolation=cv2.INTER_CUBIC) for digit in digits]
    images, _, _ = see(*large)
    alike = [likeness(i, d / 255) for i, d in zip(images, digits, strict=True)]
    assert np.median(alike) > 0.9
    assert 0.9 < images.mean() / (digits.mean() / 255) < 1.15
