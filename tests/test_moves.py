"""Moved pictures, and what still holds of the answer."""

import numpy as np
import pytest

from measure.moves import REACH, hold, probabilities, shifts
from models.classifier import load

SIDE = 2 * REACH + 1


@pytest.fixture
def one() -> np.ndarray:
    """A slightly slanted 1, float32 (28, 28)."""
    image = np.zeros((28, 28), np.float32)
    for row in range(5, 23):
        left = 14 - (row - 14) // 6
        image[row, left - 1 : left + 2] = (0.5, 1, 0.5)
    return image


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (8, 0), (0, 8), (-8, -8), (3, -5), (-1, 7)])
def test_every_move_is_at_its_place(dx, dy):
    image = np.random.default_rng(1).random((28, 28), np.float32)
    moved = shifts(image).reshape(SIDE, SIDE, 28, 28)[dy + REACH, dx + REACH]
    for row in range(28):
        for column in range(28):
            inside = 0 <= row - dy < 28 and 0 <= column - dx < 28
            expected = image[row - dy, column - dx] if inside else 0
            assert moved[row, column] == expected


def test_shape_and_type(one):
    moved = shifts(one)
    assert moved.shape == (289, 1, 28, 28)
    assert moved.dtype == np.float32
    assert shifts(one, reach=1).shape == (9, 1, 28, 28)
    np.testing.assert_array_equal(moved[144, 0], one)


def test_hold_says_what_single_pictures_say(one):
    classifier = load("mnist_tutorial")
    held = hold("mnist_tutorial", one, "1")
    assert held.shape == (SIDE, SIDE)
    for dy, dx in [(0, 0), (-8, 8), (8, 3), (2, -7)]:
        logits = classifier.run(shifts(one, 8).reshape(SIDE, SIDE, 1, 28, 28)[dy + 8, dx + 8][None])
        assert held[dy + 8, dx + 8] == (logits["logits"].argmax() == 1)
    assert held[REACH, REACH]
    assert not hold("mnist_tutorial", one, "0")[REACH, REACH]


def test_probabilities_sum_to_one(one):
    said = probabilities("mnist_tutorial", one)
    assert said.shape == (SIDE, SIDE, 10)
    np.testing.assert_allclose(said.sum(-1), 1, atol=1e-5)


def test_what_is_not_there_is_refused(one):
    with pytest.raises(KeyError, match="mnist_tutorial"):
        hold("alexnet", one, "1")
    with pytest.raises(ValueError, match="x"):
        hold("mnist_tutorial", one, "x")


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_the_cnn_holds_on_longer_than_the_plain_network(data_dir, dataset):
    """The first tutorial's claim, on a hundred test pictures; the figures agree with the map."""
    from measure.shift_scores import average

    shares = {}
    for name in (f"{dataset}_mlp", f"{dataset}_tutorial"):
        held, figures = average(name, data_dir, count=100)
        assert held.shape == (SIDE, SIDE)
        assert figures["share"] == pytest.approx(held.mean())
        assert figures["by_distance"][0] == held[REACH, REACH] > 0.7
        around = held[REACH - 1 : REACH + 2, REACH - 1 : REACH + 2].sum() - held[REACH, REACH]
        assert figures["by_distance"][1] == pytest.approx(around / 8)
        assert figures["by_distance"][8] < figures["by_distance"][0]
        shares[name] = figures["share"]
    assert shares[f"{dataset}_tutorial"] > shares[f"{dataset}_mlp"]
