"""Folding neighbouring deltas of a run into one row, and reading that from the middle."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import msgspec

from menon.core.runs.events import Content, Envelope, Thinking
from menon.kit.text import Growing


@dataclass(frozen=True, slots=True)
class Folded:
    """A row that stands for several deltas."""

    envelope: Envelope
    marks: list[list[int]]
    """`[seq, length in characters]` of each delta in order."""


class Folding:
    """The rows of a log that grows: neighbouring text deltas of the same type and item become one.

    A row has the last one's seq, so that readers go on after it, and the first one's time. What a
    delta needs here is its text and 4 bytes; as an event it takes about 300.
    """

    def __init__(self) -> None:
        self._rows: list[Envelope | Folded] = []
        self._open: _Text | None = None

    def take(self, events: Iterable[Envelope]) -> None:
        """The log goes on."""
        self._open = _grown(self._rows, self._open, events)

    def ended(self, events: Iterable[Envelope]) -> list[Envelope | Folded]:
        """All rows, if these are the last events; it may still go on otherwise."""
        rows = self._rows[:]
        left = _grown(rows, self._open.copy() if self._open else None, events)
        return [*rows, left.row()] if left else rows


class _Text:
    """Neighbouring deltas."""

    def __init__(self, first: Envelope) -> None:
        self.first = self.last = first
        self.text = Growing()
        self.lengths = array("I")
        """Of each delta in turn; their seqs count on from the first one's."""

    def add(self, event: Envelope, text: str) -> None:
        self.last = event
        self.text.add(text)
        self.lengths.append(len(text))

    def copy(self) -> "_Text":
        same = _Text(self.first)
        same.last, same.text, same.lengths = self.last, Growing(str(self.text)), self.lengths[:]
        return same

    def row(self) -> Envelope | Folded:
        if self.first is self.last:
            return self.first
        kind = Content if isinstance(self.last.data, Content) else Thinking
        data = kind(text=str(self.text))
        pairs = enumerate(self.lengths, start=self.first.seq)
        whole = msgspec.structs.replace(self.last, at=self.first.at, data=data)
        return Folded(whole, [list(pair) for pair in pairs])


def _grown(
    rows: list[Envelope | Folded], text: _Text | None, events: Iterable[Envelope]
) -> _Text | None:
    """Add what has ended to the rows; returns the text that may still go on."""
    for event in events:
        if text and not _continues(text.last, event):
            rows.append(text.row())
            text = None
        if isinstance(event.data, Content | Thinking):
            text = text or _Text(event)
            text.add(event, event.data.text)
        else:
            rows.append(event)
    return text


def fold(events: Iterable[Envelope]) -> list[Envelope | Folded]:
    """The rows of a whole log."""
    return Folding().ended(events)


def unfold(folded: Folded, after: int = 0) -> list[Envelope]:
    """The deltas that a row stands for, as they were streamed, from the one after a seq on."""
    event, at = folded.envelope, 0
    data, deltas = cast("Content | Thinking", event.data), list[Envelope]()
    for seq, length in folded.marks:
        text, at = data.text[at : at + length], at + length
        if seq > after:
            deltas.append(msgspec.structs.replace(event, seq=seq, data=type(data)(text=text)))
    return deltas


def rest(folded: Folded, after: int) -> Envelope | None:
    """What a reader who has seen everything up to `after` still wants of a folded row."""
    seen = sum(length for seq, length in folded.marks if seq <= after)
    event = folded.envelope
    data = event.data
    if not isinstance(data, Content | Thinking) or seen >= len(data.text):
        return None if event.seq <= after else event
    return msgspec.structs.replace(event, data=type(data)(text=data.text[seen:]))


def _continues(last: Envelope, event: Envelope) -> bool:
    return (last.type, last.item, last.epoch, last.span, last.seq + 1) == (
        event.type,
        event.item,
        event.epoch,
        event.span,
        event.seq,
    )
