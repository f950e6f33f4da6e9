"""Killed with -9 at two moments, one of them inside a write; measure/killed.py tries fifty."""

import random
import sys

import pytest

from measure import killed
from measure.killed import KINDS


def test_all_kinds_are_tried_where_none_is_named(monkeypatch):
    tried = []
    for kind in KINDS:
        monkeypatch.setitem(KINDS, kind, lambda moments, chance, kind=kind: tried.append(kind))
    killed.main(["--moments", "3"])
    killed.main(["serving"])
    assert tried == [*KINDS, "serving"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there")
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_doubled_or_left(kind):
    KINDS[kind](2, random.Random(5))
