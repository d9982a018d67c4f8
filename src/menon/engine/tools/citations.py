"""Numbers the passages that a run has seen, and tells which of them its answer cites."""

import re
from collections.abc import Iterable

import msgspec

from menon.core.runs.events import Citation
from menon.engine.tools.passages import Passage, Passages

_MARKER = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_HALF_MARKER = re.compile(r"\[[\d,\s]{0,40}$")


class Sources:
    """The passages of one run, each with its number; a run may search more than once."""

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._passages = list(passages)
        self._numbers = {passage.chunk_id: passage.index for passage in self._passages}

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All of them, in the order of their numbers."""
        return tuple(self._passages)

    def number(self, found: Passages) -> Passages:
        """The same passages, numbered on from those before; one seen again keeps its number."""
        return msgspec.structs.replace(
            found, passages=tuple(self._numbered(passage) for passage in found.passages)
        )

    def _numbered(self, passage: Passage) -> Passage:
        known = self._numbers.get(passage.chunk_id)
        numbered = msgspec.structs.replace(passage, index=known or len(self._passages) + 1)
        if known is None:
            self._numbers[passage.chunk_id] = numbered.index
            self._passages.append(numbered)
        return numbered

    def cite(self, index: int) -> Citation | None:
        """The citation of a passage; None for a number that no passage has."""
        if not 1 <= index <= len(self._passages):
            return None
        passage = self._passages[index - 1]
        return Citation(
            index=index,
            chunk_id=passage.chunk_id,
            document_id=passage.document_id,
            source=passage.source,
            title=passage.title,
            span=passage.span,
            score=passage.score,
        )


class Citing:
    """Reads an answer as it grows and yields each citation once, in the order of first use.

    A number that no passage has is an invention: it becomes no citation.
    """

    def __init__(self, sources: Sources, *, cited: Iterable[int] = ()) -> None:
        self._sources = sources
        self._tail = ""
        self._cited = set(cited)

    @property
    def cited(self) -> tuple[int, ...]:
        """The numbers of which it has yielded a citation, or has found none."""
        return tuple(sorted(self._cited))

    def feed(self, text: str) -> list[Citation]:
        """The citations that this piece of the answer completes."""
        text = self._tail + text
        half = _HALF_MARKER.search(text)
        self._tail = text[half.start() :] if half else ""
        found = (self._sources.cite(index) for index in self._fresh(text))
        return [citation for citation in found if citation]

    def _fresh(self, text: str) -> Iterable[int]:
        for marker in _MARKER.finditer(text):
            for number in marker[1].split(","):
                index = int(number)
                if index not in self._cited:
                    self._cited.add(index)
                    yield index
