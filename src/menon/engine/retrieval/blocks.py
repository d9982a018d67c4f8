"""The coarse shape of a Markdown or plain text: enough to keep whole what belongs together.

It is no renderer: what looks like a paragraph is one, and every line lands in some block.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

BlockKind: TypeAlias = Literal["heading", "fence", "table", "paragraph"]


class Block(NamedTuple):
    """Some lines of a text; `text[start:end]` has no line break at its end."""

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    """Of a heading: 1 to 6."""


class Line(NamedTuple):
    """A line without its break, and where it stands."""

    start: int
    end: int
    text: str


_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s|$)")
_ITEM = re.compile(r"\s*(?:[-*+\u2022\u2023\u2013]|\d{1,3}[.)]|[a-z][.)])\s+")
_UNDERLINE = re.compile(r"\s{0,3}(?:(=)=*|-{2,})\s*")
_BREAK = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})")


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text in order; blank lines and thematic breaks are in none."""
    lines = lines_of(text)
    at = 0
    while at < len(lines):
        line = lines[at].text
        if not line.strip() or _BREAK.fullmatch(line):
            at += 1
            continue
        block, at = _block(lines, at)
        yield block


def lines_of(text: str) -> list[Line]:
    """The lines of a text as `str.splitlines` cuts them."""
    lines: list[Line] = []
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.splitlines()[0]
        lines.append(Line(start, start + len(bare), bare))
        start += len(line)
    return lines


def item_mark(line: str) -> int:
    """How long the mark of a list item is at the start of the line; 0 where there is none."""
    match = _ITEM.match(line)
    return match.end() if match else 0


def heading_mark(line: str) -> int:
    """How long the hashes of a heading are, with the space around them; 0 where there are none."""
    match = _HEADING.match(line)
    return match.end() if match else 0


def is_rule(line: str) -> bool:
    """Whether a line is the one under a table's head: dashes, colons and bars."""
    return {"|", "-"} <= set(line) <= set("|-: \t")


def _block(lines: Sequence[Line], at: int) -> tuple[Block, int]:
    """The block that begins at this line, and the line after it."""
    first = lines[at]
    if fence := _FENCE.match(first.text):
        end = _fence_end(lines, at, fence[1])
        return Block(first.start, lines[end - 1].end, "fence"), end
    if heading := _HEADING.match(first.text):
        return Block(first.start, first.end, "heading", len(heading[1])), at + 1
    if _table_begins(lines, at):
        end = at + 1
        while end < len(lines) and "|" in lines[end].text:
            end += 1
        return Block(first.start, lines[end - 1].end, "table"), end
    underline = _UNDERLINE.fullmatch(lines[at + 1].text) if at + 1 < len(lines) else None
    if underline and not item_mark(first.text):
        return Block(first.start, lines[at + 1].end, "heading", 1 if underline[1] else 2), at + 2
    end = at + 1
    while end < len(lines) and not _interrupts(lines, end):
        end += 1
    return Block(first.start, lines[end - 1].end, "paragraph"), end


def _fence_end(lines: Sequence[Line], at: int, mark: str) -> int:
    """The line after the closing mark, or after the last line where nobody closed it."""
    for number in range(at + 1, len(lines)):
        closing = _FENCE.match(lines[number].text)
        if closing and closing[1].startswith(mark):
            return number + 1
    return len(lines)


def _table_begins(lines: Sequence[Line], at: int) -> bool:
    """A head and its rule; or a row between bars, as in the second part of a long table."""
    line = lines[at].text.strip()
    ruled = "|" in line and at + 1 < len(lines) and is_rule(lines[at + 1].text)
    return ruled or (len(line) > 1 and line[0] == line[-1] == "|")


def _interrupts(lines: Sequence[Line], at: int) -> bool:
    """Whether a paragraph ends before this line."""
    line = lines[at].text
    return (
        not line.strip()
        or _FENCE.match(line) is not None
        or _HEADING.match(line) is not None
        or _BREAK.fullmatch(line) is not None
        or _table_begins(lines, at)
    )
