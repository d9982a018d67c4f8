"""What a text is about: phrases between its function words, weighed against everyday words.

Candidates as in RAKE (Rose, Engel, Cramer and Cowley, 2010); a word that is common in any text
counts less, and what is said more often counts more.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import msgspec

from menon.engine.analysis.language import EVERYDAY
from menon.engine.analysis.text import Sentence, Text
from menon.engine.retrieval.words import Word, stem

ENGINE = "offline:phrases"

MOST = 10
"""Phrases of an answer."""

_LONGEST = 3
"""Words of a phrase; longer runs are cut into overlapping ones."""
_COMMON = 0.25
"""What an everyday word counts."""


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase of the text."""

    phrase: str
    """As it is written where it stands first."""
    score: float
    """The best has 1."""
    count: int
    start: int


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """What a text is about, the weightiest first."""

    topics: tuple[Topic, ...]
    language: str
    engine: str = ENGINE


class _Phrase(NamedTuple):
    key: tuple[str, ...]
    text: str
    start: int


def topics(text: Text) -> Topics:
    """The phrases that a text is about."""
    stops = text.stop_words
    found = [phrase for one in text.sentences for phrase in _phrases(one, stops)]
    counts = Counter(phrase.key for phrase in found)
    first: dict[tuple[str, ...], _Phrase] = {}
    for phrase in found:
        first.setdefault(phrase.key, phrase)
    weights = _weights(text, stops)
    scores = {
        # What is longer and as frequent says more; the root keeps length from deciding alone.
        key: (1 + math.log(count)) * count**0.5 * sum(weights[s] for s in key) / len(key) ** 0.25
        for key, count in counts.items()
    }
    ordered = sorted(scores, key=lambda key: (-scores[key], first[key].start))
    chosen = _distinct(ordered, counts)
    best = scores[chosen[0]] if chosen and scores[chosen[0]] > 0 else 1.0
    shown = tuple(
        Topic(
            phrase=first[key].text,
            score=round(scores[key] / best, 3),
            count=counts[key],
            start=first[key].start,
        )
        for key in chosen
    )
    return Topics(topics=shown, language=text.language)


def _phrases(sentence: Sentence, stops: frozenset[str]) -> Iterator[_Phrase]:
    """Every run of up to three words with nothing but blanks between them."""
    for run in _runs(sentence, stops):
        for size in range(1, _LONGEST + 1):
            for n in range(len(run) - size + 1):
                part = run[n : n + size]
                text = sentence.text[part[0].start : part[-1].end]
                if all(word.text in EVERYDAY for word in part):
                    continue
                key = tuple(stem(word.text) for word in part)
                yield _Phrase(key, " ".join(text.split()), sentence.start + part[0].start)


def _runs(sentence: Sentence, stops: frozenset[str]) -> Iterator[list[Word]]:
    run: list[Word] = []
    previous: Word | None = None
    for word in sentence.words:
        gap = sentence.text[previous.end : word.start] if previous else ""
        if run and gap.strip(" -\n\t"):
            yield run
            run = []
        if word.text in stops or len(word.text) < 2 or word.text.isdigit():
            if run:
                yield run
            run = []
        else:
            run.append(word)
        previous = word
    if run:
        yield run


def _weights(text: Text, stops: frozenset[str]) -> dict[str, float]:
    """What each stem counts: degree over frequency, as in RAKE, less for everyday words."""
    frequency: Counter[str] = Counter()
    degree: defaultdict[str, float] = defaultdict(float)
    common: set[str] = set()
    for sentence in text.sentences:
        for run in _runs(sentence, stops):
            stems = [stem(word.text) for word in run]
            frequency.update(stems)
            common.update(s for s, w in zip(stems, run, strict=True) if w.text in EVERYDAY)
            for one, other in pairwise(stems):
                degree[one] += 1
                degree[other] += 1
    return {
        one: (1 + math.log1p(degree[one] / count)) * (_COMMON if one in common else 1.0)
        for one, count in frequency.items()
    }


def _distinct(
    ordered: list[tuple[str, ...]], counts: Counter[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """The best ones, without those that only repeat a part of a chosen one or the other way."""
    chosen: list[tuple[str, ...]] = []
    for key in ordered:
        if len(key) > 1 and counts[key] == 1 and len(chosen) >= MOST // 2:
            continue
        if not any(_overlaps(key, other) for other in chosen):
            chosen.append(key)
        if len(chosen) == MOST:
            break
    return chosen


def _overlaps(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(set(one) & set(other))
