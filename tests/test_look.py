"""The way of a look: what its modules promise, the split by people, the rule of the answer."""

import numpy as np
import pytest
import torch
from PIL import Image

from models import auto
from models.classifier import load, look
from models.specs import FOLDER
from train import look_network
from train.colour_network import ColourNet, seen, shipped, whole
from train.exact import ExactLayer
from train.garment_sketch import CLOTH, GarmentSketch
from train.look_network import ExactLook, LookNet
from train.look_way import SIDE
from train.look_way import Look as LookWay
from train.pictures.garments import PROGRAMS, garment_canvases
from train.verdict import Verdict
from train.weights import read_weights

EXAMPLES = FOLDER.parent / "page/examples"


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
def way() -> LookWay:
    torch.manual_seed(0)
    return LookWay(LookNet().eval(), whole(ColourNet())).eval()


@pytest.mark.parametrize("shape", [(28, 28), (200, 90), (33, 300)])
@torch.inference_mode()
def test_a_look_tells_kind_class_and_a_mask_of_the_pictures_own_size(way, shape):
    rgba = torch.randint(0, 256, (*shape, 4), dtype=torch.uint8)
    rgba[..., 3] = 255
    kind, garment, mask, _, _ = way(rgba)
    assert torch.isclose(kind.exp().sum(), torch.tensor(1.0), atol=1e-5)
    assert torch.isclose(garment.exp().sum(), torch.tensor(1.0), atol=1e-5)
    assert mask.shape == shape and mask.dtype == torch.uint8


@torch.inference_mode()
def test_transparency_says_what_to_cut(way):
    rgba = torch.full((60, 40, 4), 200, dtype=torch.uint8)
    rgba[..., 3] = 0
    rgba[10:50, 5:35, 3] = 255
    assert torch.equal(way(rgba)[2], rgba[..., 3])


@torch.inference_mode()
def test_a_border_of_one_colour_is_plain_ground(way):
    rgba = torch.full((90, 70, 4), 255, dtype=torch.uint8)
    rgba[20:70, 20:50, :3] = 40
    assert way(rgba)[4]
    rgba[[0, -1], :, 0] = 100
    assert not way(rgba)[4]


@torch.inference_mode()
def test_a_mask_comes_back_to_where_it_was_seen(way):
    """Of a square piece of the picture, as the second look takes one."""
    inside = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    inside[32:96, 32:96] = True
    step = torch.tensor(0.5)
    mask = way._large(inside, torch.tensor(20.0), torch.tensor(10.0), step, 100, 120)
    rows, columns = np.nonzero(mask.numpy() > 127)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (26, 57, 36, 67)


def test_the_verdict_weighs_both_opinions_and_both_kinds_of_evidence():
    sure = torch.full((10,), 0.01 / 9)
    sure[3] = 0.99
    verdict = Verdict(
        share=0.5,
        plain_share=0.0,
        temper=1.0,
        temperature=1.0,
        weight=1.0,
        threshold=3.0,
        plain_weight=1.0,
        plain_threshold=9.0,
    )
    seen = torch.tensor((0.01, 0.98, 0.01)).log(), sure.log()
    unsure = torch.zeros(2, 10)
    both, look, network, evidence = verdict(*seen, torch.tensor(False), unsure)
    assert both.argmax() == 3 and torch.isclose(both.sum(), torch.tensor(1.0))
    assert network.max() < both[3] < look[3]
    on_plain, _, _, less = verdict(*seen, torch.tensor(True), unsure)
    assert on_plain.max() < 0.11 and torch.isclose(less, evidence - 6)
    assert evidence > 0 > verdict(*seen, torch.tensor(False), unsure - 4)[3]


def test_a_photo_is_answered_by_look_and_network_together():
    result = load("fashion_mnist").predict(EXAMPLES / "garment-dress.png")
    assert set(result.opinions) == {"look", "fashion_mnist"} and not result.rejected
    for opinion in (*result.opinions.values(), result.probabilities):
        assert abs(sum(opinion.values()) - 1) < 1e-5 and max(opinion, key=opinion.get) == "Dress"
    assert (result.evidence > 0) != result.rejected
    told = result.as_json()
    assert told["opinions"] == result.opinions and told["evidence"] == result.evidence
    alone = load("fashion_mnist").classify(result.network_input)
    assert alone.opinions == {} and alone.evidence is None
    other = load("fashion_mnist_tutorial").predict(EXAMPLES / "garment-dress.png")
    assert other.opinions == {} and (other.network_input == result.network_input).all()


def test_who_is_asked_is_found_out():
    for file, subject in (("garment-dress.png", "garment"), ("drawn/seven.png", "digit")):
        assert look(EXAMPLES / file).shows == subject
        result = auto.load("auto").predict(EXAMPLES / file)
        assert result.shows == subject and not result.rejected
        alone = load(result.model).predict(EXAMPLES / file, "photo")
        assert result.probabilities == alone.probabilities
    board = np.uint8(np.indices((240, 320)).sum(0) // 40 % 2 * 255)
    assert auto.load("auto").predict(board).rejected
    drawn = auto.load("auto").predict(EXAMPLES / "drawn/seven.png", "sketch")
    assert (drawn.label, drawn.shows, drawn.rejected) == ("7", "digit", False)
    assert drawn.probabilities == load("mnist").predict(EXAMPLES / "drawn/seven.png").probabilities
    assert auto.load("auto").predict(board, "sketch").shows == "neither"
    with pytest.raises(ValueError, match="sketch or photo"):
        auto.load("auto").predict(board, "film")


def test_sums_are_exact_in_any_order():
    """What an exact layer adds up stays below 2**24, so every order gives the same."""
    torch.manual_seed(1)
    conv, norm = torch.nn.Conv2d(40, 24, 3, padding=1, bias=False), torch.nn.BatchNorm2d(24)
    torch.nn.init.uniform_(norm.running_var, 0.01, 4)
    torch.nn.init.normal_(norm.bias)
    layer = ExactLayer(conv, norm.eval(), torch.rand(40).double() + 0.1)
    most = layer.conv.weight.abs().flatten(1).sum(1) * 255 + layer.conv.bias.abs()
    assert most.max() < 2**24 and layer.conv.weight.abs().max() <= 127
    maps = torch.randint(0, 256, (1, 40, 9, 9)).float()
    order = torch.randperm(40)
    turned = torch.nn.Conv2d(40, 24, 3, padding=1)
    turned.weight.data, turned.bias.data = layer.conv.weight[:, order], layer.conv.bias
    assert torch.equal(layer.conv(maps), turned(maps[:, order]))
    in_float64 = layer.conv.double()(maps.double())
    assert torch.equal(in_float64, turned(maps[:, order]).double())


def test_an_exact_network_sees_what_the_trained_one_sees():
    net = look_network.shipped(read_weights(FOLDER / "look.safetensors")[0])
    picture = (
        torch.from_numpy(
            np.asarray(Image.open(EXAMPLES / "garment-dress.png").convert("RGB").resize((128, 128)))
        )
        .permute(2, 0, 1)[None]
        .float()
    )
    with torch.inference_mode():
        mask = net.found(net.maps(picture / 255))
        exact = ExactLook(net)(picture)
    assert ((exact > 0) != (mask > 0)).float().mean() < 0.01


@torch.inference_mode()
def test_whole_kernels_say_what_the_trained_ones_say():
    torch.manual_seed(3)
    net = ColourNet(5).eval()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
            torch.nn.init.normal_(module.running_mean, std=0.1)
            torch.nn.init.normal_(module.bias, std=0.1)
    picture = seen(torch.rand(6, 3, 64, 64), torch.randn(6, 64, 64) * 9)
    assert picture.shape == (6, 4, 64, 64) and picture[:, 3].abs().max() == 2
    before = net(picture)
    after = whole(net)(picture)
    assert len(before) == 3 and len(after) == 2
    for one, other in zip(before, after, strict=False):
        assert (one - other).abs().max() < 0.05 * one.std()
    again = shipped(net.state_dict())
    assert all(torch.equal(one, other) for one, other in zip(after, again(picture), strict=True))
