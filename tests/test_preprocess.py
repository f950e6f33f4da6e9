"""Drawings become what the networks see; samples pass untouched; budgets hold."""

import io
from functools import partial

import cv2
import numpy as np
import pytest
from PIL import Image

from models import numbers
from models.classifier import logits
from models.decode import BadPicture
from models.preprocess import dataset_sample, drawn_ink, ink, photo, sketch, sketch_batch
from tests.pictures import check, drawing, likeness
from train.pictures.data import load

INKS = {
    "black": (0, 0, 0),
    "blue": (30, 60, 180),
    "yellow": (250, 220, 40),
    "grey": (200, 200, 200),
}
FIVE = sketch(drawing())
READERS = [sketch, photo, partial(numbers.of_file, logits=logits)]


def test_a_sketch_is_fitted_and_centred():
    check(FIVE)
    assert FIVE.kind == "sketch" and not FIVE.blank
    assert (FIVE.width, FIVE.height) == (400, 400) and FIVE.mask.shape == (96, 96)
    left, top, right, bottom = FIVE.box
    assert left < FIVE.centre[0] < right and top < FIVE.centre[1] < bottom
    rows = np.nonzero(FIVE.network_input > 0.3)[0]
    assert 17 <= np.ptp(rows) + 1 <= 22
    weights = FIVE.network_input / FIVE.network_input.sum()
    place = np.arange(28) + 0.5
    assert weights.sum(1) @ place == pytest.approx(14.5, abs=0.7)
    assert weights.sum(0) @ place == pytest.approx(14.5, abs=0.7)


@pytest.mark.parametrize("ink", INKS.values(), ids=INKS)
@pytest.mark.parametrize("paper", [(255, 255, 255), (0, 0, 0), (90, 140, 110)])
def test_any_ink_on_any_paper(ink, paper):
    if ink == paper:
        pytest.skip("black on black shows nothing")
    assert likeness(FIVE, sketch(drawing(ink=ink, paper=paper))) > 0.98


@pytest.mark.parametrize("place", [(0.32, 0.3), (0.7, 0.72)])
@pytest.mark.parametrize("side, pen", [(150, 6), (400, 16), (900, 36)])
def test_any_place_and_size(place, side, pen):
    assert likeness(FIVE, sketch(drawing(side, pen, place=place))) > 0.97


@pytest.mark.parametrize("pen", [2, 5, 28, 40])
def test_thin_and_thick_pens_come_out_alike(pen):
    assert likeness(FIVE, sketch(drawing(pen=pen))) > 0.85


def test_a_drawing_beside_much_empty_paper():
    canvas = np.full((1000, 700, 3), 255, np.uint8)
    canvas[850:1000, 40:190] = drawing(200, 8)[25:175, 25:175]
    assert likeness(FIVE, sketch(canvas)) > 0.95


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK"])
def test_every_mode(mode):
    assert likeness(FIVE, sketch(Image.fromarray(drawing()).convert(mode))) > 0.97


@pytest.mark.parametrize("ink", INKS.values(), ids=INKS)
def test_ink_on_transparent_paper(ink):
    opacity = 255 - drawing()[..., :1]
    canvas = np.concatenate([np.full((400, 400, 3), ink, np.uint8), opacity], axis=2)
    assert likeness(FIVE, sketch(canvas)) > 0.99


def test_jpeg_and_16_bits():
    file = io.BytesIO()
    Image.fromarray(drawing()).save(file, "JPEG", quality=50)
    assert likeness(FIVE, sketch(file.getvalue())) > 0.97
    deep = drawing()[..., 0].astype(np.uint16) * 257
    assert likeness(FIVE, sketch(Image.fromarray(deep))) > 0.99


def test_flat_paper_has_no_ink_at_all():
    found = drawn_ink(Image.fromarray(drawing(paper=(201, 187, 143))))
    assert (found[:50] == 0).all() and (found[-50:] == 0).all() and found.max() > 127


def test_ink_that_is_known_needs_no_search():
    greys = 255 - drawing()[..., 0]
    trace = ink(greys)
    check(trace)
    np.testing.assert_array_equal(trace.network_input, FIVE.network_input)
    assert (trace.box, trace.centre, trace.mask) == (FIVE.box, FIVE.centre, None)
    cropped = ink(greys[80:330, 110:300])
    assert (cropped.width, cropped.height) == (190, 250)
    np.testing.assert_allclose(cropped.network_input, FIVE.network_input, atol=1.01 / 255)


def test_large_drawings_are_reduced():
    trace = sketch(drawing(900, 36))
    assert (trace.width, trace.height) == (512, 512)
    assert max(trace.box) <= 512


@pytest.mark.parametrize("read", READERS)
def test_a_picture_is_kept_to_be_shown(read):
    if read is sketch:
        pytest.skip("whoever draws sees it")
    with Image.open(io.BytesIO(read(drawing(), show=True).picture)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (320, 320))


def test_a_line_round_the_canvas_is_no_ink():
    canvas = drawing()
    cv2.rectangle(canvas, (3, 3), (396, 396), (60, 60, 60), 2)
    assert likeness(FIVE, sketch(canvas)) > 0.98


@pytest.mark.parametrize("paper", [0, 120, 255])
@pytest.mark.parametrize("shape", [(400, 400), (400, 400, 3), (1, 1), (28, 29), (1, 900)])
def test_an_empty_canvas_is_blank(paper, shape):
    trace = sketch(np.full(shape, paper, np.uint8))
    check(trace)
    assert (
        trace.blank and not trace.network_input.any() and trace.box is None and trace.centre is None
    )


def test_an_empty_transparent_canvas_is_blank():
    assert sketch(np.zeros((300, 300, 4), np.uint8)).blank


def test_noise_of_compression_is_blank():
    paper = 235 + np.random.default_rng(0).normal(0, 2, (200, 200))
    assert sketch(np.uint8(paper)).blank


def test_a_dot_is_not_blank():
    canvas = np.full((400, 400), 255, np.uint8)
    canvas[100:103, 300:303] = 0
    trace = sketch(canvas)
    assert not trace.blank and trace.network_input.max() > 0.5


def test_a_batch_equals_its_sketches():
    sample = np.zeros((28, 28), np.uint8)
    sample[8:20, 13:15] = 250
    canvases = [drawing(), drawing(150, 5), sample, drawing(pen=30), np.full((9, 7), 3, np.uint8)]
    for one, other in zip(map(sketch, canvases), sketch_batch(canvases), strict=True):
        np.testing.assert_allclose(one.network_input, other.network_input, atol=1e-5)
        assert (one.blank, one.box, one.kind) == (other.blank, other.box, other.kind)
    assert sketch_batch([]) == []


# Pictures that already are what the networks read


@pytest.mark.parametrize("read", READERS)
def test_a_sample_passes_untouched(bag, read):
    colour = np.repeat(bag[..., None], 3, axis=2)
    file = io.BytesIO()
    Image.fromarray(bag).save(file, "PNG")
    for source in (bag, colour, Image.fromarray(bag), file.getvalue()):
        trace = read(source)
        np.testing.assert_array_equal(trace.network_input, bag.astype(np.float32) / 255)
        assert trace.notes == ("identity",) and trace.kind == "sample" and not trace.blank
    assert read(255 - bag).notes != ("identity",)
    tinted = colour.copy()
    tinted[14, 14, 0] += 9
    assert read(tinted).notes != ("identity",)


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
@pytest.mark.parametrize("train", [True, False])
def test_every_sample_of_the_datasets_is_recognised(data_dir, dataset, train):
    for index, pixels in enumerate(load(dataset, data_dir, train)[0][:, 0].numpy()):
        trace = dataset_sample(Image.fromarray(pixels))
        assert trace is not None
        assert (trace.network_input == pixels.astype(np.float32) / 255).all()
        if index % 10 == 0:
            assert dataset_sample(Image.fromarray(255 - pixels)) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 3), (27, 28), (8, 400)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA"])
def test_extreme_sizes(size, mode):
    for read in READERS:
        check(read(Image.new(mode, size, "white")))


def test_bad_pictures():
    for read in READERS:
        with pytest.raises(BadPicture):
            read(b"no picture")
