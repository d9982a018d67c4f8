"""Log entries: one shape for log lines of a run and for what happened in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from menon.core.runs.events import (
    TYPES,
    ApprovalRequired,
    ApprovalResolved,
    Cancelled,
    Complete,
    Envelope,
    Error,
    Retrying,
    State,
    StepFinished,
    StepStarted,
)
from menon.core.telemetry.redact import redact_tokens

SEVERITIES: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_LEVELS: Final = {number: name for name, number in SEVERITIES.items()}
_LONGEST: Final = 2000

TOLD: Final = (
    *(State.type, StepStarted.type, StepFinished.type, Retrying.type),
    *(ApprovalRequired.type, ApprovalResolved.type, Error.type, Cancelled.type, Complete.type),
)
"""Event types that are entries; the words of an answer are not."""

MAYBE_BAD: Final = (State.type, StepFinished.type)
ALWAYS_BAD: Final = (Retrying.type, Error.type)
_BAD: Final = frozenset({"failed", "interrupted"})

Key = tuple[datetime, str]
"""Where an entry stands in the log of its run: its time, then its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a run's log."""

    id: str
    at: datetime
    level: str
    message: str
    task_id: str
    source: str
    """The logger, or the type of the event."""
    data: dict[str, Any]

    @property
    def key(self) -> Key:
        return self.at, self.id

    @property
    def severity(self) -> int:
        return SEVERITIES[self.level]


def of_line(row: Any) -> Entry:
    """The entry of a stored log line."""
    return Entry(
        id=row.id,
        at=row.at,
        level=level_of(row.severity),
        message=row.message,
        task_id=row.run_id,
        source=row.logger,
        data=row.fields,
    )


def of_event(event: Envelope) -> Entry | None:
    """The entry that tells of an event; None for those that are no news."""
    told = _told(event.data)
    if told is None:
        return None
    level, message, data = told
    return Entry(
        id=f"{event.epoch:06}.{event.seq:08}",
        at=event.at,
        level=level,
        message=redact_tokens(message)[:_LONGEST],
        task_id=event.run,
        source=event.type,
        data=data,
    )


def of_row(row: Any) -> Entry | None:
    """The entry that tells of a stored event; None for those that are no news."""
    kind: Any = TYPES.get(row.type)
    if kind is None:
        return None
    data = msgspec.json.decode(row.data, type=kind)
    event = Envelope(
        run=row.run_id, epoch=row.epoch, seq=row.seq, at=row.at, type=row.type, data=data
    )
    return of_event(event)


def level_of(severity: int) -> str:
    """The name of a severity, rounded down."""
    return _LEVELS.get(min(40, severity // 10 * 10), "debug")


def _told(data: Any) -> tuple[str, str, dict[str, Any]] | None:
    """Level, sentence and fields of an event's payload."""
    told: tuple[str, str, dict[str, Any]] | None
    match data:
        case State(before=before, after=after, reason=reason):
            level = "warning" if after in _BAD else "info"
            words = f"{before} → {after}" + (f": {reason}" if reason else "")
            told = level, words, {"from": before, "to": after}
        case StepStarted(node=node, attempt=attempt):
            told = "info", f"{node}: attempt {attempt}", {"node": node, "attempt": attempt}
        case StepFinished(node=node, outcome=outcome):
            level = "warning" if outcome in _BAD else "info"
            told = level, f"{node}: {outcome}", {"node": node, "outcome": outcome}
        case Retrying(attempt=attempt, after_s=after_s, cause=cause):
            words = f"tries again in {after_s:g} s: {cause}"
            told = "warning", words, {"attempt": attempt, "after_s": after_s, "cause": cause}
        case ApprovalRequired(approval_id=ident, what=what):
            told = "info", f"waits for approval: {what}", {"approval_id": ident}
        case ApprovalResolved(approval_id=ident, decision=decision, by=by):
            words, fields = f"{decision} by {by}", {"approval_id": ident, "decision": decision}
            told = "info", words, fields
        case Error(code=code, detail=detail):
            told = "error", f"{code}: {detail}", {"code": code}
        case Cancelled(by=by):
            told = "info", f"cancelled by {by}", {"by": by}
        case Complete():
            told = "info", "completed", {}
        case _:
            told = None
    return told
