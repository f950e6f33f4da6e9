"""The table of how digits are read, from models/results.json (measure/digits.py)."""

from statistics import mean

from measure.cells import not_yet, percent, table

# What commit cb215b0 reached on pictures that it had never seen, before ink was found by a network.
FIRST = {
    "pens, canvas": "97.9 % right before refusal, 4.4 % lost",
    "uploads": "56.9 %, ten of 30 kinds 0 %",
    "2 digits": "one digit named with more than 90 % for 95 %",
}
UPLOAD = "upload: "


def digits(figures: dict) -> str:
    """A row for each kind of picture: what is right or turned away, and what that costs."""
    found = figures.get("digits")
    if not found:
        return not_yet("digits.py --test --write")
    kinds = {name: row for name, row in found.items() if name != "machine"}
    rows = [_row(name, row) for name, row in kinds.items()]
    uploads = [row for name, row in kinds.items() if name.startswith(UPLOAD)]
    if uploads:
        right = [row["right"] for row in uploads]
        shares = f"{percent(mean(right), 1)} on average, {percent(min(right), 1)} the worst"
        sure = f"at most {percent(max(row['sure and wrong'] for row in uploads), 1)}"
        lost = percent(mean(row["lost"] for row in uploads), 1)
        empty = percent(max(row["empty"] for row in uploads), 1)
        many = f"{sum(row['n'] for row in uploads):,.0f}"
        summary = [f"uploads, {len(uploads)} kinds", many, shares, sure, lost, empty, ""]
        rows.insert(len(uploads), [*summary, FIRST["uploads"]])
    head = [
        "pictures", "how many", "right, and not turned away", "sure (over 90 %) and wrong",
        "right, yet turned away", "called empty", "no digit: turned away", "commit cb215b0",
    ]  # fmt: skip
    return table(head, rows)


def _row(name: str, row: dict) -> list[str]:
    many, first = f"{row['n']:,.0f}", FIRST.get(name, "")
    if "away" in row:
        return [name, many, "", "", "", "", percent(row["away"], 1), first]
    shares = [percent(row[key], 1) for key in ("right", "sure and wrong", "lost", "empty")]
    return [name, many, *shares, "", first]
