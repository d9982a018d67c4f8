"""Names by capital letters, and what tells a person from an organisation."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from menon.engine.analysis.language import EVERYDAY, FUNCTION_WORDS
from menon.engine.analysis.text import Sentence, Text
from menon.engine.analysis.vocabulary import vocabulary
from menon.engine.retrieval.words import fold

_TITLES = vocabulary("mr mrs ms miss dr prof professor sir dame madam herr frau lord lady")
_FORMS = vocabulary(
    "inc ltd llc llp plc corp corporation company co gmbh ag kg se sa sas srl spa bv nv "
    "oy ab foundation university college institute academy bank ministry department "
    "agency association authority commission committee council court federation group "
    "holdings hospital laboratories labs museum parliament party press society systems "
    "technologies trust union"
)
_FORMS_FIRST = vocabulary("university bank ministry department institute museum bundesamt")
"""These also stand first: `University of Oslo`."""
_GIVEN = vocabulary(
    "aaron adam alan albert alex alexander alice amanda amy ana andrea andrew angela "
    "anita ann anna anne anthony antonio arthur barbara ben benjamin bernd bill bob brian "
    "bruno carl carla carlos caroline catherine charles charlotte chris christian "
    "christina christopher claire clara claus daniel david deborah dennis diana dieter "
    "dora edward elena elizabeth ella emily emma eric erik eva felix fiona frank fred "
    "gabriel george gerhard grace greg hannah hans harry heinz helen henry holly ian "
    "ingrid irene isabel jack jacob james jan jane jason jean jennifer jessica joan "
    "joanna joe johan johannes john jonas jonathan jose joseph juan julia julian karen "
    "karl kate katherine kathryn kevin klaus laura lea lena leo lily linda lisa louis "
    "louise lucas lucy luis luisa luke magnus manuel marco marcus margaret maria marie "
    "mario mark markus martha martin mary matthew max maya melanie michael michelle "
    "miguel mohammed monica nancy natalie nathan nicholas nicole nina noah nora oliver "
    "olivia oscar otto pablo patricia patrick paul paula pedro peter philip rachel ralph "
    "rebecca richard rita robert roger rosa ruth ryan sam samuel sandra sara sarah scott "
    "sebastian simon sofia sophia sophie stefan stephanie stephen steve steven stuart "
    "susan sven tanja teresa thomas tim tina tom tony ursula uwe valerie vera veronica "
    "victor victoria vincent walter wendy werner william wolfgang"
)
_INSIDE = vocabulary("of and for the de la du von van der den di da & y")
"""Small words that join parts of one name."""
_LINKS = frozenset({"of", "for", "the"})
"""They join only what begins as `University`, `Bank` and the like."""
_PAIRS = frozenset({"and", "&"})
"""They join only what ends as `Inc`, `Ltd` and the like."""
_CALENDAR = vocabulary(
    "monday tuesday wednesday thursday friday saturday sunday january february march "
    "april may june july august september october november december"
)
_TOKEN = re.compile(r"[^\W\d_][\w'\u2019.-]*|&")
_LONGEST = 6
"""Capitalised words of one name; more are a heading."""
_SHOUTED = 0.6
"""A sentence with this share of capitalised words is a heading: its capitals say nothing."""


class Name(NamedTuple):
    """A name and what it rests on."""

    kind: Literal["person", "organization", "name"]
    start: int
    end: int
    basis: str


class _Token(NamedTuple):
    text: str
    folded: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and self.folded != "i"


def names(text: Text) -> Iterator[Name]:
    """The names in a text; in languages with capital nouns only those that something else shows."""
    inside = {
        token.folded
        for sentence in text.sentences
        for token in _tokens(sentence)[1:]
        if token.capital
    }
    unsure = text.language == "de"
    for sentence in text.sentences:
        tokens = _tokens(sentence)
        shouted = sum(token.capital for token in tokens) > _SHOUTED * len(tokens) > _SHOUTED * 4
        for group in _groups(tokens, sentence.text):
            name = _named(group, first=tokens[0], seen=inside)
            guess = name is not None and name.basis == "capitals"
            if name is None or (guess and (shouted or unsure or not sentence.prose)):
                continue
            yield Name(
                name.kind, sentence.start + name.start, sentence.start + name.end, name.basis
            )


def _tokens(sentence: Sentence) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(sentence.text):
        said = match[0]
        # A full stop belongs to `J.`, `Dr.` and `U.S.`, not to the last word.
        if said.endswith(".") and "." not in said[:-1] and not _is_short(said[:-1]):
            said = said[:-1]
        said = re.sub(r"['\u2019]s$", "", said)
        found.append(_Token(said, fold(said.strip(".")), match.start(), match.start() + len(said)))
    return found


def _is_short(word: str) -> bool:
    return len(word) == 1 or word.lower() in _TITLES


def _groups(tokens: Sequence[_Token], text: str) -> Iterator[list[_Token]]:
    """Runs of capitalised words, joined by small words and nothing but blanks."""
    group: list[_Token] = []
    for token in tokens:
        joined = bool(group) and not text[group[-1].end : token.start].strip()
        if (token.capital and (joined or not group)) or (joined and token.folded in _INSIDE):
            group.append(token)
        else:
            yield from _closed(group)
            group = [token] if token.capital else []
    yield from _closed(group)


def _closed(group: list[_Token]) -> Iterator[list[_Token]]:
    while group and not group[-1].capital:
        group = group[:-1]
    capitals = sum(token.capital for token in group)
    if not group or capitals > _LONGEST:
        return
    # `Bank of Japan` and `Johnson and Johnson Inc` are one, `Anna and Peter` are two.
    joins = _LINKS if group[0].folded in _FORMS_FIRST else frozenset[str]()
    joins |= _PAIRS if group[-1].folded in _FORMS else frozenset[str]()
    parting = (_LINKS | _PAIRS) - joins
    cut = next((n for n, token in enumerate(group) if token.folded in parting), None)
    if cut is None:
        yield group
        return
    yield from _closed(group[:cut])
    yield from _closed(group[cut + 1 :])


def _named(group: Sequence[_Token], *, first: _Token, seen: set[str]) -> Name | None:
    """What a run of capitalised words is; None where its capital only begins the sentence."""
    leading = group[0] is first
    while group and leading and _opens_only(group[0], seen):
        group, leading = group[1:], False
    while group and not group[0].capital:
        group = group[1:]
    if not group or all(t.folded in _CALENDAR for t in group):
        return None
    start, end = group[0].start, group[-1].end
    folded = [token.folded for token in group]
    if folded[0] in _TITLES:
        return Name("person", start, end, "title") if len(group) > 1 else None
    if len(group) > 1 and (folded[-1] in _FORMS or folded[0] in _FORMS_FIRST):
        return Name("organization", start, end, "company form")
    if len(group) > 1 and folded[0] in _GIVEN:
        return Name("person", start, end, "given name")
    if leading and len(group) == 1 and folded[0] not in seen:
        return None
    return Name("name", start, end, "capitals") if end - start > 1 else None


def _opens_only(token: _Token, seen: set[str]) -> bool:
    """Whether a word is capitalised only since the sentence begins with it."""
    functional = any(token.folded in words for words in FUNCTION_WORDS.values())
    return functional or (token.folded in EVERYDAY and token.folded not in seen)
