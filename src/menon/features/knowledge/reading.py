"""A document to be read: which part of its text is shown, what is marked, what changed."""

import re
from dataclasses import dataclass
from uuid import UUID

from menon.engine.retrieval import lexical
from menon.engine.retrieval.words import stem, words

WINDOW = 40_000
"""Characters on a page."""
_LEAD = WINDOW // 4
"""Characters before the passage, where there are so many."""
_EXCERPT = 360
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999; hostile ids come later."""

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a document is opened."""

    chunk: str = ""
    span: Span | None = None
    version: int | None = None
    at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of text, marked or not."""

    text: str
    marked: bool


def window(text: str, passage: Span | None, at: int | None) -> Span:
    """Which characters to show: from a place, else around the passage, else from the start."""
    wanted = at if at is not None else max(0, passage[0] - _LEAD) if passage else 0
    start = min(wanted, max(len(text) - 1, 0))
    if at is None and start:
        start = text.rfind("\n", 0, start) + 1 or start  # a line is shown whole
    end = min(len(text), start + WINDOW)
    if passage and passage[0] < end < passage[1]:
        end = passage[1]
    return start, end


def parts(text: str, shown: Span, passage: Span | None) -> list[Part]:
    """The shown text in pieces, the passage marked."""
    low, high = shown
    if passage is None or passage[1] <= low or passage[0] >= high:
        return [Part(text=text[low:high], marked=False)]
    start, end = max(passage[0], low), min(passage[1], high)
    found = [
        Part(text=text[low:start], marked=False),
        Part(text=text[start:end], marked=True),
        Part(text=text[end:high], marked=False),
    ]
    return [part for part in found if part.text]


def clamped(span: Span, length: int) -> Span | None:
    """The span within a text of this length; None where nothing is left of it."""
    start, end = min(span[0], length), min(span[1], length)
    return (start, end) if start < end else None


def excerpt(text: str, query: str) -> list[Part]:
    """The beginning of a passage, from near the first word of the query, these words marked."""
    wanted = {stem(word) for word in lexical.terms(query).words}
    hits = [w for w in words(text) if stem(w.text) in wanted]
    first = hits[0].start if hits and hits[0].start > _EXCERPT // 2 else 0
    low = max(0, text.rfind(" ", 0, max(0, first - _EXCERPT // 4)) + 1) if first else 0
    high = min(len(text), low + _EXCERPT)
    found: list[Part] = [Part(text="… ", marked=False)] if low else []
    at = low
    for hit in hits:
        if low <= hit.start and hit.end <= high:
            found += [
                Part(text=text[at : hit.start], marked=False),
                Part(text=text[hit.start : hit.end], marked=True),
            ]
            at = hit.end
    found.append(Part(text=text[at:high] + (" …" if high < len(text) else ""), marked=False))
    return [Part(text=_flat(p.text), marked=p.marked) for p in found if p.text]


def _flat(text: str) -> str:
    """A piece of Markdown in one line, without the marks of its headings."""
    return re.sub(r"\s+", " ", _HEADING.sub("", text))


def made_at(chunk_id: str) -> float | None:
    """When a chunk was made, in seconds, by its id (RFC 9562, section 5.7)."""
    try:
        return min((UUID(chunk_id).int >> 80) / 1000, _LAST_SECOND)
    except ValueError:
        return None
