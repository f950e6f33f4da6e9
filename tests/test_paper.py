"""A digit is found on photographed paper. All photos here are made up."""

import numpy as np
import pytest

from models.preprocess import photo, sketch
from tests.pictures import check, drawing, likeness, on_paper

FIVE = sketch(drawing())

PAPERS = {
    "plain": {},
    "lines": {"ruled": "lines"},
    "grid": {"ruled": "grid"},
    "shadow": {"shadow": True},
    "shadow on lines": {"ruled": "lines", "shadow": True},
    "desk": {"desk": True},
    "everything": {"ruled": "grid", "shadow": True, "desk": True},
    "pencil": {"ink": (125, 125, 125)},
    "red on lines": {"ruled": "lines", "ink": (190, 40, 50)},
}


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_a_digit_on_photographed_paper(paper):
    trace = photo(on_paper(**paper), "digit")
    check(trace)
    assert (trace.kind, trace.width, trace.height) == ("photo", 400, 400)
    left, top, right, bottom = trace.box
    assert left < trace.centre[0] < right and top < trace.centre[1] < bottom
    assert trace.mask.max() > 240 and (trace.mask > 127).mean() < 0.2
    assert likeness(FIVE, trace) > 0.85


def test_chalk_on_a_board():
    share = (255 - drawing(pen=14)[..., :1]) / 255
    rng = np.random.default_rng(2)
    chalk = share * rng.uniform(0.6, 1, share.shape)
    board = np.array((40, 60, 50)) + rng.normal(0, 4, (400, 400, 1))
    scene = np.uint8(np.clip(board * (1 - chalk) + 225 * chalk, 0, 255))
    assert likeness(FIVE, photo(scene, "digit")) > 0.85


def test_a_clean_drawing_taken_for_a_photo():
    assert likeness(FIVE, photo(drawing(), "digit")) > 0.95
    assert likeness(FIVE, photo(255 - drawing(), "digit")) > 0.95
    assert likeness(FIVE, photo(drawing(), "digit", cut=False)) > 0.99


def test_empty_paper_is_blank():
    grain = 225 + np.random.default_rng(0).normal(0, 3, (400, 400, 3))
    light = np.linspace(1, 0.6, 400)[None, :, None]
    assert photo(np.uint8(np.clip(grain * light, 0, 255)), "digit").blank
