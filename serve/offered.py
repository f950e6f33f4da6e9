"""The networks that can be chosen."""

from functools import cache

from models.specs import MODELS


@cache
def offered() -> tuple[str, ...]:
    """The names of those whose graph is here, without the baselines."""
    specs = MODELS.values()
    return tuple(spec.name for spec in specs if spec.graph.exists() and not spec.baseline)


def default(subject: str) -> str:
    """The first for "digit" or "garment" (MODELS lists the robust ones first), else the first."""
    ordered = sorted(offered(), key=lambda name: MODELS[name].subject != subject)
    return ordered[0] if ordered else ""
