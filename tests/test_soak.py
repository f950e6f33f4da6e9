"""Some seconds of measure/soak.py, and a little of each hostile client."""

import asyncio
import contextlib

import pytest

from measure import hostile
from measure.hostile_inputs import inputs
from measure.load import Load
from measure.serving import running
from measure.soak import soak

SECONDS = 1  # a hostile input has to do harm in


@pytest.mark.slow
def test_twenty_seconds_of_everything_leave_the_app_as_it_was():
    found = soak(minutes=1 / 3)
    assert found.complaints() == []
    assert found.statuses[200] > 100
    assert found.samples[-1]["recent"] > 5


@pytest.mark.slow
def test_a_class_of_64_that_shares_an_address_loses_nothing():
    with running() as app:
        load = Load(app.address)
        figures = asyncio.run(load.run(64, 3))
    assert load.errors == []
    assert figures["requests_per_second"] > 0


async def beside_all(watch: hostile.Watch, load: Load) -> tuple[dict, float]:
    """Figures of those who draw while each hostile input is sent, and the most memory, in MB."""
    drawing = asyncio.create_task(load.run(hostile.HONEST, len(inputs()) * SECONDS))
    most = 0.0
    for send in inputs().values():
        async with hostile.client_at(load.address) as client:
            with contextlib.suppress(*hostile.REFUSED, TimeoutError):
                await asyncio.wait_for(send(client), SECONDS)
        most = max(most, watch.seen()["memory_mb"])
    return await drawing, most


@pytest.mark.slow
def test_hostile_clients_cost_the_others_no_answer(tmp_path):
    """One after the other, from this process. How long the others wait is measured, on a quiet
    machine, with an app and a client's process for each: measure/hostile.py."""
    watch = hostile.Watch(tmp_path)
    watch.app.start()
    try:
        load = Load(watch.app.address)
        asyncio.run(load.run(2, 1))  # learns the right answers
        figures, memory = asyncio.run(beside_all(watch, load))
        assert figures["errors"] == 0
        assert memory <= hostile.LIMITS["memory_mb"]
    finally:
        watch.app.kill()
    log = watch.log.read_text("utf-8", "replace")
    assert len(log) / 1000 <= hostile.LIMITS["log_kb"]
    assert hostile.CANARY not in log
