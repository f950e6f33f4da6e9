"""The tables of how fast and how still the page is on either host."""

from measure import machine
from measure.cells import not_yet, table

HOSTS = {"server": "the app answers", "browser": "the visitor's browser answers"}


def pen(figures: dict) -> str:
    """From a movement of the pen to its answer."""
    if "pen" not in figures:
        return not_yet("latency.py --write")
    found, rows = figures["pen"], []
    for host, words in HOSTS.items():
        took = found[host]
        rows.append([
            words,
            f"{took['changed_ms']:.1f} / {took['changed_p95_ms']:.1f} ms",
            f"{took['median_ms']:.1f} / {took['p95_ms']:.1f} ms",
            ", ".join(f"{word} {ms:.1f}" for word, ms in took["steps"].items()),
            f"{took['answers_per_second']:.0f}",
            f"{took['strip_ms']:+.1f} ms" if "strip_ms" in took else "not noted",
        ])  # fmt: skip
    head = ["host", "`#answer` changed: median / p95", "on the screen: median / p95",
            "of which, median ms", "answers a second while drawing",
            "the layers beside the pen, of the first median"]  # fmt: skip
    times = found["stock_median_ms"] / found["server"]["median_ms"]
    return (
        f"{table(head, rows)}\n\n`gr.Sketchpad` with a `change` handler, pen up to label: median "
        f"{found['stock_median_ms']:.0f} ms, {times:.0f} times as long as by the app. "
        f"{machine.sentence(found)} The quietest of {found['rounds']} rounds, hosts in turn."
    )


def page(figures: dict) -> str:
    """Cold loads: how soon, how still, how heavy."""
    found = figures.get("hosts", {})
    if not {"loads", "still", "weight", "phone"} <= found.keys():
        return not_yet("page.py --write")
    rows = []
    for word, key in (("static site, this machine", "loads"), ("static site, slow phone", "phone")):
        took = found[key]
        rows.append([f"{word}: canvas usable", f"{took['usable'] / 1000:.1f} s"])
        rows.append([f"{word}: first answer", f"{took['answered'] / 1000:.1f} s"])
        rows.append([f"{word}: memory of the page", f"{took['mb']:.0f} MB"])
    for word, moved in found["still"].items():
        tabs = max(shift for tab, shift in moved.items() if tab != "load")
        rows.append([
            f"{word}: layout shift while loading; at a tab's first opening, the worst",
            f"{moved['load']:.3f}; {tabs:.3f}",
        ])  # fmt: skip
    for host, kilobytes in found["weight"].items():
        rows.append(
            [f"{host}: what is ours of the first load, through gzip", f"{kilobytes:.0f} kB"]
        )
    runs = f"{found['of']} cold loads each: medians, of layout shift the worst."
    return f"{table(['', ''], rows)}\n\n{machine.sentence(found)} {runs}"


def hosts(figures: dict) -> str:
    """What the visitor's browser says beside what Python says."""
    if "page_parity" not in figures:
        return not_yet("page_parity.py --write")
    found = {word: part for word, part in figures["page_parity"].items() if word != "machine"}
    rows = [
        [
            word,
            f"{part['pictures']:,}",
            f"{part['same_refusal']:,}",
            *(f"{part[key]:,} of {part['read']:,}"
              for key in ("same_input", "same_label", "same_rejection")),
            f"{part['apart']:.0e}",
        ]
        for word, part in found.items()
    ]  # fmt: skip
    head = ["pictures", "how many", "both read or refuse it", "same 784 bytes", "same label",
            "both or neither turn it away", "probabilities apart at most"]  # fmt: skip
    return f"{table(head, rows)}\n\n{machine.sentence(figures['page_parity'])}"
