"""What is compared is timed side by side: whatever else the machine does hits all of it alike."""

import time
from collections.abc import Callable

import numpy as np

FEWEST = 5  # calls of each, however long they take


def side_by_side(
    calls: dict[str, Callable], seconds: float, in_a_row: int
) -> dict[str, dict[str, float]]:
    """Call each so often in a row, round after round, for so many seconds.

    Args:
        calls: word -> function without arguments.
        in_a_row: the first of these calls is not counted when there are more.

    Returns:
        word -> "median" and "p99" of a call, in µs, and how many "calls" these are of.
    """
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {word: [] for word in calls}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(times.values()))) < FEWEST:
        for word, call in calls.items():
            for number in range(in_a_row):
                begun = time.perf_counter_ns()
                call()
                if number or in_a_row == 1:
                    times[word].append((time.perf_counter_ns() - begun) / 1000)
    return {
        word: {
            "median": float(np.median(some)),
            "p99": float(np.percentile(some, 99)),
            "calls": len(some),
        }
        for word, some in times.items()
    }
