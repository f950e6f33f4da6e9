"""Half a minute of measure/soak.py, and a little of each hostile client."""

import asyncio

import pytest

from measure import hostile
from measure.hostile_inputs import inputs
from measure.load import Load
from measure.serving import running
from measure.soak import soak


@pytest.mark.slow
def test_half_a_minute_of_everything_leaves_the_app_as_it_was():
    found = soak(minutes=0.5)
    assert found.complaints() == []
    assert found.statuses[200] > 100
    assert found.samples[-1]["recent"] > 5


@pytest.mark.slow
def test_a_class_of_64_that_shares_an_address_loses_nothing():
    with running() as app:
        load = Load(app.address)
        figures = asyncio.run(load.run(64, 5))
    assert load.errors == []
    assert figures["requests_per_second"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in inputs() if name != "nothing"])
def test_one_hostile_client_costs_the_others_no_answer(name, tmp_path):
    """How long they wait is measured, on a quiet machine: measure/hostile.py."""
    ((_, figures),) = hostile.rows([name], 1, tmp_path, settled=0, turns=1)
    assert figures["errors"] == 0
    for limited in ("memory_mb", "log_kb", "canaries"):
        assert figures[limited] <= hostile.LIMITS[limited]
