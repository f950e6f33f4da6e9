"""Cells and rows of the tables."""


def not_yet(words: str) -> str:
    return f"Not measured yet: `python measure/{words}` does."


def percent(share: float, digits: int = 2) -> str:
    return f"{share * 100:.{digits}f} %"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
