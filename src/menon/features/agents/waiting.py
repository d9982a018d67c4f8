"""Units on runs that wait for people: what they go on from is kept, taken up, or dropped.

keep (in the unit that parks the run) → approvals are asked → all are decided → take
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete
from sqlalchemy.orm import Session

from menon.core.auth import ANONYMOUS, Principal
from menon.core.errors import MenonError
from menon.core.runs import control
from menon.core.runs.models import Run
from menon.core.runs.queries import events_after
from menon.engine.agents.paused import Paused, Resumed, Said, Wanted
from menon.features.accounts.service import acting_as, scopes_of
from menon.features.agents.policy import grants, policies
from menon.features.agents.policy.models import WaitingTurn
from menon.features.agents.rules import Answer, answer
from menon.features.agents.service import Definition, definition
from menon.features.runs.approvals import (
    Decision,
    NewApproval,
    decision_of,
    open_approval,
    pending,
    remembered,
)
from menon.features.runs.models import ApprovalState

_EVENTS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a turn belongs, besides its run."""

    agent: Definition
    attempt: str
    """By what its effects are known when the same is tried again."""
    conversation: str | None = None
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A run that waited and goes on here."""

    run_id: str
    kind: str
    epoch: int
    after: int
    """Where its log goes on."""
    so_far: Answer
    who: Principal
    origin: Origin | None
    resumed: Resumed
    problem: MenonError | None = None
    """Why it cannot go on: its owner or its agent is gone."""


def keep(
    session: Session, run: Run, who: Principal, origin: Origin, paused: Paused, *, now: datetime
) -> None:
    """Keep what a run goes on from; stands in the unit that has it wait."""
    session.merge(
        WaitingTurn(
            run_id=run.id,
            agent_id=origin.agent.id,
            version=origin.agent.version,
            scopes=scopes_of(who),
            conversation_id=origin.conversation,
            collections=list(origin.agent.collections),
            filters=dict(origin.filters),
            attempt=origin.attempt,
            paused=msgspec.json.encode(paused).decode(),
            since=now,
        )
    )


def ask(
    session: Session, run: Run, agent: str, paused: Paused, *, since: datetime, until: datetime
) -> None:
    """Ask about each call that somebody must allow; stands in the unit that has the run wait.

    Args:
        session: the unit's session.
        run: which waits by now.
        agent: how people call it.
        paused: where the run stands.
        since: the time.
        until: after it they count as denied.
    """
    for wanted in paused.wanted:
        new = NewApproval(
            run_id=run.id,
            node=_node(run.epoch, wanted),
            call_id=wanted.call_id,
            what=f"{agent} wants to use {wanted.name}",
            why=wanted.why,
            args=wanted.args,
            tool=wanted.name,
            effect=wanted.effect,
            tainted=wanted.tainted,
            may_remember=wanted.may_remember,
            expires_at=until,
        )
        open_approval(session, new, since)


def hear(
    session: Session, run_id: str, approval_id: str, *, instance: str, now: datetime
) -> Taken | None:
    """Hear of a decision: what counts for good is written down, and the run is taken up.

    Returns:
        None where the run still waits, or another process has taken it up.
    """
    # Its row is held first, as everywhere: decisions and continuations wait for each other.
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True)
    row = session.get(WaitingTurn, run_id)
    if run is None or row is None:
        return None
    grants.remember(session, approval_id, row, now)
    if pending(session, run_id):
        return None
    return _take(session, run, row, instance, now)


def _take(
    session: Session, run: Run, row: WaitingTurn, instance: str, now: datetime
) -> Taken | None:
    """Take a run up: from here on this process answers for it, and its death interrupts it."""
    run_id = run.id
    after = control.take_up(session, run_id, now, instance=instance)
    if after is None:
        return None
    paused = msgspec.json.decode(row.paused, type=Paused)
    who, origin, problem = _origin(session, run, row)
    session.delete(row)
    return Taken(
        run_id=run_id,
        kind=run.kind,
        epoch=run.epoch,
        after=after,
        so_far=answer(events_after(session, run_id, epoch=run.epoch, after=0, limit=_EVENTS)),
        who=who,
        origin=origin,
        resumed=Resumed(paused=paused, said=_said(session, run, paused)),
        problem=problem,
    )


def drop(session: Session, run_id: str) -> None:
    """Forget what a run would have gone on from: it has ended."""
    session.execute(delete(WaitingTurn).where(WaitingTurn.run_id == run_id))


def _origin(
    session: Session, run: Run, row: WaitingTurn
) -> tuple[Principal, Origin | None, MenonError | None]:
    """Whose rights the run has now, and what its agent's version says now."""
    try:
        who = acting_as(session, run.owner_id, row.scopes)
        agent = definition(session, who, row.agent_id, row.version)
    except MenonError as error:
        return ANONYMOUS, None, error
    agent = replace(
        agent,
        collections=tuple(row.collections),
        policy=policies.also(agent.policy, remembered(session, run.id)),
    )
    origin = Origin(
        agent=agent,
        attempt=row.attempt,
        conversation=row.conversation_id,
        filters=row.filters,
    )
    return who, origin, None


def _said(session: Session, run: Run, paused: Paused) -> dict[str, Said]:
    return {
        wanted.call_id: _word(wanted, decision_of(session, run.id, _node(run.epoch, wanted)))
        for wanted in paused.wanted
    }


def _word(wanted: Wanted, decision: Decision | None) -> Said:
    if decision is None:
        return Said(approved=False)
    if decision.covers(wanted.args):
        return Said(approved=True)
    comment = f": {decision.comment}" if decision.comment else "."
    words = {
        ApprovalState.DENIED: f"{decision.by} has refused this call of {wanted.name!r}{comment}",
        ApprovalState.EXPIRED: f"Nobody allowed this call of {wanted.name!r} in time.",
        ApprovalState.APPROVED: f"Other arguments of {wanted.name!r} were approved, not these.",
    }
    return Said(approved=False, note=words.get(decision.state, ""))


def _node(epoch: int, wanted: Wanted) -> str:
    """A call's name in the run: each start of the run asks anew."""
    return f"{epoch}:{wanted.call_id}"
