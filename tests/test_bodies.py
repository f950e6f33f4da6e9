"""Bodies of requests are read within limits: memory, places, marks."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect

from serve import bodies
from serve.bodies import LARGE, MARKS, MOST_LARGE, Incoming, Visitors
from serve.refusals import Refused
from tests.scenario import run

MOST = 4 * LARGE


def request(address: str = "1.2.3.4", length: int | None = None) -> dict:
    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    return {"type": "http", "client": (address, 5), "headers": headers}


def pieces(*contents: bytes):
    """A receive out of which these come."""
    left = list(contents)

    async def receive():
        content = left.pop(0)
        return {"type": "http.request", "body": content, "more_body": bool(left)}

    incoming = Incoming(receive)
    incoming.left = left
    return incoming


def test_a_body_is_read_and_its_memory_is_counted_until_it_is_done_with():
    async def scenario():
        visitors = Visitors()
        async with visitors.body(request(), pieces(b"a" * LARGE, b"b"), MOST) as body:
            assert body == b"a" * LARGE + b"b"
            assert visitors.held == LARGE + 1
        assert visitors.held == 0

    run(scenario)


@pytest.mark.parametrize("length", [None, MOST + 1])
def test_what_is_too_long_is_refused_after_it_has_arrived(length):
    """Whoever still sends reads no answer."""

    async def scenario():
        receive = pieces(*[b"x" * LARGE] * 6)
        with pytest.raises(Refused, match="longer"):
            async with Visitors().body(request(length=length), receive, MOST):
                raise AssertionError("read")
        assert not receive.left

    run(scenario)


def test_more_than_the_memory_for_all_is_refused(monkeypatch):
    monkeypatch.setattr(bodies, "MOST_HELD", LARGE + 100)

    async def scenario():
        visitors = Visitors()
        async with visitors.body(request("1.1.1.1"), pieces(b"x" * LARGE), MOST):
            with pytest.raises(Refused, match="again in a moment"):
                async with visitors.body(request("2.2.2.2"), pieces(b"x" * 101), MOST):
                    raise AssertionError("read")
            assert visitors.held == LARGE
        assert visitors.held == 0

    run(scenario)


@pytest.mark.parametrize("mark", MARKS)
def test_marks_are_counted_while_they_arrive(mark):
    async def scenario():
        receive = pieces(b"{}", mark * 60, mark * 60, b"rest")
        with pytest.raises(Refused, match="understood"):
            async with Visitors().body(request(), receive, MOST, marks=100):
                raise AssertionError("read")
        async with Visitors().body(request(), pieces(mark * 60), MOST, marks=100) as body:
            assert body == mark * 60

    run(scenario)


def test_an_address_has_two_places_for_large_requests_and_takes_nobody_elses(monkeypatch):
    monkeypatch.setattr(bodies, "MOST_WAITING", 3)
    done, inside = asyncio.Event(), []

    async def send(visitors, address):
        async with visitors.body(request(address, LARGE + 1), pieces(b"x" * (LARGE + 1)), MOST):
            inside.append(address)
            await done.wait()

    async def scenario():
        visitors = Visitors()
        many = [asyncio.create_task(send(visitors, "1.1.1.1")) for _ in range(7)]
        other = asyncio.create_task(send(visitors, "2.2.2.2"))
        await asyncio.sleep(0.05)
        assert sorted(inside) == ["1.1.1.1"] * MOST_LARGE + ["2.2.2.2"]
        async with visitors.body(request("1.1.1.1", 3), pieces(b"abc"), MOST) as small:
            assert small == b"abc"  # small ones wait for none of them
        done.set()
        ends = await asyncio.gather(*many, other, return_exceptions=True)
        assert [type(end) for end in ends].count(Refused) == 2
        assert inside.count("1.1.1.1") == 5
        assert not visitors._large
        assert not visitors._here

    run(scenario)


def test_a_body_slower_than_the_least_rate_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "FIRST_SECONDS", 0.05)

    async def scenario():
        async def trickle():
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b"x", "more_body": True}

        with pytest.raises(Refused, match="too long to arrive"):
            async with Visitors().body(request(), Incoming(trickle), MOST):
                raise AssertionError("read")

    run(scenario)


def test_who_leaves_is_not_waited_for():
    async def scenario():
        async def left():
            return {"type": "http.disconnect"}

        visitors = Visitors()
        with pytest.raises(ClientDisconnect):
            async with visitors.body(request(), Incoming(left), MOST):
                raise AssertionError("read")
        assert visitors.held == 0

    run(scenario)
