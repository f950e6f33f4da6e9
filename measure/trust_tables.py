"""The tables of docs/trust.md: long use, hostile files, one hostile client beside others."""

from measure import machine
from measure.cells import not_yet, table


def soak(figures: dict) -> str:
    """What long use leaves behind."""
    if "soak" not in figures:
        return not_yet("soak.py --write")
    found = figures["soak"]
    server_errors = sum(count for status, count in found["statuses"].items() if status >= "500")
    rows = [[
        f"{found['minutes']:g}",
        f"{found['requests']:,}",
        f"{server_errors}",
        f"{found['memory_app_mb']:.0f} + {found['memory_helper_mb']:.0f} MB",
        f"{found['memory_growth'] * 100:+.1f} %",
        f"{found['open_files'][0]}, {found['open_files'][1]}",
        f"{found['temporary_files']}",
    ]]  # fmt: skip
    head = ["minutes", "requests", "of them 5xx", "memory, app + helper",
            "growth, last against middle third", "open files, middle and last third",
            "most temporary files"]  # fmt: skip
    return f"{table(head, rows)}\n\n{machine.sentence(found)} One run."


def hostile_files(figures: dict) -> str:
    """One row for all kinds of files."""
    if "hostile_files" not in figures:
        return not_yet("hostile_kinds.py --write")
    found = figures["hostile_files"]
    rows = found["rows"]
    answered = sum(row["outcome"] == "answered" for row in rows.values())
    slowest = max(rows, key=lambda name: rows[name]["seconds"])
    largest = max(rows, key=lambda name: rows[name]["helper_mb"])
    cells = [
        f"{len(rows)}",
        f"{answered}",
        f"{len(rows) - answered}",
        f"{rows[slowest]['seconds']:.1f} s ({slowest})",
        f"{rows[largest]['helper_mb']:.0f} MB ({largest})",
    ]
    head = ["kinds of files", "answered", "refused in one sentence", "slowest",
            "most memory of the process for pictures"]  # fmt: skip
    return f"{table(head, [cells])}\n\n{machine.sentence(found)} Each once."


def hostile(figures: dict) -> str:
    """A row for each thing that somebody sends who means ill."""
    if "hostile" not in figures:
        return not_yet("hostile.py --write")
    found = figures["hostile"]
    rows = [
        [
            name,
            f"{row['gap_ms']:.0f} ms",
            f"{row['p95_ms']:.0f} ms, {row['times']:.1f} times",
            f"{row['memory_mb']:.0f} MB, {row['back']:.2f} times",
            f"{row['files']:.0f}, {row['descriptors']:.0f}",
            f"{row['log_kb']:.1f} kB, {row['canaries']:.0f}",
            f"{row['photo_s']:.1f} s" if row["photo_s"] else "",
            f"{row['end_s']:.1f} s",
        ]
        for name, row in found["rows"].items()
    ]
    head = ["one client sends", "nobody is answered for at most",
            "p95 of eight who draw, times without",
            "most memory of the app, a minute later times before", "files, descriptors",
            "log, marked words in it", "one such photo beside them", "ends within"]  # fmt: skip
    return f"{table(head, rows)}\n\n{machine.sentence(found)} {found['seconds']:g} s each, twice."
