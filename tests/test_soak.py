"""Two minutes of measure/soak.py."""

import pytest

from measure.soak import soak


@pytest.mark.slow
def test_two_minutes_of_everything_leave_the_app_as_it_was():
    found = soak(minutes=2)
    assert found.complaints() == []
    assert found.statuses[200] > 100
    assert found.samples[-1]["recent"] > 5
