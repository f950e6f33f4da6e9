"""The connections of visitors, limited before a request has arrived at all (uvicorn's h11).

uvicorn waits for ever for the rest of a header, and takes connections until the process has no
descriptor left for them.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

from uvicorn.protocols.http.h11_impl import H11Protocol

from serve.process import most_connections

SECONDS_FOR_HEADERS = 10.0  # from a connection, or the last answer on it, to the next header's end
SHARE_OF_ONE = 0.75  # of all connections for one address, unless it is a proxy that is trusted
SECONDS_TO_READ = 30.0  # for some of what waits to be sent


class Connections:
    """Those of one server."""

    def __init__(self, trusts: Callable[[str], bool]) -> None:
        self.trusts = trusts  # whether an address is a proxy's
        self.most = most_connections()
        self.idle: dict[Connection, None] = {}  # those without a request, the oldest first
        self.of: Counter[str] = Counter()
        self.count = 0

    def room_for(self, address: str) -> bool:
        """Whether one more may come; where all are taken, an idle one goes for it."""
        if self.of[address] >= self.most * SHARE_OF_ONE and not self.trusts(address):
            return self._free(address)
        return self.count < self.most or self._free(max(self.of, key=lambda one: self.of[one]))

    def _free(self, address: str) -> bool:
        """Close the connection of that address that has been idle for longest, if one is idle."""
        found = next((one for one in self.idle if one.address == address), None)
        if found is not None:
            found.leave()
        return found is not None


class Connection(H11Protocol):
    """One connection; the class that each server uses has its own `all`."""

    all: Connections
    address = ""
    entered = False
    late: asyncio.TimerHandle | None = None
    unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        if not self.all.room_for(self.address):
            transport.abort()
            return
        self.entered = True
        self.all.count += 1
        self.all.of[self.address] += 1
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._work()
        self._read()
        self._gone()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """What has arrived, or was waiting behind the last request."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._work()
        elif self.late is None and self.entered:
            self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.late is None and self.entered and self.cycle.response_complete:
            self._wait()

    def pause_writing(self) -> None:
        """The visitor does not take what is sent."""
        super().pause_writing()
        if self.unread is None:
            self.unread = self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read()

    def _read(self) -> None:
        if self.unread is not None:
            self.unread.cancel()
            self.unread = None

    def _wait(self) -> None:
        """For the header of a request."""
        self.all.idle[self] = None
        self.late = self.loop.call_later(SECONDS_FOR_HEADERS, self.leave)

    def _work(self) -> None:
        """A request is being answered."""
        self.all.idle.pop(self, None)
        if self.late is not None:
            self.late.cancel()
            self.late = None

    def leave(self) -> None:
        """Close it at once: nothing is lost, for no request has arrived."""
        self._work()
        self._gone()
        self.transport.abort()

    def _gone(self) -> None:
        if self.entered:
            self.entered = False
            self.all.count -= 1
            self.all.of[self.address] -= 1
            if not self.all.of[self.address]:
                del self.all.of[self.address]


class OnceAMinute(logging.Filter):
    """Lets the same message of a logger through once a minute, and without its trace."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        message = str(record.msg)[:60]
        if record.created - self.last.get(message, -60.0) < 60:
            return False
        self.last = {message: record.created, **dict(list(self.last.items())[:99])}
        record.msg, record.args, record.exc_info = record.getMessage().split("\n")[0], (), None
        return True
