"""Units and currencies by their names, and what they are in base units."""

from collections.abc import Mapping
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.lexicon import Phrases, document

_YEARLY = {"h": 1920.0, "day": 240.0, "week": 52.0, "month": 12.0, "quarter": 4.0, "year": 1.0}
"""Working hours, working days and so on of a year."""


@cache
def units() -> Phrases:
    """The units, each labelled with its dimension."""
    table = cast("Mapping[str, Mapping[str, list[object]]]", document("units"))
    return Phrases(
        (f"{dim}|{unit}", str(phrase))
        for dim, units in table.items()
        for unit, row in units.items()
        for phrase in row[1:]
    )


@cache
def factor(dim: str, unit: str) -> float:
    """How many base units it has."""
    table = cast("Mapping[str, Mapping[str, list[float]]]", document("units"))
    return float(table[dim][unit][0])


@cache
def currencies() -> Phrases:
    """The codes of currencies by their names."""
    table = cast("Mapping[str, list[object]]", document("amounts")["currencies"])
    return Phrases((code, str(phrase)) for code, phrases in table.items() for phrase in phrases)


def yearly(value: float, period: str) -> float:
    """A sum that comes every period, as one of a year."""
    return value * _YEARLY.get(period, 1.0)
