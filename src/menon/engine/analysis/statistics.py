"""Counts of a text."""

import re

import msgspec

from menon.engine.analysis.text import Text

ENGINE = "offline:counts"

_WORDS_PER_MINUTE = 238
"""Silent reading of English by adults (Brysbaert, 2019)."""
_PARAGRAPH = re.compile(r"\n\s*\n")


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """How long a text is and how it is built."""

    characters: int
    words: int
    distinct_words: int
    sentences: int
    paragraphs: int
    words_per_sentence: float
    reading_minutes: float
    language: str
    """A code of ISO 639-1, or `und` where it could not be told."""
    engine: str = ENGINE


def statistics(text: Text) -> Statistics:
    """The counts of a text."""
    words, sentences = len(text.words), len(text.sentences)
    return Statistics(
        characters=len(text.raw),
        words=words,
        distinct_words=len(set(text.words)),
        sentences=sentences,
        paragraphs=sum(1 for part in _PARAGRAPH.split(text.raw) if part.strip()),
        words_per_sentence=round(words / sentences, 1) if sentences else 0.0,
        reading_minutes=round(words / _WORDS_PER_MINUTE, 1),
        language=text.language,
    )
