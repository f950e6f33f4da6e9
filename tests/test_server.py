"""Where the server listens, whom it trusts, and that it ends."""

import select
import signal
import socket
import threading

import pytest

from serve import server


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "7860.0", "٣", " 1", "9" * 50])
def test_a_port_that_is_none_is_one_sentence(monkeypatch, port):
    monkeypatch.setenv("GRADIO_SERVER_PORT", port)
    with pytest.raises(SystemExit, match="The port must be a number from 0 to 65535, not '"):
        server.port()


def test_the_port_is_gradios_or_the_hosts(monkeypatch):
    monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    assert server.port() == 7860
    monkeypatch.setenv("PORT", "81")
    assert server.port() == 81
    monkeypatch.setenv("GRADIO_SERVER_PORT", "82")
    assert server.port() == 82


def test_a_port_that_is_taken_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Nothing can be served at port {port} of 127.0.0.1"):
            server.listen("127.0.0.1", port)


def test_a_name_that_is_none_is_one_sentence():
    with pytest.raises(SystemExit, match=r"There is no address 'no.such.host.invalid' here"):
        server.listen("no.such.host.invalid", 0)


IPV6 = pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")


@pytest.mark.parametrize(
    ("host", "asked"),
    [("127.0.0.1", ["127.0.0.1"]), ("0.0.0.0", ["127.0.0.1"]),
     pytest.param("::1", ["::1"], marks=IPV6), pytest.param("[::1]", ["::1"], marks=IPV6),
     pytest.param("::", ["127.0.0.1", "::1"], marks=IPV6)],
)  # fmt: skip
def test_both_kinds_of_addresses_are_listened_to(host, asked):
    sockets = server.listen(host, 0)
    port = sockets[0].getsockname()[1]
    try:
        for address in asked:
            socket.create_connection((address, port), timeout=10).close()
            taken = [there for there in sockets if select.select([there], [], [], 1)[0]]
            with taken[0].accept()[0] as accepted:  # an answer's body is sent at once
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert server.address_of(sockets[0]).startswith(
            "http://[::1]:" if ":" in host else "http://127.0.0.1:"
        )
    finally:
        for listening in sockets:
            listening.close()


def test_only_those_that_are_named_are_trusted(monkeypatch):
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert server.proxies() == ""
    assert not server.trusts("")("127.0.0.1")
    monkeypatch.setenv("SPACE_ID", "someone/sketch28")
    inside = server.trusts(server.proxies())
    assert inside("10.1.2.3")
    assert not inside("8.8.8.8")
    assert not inside("unix")
    assert server.trusts("*")("8.8.8.8")
    with pytest.raises(SystemExit, match="FORWARDED_ALLOW_IPS"):
        server.trusts("my.proxy")


def test_a_signal_is_the_end_whatever_hangs(monkeypatch):
    monkeypatch.setattr(server, "SECONDS_AT_MOST", 0.05)
    left = threading.Event()
    server.server(lambda *_: None, lambda: None, left.set).handle_exit(signal.SIGTERM, None)
    assert left.wait(60)
