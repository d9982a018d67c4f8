"""One or several of a closed set: by value, by number, by letter, or by a word for it."""

import re
from collections.abc import Iterable

from menon.apps.socratic.questions.parsers.clauses import items, plain, squeezed
from menon.apps.socratic.questions.parsers.reading import Context, Reading

_LONGEST_OPEN = 120
_NO_CHOICE = frozenset({"yes", "y", "no", "n", "nope", "yep", "maybe", "ok"})
"""They choose nothing, where none of the choices is called so."""
_NEGATED = re.compile(
    r"\b(?:not?|without|never|don't|avoid|rather than|instead of) (?:a |an |any )?$"
)


def parse(text: str, context: Context) -> Reading | None:
    """The value of the one choice that is named; where the slot is open, the words themselves."""
    chosen = _chosen(text, context.choices)
    if chosen:
        return Reading(value=chosen[0], shown=_said(chosen[0]))
    said = squeezed(text).strip(" .")
    if said.lower() in _NO_CHOICE:
        return None
    if context.open and 0 < len(said) <= _LONGEST_OPEN and any(map(str.isalnum, said)):
        return Reading(value=said, shown=said)
    return None


def several(text: str, context: Context) -> Reading | None:
    """The values of all choices that are named, in the order of the choices; `all` is each."""
    if plain(text) in {"all", "all of them", "everything", "both"}:
        chosen = [one for one in context.choices if one != "none"]
    else:
        found = set(_chosen(text, context.choices))
        chosen = [one for one in context.choices if one in found]
    if not chosen:
        return None
    unknown = tuple(one for one in items(text) if not _chosen(one, context.choices))
    numbered = unknown if not any(one.isdigit() for one in items(text)) else ()
    return Reading(value=chosen, shown=", ".join(map(_said, chosen)), rest=numbered)


def _chosen(text: str, choices: dict[str, tuple[str, ...]]) -> list[str]:
    """The choices in the order of the text; a whole-text match or a number comes alone."""
    said = plain(text)
    names = list(choices)
    for name in names:
        if said in {plain(word) for word in (name, _said(name), *choices[name])}:
            return [name]
    picked = [_numbered(one, names) for one in said.replace(",", " ").split()]
    if picked and all(picked):
        return [one for one in picked if one]
    low = f" {squeezed(text[:5_000]).lower()} "
    found: list[tuple[int, int, str]] = []
    for name in names:
        spots = [spot for word in _words(name, choices[name]) if (spot := _spot(low, word))]
        if spots:
            place, length = min(spots)
            found.append((place, -length, name))
    return [name for _, _, name in sorted(found)]


def _words(name: str, synonyms: Iterable[str]) -> list[str]:
    return [word for word in (name, _said(name), *synonyms) if len(word) > 1]


def _spot(low: str, word: str) -> tuple[int, int] | None:
    """Where a word stands on its own, and not after `no`; with its length."""
    word = word.lower()
    start = low.find(word)
    while start >= 0:
        alone = not low[start - 1].isalnum() and not low[start + len(word)].isalnum()
        if alone and not _NEGATED.search(low[max(0, start - 24) : start]):
            return start, len(word)
        start = low.find(word, start + 1)
    return None


def _numbered(said: str, names: list[str]) -> str | None:
    said = said.strip("().")
    if said.isascii() and said.isdigit() and len(said) <= 3 and 1 <= int(said) <= len(names):
        return names[int(said) - 1]
    if len(said) == 1 and "a" <= said <= "z" and ord(said) - ord("a") < len(names):
        return names[ord(said) - ord("a")]
    return None


def _said(name: str) -> str:
    return name.replace("_", " ")
