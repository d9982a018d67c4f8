"""What may be quoted from a passage: its sentences, rows and code, with what stands around them."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from menon.engine.retrieval.sentences import Sentence, SentenceKind, sentences

_LONGEST_CODE = 1500
"""Characters of a block of code that is quoted whole; of a longer one, single lines."""


class Candidate(NamedTuple):
    """A span of a passage's text, and what a reader would know when arriving there."""

    start: int
    end: int
    text: str
    """The span on one line; a row as `head: cell; head: cell`; code as it stands."""
    lead: str
    """The heading, question or introduction above it."""
    before: str
    """The candidate before it."""
    kind: SentenceKind
    about: str = ""
    """What a row is about: its first cell."""

    @property
    def prose(self) -> bool:
        return self.kind in {"text", "item"}


def candidates(text: str, title: str) -> Iterator[Candidate]:
    """The candidates of a passage in order; headings and questions only lead to others."""
    last = title.rpartition(" > ")[2]
    head = _cells(last) if "|" in last else []  # a table's continuation: `split` put its head there
    lead = before = ""
    for kind, group in groupby(sentences(text), key=lambda sentence: sentence.kind):
        for sentence in _whole(list(group)):
            words = text[sentence.start : sentence.end]
            line = words if kind == "code" else " ".join(words.split())
            if kind == "header":
                head = _cells(line)
            elif kind == "heading" or line.endswith(("?", ":")):
                lead = line
            else:
                shown = _told(line, head) if kind == "row" else line
                about = _cells(line)[0] if kind == "row" else ""
                span = (sentence.start, sentence.end)
                yield Candidate(*span, shown, lead, before, sentence.kind, about)
                before = shown


def _whole(group: list[Sentence]) -> list[Sentence]:
    """Lines of code as one, unless they are too many; anything else as it is."""
    first, last = group[0], group[-1]
    if first.kind == "code" and last.end - first.start <= _LONGEST_CODE:
        return [first._replace(end=last.end)]
    return group


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _told(row: str, head: list[str]) -> str:
    """A row as a sentence, which it cannot be without its head."""
    cells = _cells(row)
    if len(head) < len(cells):
        return "; ".join(cell for cell in cells if cell)
    named = (
        (f"{name}: {cell}" if name else cell)
        for name, cell in zip(head, cells, strict=False)
        if cell
    )
    return "; ".join(named)
