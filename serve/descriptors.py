"""How many files and connections this process may have open."""

import os

try:
    import resource
except ImportError:  # Windows knows no such limit
    resource = None  # type: ignore[assignment]

WANTED = 65_536
MOST_CONNECTIONS = 2048
LEAST_SPARE = 24  # descriptors for what is read, written and piped while visitors are answered
WITHOUT_LIMIT = 4096


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
