"""Words as people type them in haste, put as the lexicon writes them."""

from functools import cache, lru_cache
from typing import Final, cast

from menon.apps.socratic.conflicts.tables import document

_SHORTEST: Final = 6
"""Letters below which one slip makes another word as easily."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_VOWELS: Final = "aeiouy"


def _slips(word: str) -> set[str]:
    """What one slip makes of a word, between its first letter and its last two.

    A letter less, more, another vowel, or two swapped; at the end it would be another form.
    """
    places = range(1, len(word) - 2)
    found = {word[:at] + word[at + 1 :] for at in places}
    found |= {word[:at] + letter + word[at:] for at in places for letter in _LETTERS}
    found |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places}
    found |= {
        word[:at] + letter + word[at + 1 :]
        for at in places
        if word[at] in _VOWELS
        for letter in _VOWELS
    }
    return found - {word}


@cache
def _meant() -> dict[str, str]:
    """What each slip was meant to be, where only one word was."""
    meant: dict[str, set[str]] = {}
    table = document("forms")
    targets = frozenset(cast("list[str]", table["targets"]))
    kept = targets | frozenset(cast("list[str]", table["real"]))
    for target in targets:
        for slip in _slips(target):
            meant.setdefault(slip, set()).add(target)
    return {
        slip: next(iter(ones))
        for slip, ones in meant.items()
        if len(ones) == 1 and len(slip) >= _SHORTEST and slip not in kept
    }


def _ended(word: str) -> str:
    """Adverbs and the like that are spelled by ear: `realisticly`, `definately`."""
    if word.endswith("icly") and len(word) > 6:
        return f"{word[:-4]}ically"
    return word


@lru_cache(maxsize=32768)
def respelled(word: str) -> tuple[str, ...]:
    """The words that this one stands for; most often itself."""
    table = document("forms")
    whole = table["contractions"].get(word) or table["shorthand"].get(word)
    if whole:
        return tuple(str(whole).split())
    if "'" in word:
        return _apart(word)
    return (_ended(_meant().get(word, word)),)


def _apart(word: str) -> tuple[str, ...]:
    head, _, tail = word.partition("'")
    if tail == "t" and head.endswith("n"):
        return (head[:-1], "not")
    more = {"ll": "will", "ve": "have", "re": "are", "d": "would"}.get(tail)
    return (head, more) if more else (head,)
