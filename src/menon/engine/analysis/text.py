"""A text as the engines look at it: its sentences, their words, its language; made once."""

from dataclasses import dataclass
from functools import cached_property

from menon.engine.analysis.language import FUNCTION_WORDS, language
from menon.engine.retrieval.sentences import Sentence as Span
from menon.engine.retrieval.sentences import sentences
from menon.engine.retrieval.words import Word, words


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands, in characters of the text."""

    text: str
    start: int
    end: int
    words: tuple[Word, ...]
    """Their offsets count from the beginning of the sentence."""
    prose: bool = True
    """Whether it is said in running text or a list, not a heading or the row of a table."""


@dataclass(frozen=True)
class Text:
    """A text and what was found in it."""

    raw: str

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """In order; headings, items and rows count as sentences, code does not."""
        return tuple(_sentence(self.raw, s) for s in sentences(self.raw) if s.kind != "code")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Folded, in order."""
        return tuple(word.text for sentence in self.sentences for word in sentence.words)

    @cached_property
    def language(self) -> str:
        """A code of ISO 639-1, or `und`."""
        return language(self.words)

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Function words of its language; of all known ones where that cannot be told."""
        known = FUNCTION_WORDS.get(self.language)
        return frozenset[str]().union(*FUNCTION_WORDS.values()) if known is None else known


def _sentence(raw: str, span: Span) -> Sentence:
    said = raw[span.start : span.end]
    prose = span.kind in {"text", "item"}
    return Sentence(said, span.start, span.end, tuple(words(said)), prose)
