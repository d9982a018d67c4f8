"""What sockets say of a run, in the words of `/ws` and `/ws/tasks`; pure projections."""

from typing import Any

from menon.core.events import event_types
from menon.core.runs.events import Envelope, Progress
from menon.core.runs.models import ENDED, RunState
from menon.features.audit.looking import Happened, RunSeen
from menon.features.audit.sockets import task_update
from menon.features.runs.schemas import RunOut

Message = dict[str, Any]

_APPROVALS = {
    "approval.requested": "approval_required",
    "approval.decided": "approval_resolved",
}
_UNTOLD = frozenset({"id", "audience"})


def status(run: RunOut) -> Message:
    """Where a task stands; once it has ended, with what came of it."""
    data: dict[str, Any] = {"task_id": run.id, "kind": run.kind, "state": run.state}
    if RunState(run.state) in ENDED:
        ended = run.ended_at.isoformat() if run.ended_at else None
        return {
            "type": "task_complete",
            "data": data | {"output": run.output, "error": run.error, "ended_at": ended},
        }
    progress = run.progress.model_dump()
    return {"type": "task_status", "data": data | {"progress": progress, "epoch": run.epoch}}


def of_event(event: Envelope) -> Message | None:
    """What an event means for those who wait for a task; None for the rest."""
    match event.data:
        case Progress(done=done, total=total, note=note):
            data = {"task_id": event.run, "done": done, "total": total, "note": note}
            return {"type": "task_progress", "data": data}
        case _:
            return None


def of_run(run: RunSeen) -> Message:
    """What the pages hear of a run that changed."""
    return {"type": "run_update", "data": task_update(run)}


def of_happened(happened: Happened) -> Message:
    """What the pages hear of a domain event about their reader."""
    told = {name: value for name, value in happened.data.items() if name not in _UNTOLD}
    kind = _APPROVALS.get(happened.type) or _live(happened.type)
    if kind:
        return {"type": kind, "data": told}
    about = {"event": happened.type, "subject": happened.subject, "at": happened.at.isoformat()}
    return {"type": "notice", "data": about | {"detail": told}}


def _live(event_type: str) -> str:
    """The name that an event's class gives to its message."""
    kind = event_types().get(event_type)
    return kind.live if kind else ""
