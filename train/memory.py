"""Keeps the memory of one training step for the next."""

import ctypes
import sys

# mallopt(3) of the GNU C library: where to ask for memory, and when to give it back.
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX, M_ARENA_MAX = -1, -2, -4, -8
LARGE = 2**26  # bytes


def keep_freed() -> None:
    """Freed memory stays with this process.

    Every step needs the same large tensors. The library hands each back to the system when it is
    freed and gets it anew, page by page and zeroed, which took a fifth of a step.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "gnu_get_libc_version"):
        for option, value in (
            (M_MMAP_MAX, 0),
            (M_TRIM_THRESHOLD, 2**31 - 1),
            (M_TOP_PAD, LARGE),
            (M_ARENA_MAX, 1),
        ):
            library.mallopt(option, value)
