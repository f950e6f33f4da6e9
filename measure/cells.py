"""Cells and rows: of the tables, and as they are measured."""

from collections.abc import Iterable


def not_yet(words: str) -> str:
    return f"Not measured yet: `python measure/{words}` does."


def percent(share: float, digits: int = 2) -> str:
    return f"{share * 100:.{digits}f} %"


def measured(rows: Iterable[tuple[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Rows by name, rounded; each is printed as soon as it is there."""
    found = {}
    for name, figures in rows:
        found[name] = {word: round(float(value), 4) for word, value in figures.items()}
        told = ", ".join(f"{word} {value:g}" for word, value in found[name].items())
        print(f"{name}: {told}", flush=True)
    return found


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
