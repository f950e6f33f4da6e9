"""The server holds what has not asked yet within limits, and ends when it is asked to."""

import asyncio
import contextlib
import logging
import os
import resource
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import httpx
import pytest

from serve import connections, process, server
from serve.gate import Gate

LARGE = 2**26  # bytes: more than the system takes on the way


async def answering(scope, receive, send):
    """Tells who asks, or much, or stays; its lifespan is nothing."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    content = bytes(LARGE) if scope["path"] == "/large" else scope["client"][0].encode()
    stays = scope["path"] == "/stay"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": content, "more_body": stays})
    while stays and (await receive())["type"] != "http.disconnect":
        pass


@pytest.fixture
def serving():
    """Starts a server; the limits of the moment are its limits."""
    with contextlib.ExitStack() as stack:

        def start() -> str:
            return stack.enter_context(server.in_thread(answering, lambda: None))

        yield start


def connect(address: str, sent: bytes = b"") -> socket.socket:
    url = urlsplit(address)
    found = socket.create_connection((url.hostname, url.port), timeout=30)
    found.sendall(sent)
    return found


def is_closed(connection: socket.socket) -> bool:
    """By the server; waits for it."""
    try:
        return connection.recv(1000) == b""
    except ConnectionResetError:
        return True


HALF = b"GET / HTTP/1.1\r\nHost: a\r\n"


def test_half_a_header_is_not_waited_for(serving, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS_FOR_HEADERS", 0.2)
    address = serving()
    for sent in (b"", HALF, b"GET"):
        assert is_closed(connect(address, sent))
    second = connect(address, HALF + b"\r\n" + HALF)  # a whole one, then half of another
    assert b"200 OK" in second.recv(1000)
    while not is_closed(second):
        pass


def test_a_refusal_reaches_whoever_is_still_sending():
    """A connection that is closed before all has arrived takes the answer with it."""

    async def slowly():
        for _ in range(20):
            yield b"x" * 1000
            await asyncio.sleep(0.01)

    async def send(address: str, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=address) as client:
            return await client.post(path, content=slowly())

    with server.in_thread(Gate(answering), lambda: None) as address:
        for path, status in (("/nothing", 404), ("/ask/facts", 404), ("/gradio_api/mcp", 415)):
            assert asyncio.run(send(address, path)).status_code == status


def test_half_headers_make_room_for_whole_ones(serving, monkeypatch):
    """More connections than there may be: the one that has been idle for longest goes."""
    monkeypatch.setattr(connections, "most_connections", lambda: 8)
    address = serving()
    half = [connect(address, HALF) for _ in range(30)]
    assert httpx.get(address).status_code == 200
    assert is_closed(half[0])
    for connection in half:
        connection.close()


def test_whole_requests_of_one_address_leave_room_for_others(serving, monkeypatch):
    monkeypatch.setattr(connections, "most_connections", lambda: 8)
    address = serving()
    busy = [connect(address, b"GET /stay HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(12)]
    assert sum(is_open(connection) for connection in busy) == 6
    for connection in busy:
        connection.close()


def is_open(connection: socket.socket) -> bool:
    try:
        return connection.recv(10) != b""
    except ConnectionResetError:
        return False


def test_a_proxy_that_is_trusted_has_all_of_them_and_says_for_whom_it_asks(serving, monkeypatch):
    monkeypatch.setattr(connections, "most_connections", lambda: 8)
    told = {"x-forwarded-for": "9.9.9.9, 1.2.3.4"}
    assert httpx.get(serving(), headers=told).text == "127.0.0.1"
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.0/8")
    address = serving()
    assert httpx.get(address, headers=told).text == "1.2.3.4"
    busy = [connect(address, b"GET /stay HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(8)]
    assert all(is_open(connection) for connection in busy)
    for connection in busy:
        connection.close()


def test_who_does_not_read_is_left(serving, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS_TO_READ", 0.2)
    slow = connect(serving(), b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    time.sleep(1)
    received = 0
    with contextlib.suppress(ConnectionResetError):
        while piece := slow.recv(2**20):
            received += len(piece)
    assert received < LARGE


def test_without_descriptors_it_goes_on_answering(serving, caplog):
    """As many half headers as it has descriptors: nobody is locked out, and the log stays short."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(os.listdir("/proc/self/fd"))
    half = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 300, hard))
        address = serving()  # its limit: what is left of these
        for _ in range(120):  # both ends of each lie in this process
            half.append(connect(address, HALF))
        assert httpx.get(address, timeout=30).status_code == 200
    finally:
        for connection in half:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(caplog.records) <= 2
    assert all(record.exc_info is None for record in caplog.records)


def test_the_same_complaint_is_logged_once_a_minute():
    once = connections.OnceAMinute()
    records = [make_record("socket.accept() out of system resource\nsocket: <x>", at)
               for at in (0, 1, 59, 61)]  # fmt: skip
    assert [once.filter(record) for record in records] == [True, False, False, True]
    assert records[0].getMessage() == "socket.accept() out of system resource"
    assert records[0].exc_info is None
    assert once.filter(make_record("another", 61))


def make_record(message: str, created: float):
    record = logging.LogRecord("asyncio", 40, "x.py", 1, message, (), (OSError, OSError(), None))
    record.created = created
    return record


@pytest.mark.skipif(sys.platform != "linux", reason="another C library")
def test_memory_that_is_free_goes_back_to_the_system():
    """In a process of its own: what is set up there stays so."""
    code = """
from pathlib import Path
from serve import process
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
process.share_fairly()
before = resident()
for _ in range(5):  # glibc would keep the second one of 20 MB, for the third
    much = [bytearray(20 * 2**20) for _ in range(2)]
    del much
small = [bytes(500_000) for _ in range(100)]
keep = bytes(500_000)
del small
grown = resident() - before
process.give_back()
print(grown, resident() - before)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    grown, back = map(int, told.stdout.split())
    assert grown < 60 * 2**20
    assert back < 8 * 2**20 < grown


def test_as_many_descriptors_as_may_be_are_taken(monkeypatch):
    limits = {"now": (64, 4096)}
    fake = type("", (), {
        "RLIMIT_NOFILE": 7, "RLIM_INFINITY": -1,
        "getrlimit": staticmethod(lambda _: limits["now"]),
        "setrlimit": staticmethod(lambda _, now: limits.update(now=now)),
    })  # fmt: skip
    monkeypatch.setattr(process, "resource", fake)
    process.raise_limit()
    assert limits["now"] == (4096, 4096)
    limits["now"] = (1024, -1)
    process.raise_limit()
    assert limits["now"] == (process.WANTED, -1)
    for soft in (64, 256, 1024, 65_536):
        limits["now"] = (soft, soft)
        assert 8 <= process.most_connections() <= process.MOST_CONNECTIONS
        # What is taken at once lives for three rounds before it is closed.
        assert 3 * process.backlog() <= process.spare() < soft
