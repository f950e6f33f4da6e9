"""When a picture is a digit: the look and the digit network say it together."""

import numpy as np
import pytest

from models import auto, catalogue
from models.classifier import look
from tests.test_numbers import page
from train.kind_rule import fitted, three_ways


def test_both_signs_tell_what_neither_tells_alone():
    """Digits that look like none but are read surely; photographs that look like one."""
    digits = np.array([(-1.0, 6.0), (4.0, 2.0)])
    others = np.array([(-3.0, 5.0), (1.0, 1.0)])
    found = fitted([digits], [others])
    assert found["digit_wrong"] == 0
    sums = (1, found["digit_weight"])
    assert (digits @ sums).min() >= found["digit_least"] > (others @ sums).max()


def test_neither_colour_nor_size_gives_it_away():
    small = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    photo = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    own, *greys = three_ways([small])
    assert own is small and [picture.shape for picture in greys] == [(32, 32)] * 2
    np.testing.assert_array_equal(greys[0][2:-2, 2:-2], small)
    own, *greys = three_ways([photo])
    assert own is photo and [picture.shape for picture in greys] == [(32, 32)] * 2
    np.testing.assert_array_equal(greys[1], 255 - greys[0])


def test_the_evidence_of_a_digit_is_of_look_and_network(seven):
    result, seen = auto.load(auto.AUTO).predict(seven), look(seven)
    rule = catalogue.read()["preprocessing"]["look"]["rule"]
    sum_of_both = seen.odds + rule["digit_weight"] * result.energy
    assert result.evidence == pytest.approx(sum_of_both - rule["digit_least"])
    assert result.evidence > 0 and result.shows == "digit"


def test_a_number_is_as_sure_as_its_least_sure_digit():
    result = auto.load(auto.AUTO).predict(page("47"))
    assert len(result.digits) > 1
    assert auto.energy(result) == min(digit.energy for digit in result.digits)
