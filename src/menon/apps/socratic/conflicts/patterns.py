"""Phrases whose parts are kinds of words: `<insider> * <look> * <letter>`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from menon.apps.socratic.conflicts.lexicon import Match, stemmed, words

_GAP = 5
"""Tokens that may stand where a pattern has `*`."""


class _Pattern(NamedTuple):
    """What stands one after the other; an empty part is a gap."""

    parts: tuple[frozenset[str], ...]
    label: str


class Patterns:
    """Labelled patterns, wherever they begin; no gap reaches over a denial or a barrier."""

    def __init__(
        self, labelled: Iterable[tuple[str, str]], kinds: Mapping[str, Sequence[object]]
    ) -> None:
        """Read the patterns.

        Args:
            labelled: a label and a pattern each.
            kinds: the words that each name in angle brackets stands for.
        """
        known = {
            f"<{name}>": frozenset(s for word in found for s in stemmed(str(word))[:1])
            for name, found in kinds.items()
        }
        self._starts: dict[str, list[_Pattern]] = {}
        for label, pattern in labelled:
            parts = tuple(_part(known, word) for word in pattern.split())
            for stem in parts[0]:
                self._starts.setdefault(stem, []).append(_Pattern(parts, label))

    def vocabulary(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each label with the stems of one of its patterns."""
        for pattern in {one for found in self._starts.values() for one in found}:
            yield pattern.label, frozenset[str]().union(*pattern.parts)

    def every(self, stems: Sequence[str]) -> Iterator[Match]:
        """Every pattern that is found."""
        if self._starts.keys().isdisjoint(stems):
            return
        present = frozenset(stems)
        barriers = words("words", "negator") | words("kinds", "barriers")
        for place, stem in enumerate(stems):
            for pattern in self._starts.get(stem, ()):
                if pattern.parts[-1].isdisjoint(present):
                    continue
                if end := _behind(pattern.parts, stems, place, barriers):
                    yield Match(place, end, pattern.label)


def _part(known: Mapping[str, frozenset[str]], word: str) -> frozenset[str]:
    if word == "*":
        return frozenset()
    return known[word] if word.startswith("<") else frozenset(stemmed(word)[:1])


def _behind(
    parts: Sequence[frozenset[str]], stems: Sequence[str], place: int, barriers: frozenset[str]
) -> int:
    """The position behind a pattern that begins here, or 0."""
    gap = False
    for part in parts:
        if not part:
            gap = True
            continue
        last = min(place + (_GAP if gap else 0), len(stems) - 1)
        while place < last and stems[place] not in part and stems[place] not in barriers:
            place += 1
        if place > last or stems[place] not in part:
            return 0
        place, gap = place + 1, False
    return place
