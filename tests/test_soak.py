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
def test_hostile_clients_cost_the_others_no_answer(tmp_path):
    """One after the other. How long the others wait is measured, on a quiet machine, with an app
    for each: measure/hostile.py."""
    watch = hostile.Watch(tmp_path)
    watch.app.start()
    try:
        load = Load(watch.app.address)
        asyncio.run(load.run(2, 1))  # learns the right answers
        for name in inputs():
            figures = asyncio.run(hostile.beside(watch, load, name, 1))
            assert figures["errors"] == 0, name
            assert figures["memory_mb"] <= hostile.LIMITS["memory_mb"], name
    finally:
        watch.app.kill()
    log = watch.log.read_text("utf-8", "replace")
    assert len(log) / 1000 <= hostile.LIMITS["log_kb"]
    assert hostile.CANARY not in log
