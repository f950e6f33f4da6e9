"""A garment is found in a photo and fitted. All photos here are made up."""

import cv2
import numpy as np
import pytest
import torch

from models.preprocess import photo
from tests.pictures import check, shirt, taken
from train.garment import GarmentToImage


def expected(mask: np.ndarray) -> np.ndarray:
    """bool (28, 28): where the garment must be bright."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    crop = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = [round(side * 28 / max(crop.shape)) for side in crop.shape[::-1]]
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    canvas = np.zeros((28, 28), np.uint8)
    left, top = (28 - size[0]) // 2, (28 - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = small
    return canvas > 127


def overlap(trace, mask: np.ndarray) -> float:
    """Intersection over union of what is bright and what should be."""
    bright = trace.network_input > 0.12
    wanted = expected(mask)
    return (bright & wanted).sum() / (bright | wanted).sum()


SCENES = {
    "dark on light": ((35, 35, 40), (225, 215, 200)),
    "light on dark": ((230, 230, 235), (70, 50, 40)),
    "red on grey": ((190, 40, 50), (130, 130, 130)),
    "blue on wood": ((60, 80, 160), (170, 120, 80)),
    "white on red": ((240, 240, 240), (180, 30, 40)),
    "black on brown": ((20, 20, 22), (110, 80, 60)),
}


@pytest.mark.parametrize("garment, ground", SCENES.values(), ids=SCENES)
def test_a_garment_is_cut_out_and_bright_on_black(garment, ground):
    trace = photo(taken(garment, ground))
    check(trace)
    assert (trace.kind, trace.width, trace.height, trace.centre) == ("photo", 240, 320, None)
    wanted = cv2.resize(shirt(), trace.mask.shape[::-1], interpolation=cv2.INTER_AREA) > 127
    found = trace.mask > 127
    assert (found & wanted).sum() / (found | wanted).sum() > 0.85
    left, top, right, bottom = trace.box
    rows, columns = np.flatnonzero(shirt().any(1)), np.flatnonzero(shirt().any(0))
    np.testing.assert_allclose((left, right), (columns[0], columns[-1] + 1), atol=8)
    np.testing.assert_allclose((top, bottom), (rows[0], rows[-1] + 1), atol=8)
    assert trace.notes == () and not trace.blank
    assert overlap(trace, shirt()) > 0.85
    assert trace.network_input[expected(shirt())].mean() > 0.27
    assert max(np.ptp(side) + 1 for side in np.nonzero(trace.network_input > 0.1)) == 28


def test_a_patterned_ground():
    squares = np.indices((320, 240)).sum(0) // 20 % 2
    ground = np.where(squares[..., None], (200, 190, 170), (120, 110, 90))
    share = shirt()[..., None] / 255
    scene = np.uint8(np.array((40, 60, 150)) * share + ground * (1 - share))
    assert overlap(photo(scene), shirt()) > 0.65


def test_a_product_picture_on_white():
    scene = taken((90, 110, 80), (255, 255, 255), texture=0)
    small = cv2.resize(scene, (60, 80), interpolation=cv2.INTER_AREA)
    assert overlap(photo(small), shirt()) > 0.8


def test_a_pair_stays_a_pair():
    mask = np.zeros((240, 320), np.uint8)
    cv2.ellipse(mask, (110, 120), (35, 80), 0, 0, 360, 255, -1)
    cv2.ellipse(mask, (210, 120), (35, 80), 0, 0, 360, 255, -1)
    trace = photo(taken((40, 40, 45), (200, 190, 180), mask=mask))
    assert overlap(trace, mask) > 0.85


def test_what_is_on_the_garment_stays_visible():
    scene = taken((40, 40, 45), (220, 210, 200))
    plain = photo(scene).network_input
    cv2.rectangle(scene, (100, 130), (140, 190), (235, 235, 235), -1)
    printed = photo(scene).network_input
    assert printed[12:15, 13:15].mean() > plain[12:15, 13:15].mean() + 0.2


def test_invert_turns_the_garments_greys_round():
    scene = taken((40, 40, 45), (220, 210, 200))
    cv2.rectangle(scene, (100, 130), (140, 190), (235, 235, 235), -1)
    one = photo(scene).network_input
    other = photo(scene, invert=True).network_input
    inside = expected(shirt())
    assert np.corrcoef(one[inside], other[inside])[0, 1] < -0.5
    assert np.percentile(other[inside], 5) > 0.2 and not other[0, 0]


def test_without_a_cut_the_whole_picture_is_used_on_a_dark_ground():
    trace = photo(taken((40, 40, 45), (220, 210, 200)), cut=False)
    check(trace)
    assert trace.notes == ("whole-picture",) and trace.mask is None and trace.box is None
    assert trace.network_input[10:20, 10:18].mean() > 0.7
    assert trace.network_input[24:, 4:24].mean() < 0.3


def test_transparency_says_what_to_cut():
    mask = shirt()
    scene = np.dstack([taken((120, 120, 120), (120, 120, 120)), mask])
    trace = photo(scene)
    assert trace.notes == ("mask:transparency",) and overlap(trace, mask) > 0.9
    scene[..., 3] = 255
    assert "mask:transparency" not in photo(scene).notes


def test_where_nothing_stands_out_the_whole_picture_is_used():
    grain = 128 + np.random.default_rng(0).normal(0, 12, (200, 150, 3))
    trace = photo(np.uint8(grain))
    check(trace)
    assert trace.notes == ("fallback:no-object",) and not trace.blank
    assert np.count_nonzero(trace.network_input) > 0.7 * 28 * 20
    assert photo(np.full((200, 150, 3), 77, np.uint8)).blank


def test_the_same_photo_gives_the_same_picture():
    scene = taken((60, 80, 160), (170, 120, 80), texture=25)
    first = photo(scene).network_input
    photo(taken((230, 230, 235), (70, 50, 40)))
    np.testing.assert_array_equal(photo(scene).network_input, first)


@torch.inference_mode()
def test_on_plain_ground_the_greys_are_the_datasets_own_and_bright():
    """A shop's picture, as the authors of Fashion-MNIST had it: no contrast is added."""
    shape = np.zeros((56, 56), np.uint8)
    shape[4:52, 10:46] = 255
    for grey, first in ((70, 255 - 70), (200, 200)):
        picture = torch.full((56, 56, 4), 255, dtype=torch.uint8)
        picture[4:52, 10:46, :3] = grey
        given = picture, torch.from_numpy(shape), torch.tensor(True), torch.tensor([False])
        for turned in (False, True):
            image = GarmentToImage()(*given, torch.tensor([turned]))[0][0, 0]
            wanted = (255 - first if turned else first) / 255
            assert image[14, 14] == pytest.approx(wanted, abs=1e-3)
