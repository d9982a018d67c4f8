"""A sentence cut into clauses: at contrasts, at new subjects, behind what only opens it."""

from collections.abc import Iterator, Sequence
from typing import Final

from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.openings import opening
from menon.apps.socratic.conflicts.words import Token

_LOOK: Final = 8
"""How far behind `and` the verb of a new clause may stand."""
_BUT: Final = frozenset(
    {"not", "nobody", "none", "one", "everyone", "everybody", "anyone", "anybody", "all"}
)
"""After these, `but` excepts and does not contrast."""
_TIMES: Final = frozenset({"each", "every", "time", "only", "even", "shortly", "right", "just"})
"""These may stand before a condition: `each time before it is shown`."""
_PRONOUNS: Final = frozenset({"we", "i", "it", "they", "he", "she", "you", "that", "this"})
"""After a comma these begin another sentence."""
_NOUNS: Final = ("ment", "ments", "tion", "tions", "ance", "ery", "ure", "age")
_DETERMINERS: Final = frozenset({"the", "a", "an", "our", "their", "each", "every", "no", "any"})
_ORDERS: Final = frozenset({"leave", "keep", "make", "let", "put", "treat", "mark", "set", "drop"})
"""Verbs that begin an order to the reader."""
_ARTICLES: Final = frozenset({"the", "our", "their", "a", "an", "his", "her", "its", "my"})


def cut(piece: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """The clauses of a sentence, in their order."""
    contrast, joins = words("words", "contrast"), {"and", ",", "or"}
    start = 0
    for at, token in enumerate(piece):
        if at == start:
            start += opening(piece, start)
            continue
        if at < start:
            continue
        after = piece[at + 1].stem if at + 1 < len(piece) else ""
        parted = token.stem == "so" and piece[at - 1].text == "," and after != "that"
        contrasts = token.stem in contrast and not (token.text == "while" and _lasts(piece, at))
        parted |= contrasts and after != "not" and piece[at - 1].stem not in _BUT
        parted |= token.text == ":" and at - start > 2 and _spliced(piece, at)
        aimed = token.text == "," and piece[start].text == "to"
        if parted or (token.stem in joins and not aimed and _new_clause(piece, start, at)):
            yield tuple(piece[start:at])
            start = at + 1
    if start < len(piece):
        yield tuple(piece[start:])


def acts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb is no noun of the same stem, such as `the use`, `a payment`."""
    before = tokens[at - 1].text if at else ""
    return not tokens[at].text.endswith(_NOUNS) and before not in _DETERMINERS


def _lasts(piece: Sequence[Token], at: int) -> bool:
    """`It is locked while the machine runs`: a condition; with a comma or a modal a contrast."""
    modal = words("words", "may") | words("words", "must") | words("words", "should")
    return piece[at - 1].text != "," and not any(t.stem in modal for t in piece[at + 1 : at + 7])


def _new_clause(piece: Sequence[Token], start: int, at: int) -> bool:
    """Whether a clause with a verb of its own ends before this position and another follows."""
    aux = words("words", "aux")
    first = start
    while first < at and piece[first].text in _TIMES:
        first += 1
    if piece[first].stem in words("words", "opens"):
        return False
    if piece[at].text == "," and _spliced(piece, at):
        return True
    listed = sum(token.text == "," for token in piece[start:at]) > 1
    # `Orders, labels and cards all have ...`: a list, whose nouns may look like verbs.
    verbs = aux if listed else aux | words("words", "verb")
    if not any(piece[i].stem in verbs and acts(piece, i) for i in range(start + 1, at)):
        return False
    for place in range(at + 1, min(at + _LOOK, len(piece))):
        token = piece[place]
        if token.stem in aux:
            return place > at + 1
        if token.kind == "mark" or token.stem in {"and", "or", "that", "which", "who"}:
            return False
    return False


def _spliced(piece: Sequence[Token], at: int) -> bool:
    """Whether a sentence of its own follows the comma: `..., we agreed on that`."""
    after = piece[at + 1 : at + 6]
    if len(after) < 2:
        return False
    if after[0].text in _ORDERS:
        return after[1].text in {"it", "them", "this", "that"} | _ARTICLES
    if after[0].text in _PRONOUNS:
        return after[1].kind == "word" and after[1].text not in {"is", "means"} | _ARTICLES
    if after[0].text not in _ARTICLES:
        return False
    verbs = words("words", "verb") | words("openings", "reports")
    return any(token.stem in verbs and token.text.endswith("s") for token in after[2:])
