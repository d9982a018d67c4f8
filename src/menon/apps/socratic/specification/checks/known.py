"""What a specification names, for cross references, with a guess at what was meant."""

import difflib
from collections.abc import Collection
from typing import Final

from menon.apps.socratic.specification.model import Specification
from menon.kit.text import shorten

_GUESSES: Final = 20
"""Comparing a name with a thousand takes a millisecond or more: the first faults get a guess."""


class Known:
    """The names of one specification."""

    def __init__(self, spec: Specification) -> None:
        self.actors = frozenset(actor.name for actor in spec.actors)
        self.entities = {entity.name: entity for entity in spec.entities}
        self.enums = {enum.name: enum for enum in spec.enums}
        self.features = frozenset(feature.id for feature in spec.features)
        self._guesses = _GUESSES

    def instead(self, name: str, names: Collection[str]) -> str:
        """What to write instead of a name that is unknown."""
        if not names:
            return "there are none yet, so add it"
        if self._guesses:
            self._guesses -= 1
            lower = {each.casefold(): each for each in names}
            close = difflib.get_close_matches(name.casefold(), lower, n=1)
            if close:
                return f"did you mean {lower[close[0]]!r}?"
        listed = shorten(", ".join(sorted(names)), 200)
        return f"add it, or take one of {listed}"
