"""Units and currencies by their names, and what they are in base units."""

from collections.abc import Mapping
from functools import cache
from typing import cast

from menon.apps.socratic.conflicts.lexicon import Phrases, document


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
