"""Search by words: expressions that no query can leave, and one BM25 for both databases.

query → words (stop words out) → informative ones (common ones out) → FTS5 MATCH | tsquery

The FTS5 table has the columns of `COLUMNS` and `tokenize='porter unicode61'`; PostgreSQL keeps
`Entry.vector` as a tsvector. A chunk is found by the same terms in both.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from menon.engine.retrieval.words import stem, stems, words

COLUMNS = ("scope", "title", "text", "grams")
WEIGHTS = (0.0, 2.0, 1.0, 1.0)
"""The arguments of FTS5's `bm25()`, one a column: the scope selects, it does not rank."""

_COMMON = 0.3
_FEWEST_DOCUMENTS = 20
"""In a smaller collection one document is already a large share."""
_MOST_TERMS = 48
"""Longer queries are cut: each term costs a scan of its list."""
_LONGEST = 250
"""Longer words are no words, and PostgreSQL refuses lexemes of 2,047 bytes."""
_K1, _B = 1.2, 0.75

_CJK = (
    "\u3005\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003fffd"
)
_RUN = re.compile(f"[{_CJK}]+")
_MIXED = re.compile(f"([{_CJK}]+)")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a query asks for."""

    words: tuple[str, ...] = ()
    """Folded, not stemmed (FTS5 stems itself, and a stem may have another stem)."""
    grams: tuple[str, ...] = ()
    """Pairs of characters of scripts that have no spaces; a character where it stands alone."""

    def __bool__(self) -> bool:
        return bool(self.words or self.grams)

    @property
    def indexed(self) -> tuple[str, ...]:
        """The forms that an index holds."""
        return (*map(stem, self.words), *self.grams)


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """What BM25 must know about all chunks together."""

    documents: int
    tokens: int
    frequencies: Mapping[str, int]
    """In how many chunks a term occurs; unknown terms occur in none."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The terms of one chunk, as FTS5 would index them."""

    title: Sequence[str]
    text: Sequence[str]
    grams: Sequence[str]

    @classmethod
    def of(cls, title: str, text: str) -> "Entry":
        pairs = stems(grams(f"{title}\n{text}"))
        return cls(title=_short(stems(title)), text=_short(stems(text)), grams=_short(pairs))

    @property
    def length(self) -> int:
        """Tokens of all columns, the scope's one included."""
        return 1 + len(self.title) + len(self.text) + len(self.grams)

    @property
    def counts(self) -> dict[str, int]:
        """How often each term occurs; in the title it counts as often as its weight says."""
        counted = Counter(self.text) + Counter(self.grams)
        for term in self.title:
            counted[term] += int(WEIGHTS[1])
        return dict(counted)

    @property
    def vector(self) -> str:
        """A literal for `::tsvector`: no parser sees the text, so that nothing in it can matter."""
        return " ".join(map(_lexeme, self.counts))


def scope_token(scope: str) -> str:
    """An id (UUID) as one word that porter leaves alone: of one width, ending in a digit.

    Anything else may be stemmed, and a search in one scope then finds another's rows.
    """
    return UUID(scope).hex + "0"


def grams(text: str) -> str:
    """What the column `grams` holds: CJK characters, pairs of them, and words written beside them.

    `東京都` is found by `京`, `東京` and `京都`, and `Python入門` by `python`.
    """
    return " ".join(gram for word in words(text) for gram in _grams(word.text))


def terms(query: str) -> Terms:
    """The words of a query without stop words, unless it has no others."""
    plain: list[str] = []
    pairs: list[str] = []
    for word in words(query):
        for part in _short(_MIXED.split(word.text)):
            if _RUN.fullmatch(part):
                pairs += _pairs(part) or [part]
            elif part:
                plain.append(part)
    chosen = [word for word in plain if word not in STOP_WORDS] or ([] if pairs else plain)
    first: dict[str, str] = {}
    for word in chosen:
        first.setdefault(stem(word), word)
    return Terms(
        words=tuple(first.values())[:_MOST_TERMS],
        grams=tuple(dict.fromkeys(pairs))[:_MOST_TERMS],
    )


def informative(asked: Terms, corpus: Corpus) -> Terms:
    """Without words that more than 30 % of the chunks have; the rarest word always stays."""
    if corpus.documents < _FEWEST_DOCUMENTS or not asked.words:
        return asked

    def found(word: str) -> int:
        return corpus.frequencies.get(stem(word), 0)

    rarest = min(asked.words, key=found)
    most = corpus.documents * _COMMON
    kept = [word for word in asked.words if word == rarest or found(word) <= most]
    return Terms(words=tuple(kept), grams=asked.grams)


def match(asked: Terms, scopes: Iterable[str]) -> str | None:
    """An FTS5 expression for chunks of these scopes with any of the terms; None asks for nothing.

    Every string is quoted, so that operators, columns and brackets of a query are mere words.
    """
    tokens = [_phrase(scope_token(scope)) for scope in scopes]
    wanted = [_phrase(term) for term in (*asked.words, *asked.grams)]
    if not tokens or not wanted:
        return None
    return f"scope : ({' OR '.join(tokens)}) AND {{title text grams}} : ({' OR '.join(wanted)})"


def tsquery(asked: Terms) -> str | None:
    """A literal for `::tsquery` (not `to_tsquery`) with any of the terms; None asks for nothing."""
    return " | ".join(map(_lexeme, asked.indexed)) or None


def bm25(asked: Terms, counts: Mapping[str, float], length: int, *, corpus: Corpus) -> float:
    """The relevance of a chunk of this length: larger is better; equals `-bm25()` of FTS5.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with k1 = 1.2, b = .75.
    """
    penalty = _K1 * (1 - _B + _B * length * corpus.documents / max(corpus.tokens, 1))
    return sum(
        rarity(term, corpus) * counts[term] * (_K1 + 1) / (counts[term] + penalty)
        for term in asked.indexed
        if term in counts
    )


def rarity(term: str, corpus: Corpus) -> float:
    """The inverse document frequency, never below a trifle."""
    found = corpus.frequencies.get(term, 0)
    return max(math.log((corpus.documents - found + 0.5) / (found + 0.5)), 1e-6)


def _grams(word: str) -> Iterator[str]:
    """The pairs and the neighbours of one word, if it has any CJK characters."""
    parts = [part for part in _MIXED.split(word) if part]
    for part in parts:
        if _RUN.fullmatch(part):
            yield from _pairs(part)
            yield from part
        elif len(parts) > 1:
            yield part


def _short(found: Iterable[str]) -> list[str]:
    return [word for word in found if len(word) <= _LONGEST]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _lexeme(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


_ENGLISH = """
a about all also am an and any are as at be been being but by can could did do does doing don for
from get gets got had has have having he her here hers him his how i if in into is it its itself
just ll many me more most much my no nor not now of off on once only or other our ours out over own
re s same shall she should so some such t than that the their theirs them then there these they this
those through to too under until up us ve very was we were what when where which while who whom
whose why will with would you your yours
"""
STOP_WORDS = frozenset(_ENGLISH.split())
