"""What this process takes of the machine: files and connections, turns of its threads, memory."""

import ctypes
import gc
import os
import sys

try:
    import resource
except ImportError:  # Windows knows no such limit
    resource = None  # type: ignore[assignment]

WANTED = 65_536
MOST_CONNECTIONS = 2048
LEAST_SPARE = 24  # descriptors for what is read, written and piped while visitors are answered
WITHOUT_LIMIT = 4096
# A thread that computes gives way after so long to the one that answers everybody (Python: 5 ms).
SECONDS_OF_A_TURN = 0.0005
LARGE = 2**20  # bytes: what is larger goes back to the system as soon as it is free
MMAP_THRESHOLD, ARENAS = -3, -8  # for mallopt(), from glibc's malloc.h


def raise_limit() -> None:
    """Take as many descriptors as the system allows without asking for more rights."""
    if resource:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def limit() -> int:
    if not resource:
        return WITHOUT_LIMIT
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return WANTED if soft == resource.RLIM_INFINITY else min(soft, WANTED)


def spare() -> int:
    """Descriptors that are not for connections."""
    return max(LEAST_SPARE, min(1024, limit() // 4))


def most_connections() -> int:
    try:
        used = len(os.listdir("/proc/self/fd"))
    except OSError:
        used = 32
    return max(8, min(MOST_CONNECTIONS, limit() - used - spare()))


def backlog() -> int:
    """Connections that are taken at once; asyncio closes none of them before it has taken all, and
    it takes three rounds."""
    return spare() // 4


def share_fairly() -> None:
    """Set up Python and the C library for a server that many share; once all is loaded."""
    sys.setswitchinterval(SECONDS_OF_A_TURN)
    gc.freeze()  # looking for garbage in what stays would keep everybody for 0.1 s
    if libc := _glibc():
        libc.mallopt(MMAP_THRESHOLD, LARGE)
        libc.mallopt(ARENAS, 2)


def give_back() -> None:
    """To the system, the memory that is free."""
    if libc := _glibc():
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """None where the C library is another."""
    try:
        libc = ctypes.CDLL(None)
    except (OSError, TypeError):  # TypeError: Windows
        return None
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
