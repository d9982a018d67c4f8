"""The words that readers and detectors know, in YAML beside this file; read once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias, cast

from menon.apps.socratic.conflicts.tables import document
from menon.apps.socratic.conflicts.words import Token, tokens

_PARTICLES = frozenset({"in", "out", "on", "off", "up", "down", "back", "away"})
_PARTS = frozenset({"and", "or", ",", "be", "of", "that", "which", "to"})
"""Between a verb and its particle stand none of these."""
GAP = 4
"""Tokens that may stand where a phrase has `*`."""


class Match(NamedTuple):
    """A phrase that was found, as positions of its first token and behind its last."""

    start: int
    end: int
    label: str


_Labelled: TypeAlias = tuple[tuple[str, ...], str]
"""The stems of a phrase, and its label."""


class Phrases:
    """Labelled phrases, found in one pass; the longest that begins at a token wins."""

    def __init__(
        self,
        labelled: Iterable[tuple[str, str]],
        parts: Callable[[str], tuple[str, ...]] | None = None,
    ) -> None:
        """Read the phrases.

        Args:
            labelled: a label and a phrase each.
            parts: what makes stems of a phrase; else its plain stems.
        """
        starts: dict[str, list[_Labelled]] = {}
        for label, phrase in labelled:
            stems = (parts or stemmed)(phrase)
            if stems:
                starts.setdefault(stems[0], []).append((stems, label))
        for found in starts.values():
            found.sort(key=lambda item: -len(item[0]))
        self._loose = {first: _beside(found, "") for first, found in starts.items()}
        # `be not ...` begins hundreds of phrases: the second stem leaves a few of them.
        self._pairs = {
            (first, second): _beside(found, second)
            for first, found in starts.items()
            for second in {phrase[1] for phrase, _ in found if len(phrase) > 1} - {"*"}
        }

    def _begun(self, stems: Sequence[str], place: int) -> Sequence[_Labelled]:
        """The phrases whose first stems stand at this place, the longest first."""
        first = stems[place]
        if place + 1 < len(stems):
            found = self._pairs.get((first, stems[place + 1]))
            if found is not None:
                return found
        return self._loose.get(first, ())

    def at(self, stems: Sequence[str], place: int) -> Match | None:
        """The longest phrase that begins at this place."""
        for phrase, label in self._begun(stems, place):
            end = _end(phrase, stems, place)
            if end:
                return Match(place, end, label)
        return None

    def every(self, stems: Sequence[str]) -> Iterator[Match]:
        """Every phrase, those inside others and those of several labels, too."""
        starts = self._loose
        if starts.keys().isdisjoint(stems):
            return
        for place, stem in enumerate(stems):
            if stem not in starts:
                continue
            for phrase, label in self._begun(stems, place):
                if end := _end(phrase, stems, place):
                    yield Match(place, end, label)

    def find(self, stems: Sequence[str]) -> Iterator[Match]:
        """Every phrase, from left to right, none inside another."""
        starts = self._loose
        if starts.keys().isdisjoint(stems):
            return
        behind = 0
        for place, stem in enumerate(stems):
            if stem not in starts or place < behind:
                continue
            match = self.at(stems, place)
            if match:
                yield match
                behind = match.end


def _beside(found: Sequence[_Labelled], second: str) -> list[_Labelled]:
    """The phrases that this second stem may belong to: it alone, or one of any second."""
    return [item for item in found if len(item[0]) == 1 or item[0][1] in {"*", second}]


def _end(phrase: tuple[str, ...], stems: Sequence[str], place: int) -> int:
    """The position behind a phrase that begins here, or 0."""
    if len(phrase) == 1:
        return place + 1
    if "*" in phrase:
        return _behind(phrase, stems, place)
    end = place + len(phrase)
    return end if tuple(stems[place:end]) == phrase else 0


def _behind(phrase: tuple[str, ...], stems: Sequence[str], place: int) -> int:
    """The position behind a phrase with gaps (`*`), or 0."""
    gap = False
    for part in phrase:
        if part == "*":
            gap = True
            continue
        last = min(place + (GAP if gap else 0), len(stems) - 1)
        while place <= last and stems[place] != part:
            place += 1
        if place > last:
            return 0
        place, gap = place + 1, False
    return place


def stemmed(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase."""
    return tuple(token.stem for token in tokens(str(phrase).replace('"', "")))


@cache
def _synonyms() -> Phrases:
    table = cast("Mapping[str, list[Any]]", document("synonyms")["synonyms"])
    return Phrases(
        (" ".join(stemmed(str(label))), str(phrase))
        for label, found in table.items()
        for phrase in (label, *found)
    )


def canonical(stems: Sequence[str]) -> tuple[str, ...]:
    """The stem that stands for each and its synonyms; the rest of a longer phrase is empty."""
    found = list(stems)
    for match in _synonyms().find(stems):
        found[match.start : match.end] = [match.label, *[""] * (match.end - match.start - 1)]
    return tuple(found)


@cache
def _phrasal() -> Mapping[str, Mapping[str, str]]:
    """The label of each verb with a particle, by both."""
    table = cast("Mapping[str, list[Any]]", document("synonyms")["synonyms"])
    found: dict[str, dict[str, str]] = {}
    for label, listed in table.items():
        for phrase in map(str, listed):
            stems = stemmed(phrase)
            if len(stems) == 2 and stems[1] in _PARTICLES:
                found.setdefault(stems[0], {})[stems[1]] = " ".join(stemmed(str(label)))
    return found


def rejoined(canon: Sequence[str]) -> tuple[str, ...]:
    """Canonical stems where `throw the letters away` is one verb, too."""
    table = _phrasal()
    if table.keys().isdisjoint(canon):
        return tuple(canon)
    found = list(canon)
    for at, stem in enumerate(canon):
        for place in range(at + 1, min(at + 7, len(canon))) if stem in table else ():
            if canon[place] in _PARTS:
                break
            label = table[stem].get(canon[place])
            if label and canon[place + 1 : place + 2] != ("of",):
                found[at], found[place] = label, ""
                break
    return tuple(found)


@cache
def known(phrase: str) -> tuple[str, ...]:
    """The canonical stems of a phrase of the lexicon or a specification."""
    return tuple(part for part in canonical(stemmed(phrase)) if part)


@cache
def words(name: str, key: str) -> frozenset[str]:
    """The stems of a list of words, and those that stand for them."""
    listed = [str(word) for word in document(name)[key]]
    return frozenset(s for word in listed for s in (*stemmed(word), *known(word)))


@cache
def phrases(name: str, key: str) -> Phrases:
    """Phrases: a list (each its own label), or a mapping from a label to its phrases."""
    listed: Any = document(name)[key]
    if isinstance(listed, list):
        items = cast("list[Any]", listed)
        return Phrases((str(item), str(item)) for item in items)
    table = cast("Mapping[str, list[Any]]", listed)
    return Phrases((label, str(phrase)) for label, found in table.items() for phrase in found)


def stems_of(found: Sequence[Token]) -> list[str]:
    """The stems of tokens."""
    return [token.stem for token in found]
