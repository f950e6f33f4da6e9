"""Made-up papers and the look that learns from them."""

import numpy as np
import torch

from train.find_ink import FIRST, STRIDE, FindInk, from_ground, opaque, shares, sides
from train.ink_network import InkNetwork
from train.pictures import pages, papers
from train.pictures.writing import Hands, laid


def hands() -> Hands:
    scans = np.zeros((3, 28, 28), np.uint8)
    scans[:, 6:22, 12:16] = 255
    return Hands(scans, np.array([1, 1, 1]), [])


def test_a_page_is_the_same_for_the_same_seed_and_another_for_another():
    first, again, other = (
        pages.made_up(hands(), (), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.picture, again.picture)
    assert not np.array_equal(first.picture, other.picture)


def test_ink_is_where_the_page_differs_from_its_paper():
    rng, found = np.random.default_rng(28), 0
    for _ in range(20):
        ink = np.zeros((pages.SIDE, pages.SIDE), np.float32)
        laid(ink, np.ones((60, 8), np.float32), 30, 50)
        page = np.ones((pages.SIDE, pages.SIDE, 3), np.float32) * papers.colour(rng)
        inked, mask = pages._inked(page, ink, rng)
        differs = np.abs(inked - page).max(2) > 8
        found += (differs & (mask > 0.5)).sum() > 0.8 * (mask > 0.5).sum()
    assert found == 20


def test_pages_without_ink_have_none():
    rng = np.random.default_rng(28)
    assert not any(pages.without_ink((), rng).ink.any() for _ in range(20))


def test_steps_see_the_mean_of_their_pixels():
    seen, within = shares(torch.tensor(0.0), torch.tensor(2.5), 4, 10)
    line = torch.arange(10.0)
    cut = torch.tensor((0 + 1 + 2 * 0.5, 2 * 0.5 + 3 + 4, 5 + 6 + 7 * 0.5, 7 * 0.5 + 8 + 9)) / 2.5
    assert torch.allclose(seen @ line, cut)
    assert torch.equal(within, torch.ones(4))


def test_steps_beyond_the_picture_see_its_edge_and_are_not_within():
    seen, within = shares(torch.tensor(-2.0), torch.tensor(1.0), 6, 2)
    assert torch.allclose(seen @ torch.tensor((5.0, 7.0)), torch.tensor((5.0, 5, 5, 7, 7, 7)))
    assert within.tolist() == [0, 0, 1, 1, 0, 0]


def test_see_through_dark_ink_lies_on_white_and_light_ink_on_black():
    rgba = torch.zeros(4, 4, 4, dtype=torch.uint8)
    rgba[1, 1, 3] = 128
    assert opaque(rgba)[:, 0, 0].tolist() == [255, 255, 255]
    rgba[..., :3] = 255
    assert opaque(rgba)[:, 0, 0].tolist() == [0, 0, 0]


def test_a_look_is_as_long_as_its_picture():
    assert sides(300, 300, FIRST) == (128, 128)
    for height, width in ((100, 500), (500, 100), (3, 2000)):
        high, wide = sides(height, width, FIRST)
        assert high % STRIDE == wide % STRIDE == 0
        assert (high > wide) == (height > width)


def test_the_second_look_is_square_pixeled_and_holds_the_ink():
    look = FindInk(InkNetwork()).eval()
    mask = torch.zeros(128, 128)
    mask[60:70, 20:50] = 1
    whole, pixels = torch.tensor((256.0, 256.0)), torch.tensor((128.0, 128.0))
    start, size = look._window(mask, whole, pixels)
    assert torch.isclose(size[0], size[1])
    assert start[0] <= 40 and start[0] + size[0] >= 100
    assert start[1] <= 120 and start[1] + size[1] >= 140


def drawn(*boxes: tuple[slice, slice], ground: int = 200) -> torch.Tensor:
    rgba = torch.full((160, 120, 4), 255, dtype=torch.uint8)
    rgba[..., :3] = ground
    for rows, columns in boxes:
        rgba[rows, columns, :3] = 30
    return rgba


def test_on_a_clean_ground_a_line_is_ink_whatever_the_network_says():
    ink, window, _ = FindInk(InkNetwork()).eval()(drawn((slice(30, 130), slice(58, 62))))
    left, top, right, bottom = window.tolist()
    assert left < 58 and right > 62 and top < 30 and bottom > 130
    columns = (ink > 127).any(0)
    assert 0 < columns.sum() * (right - left) / ink.shape[1] <= 8  # 4, and what is half seen
    assert (ink > 127).any(1).sum() * (bottom - top) / ink.shape[0] >= 96


def test_what_is_no_clean_drawing_is_the_networks():
    frame = [(slice(10, 12), slice(10, 110)), (slice(148, 150), slice(10, 110)),
             (slice(10, 150), slice(10, 12)), (slice(10, 150), slice(108, 110))]  # fmt: skip
    touching = [(slice(60, 62), slice(0, 120))]
    closed = [(slice(20, 140), slice(15, 105))]
    for boxes in (frame, touching, closed):
        assert not from_ground(opaque(drawn(*boxes)))[1], boxes
    assert from_ground(opaque(drawn((slice(30, 130), slice(58, 62)))))[1]
