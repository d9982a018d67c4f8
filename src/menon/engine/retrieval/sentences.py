"""Where sentences begin and end, so that a citation is a span and never a rewritten text.

blocks → units (paragraph, list item, heading, table row, line of code) → sentences
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from menon.engine.retrieval.blocks import (
    Block,
    Line,
    blocks,
    heading_mark,
    is_rule,
    item_mark,
    lines_of,
)

SentenceKind: TypeAlias = Literal["text", "item", "heading", "header", "row", "code"]
"""`header` is the first row of a table."""


class Sentence(NamedTuple):
    """A span of a text, without white space around it and without the mark of its line."""

    start: int
    end: int
    kind: SentenceKind


_END = re.compile(
    r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019\u00bb)\]*_]*+(?=\s)"
    r"|[\u3002\uff01\uff1f\uff61]+[\u300d\u300f\uff09\u201d]*"
)
"""Full stops before white space (possessive: a page of dots takes no time), or ideographic ones."""
_OPENS = re.compile(r"\s+[\"'\u201c\u2018\u00ab(\[*_\u00bf\u00a1]*(?:[A-Z0-9$€£]|[^\W\d_a-z])")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s("'\[])(?:[A-Za-z]|(?:[a-z]\.)+[a-z]|Dr|Mr|Mrs|Ms|Prof|Sr|Jr|St|No|Nr|Nos|Figs?|Eq
    |Sec|Art|Vol|Ch|Inc|Ltd|Co|Corp|approx|ca|cf|vs|incl|resp|Abs|bzw|usw|evtl|ggf|max|min
    |Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Tel|pp?)\.$""",
    re.VERBOSE,
)
_LONGEST_ABBREVIATION = 12
_FULL = 0.7
"""A line shorter than this share of the longest was ended on purpose."""


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text in order; rules and fence marks belong to none."""
    for block in blocks(text):
        for start, end, kind in _units(text, block):
            spans = _prose(text, start, end) if kind in {"text", "item"} else [(start, end)]
            for low, high in spans:
                bare = text[low:high].strip()
                if bare:
                    first = text.index(bare, low)
                    yield Sentence(first, first + len(bare), kind)


def _units(text: str, block: Block) -> Iterator[Sentence]:
    """What a block consists of: items, rows, lines of code, or one paragraph."""
    lines = [
        Line(block.start + line.start, block.start + line.end, line.text)
        for line in lines_of(text[block.start : block.end])
    ]
    if block.kind == "heading":
        yield Sentence(block.start + heading_mark(lines[0].text), lines[0].end, "heading")
    elif block.kind == "fence":
        for line in lines[1:-1] if lines[-1].text.strip()[:3] in {"```", "~~~"} else lines[1:]:
            yield Sentence(line.start, line.end, "code")
    elif block.kind == "table":
        ruled = len(lines) > 1 and is_rule(lines[1].text)
        for number, line in enumerate(lines):
            if not is_rule(line.text):
                kind = "header" if ruled and not number else "row"
                yield Sentence(line.start, line.end, kind)
    else:
        yield from _items(lines)


def _items(lines: list[Line]) -> Iterator[Sentence]:
    """A paragraph, cut before each list item, and after lines that stop short of the margin.

    Text from a PDF has no blank lines: a heading, the row of a table and the last line of a
    paragraph are known by the space after them.
    """
    margin = _FULL * max(len(line.text) for line in lines)
    start, end, kind = lines[0].start, lines[0].start, "text"
    short = False
    for line in lines:
        mark = item_mark(line.text)
        if mark or (short and not line.text.lstrip()[0].islower()):
            yield Sentence(start, end, kind)
            start, kind = line.start + mark, "item" if mark else "text"
        end, short = line.end, len(line.text) < margin
    yield Sentence(start, end, kind)


def _prose(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut after full stops that end a sentence: not after `Dr.`, `e.g.` or an initial."""
    for match in _END.finditer(text, start, end):
        if match[0][0] in ".!?\u2026" and not _ends(text, match):
            continue
        yield start, match.end()
        start = match.end()
    yield start, end


def _ends(text: str, match: re.Match[str]) -> bool:
    if not _OPENS.match(text, match.end()):
        return False
    before = text[max(0, match.start() - _LONGEST_ABBREVIATION) : match.start() + 1]
    return match[0] != "." or _ABBREVIATION.search(before) is None
