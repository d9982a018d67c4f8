"""Documents into chunks that fit the embedding model and keep together what belongs together.

text → blocks → groups (headings with what follows them) → chunks of one section, or of small ones

A chunk is a span of the document's cleaned text; nothing is rewritten or repeated.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from semantic_text_splitter import TextSplitter

from menon.core.errors import InvalidInput
from menon.engine.retrieval.blocks import blocks, heading_mark, lines_of
from menon.engine.retrieval.sentences import Sentence, sentences
from menon.kit.text import shorten

Format: TypeAlias = Literal["markdown", "code", "text"]
Count: TypeAlias = Callable[[str], int]

TOKENS = 220
"""Word pieces a chunk; with its title it stays under the 256 that the model reads."""
CHARACTERS = 1000
"""About as much where there is no tokenizer."""

_SMALL = 8
"""A section below an eighth of the capacity may share a chunk with a neighbour like it."""
_DENSEST = 8
"""Characters a word piece; prose has four or five."""
_TITLE = 120

_FRONT_MATTER = re.compile(
    r"---\n\w[\w-]*:.*\n(?:(?:\w[\w-]*:|[ \t#-]|(?=\n)).*\n)*?---[ \t]*(?:\n|$)"
)
_DEFINITION = re.compile(
    r"(?m)^[ \t]*(?:[a-z]+ ){0,4}(?:class|def|function|func|fn|interface|struct|enum|record|trait"
    r"|impl|module|namespace|type)\b[^\n{]*"
)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A span of a document: `text` is `document[start:end]`."""

    start: int
    end: int
    text: str
    path: tuple[str, ...] = ()
    """The headings above it, from the outermost; for a table's continuation also its head."""

    @property
    def title(self) -> str:
        return " > ".join(self.path)

    @property
    def in_context(self) -> str:
        """The text under its title: what is embedded."""
        return f"{shorten(self.title, _TITLE)}\n{self.text}" if self.path else self.text


class _Group(NamedTuple):
    """What is not torn apart where it fits: headings with the block after them."""

    start: int
    body: int
    """Where the block begins, after the headings."""
    end: int
    path: tuple[str, ...]
    kind: str
    opens: bool
    """Whether a section begins here."""

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def split(
    text: str,
    form: Format = "markdown",
    *,
    title: str = "",
    count: Count = len,
    capacity: int | None = None,
) -> list[Chunk]:
    """The chunks of a document in order; none is larger than the capacity by `count`.

    The front matter of Markdown is left out: it is metadata. Every other word is in one chunk. The
    document's title begins each path, unless its first heading says the same.
    """
    capacity = capacity or (CHARACTERS if count is len else TOKENS)
    groups = _units(text) if form == "code" else _sections(text, form)
    chunks = _pack(text, groups, _Measure(count, capacity))
    return [
        replace(chunk, path=(title, *chunk.path)) if title not in {"", *chunk.path[:1]} else chunk
        for chunk in chunks
    ]


def windows(text: str, *, size: int = CHARACTERS, overlap: int = 200) -> list[Chunk]:
    """Chunks of at most `size` characters that begin and end with sentences.

    Each begins with the last sentences of the one before, at most `overlap` characters of them.
    """
    if not 0 <= overlap < size:
        raise InvalidInput(f"overlap must be at least 0 and below size {size!r}; got {overlap!r}.")
    cut = _Measure(len, size)
    spans = [span for start, end in _worded(text) for span in cut.pieces(text, start, end)]
    chunks: list[Chunk] = []
    first = 0
    while first < len(spans):
        start, after = spans[first][0], first + 1
        while after < len(spans) and spans[after][1] - start <= size:
            after += 1
        end = spans[after - 1][1]
        chunks.append(Chunk(start=start, end=end, text=text[start:end]))
        if after == len(spans):
            break
        first = next(
            number
            for number in range(first + 1, after + 1)
            if number == after
            or (end - spans[number][0] <= overlap and spans[after][1] - spans[number][0] <= size)
        )
    return chunks


def _worded(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text, and marks between them that have letters, of lists and fences."""
    end = 0
    for each in [*sentences(text), Sentence(len(text), len(text), "text")]:
        between = text[end : each.start].strip()
        if any(letter.isalpha() for letter in between):
            start = text.index(between, end)
            yield start, start + len(between)
        if each.end > each.start:
            yield each.start, each.end
        end = each.end


@dataclass(frozen=True)
class _Measure:
    """How large a text is, and how large it may be."""

    count: Count
    capacity: int

    def size(self, text: str) -> int:
        """Long runs without words (base64) are few word pieces, but still many characters."""
        return max(self.count(text), -(-len(text) // _DENSEST))

    def fits(self, text: str) -> bool:
        return self.size(text) <= self.capacity

    def is_small(self, text: str) -> bool:
        return self.size(text) * _SMALL < self.capacity

    def pieces(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The span in parts that fit: cut between paragraphs, lines, sentences, words."""
        if self.fits(text[start:end]):
            return [(start, end)]
        splitter = TextSplitter.from_callback(self.size, self.capacity)
        return [
            (start + offset, start + offset + len(piece))
            for offset, piece in splitter.chunk_indices(text[start:end])
        ]


def _sections(text: str, form: Format) -> Iterator[_Group]:
    """The blocks of a text, each with the headings that stand before it."""
    matter = _FRONT_MATTER.match(text) if form == "markdown" else None
    skipped = matter.end() if matter else 0
    path: list[tuple[int, str]] = []
    start = -1
    for block in blocks(text[skipped:]):
        low, high = block.start + skipped, block.end + skipped
        if form == "markdown" and block.kind == "heading":
            path = [outer for outer in path if outer[0] < block.level]
            path.append((block.level, _heading(text[low:high])))
            start = low if start < 0 else start
            continue
        titles = tuple(title for _, title in path if title)
        opens = start >= 0
        yield _Group(start if opens else low, low, high, titles, block.kind, opens)
        start = -1
    if start >= 0:
        end = len(text.rstrip())
        yield _Group(start, end, end, tuple(title for _, title in path[:-1]), "heading", opens=True)


def _heading(text: str) -> str:
    """A heading's words, without its hashes or its underline."""
    line = text.splitlines()[0]
    return line[heading_mark(line) :].strip().rstrip("#").rstrip()


def _units(text: str) -> Iterator[_Group]:
    """Source code from one blank line to the next that an unindented line follows."""
    start = end = -1
    blank = True
    for line in lines_of(text):
        if not line.text.strip():
            blank = True
            continue
        if blank and start >= 0 and line.text[0] not in " \t)]}":
            yield _Group(start, start, end, (), "code", opens=False)
            start = -1
        start = line.start if start < 0 else start
        end, blank = line.end, False
    if start >= 0:
        yield _Group(start, start, end, (), "code", opens=False)


def _pack(text: str, groups: Iterable[_Group], measure: _Measure) -> Iterator[Chunk]:
    """Groups of one section share a chunk while they fit; small sections may share one, too."""
    open_: _Group | None = None
    for group in groups:
        joined = _joined(open_, group) if open_ else None
        if joined and open_ and measure.fits(joined.of(text)):
            small = measure.is_small(open_.of(text)) and measure.is_small(group.of(text))
            if not group.opens or group.kind == "heading" or (small and _related(open_, group)):
                open_ = joined
                continue
        if open_:
            yield _chunk(text, open_.start, open_.end, open_.path)
        open_ = group if measure.fits(group.of(text)) else None
        if open_ is None:
            yield from _torn(text, group, measure)
    if open_:
        yield _chunk(text, open_.start, open_.end, open_.path)


def _joined(first: _Group, second: _Group) -> _Group:
    """Both as one, under the headings that they have in common."""
    common = tuple(a for a, b in zip(first.path, second.path, strict=False) if a == b)
    path = first.path if second.kind == "heading" else common
    return first._replace(end=second.end, path=path)


def _related(first: _Group, second: _Group) -> bool:
    """Whether two sections are neighbours under one heading, or the second is inside the first."""
    common = _joined(first, second).path
    return len(common) >= min(len(first.path), len(second.path)) - 1


def _torn(text: str, group: _Group, measure: _Measure) -> Iterator[Chunk]:
    """A group that is too large, in parts; the headings stay with the first."""
    room = measure.capacity - measure.size(text[group.start : group.body])
    if room * 2 < measure.capacity:  # headings that leave no room are text like any other
        group, room = group._replace(body=group.start), measure.capacity
    parts = replace(measure, capacity=room).pieces(text, group.body, group.end)
    for number, (start, end) in enumerate(parts):
        if number:
            yield _chunk(text, start, end, (*group.path, *_continued(text, group)))
        else:
            yield _chunk(text, group.start, end, group.path)


def _continued(text: str, group: _Group) -> tuple[str, ...]:
    """What a reader of a later part must know: the head of the table, the name of the class."""
    body = text[group.body : group.end]
    if group.kind == "table":
        return (body.splitlines()[0].strip().strip("|").strip(),)
    definition = _DEFINITION.search(body) if group.kind == "code" else None
    return (definition[0].strip(),) if definition else ()


def _chunk(text: str, start: int, end: int, path: tuple[str, ...]) -> Chunk:
    return Chunk(start=start, end=end, text=text[start:end], path=path)
