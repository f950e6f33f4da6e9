"""The table of what is said of garments, from models/results.json (measure/looks.py)."""

from measure.cells import not_yet, percent, table

# What commit cb215b0 reached, the version before a network looked first: there a photo of the same
# kinds was held out by file, and other pictures were other ones of the same kinds.
FIRST = {
    "photos": "82.0 %",
    "photographs of other things": "50.6 %",
    "hats": "32 %",
    "noise, discs, text, screenshots": "43 %",
    "garments on plain ground": "83.2 %, 65 %",
    "garments traced": "0.8 %",
}
TRUE = "right, and not turned away"
AWAY = "turned away"


def looks(figures: dict) -> str:
    """A row for each kind of picture: what is right or turned away, and what that costs."""
    found = figures.get("looks")
    if not found:
        return not_yet("looks.py --write")
    rows = [_row(name, found[name]) for name in found if name != "machine" and "n" in found[name]]
    plain = found.get("garments on plain ground")
    if plain:
        shares = f"{percent(plain['mean'], 1)} on average, {percent(plain['worst'], 1)} the worst"
        rows.append(
            [
                "garments on plain ground, ten kinds",
                "600",
                TRUE,
                shares,
                "",
                "",
                FIRST["garments on plain ground"],
            ]
        )
    head = [
        "pictures", "how many", "what counts", "the app", "network alone / look alone",
        "true ones lost: garments chosen / found out", "commit cb215b0",
    ]  # fmt: skip
    return table(head, rows)


def _row(name: str, row: dict) -> list[str]:
    first = FIRST.get(name, "")
    many = f"{row['n']:,.0f}"
    if "right or near" in row:
        return [name, many, f"{TRUE} (near classes count)", percent(row["right or near"], 1), "",
                percent(row[AWAY], 1), first]  # fmt: skip
    if "right" not in row:
        itself = row.get("turned away by itself")
        share = percent(row[AWAY], 1)
        share += f", found out {percent(itself, 1)}" if itself is not None else ""
        return [name, many, AWAY, share, "", "", first]
    alone = f"{percent(row['network alone'], 1)} / {percent(row['look alone'], 1)}"
    lost = f"{percent(row[AWAY], 1)} / {percent(row['turned away by itself'], 1)}"
    return [name, many, TRUE, percent(row["right"], 1), alone, lost, first]


def subjects(figures: dict) -> str:
    """How well a digit is told from another picture: the sentence that the second tutorial ends
    with."""
    found = figures.get("looks", {})
    names = [name for name in found if "balanced" in found[name]]
    if not names:
        return not_yet("looks.py kinds --write")
    rows = [
        [name, *(percent(found[name][key]) for key in ("digits", "others", "balanced"))]
        for name in names
    ]
    return table(["pictures", "digits known", "others known", "balanced accuracy"], rows)
