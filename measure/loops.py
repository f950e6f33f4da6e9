"""Training loops in processes of their own that take turns: whatever else the machine does hits all
of them alike, and none has the memory or the settings of another."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tqdm import tqdm

SCORE = "score"


class Runner:
    """A loop that stands still until it is told to go on.

    Args:
        run: (*args, orders) is called in the process and carries out what told(orders) yields.
    """

    def __init__(self, run: Callable, *args):
        context = get_context("spawn")
        self.orders, self.ours = context.Pipe()
        self.process = context.Process(target=run, args=(*args, self.ours), daemon=True)

    def __enter__(self) -> "Runner":
        self.process.start()
        self.ours.close()  # else nobody would notice that the process has died
        self.orders.recv()  # it is ready
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.join()

    def go_on(self, order: int | str) -> float:
        """Make so many steps, or SCORE; the seconds that it took.

        Raises:
            EOFError: the process has died; its traceback is on the screen.
        """
        self.orders.send(order)
        return self.orders.recv()


def told(orders: Connection) -> Iterator[int | str]:
    """In the process: one order after the other, timed until the next is asked for."""
    orders.send("ready")
    while True:
        order = orders.recv()
        begun = time.perf_counter()
        yield order
        orders.send(time.perf_counter() - begun)


def take_turns(
    ways: dict[str, tuple], steps: int, block: int, warm_up: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Let all loops go on in turns.

    Args:
        ways: name -> (function, *arguments) of its Runner.
        steps: of each loop, in all.
        block: steps of a turn.
        warm_up: the first of them, not timed: threads of the loop before are still awake.

    Returns:
        name -> seconds a step in each turn but the first, in which libraries load and memory is
        asked for, once in a run; and name -> seconds of one SCORE.
    """
    timed = block - warm_up
    took: dict[str, list[float]] = {name: [] for name in ways}
    with ExitStack() as stack:
        runners = {name: stack.enter_context(Runner(*way)) for name, way in ways.items()}
        for turn in tqdm(range(steps // block), desc="turns"):
            for name, runner in runners.items():
                runner.go_on(warm_up)
                seconds = runner.go_on(timed)
                if turn:
                    took[name].append(seconds / timed)
        return took, {name: runner.go_on(SCORE) for name, runner in runners.items()}
