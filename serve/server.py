"""The server: uvicorn with limits on connections and headers, a prompt end, IPv4 and IPv6.

demo.launch() has a server of Gradio's own, without these; a notebook may use it.
"""

import contextlib
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache

import uvicorn
from starlette.types import ASGIApp

from serve import process
from serve.connections import Connection, Connections, OnceAMinute

SECONDS_TO_END = 2  # for requests that are being answered
SECONDS_AT_MOST = 4.0  # until it is left, whatever it is at
MOST_HEADERS = 64 * 1024  # bytes that may wait for the end of a header
# Where a Space's proxy is.
PRIVATE = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7"


def proxies() -> str:
    """Addresses and networks that may say for whom they ask: FORWARDED_ALLOW_IPS, none by default.

    A Space is reached through its host's proxy alone.
    """
    return os.environ.get("FORWARDED_ALLOW_IPS", PRIVATE if "SPACE_ID" in os.environ else "")


def trusts(listed: str) -> Callable[[str], bool]:
    """Whether an address is one of those listed, "*": any.

    Raises:
        SystemExit: one is no address.
    """
    words = [word.strip() for word in listed.split(",") if word.strip()]
    try:
        networks = [ipaddress.ip_network(word, strict=False) for word in words if word != "*"]
    except ValueError as error:
        sys.exit(f"FORWARDED_ALLOW_IPS names addresses or networks: {error}.")

    @cache
    def known(address: str) -> bool:
        try:
            return "*" in words or any(ipaddress.ip_address(address) in net for net in networks)
        except ValueError:
            return False

    return known


class Server(uvicorn.Server):
    """uvicorn's, which first tells whoever streams to come to an end."""

    def __init__(
        self, config: uvicorn.Config, end: Callable[[], None], leave: Callable[[], None] | None
    ):
        super().__init__(config)
        self.end, self.leave = end, leave

    def handle_exit(self, sig, frame) -> None:
        super().handle_exit(sig, frame)
        if self.leave is not None:
            last = threading.Timer(SECONDS_AT_MOST, self.leave)
            last.daemon = True
            last.start()

    async def shutdown(self, sockets=None) -> None:
        self.end()
        await super().shutdown(sockets)


def server(
    app: ASGIApp, end: Callable[[], None], leave: Callable[[], None] | None = None
) -> Server:
    """A server for the app.

    Args:
        end: called when it is to end.
        leave: called, in another thread, where that takes too long after a signal.
    """
    listed = proxies()

    class Counted(Connection):
        all = Connections(trusts(listed))

    config = uvicorn.Config(
        app,
        http=Counted,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(listed),
        forwarded_allow_ips=listed,
        h11_max_incomplete_event_size=MOST_HEADERS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=SECONDS_TO_END,
        backlog=process.backlog(),
    )
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(OnceAMinute())
    return Server(config, end, leave)


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets at that port of every address of the host: localhost has two, "::" means all.

    Raises:
        SystemExit: there is none; the message is one sentence.
    """
    name = host.strip("[]")
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError:
        sys.exit(f"There is no address '{name[:60]}' here. Please set GRADIO_SERVER_NAME.")
    sockets = []
    for family, *_, address in dict.fromkeys(found):
        try:
            both = family == socket.AF_INET6 and address[0] == "::" and socket.has_dualstack_ipv6()
            made = socket.create_server(
                address[:2], family=family, dualstack_ipv6=both, backlog=process.backlog()
            )
        except OSError as error:
            reason = os.strerror(error.errno or 0)
        else:
            # asyncio sets it for sockets it makes itself. Its connections inherit it: else a body
            # waits 40 ms for the receipt of its header.
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(made)
    if not sockets:
        sys.exit(f"Nothing can be served at port {port} of {name}: {reason}.")
    return sockets


def port() -> int:
    """GRADIO_SERVER_PORT, else PORT, else 7860.

    Raises:
        SystemExit: it is no port.
    """
    said = os.environ.get("GRADIO_SERVER_PORT") or os.environ.get("PORT") or "7860"
    if not (said.isascii() and said.isdecimal() and int(said[:6]) < 65_536):
        sys.exit(f"The port must be a number from 0 to 65535, not '{said[:40]}'.")
    return int(said)


def address_of(listening: socket.socket) -> str:
    """As a browser on this machine is told it."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.contextmanager
def in_thread(app: ASGIApp, end: Callable[[], None]) -> Iterator[str]:
    """The app from a thread, at a free port of this machine; yields its address."""
    sockets = listen("127.0.0.1", 0)
    serving = server(app, end)
    thread = threading.Thread(target=serving.run, args=(sockets,), daemon=True)
    thread.start()
    while not serving.started and thread.is_alive():
        thread.join(0.01)
    try:
        yield address_of(sockets[0])
    finally:
        serving.should_exit = True
        thread.join()


def end_on_signals() -> None:
    """End with status 0 when a Space, a container or a terminal asks for it, tidily."""

    def stop(*_) -> None:
        sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn's, once it runs
        signal.signal(number, stop)
    # What nohup started is to outlive its terminal.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
