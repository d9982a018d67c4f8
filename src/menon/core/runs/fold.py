"""Folding the deltas of an ended run into one row per item, and reading them from the middle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from menon.core.runs.events import Content, Envelope, Thinking


@dataclass(frozen=True, slots=True)
class Folded:
    """A row that stands for several deltas."""

    envelope: Envelope
    marks: list[list[int]]
    """`[seq, length in characters]` of each delta in order."""


def fold(events: Sequence[Envelope]) -> list[Envelope | Folded]:
    """Neighbouring text deltas of the same type and item become one.

    It has the last one's seq, so that readers go on after it, and the first one's time.
    """
    rows: list[Envelope | Folded] = []
    group: list[Envelope] = []
    for event in [*events, None]:
        if group and (event is None or not _continues(group[-1], event)):
            rows.append(group[0] if len(group) == 1 else _joined(group))
            group = []
        if event is None:
            break
        if isinstance(event.data, Content | Thinking):
            group.append(event)
        else:
            rows.append(event)
    return rows


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
    return (last.type, last.item, last.epoch, last.span) == (
        event.type,
        event.item,
        event.epoch,
        event.span,
    )


def _joined(group: list[Envelope]) -> Folded:
    texts = [e.data.text for e in group if isinstance(e.data, Content | Thinking)]
    kind = Content if group[0].type == Content.type else Thinking
    marks = [[e.seq, len(text)] for e, text in zip(group, texts, strict=True)]
    whole = msgspec.structs.replace(group[-1], at=group[0].at, data=kind(text="".join(texts)))
    return Folded(whole, marks)
