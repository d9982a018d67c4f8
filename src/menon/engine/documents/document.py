"""What reading a file takes and gives: limits and source, draft and parsed document."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from menon.core.errors import ContentBomb
from menon.engine.documents.decode import decode
from menon.kit.text import clean

MIB: Final = 1024 * 1024

Kind = Literal["markdown", "code", "text"]
"""How the text is to be split: by headings, by syntax, or by paragraphs."""


class Page(NamedTuple):
    """The characters `start` to `end` of the text stand on page (or slide) `number`."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A document as text; all offsets refer to `text`, which is clean and never blank."""

    text: str
    title: str
    """From the document itself, else from the file's name."""
    media_type: str
    kind: Kind
    language: str | None = None
    """The programming language of code."""
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    """JSON values: front matter, meta tags or document properties, names in lower case."""
    pages: list[Page] = field(default_factory=list[Page])


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost; beyond it, reading ends with ContentBomb."""

    file_bytes: int = 64 * MIB
    text_chars: int = 8_000_000
    unpacked_bytes: int = 256 * MIB
    """Of all entries of an office file together, and of one stream of a PDF a quarter."""
    zip_entries: int = 10_000
    zip_ratio: int = 250
    """Unpacked to packed size of entries over 1 MiB; spreadsheets reach 100."""
    pages: int = 5_000
    rows: int = 50_000
    """Of one table; further rows are left out and counted in `metadata["rows_left_out"]`."""
    columns: int = 256
    depth: int = 64
    """Levels of nesting in JSON."""
    seconds: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that a reader is to read, of a type that has been made sure of."""

    path: Path
    filename: str
    media_type: str
    charset: str | None = None
    """As declared by whoever sent the file."""
    limits: Limits
    deadline: float
    """On the clock of `time.monotonic`."""

    def data(self) -> bytes:
        return self.path.read_bytes()

    def text(self) -> str:
        """The file's characters, clean, with lines ending in a line feed."""
        return clean(decode(self.data(), self.charset))

    def tick(self) -> None:
        """Raise ContentBomb when the time is over; readers call it in their loops."""
        if time.monotonic() > self.deadline:
            raise ContentBomb(f"reading takes longer than {self.limits.seconds:g} seconds")


@dataclass(kw_only=True)
class Draft:
    """What a reader found; `read` completes it."""

    text: str
    title: str | None = None
    language: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    pages: list[Page] = field(default_factory=list[Page])


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One way of reading: the types it takes and the function that reads them."""

    name: str
    kind: Kind
    types: Mapping[str, str]
    """File extension (with its dot, lower case) -> media type."""
    read: Callable[[Source], Draft]
    reads_text: bool = True
    """Whether files of these types are characters; others are known by their first bytes."""


class Blocks:
    """Blocks of text, a blank line between them, that know their pages and heed the limits."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._blocks: list[str] = []
        self._length = 0
        self._starts: list[tuple[int, int]] = []

    @property
    def text(self) -> str:
        return "\n\n".join(self._blocks)

    @property
    def pages(self) -> list[Page]:
        ends = [*(start for start, _ in self._starts[1:]), self._length][: len(self._starts)]
        return [
            Page(start, max(start, min(end, self._length)), number)
            for (start, number), end in zip(self._starts, ends, strict=True)
        ]

    def add(self, block: str) -> None:
        """Append a block; blank ones are dropped."""
        self._source.tick()
        block = clean(block).strip("\n")
        if not block.strip():
            return
        self._length += len(block) + (2 if self._blocks else 0)
        self._blocks.append(block)
        check_length(self._length, self._source.limits)

    def turn(self, number: int) -> None:
        """Begin a page; `number` counts from 1."""
        self._starts.append((self._length + (2 if self._blocks else 0), number))


def check_length(length: int, limits: Limits) -> None:
    """Raise ContentBomb for more characters than a document may have."""
    if length > limits.text_chars:
        raise ContentBomb(f"the document has more than {limits.text_chars} characters of text")
