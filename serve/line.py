"""Whose turn it is, in two things of which there is one: visitors pay for what they cost.

The process that decodes files: next is whoever has used the least time lately, so a visitor whose
pictures take seconds waits for those whose pictures take milliseconds, and not the other way round.

The event loop, which takes apart what is uploaded and what goes through Gradio: of one address one
such request at a time, and before the next a rest of RESTS times what that took. So a quarter of
its time at most is one visitor's. Drawings do not come this way.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from serve.refusals import Refused

MOST_WAITING = 64
MOST_OF_ONE = 32  # of one address, which may be a whole school's
FORGOTTEN = 60.0  # seconds in which what a visitor has cost halves
TOO_LITTLE = 0.05  # seconds that are not worth remembering
RESTS = 3.0  # times as long as a request took
MOST_REST = 0.5  # seconds
REFUSED_REST = 0.05  # seconds after a refusal, which costs more than its answer: a connection too

# The address that a request comes from; the gate sets it, and endpoints that Gradio calls.
visitor: ContextVar[str] = ContextVar("visitor", default="")


class Line:
    """One thing is done at a time, in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="apart")
        self._waiting: list[tuple[str, asyncio.Future]] = []
        self._of: Counter[str] = Counter()  # those waiting, and the one whose turn it is
        self._spent: dict[str, float] = {}
        self._when = 0.0
        self._busy = False

    async def turn(self, work: Callable[[], Any]) -> Any:
        """work(), when it is this visitor's turn.

        Raises:
            Refused: too many wait already.
        """
        who = visitor.get()
        full = self._busy and len(self._waiting) >= MOST_WAITING
        if full or self._of[who] >= MOST_OF_ONE:
            raise Refused("busy")
        self._of[who] += 1
        try:
            await self._come(who)
            return await self._do(who, work)
        finally:
            self._of[who] -= 1
            self._of += Counter()  # drops those that are at 0

    async def _come(self, who: str) -> None:
        if not self._busy:
            self._busy = True
            return
        called = asyncio.get_running_loop().create_future()
        self._waiting.append((who, called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():  # it was this one's turn already
                self._call()
            else:
                self._waiting.remove((who, called))
            raise

    async def _do(self, who: str, work: Callable[[], Any]) -> Any:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await loop.run_in_executor(self._thread, work)
        finally:
            self._forget(loop.time())
            self._spent[who] = self._spent.get(who, 0.0) + loop.time() - began
            self._call()

    def _forget(self, now: float) -> None:
        left = 0.5 ** ((now - self._when) / FORGOTTEN)
        self._when = now
        spent = {who: seconds * left for who, seconds in self._spent.items()}
        self._spent = {who: seconds for who, seconds in spent.items() if seconds > TOO_LITTLE}

    def _call(self) -> None:
        """It is the next one's turn."""
        if not self._waiting:
            self._busy = False
            return
        # min() takes the first of equals: whoever has waited longest.
        chosen = min(self._waiting, key=lambda place: self._spent.get(place[0], 0.0))
        self._waiting.remove(chosen)
        chosen[1].set_result(None)

    def end(self) -> None:
        """No more is begun."""
        self._thread.shutdown(wait=False, cancel_futures=True)


class Pace:
    """One thing of an address is done at a time, and then nothing of it for a while."""

    def __init__(self) -> None:
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self):
        """This visitor's turn, and the rest after it, for which the visitor does not wait."""
        who, loop = visitor.get(), asyncio.get_running_loop()
        lock = self._turns.setdefault(who, asyncio.Lock())
        self._waiting[who] = self._waiting.get(who, 0) + 1
        rest = REFUSED_REST
        try:
            await lock.acquire()
        except BaseException:
            self._leave(who)
            raise
        began = loop.time()
        try:
            yield
            rest = 0.0
        finally:
            rest = max(rest, min(MOST_REST, RESTS * (loop.time() - began)))
            loop.call_later(rest, self._done, who, lock)

    def _done(self, who: str, lock: asyncio.Lock) -> None:
        lock.release()
        self._leave(who)

    def _leave(self, who: str) -> None:
        self._waiting[who] -= 1
        if not self._waiting[who]:
            del self._waiting[who], self._turns[who]
