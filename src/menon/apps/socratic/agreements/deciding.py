"""Deciding a conflict; a session that asks about it goes on to its next question."""

from menon.apps.socratic.agreements import verdicts
from menon.apps.socratic.agreements.schemas import ConflictOut, ResolveIn
from menon.apps.socratic.sessions import course
from menon.core.auth import Principal
from menon.core.runtime import Runtime


async def decide(
    runtime: Runtime, who: Principal, conflict_id: str, body: ResolveIn
) -> ConflictOut:
    """Resolve or waive a conflict.

    Raises:
        InvalidInput: it has no such proposal, or nobody says why it is waived.
        Conflict: it is decided already.
    """
    decided = await verdicts.decide(runtime, who, conflict_id, body)
    if decided.session_id is not None:
        await course.look_again(runtime, who, decided.session_id)
    return decided
