"""Sentiment by a lexicon of English words, with what turns and strengthens them.

The words that decided are part of the answer. For other languages it says that it cannot judge.
"""

import math
from typing import Literal

import msgspec

from menon.engine.analysis.lexicon import CONTRASTS, DEGREES, NEGATIONS, WEIGHTS
from menon.engine.analysis.text import Sentence, Text

ENGINE = "offline:lexicon"

Label = Literal["positive", "negative", "neutral", "mixed"]

_REACH = 3
"""Words before a feeling in which a negation or a degree counts."""
_TURNED = -0.75
"""`not good` is less bad than `bad`."""
_BEFORE_BUT, _AFTER_BUT = 0.5, 1.5
_SPREAD = 15.0
"""score = sum / sqrt(sum² + spread): one strong word is 0.6, many come close to 1."""
_CLEAR = 0.18
"""A score below is neither positive nor negative."""
_MIXED = 0.4
"""From this share of the stronger side on, the weaker side makes a neutral text mixed."""
_SHOWN = 50


class Clue(msgspec.Struct, frozen=True, kw_only=True):
    """A word that decided, and how much it counted where it stands."""

    word: str
    weight: float
    start: int
    end: int


class Sentiment(msgspec.Struct, frozen=True, kw_only=True):
    """What feeling a text speaks with."""

    label: Label | None
    """None where this engine cannot judge; `note` says why."""
    score: float | None
    """From -1 to 1."""
    clues: tuple[Clue, ...]
    """The weightiest ones, in the order of the text."""
    language: str
    note: str = ""
    engine: str = ENGINE


def sentiment(text: Text) -> Sentiment:
    """The feeling of an English text, and the words that show it."""
    clues = [clue for sentence in text.sentences for clue in _clues(sentence)]
    # Too short to tell the language: then the words themselves must be known ones.
    short = text.language == "und" and (clues or not text.words)
    if text.language != "en" and not short:
        note = (
            f"The lexicon has English words only, and this text is {_named(text.language)}; a"
            " language model can judge it."
        )
        return Sentiment(label=None, score=None, clues=(), language=text.language, note=note)
    total = sum(clue.weight for clue in clues)
    score = total / math.sqrt(total * total + _SPREAD)
    heaviest = sorted(clues, key=lambda clue: (-abs(clue.weight), clue.start))[:_SHOWN]
    return Sentiment(
        label=_label(score, clues),
        score=round(score, 3),
        clues=tuple(sorted(heaviest, key=lambda clue: clue.start)),
        language=text.language,
    )


def _clues(sentence: Sentence) -> list[Clue]:
    words = [word.text for word in sentence.words]
    turn = next((n for n, word in enumerate(words) if word in CONTRASTS and n), None)
    found: list[Clue] = []
    for n, word in enumerate(sentence.words):
        weight = WEIGHTS.get(word.text)
        if weight is None or _is_degree(words, n):
            continue
        weight *= _context(words[max(0, n - _REACH) : n])
        if turn is not None:
            weight *= _AFTER_BUT if n > turn else _BEFORE_BUT
        start, end = sentence.start + word.start, sentence.start + word.end
        found.append(
            Clue(
                word=sentence.text[word.start : word.end],
                weight=round(weight, 2),
                start=start,
                end=end,
            )
        )
    return found


def _is_degree(words: list[str], n: int) -> bool:
    """`pretty good`, `kind of`, `awfully nice`: said of the next word, not a feeling itself."""
    return (
        words[n] in DEGREES
        and n + 1 < len(words)
        and (words[n + 1] in WEIGHTS or words[n + 1] == "of")
    )


def _context(before: list[str]) -> float:
    """What the words before one do to it."""
    factor = 1.0
    for distance, word in enumerate(reversed(before)):
        if word in CONTRASTS or (word in WEIGHTS and word not in DEGREES and word not in NEGATIONS):
            break  # what stands before belongs to that one
        if word in NEGATIONS:
            factor *= _TURNED
        elif word in DEGREES and distance <= 1:
            factor *= DEGREES[word]
    return factor


def _label(score: float, clues: list[Clue]) -> Label:
    if score >= _CLEAR:
        return "positive"
    if score <= -_CLEAR:
        return "negative"
    good = sum(clue.weight for clue in clues if clue.weight > 0)
    bad = -sum(clue.weight for clue in clues if clue.weight < 0)
    low, high = sorted((good, bad))
    return "mixed" if high and low >= _MIXED * high else "neutral"


def _named(language: str) -> str:
    return "in a language that it does not know" if language == "und" else f"in {language!r}"
