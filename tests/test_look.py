"""The way of a look: what its modules promise, the split by people, the rule of the answer."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.look import Look, Rule
from train.garment_sketch import CLOTH, GarmentSketch
from train.look_network import LookNet
from train.look_way import SIDE
from train.look_way import Look as LookWay
from train.pictures import people
from train.pictures.garments import PROGRAMS, garment_canvases


def box(size: int = 100, gap: int = 0) -> torch.Tensor:
    """The outline of a box, 2 pixels wide, with a gap in its upper side."""
    ink = torch.zeros(1, size, size, dtype=torch.uint8)
    ink[0, 20:80, 20:80] = 255
    ink[0, 22:78, 22:78] = 0
    if gap:
        ink[0, 20:22, 50 : 50 + gap] = 0
    return ink


@pytest.mark.parametrize("gap", [0, 3, 6])
def test_an_outline_is_filled_even_where_a_hand_left_it_open(gap):
    image, _, _ = GarmentSketch()(box(gap=gap))
    inner = image[0, 0, 6:22, 6:22]
    assert torch.all((inner - CLOTH).abs() < 2 / 255)


def test_a_drawing_fills_the_whole_picture_and_its_box_is_told():
    image, found, centre = GarmentSketch()(box())
    assert image[0, 0, 0].max() > 0.5 and image[0, 0, -1].max() > 0.5
    assert found[0].tolist() == [20, 20, 80, 80]
    assert centre[0].tolist() == [50, 50]


def test_a_wide_opening_is_no_gap():
    """A U is not an O: what lies between its arms stays black."""
    image, _, _ = GarmentSketch()(box(gap=26))
    assert image[0, 0, 10:20, 10:18].max() == 0


def test_a_spiral_is_filled_only_where_it_encloses():
    ink = torch.zeros(1, 120, 120, dtype=torch.uint8)
    for ring, (low, high) in enumerate(((10, 110), (30, 90), (50, 70))):
        ink[0, low : high + 1, [low, high]] = 255
        ink[0, [low, high], low : high + 1] = 255
        ink[0, low : low + 3, low + 4 : low + 16] = 0 if ring % 2 == 0 else 255
    image, _, _ = GarmentSketch()(ink)
    assert torch.isfinite(image).all()


def test_nothing_drawn_is_black():
    image, found, _ = GarmentSketch()(torch.zeros(2, 50, 80, dtype=torch.uint8))
    assert image.shape == (2, 1, 28, 28) and not image.any() and not found.any()


def test_place_and_size_on_the_canvas_do_not_matter():
    small = torch.zeros(1, 300, 200, dtype=torch.uint8)
    small[0, 150:250, 60:160] = box()[0]
    assert torch.equal(GarmentSketch()(small)[0], GarmentSketch()(box())[0])


def test_every_program_draws_something_else():
    inks, labels = garment_canvases(60, 5)
    assert set(labels.tolist()) <= set(range(len(PROGRAMS))) and all(ink.any() for ink in inks)


@pytest.fixture(scope="module")
def look() -> LookWay:
    torch.manual_seed(0)
    return LookWay(LookNet().eval()).eval()


@pytest.mark.parametrize("shape", [(28, 28), (200, 90), (33, 300)])
@torch.inference_mode()
def test_a_look_tells_kind_class_and_a_mask_of_the_pictures_own_size(look, shape):
    rgba = torch.randint(0, 256, (*shape, 4), dtype=torch.uint8)
    rgba[..., 3] = 255
    kind, garment, mask, _, _ = look(rgba)
    assert torch.isclose(kind.exp().sum(), torch.tensor(1.0), atol=1e-5)
    assert torch.isclose(garment.exp().sum(), torch.tensor(1.0), atol=1e-5)
    assert mask.shape == shape and mask.dtype == torch.uint8


@torch.inference_mode()
def test_transparency_says_what_to_cut(look):
    rgba = torch.full((60, 40, 4), 200, dtype=torch.uint8)
    rgba[..., 3] = 0
    rgba[10:50, 5:35, 3] = 255
    assert torch.equal(look(rgba)[2], rgba[..., 3])


@torch.inference_mode()
def test_a_border_of_one_colour_is_plain_ground(look):
    rgba = torch.full((90, 70, 4), 255, dtype=torch.uint8)
    rgba[20:70, 20:50, :3] = 40
    assert look(rgba)[4]
    rgba[0, ::2, 0] = 100
    assert not look(rgba)[4]


@torch.inference_mode()
def test_a_mask_comes_back_to_where_it_was_seen(look):
    """Of a square piece of the picture, as the second look takes one."""
    inside = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    inside[32:96, 32:96] = True
    step = torch.tensor(0.5)
    mask = look._large(inside, torch.tensor(20.0), torch.tensor(10.0), step, 100, 120)
    rows, columns = np.nonzero(mask.numpy() > 127)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (26, 57, 36, 67)


def test_the_rule_weighs_both_opinions_and_both_kinds_of_evidence():
    sure = np.full(10, -9.0)
    sure[3] = np.log(0.99)
    seen = Look(np.log([0.01, 0.98, 0.01]), sure, np.zeros((4, 4), np.uint8), True)
    rule = Rule(share=0.5, plain_share=0.0, temper=1.0, weight=1.0, threshold=3.0)
    probabilities = rule.probabilities(seen, np.log(np.full(10, 0.1)))
    assert probabilities.argmax() == 3 and abs(probabilities.sum() - 1) < 1e-9
    assert rule.probabilities(replace(seen, plain=True), np.log(np.full(10, 0.1))).max() < 0.11
    assert not rule.turns_away(seen, energy=0.0) and rule.turns_away(seen, energy=-2.0)


def test_nobody_is_learnt_from_and_judged_by():
    names = [f"person {number}" for number in range(500)]
    parts = [people.part_of(name) for name in names]
    assert parts == [people.part_of(name) for name in names]
    share = parts.count("test") / len(parts)
    assert 0.15 < share < 0.25 and parts.count("train") > parts.count("validation") > 0


def test_photos_of_one_person_are_in_one_part(tmp_path):
    folder = tmp_path / "photos"
    rows = ["file,person,kids"]
    for number in range(60):
        name = f"t-shirt/{number}.jpg"
        (folder / "t-shirt").mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
        rows.append(f"{name},{number % 12},False")
    (folder / "people.csv").write_text("\n".join(rows))
    whose = [
        {int(path.stem) % 12 for path, _ in people.photos(tmp_path, part)}
        for part in ("train", "validation", "test")
    ]
    assert set.union(*whose) == set(range(12)) and sum(map(len, whose)) == 12
