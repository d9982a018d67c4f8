"""Contradictions that rules only suspect, judged by a model where there is one.

    found, of the grade review → the model, within the time of the step → a verdict, which is kept
                                                                       → none: left for people

What it calls compatible is settled, and can be read there; what it confirms becomes a warning. It
never makes a contradiction hard, so that no model blocks an approval.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements.findings import Found
from menon.apps.socratic.conflicts import Conflict
from menon.apps.socratic.conflicts.adjudication import Judgement, Verdict, adjudicate
from menon.apps.socratic.conflicts.model import Grade, Statement
from menon.apps.socratic.sessions.assisting import Assistant, Silent
from menon.core.auth import Principal
from menon.core.runtime import Runtime

_MOST: Final = 8
"""Contradictions that are judged in one step."""

Verdicts = Mapping[str, Verdict]


async def verdicts(
    assistant: Assistant, found: Iterable[Found], known: Collection[str] = ()
) -> dict[str, Verdict]:
    """What the model says of those that are only suspected, by key.

    Args:
        assistant: the model of this step.
        found: contradictions of any grade.
        known: the keys of those that were looked at before.
    """
    wanted = {
        one.key: one
        for one in found
        if one.fields["grade"] == Grade.REVIEW and one.key not in known
    }
    asked = [(key, one.fields["statements"], one.fields["why"]) for key, one in wanted.items()]
    return await _judged(assistant, asked)


async def settled(
    runtime: Runtime, who: Principal, project_id: str, found: Sequence[Found]
) -> list[Found]:
    """Contradictions of a specification with verdicts: those of versions before, or fresh ones."""
    keys = [one.key for one in found]
    before = await runtime.db.read(findings.judged, project_id, keys) if keys else {}
    fresh = await verdicts(Assistant(runtime, who), found, before.keys())
    return applied(found, before | fresh)


async def among(
    assistant: Assistant, found: Sequence[Conflict], statements: Mapping[str, Statement]
) -> list[tuple[Conflict, Verdict | None]]:
    """Contradictions among statements with the verdicts, without those that are none."""
    asked = [
        (str(n), [_side(statements[name]) for name in one.statements], one.why)
        for n, one in enumerate(found)
        if one.grade is Grade.REVIEW and all(name in statements for name in one.statements)
    ]
    said = await _judged(assistant, asked)
    told: list[tuple[Conflict, Verdict | None]] = []
    for n, one in enumerate(found):
        verdict = said.get(str(n))
        if verdict is None:
            told.append((one, None))
        elif verdict.judgement is Judgement.CONTRADICTION:
            told.append((replace(one, grade=Grade.WARN), verdict))
        elif verdict.judgement is Judgement.UNSURE:
            told.append((one, verdict))
    return told


def applied(found: Iterable[Found], said: Verdicts) -> list[Found]:
    """Contradictions with their verdicts; what is confirmed is a warning."""
    return [_applied(one, said[one.key]) if one.key in said else one for one in found]


def compatible(said: Verdicts) -> frozenset[str]:
    """The keys of those that are no contradictions."""
    return frozenset(key for key, one in said.items() if one.judgement is Judgement.COMPATIBLE)


def _applied(one: Found, verdict: Verdict) -> Found:
    confirmed = verdict.judgement is Judgement.CONTRADICTION
    grade = Grade.WARN.value if confirmed else one.fields["grade"]
    return replace(one, fields={**one.fields, "grade": grade, "verdict": verdict.plain()})


def _side(statement: Statement) -> dict[str, str]:
    return {"role": statement.role, "text": statement.text}


async def _judged(
    assistant: Assistant, asked: Sequence[tuple[str, Sequence[Mapping[str, str]], str]]
) -> dict[str, Verdict]:
    if not asked or not await assistant.ready():
        return {}

    async def one(sides: Sequence[Mapping[str, str]], why: str) -> tuple[Judgement, str] | None:
        with contextlib.suppress(Silent):
            return await adjudicate(sides, why, judge=assistant.ask)
        return None

    some = asked[:_MOST]
    found = await asyncio.gather(*(one(sides, why) for _, sides, why in some))
    return {
        key: Verdict(judgement=told[0], why=told[1], model=assistant.name)
        for (key, _, _), told in zip(some, found, strict=True)
        if told is not None
    }
