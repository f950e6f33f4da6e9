"""Turns: in the line for files by what visitors have cost, at the event loop at a pace."""

import asyncio
import threading
import time

import pytest

from serve import line
from serve.line import Line, Pace, visitor
from serve.refusals import Refused
from tests.scenario import run


class Kept:
    """Work that is done in the order in which it is called, once it is let go."""

    def __init__(self):
        self.line, self.order, self.let_go = Line(), [], threading.Event()

    async def come(self, who: str, name: str | None = None, seconds: float = 0.0):
        def work():
            self.let_go.wait(60)
            time.sleep(seconds)
            self.order.append(name or who)

        visitor.set(who)
        await self.line.turn(work)


def test_visitors_are_served_by_what_they_have_cost_and_then_in_order():
    async def scenario():
        kept = Kept()
        kept.let_go.set()
        await kept.come("dear", seconds=0.3)
        kept.let_go.clear()
        names = ["first", "dear", "dear", "cheap", "other"]
        tasks = []
        for name in names:
            tasks.append(asyncio.create_task(kept.come(name)))
            await asyncio.sleep(0)
        kept.let_go.set()
        await asyncio.gather(*tasks)
        assert kept.order == ["dear", "first", "cheap", "other", "dear", "dear"]

    run(scenario)


def test_a_crowd_of_one_address_leaves_room_for_others(monkeypatch):
    monkeypatch.setattr(line, "MOST_OF_ONE", 2)

    async def scenario():
        kept = Kept()
        tasks = [asyncio.create_task(kept.come("school")) for _ in range(4)]
        await asyncio.sleep(0.01)
        other = asyncio.create_task(kept.come("other"))
        kept.let_go.set()
        ends = await asyncio.gather(*tasks, other, return_exceptions=True)
        assert [type(end) for end in ends].count(Refused) == 2
        assert sorted(kept.order) == ["other", "school", "school"]
        assert not kept.line._of

    run(scenario)


def test_who_gives_up_waiting_takes_no_turn():
    async def scenario():
        kept = Kept()
        first = asyncio.create_task(kept.come("first"))
        await asyncio.sleep(0.01)
        gone = asyncio.create_task(kept.come("gone"))
        last = asyncio.create_task(kept.come("last"))
        await asyncio.sleep(0.01)
        gone.cancel()
        kept.let_go.set()
        await asyncio.gather(first, last)
        assert kept.order == ["first", "last"]
        await kept.come("after")

    run(scenario)


def test_what_fails_calls_the_next_and_too_many_are_told_so(monkeypatch):
    monkeypatch.setattr(line, "MOST_WAITING", 0)

    async def scenario():
        queue = Line()
        with pytest.raises(ZeroDivisionError):
            await queue.turn(lambda: 1 / 0)
        assert await queue.turn(lambda: 7) == 7
        with pytest.raises(Refused):
            await asyncio.gather(queue.turn(lambda: time.sleep(0.1)), queue.turn(lambda: 8))

    run(scenario)


def test_what_was_spent_is_forgotten_in_time():
    async def scenario():
        queue = Line()
        queue._spent = {"dear": 8.0, "little": 0.01}
        queue._when = 0.0
        queue._forget(2 * line.FORGOTTEN)
        assert queue._spent == {"dear": 2.0}

    run(scenario)


def test_of_one_address_one_is_worked_for_at_a_time_and_others_do_not_wait():
    async def scenario():
        pace, inside, done = Pace(), [], asyncio.Event()

        async def come(who):
            visitor.set(who)
            async with pace.turn():
                inside.append(who)
                await done.wait()

        tasks = [asyncio.create_task(come(who)) for who in ("first", "first", "other")]
        await asyncio.sleep(0.01)
        assert inside == ["first", "other"]
        done.set()
        await asyncio.gather(*tasks)
        assert inside == ["first", "other", "first"]

    run(scenario)


def test_before_the_next_there_is_a_rest_by_what_it_took_or_as_long_as_a_refusal_costs(monkeypatch):
    monkeypatch.setattr(line, "REFUSED_REST", 0.3)

    async def scenario():
        pace, loop = Pace(), asyncio.get_running_loop()

        async def come(error=None):
            async with pace.turn():
                began = loop.time()
                await asyncio.sleep(0.05)
                if error:
                    raise error
            return began, loop.time()

        (began, ended), (again, _) = await asyncio.gather(come(), come())
        assert again - ended >= min(line.MOST_REST, 0.9 * line.RESTS * (ended - began)) - 0.01
        with pytest.raises(Refused):
            await come(Refused("full"))
        refused = loop.time()
        again, _ = await come()
        assert again - refused >= 0.29
        while pace._turns:  # nothing is kept of who has gone
            await asyncio.sleep(0.01)
        assert not pace._waiting

    run(scenario)


def test_who_gives_up_waiting_for_a_turn_takes_none():
    async def scenario():
        pace = Pace()

        async def come():
            async with pace.turn():
                pass

        async with pace.turn():
            waits = asyncio.create_task(come())
            await asyncio.sleep(0.01)
            waits.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waits
        await come()
        while pace._turns:
            await asyncio.sleep(0.01)

    run(scenario)
