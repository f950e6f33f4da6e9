"""Killed with -9 at a few moments; measure/killed.py tries fifty."""

import random
import sys

import pytest

from measure.killed import KINDS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_doubled_or_left(kind):
    KINDS[kind](5, random.Random(5))
