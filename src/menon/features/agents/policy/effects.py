"""Effects of tools: written down before they begin, so that none happens twice unnoticed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.runs.events import ToolCall
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Note
from menon.engine.tools.policy import Decision, Outcome
from menon.features.agents.policy.models import BegunEffect
from menon.kit.digest import json_digest
from menon.kit.ids import new_id


def noted(runtime: Runtime, who: Principal, run_id: str, attempt: str) -> Note:
    """Writes each effect of a run, and each refusal of the policy, before it happens.

    Args:
        runtime: the process.
        who: whose rights the run has.
        run_id: the run.
        attempt: by what its effects are known when the same is tried again.
    """

    async def note(call: ToolCall, decision: Decision) -> None:
        now = runtime.clock.now()
        await runtime.db.write(_note, who, (run_id, attempt), call, decision, now)

    return note


async def begun_before(runtime: Runtime, attempt: str) -> frozenset[tuple[str, str]]:
    """The effects of earlier attempts; none where there is nothing that could be tried again."""
    return await runtime.db.read(begun, attempt) if attempt else frozenset()


def begun(session: Session, attempt: str) -> frozenset[tuple[str, str]]:
    """The effects that began in earlier attempts, by tool and digest of their arguments."""
    rows = session.execute(
        select(BegunEffect.tool, BegunEffect.args_hash).where(BegunEffect.attempt == attempt)
    )
    return frozenset((row.tool, row.args_hash) for row in rows)


def _note(  # noqa: PLR0917 - a unit and what it writes
    session: Session,
    who: Principal,
    run: tuple[str, str],
    call: ToolCall,
    decision: Decision,
    now: datetime,
) -> None:
    run_id, attempt = run
    digest = json_digest(call.args)
    allowed = decision.outcome is Outcome.ALLOW
    audit.record(
        session,
        who,
        "tool.began" if allowed else "tool.refused",
        subject=run_id,
        at=now,
        tool=call.name,
        effect=call.effect,
        call=call.call_id,
        args_hash=digest,
        why=decision.why,
    )
    if allowed:
        session.add(
            BegunEffect(
                id=new_id(),
                run_id=run_id,
                attempt=attempt,
                call_id=call.call_id,
                tool=call.name,
                args_hash=digest,
                at=now,
            )
        )
