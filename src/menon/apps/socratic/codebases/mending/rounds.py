"""Rounds in which a model mends what the gates refused, within the run that generates.

    proof failed, a model is configured
      → per round: ask (a step) → edits checked → prove the tree (a step) → nothing lost?
                   → a commit of its own (a step), files and results (a unit)
    no model: nothing of this

Every answer and proof is kept as the answer of its step, so that a job that begins again goes the
same way; no unit of work is open while a model speaks or the sandbox runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import facts, proving, telling
from menon.apps.socratic.codebases import files as code_files
from menon.apps.socratic.codebases import rows as codebase_rows
from menon.apps.socratic.codebases.mending.carried import packed, read, unpacked
from menon.apps.socratic.codebases.mending.model import Budget, asked, configured
from menon.apps.socratic.codebases.models import Codebase
from menon.apps.socratic.git.shelves import Shelf
from menon.apps.socratic.proof.model import Proof
from menon.apps.socratic.proof.repair import (
    Ask,
    Dialogue,
    Repaired,
    Round,
    Sent,
    Silent,
    Try,
    repair,
)
from menon.apps.socratic.settings import StudioSettings
from menon.core.errors import Conflict, NotConfigured, SandboxUnavailable
from menon.core.jobs import JobContext
from menon.core.runs.events import StepFinished, StepStarted
from menon.core.runtime import Runtime

Tree = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Work:
    """A codebase that was proved, and where it is committed."""

    codebase_id: str
    shelf: Shelf
    commit: str
    """The merge whose tree was proved."""
    model: str
    """Who may be asked."""


@dataclass(kw_only=True)
class _Course:
    """Where the rounds stand."""

    tree: Tree
    summary: dict[str, Any]
    budget: Budget
    tried: Tree = field(default_factory=dict[str, bytes])
    proof: Proof | None = None
    """Of the tree that was tried last."""
    told: int = 0
    """Rounds whose end is recorded."""


async def proven(runtime: Runtime, codebase_id: str) -> dict[str, Any]:
    """Prove a codebase and keep what came of it.

    Returns:
        `summary`; and `proof`, empty where there is nothing to mend or nothing could be proved.
    """
    summary, proof = await proving.kept(runtime, codebase_id)
    return {"summary": summary, "proof": "" if proof is None or proof.completed else packed(proof)}


async def mended(context: JobContext, work: Work, found: Mapping[str, Any]) -> dict[str, Any]:
    """Have a model mend what failed, where there is one; answers the summary of the best proof.

    Args:
        context: the attempt at the job.
        work: what was proved.
        found: what `proven` answered.
    """
    settings = context.runtime.settings[StudioSettings]
    if not found["proof"] or not settings.repair_rounds:
        return found["summary"]
    if not await context.step("repair.model", configured, context.runtime, work.model):
        return found["summary"]
    tree = await aside(partial(work.shelf.tree, work.commit))
    budget = Budget(tokens=settings.repair_tokens, seconds=settings.repair_seconds)
    course = _Course(tree=tree, summary=found["summary"], budget=budget)
    dialogue = repair(tree, unpacked(found["proof"]), rounds=settings.repair_rounds)
    step = await aside(partial(_next, dialogue, None))
    while not isinstance(step, Repaired):
        if isinstance(step, Ask):
            if not await _tell(context, work, course, step.done):
                return course.summary
            sent = await _answer(context, work, course, step)
        else:
            sent = await _proof(context, course, step)
        step = await aside(partial(_next, dialogue, sent))
    await _tell(context, work, course, step.rounds)
    return course.summary


def _next(dialogue: Dialogue, sent: Sent | None) -> Ask | Try | Repaired:
    """What the dialogue says next; its end is a value, since it comes out of a thread."""
    try:
        return next(dialogue) if sent is None else dialogue.send(sent)
    except StopIteration as stop:
        return stop.value


async def _answer(context: JobContext, work: Work, course: _Course, ask: Ask) -> Sent:
    """What the model says in this round, within what is left of the budget."""
    if not course.budget.left:
        return Silent(reason="What models may take for one generation is used up.")
    node = f"repair.{ask.round}"
    now = context.runtime.clock.now()
    await context.write(f"{node}.begun", _begun, work.codebase_id, ask.round, now)
    started = StepStarted(node=node, attempt=ask.round)
    await context.step(f"{node}.started", context.emit, started)
    await context.progress(codebase_rows.TOTAL, codebase_rows.TOTAL, f"repair, round {ask.round}")
    said = await context.step(
        f"{node}.ask",
        asked,
        context.runtime,
        context.run_id,
        ask.prompt,
        course.budget,
        work.model,
    )
    course.budget = course.budget.after(said["tokens"], said["seconds"])
    return Silent(reason=said["error"]) if said["error"] else read(said["text"])


async def _proof(context: JobContext, course: _Course, step: Try) -> Sent:
    """What the gates say of a tree."""
    found = await context.step(f"repair.{step.round}.prove", _proved, context.runtime, step.tree)
    if not found["proof"]:
        return Silent(reason=found["error"])
    course.tried, course.proof = step.tree, unpacked(found["proof"])
    return course.proof


async def _proved(runtime: Runtime, tree: Tree) -> dict[str, str]:
    try:
        text = packed(await proving.proved(runtime, tree))
    except (NotConfigured, SandboxUnavailable) as error:
        return {"proof": "", "error": error.detail}
    return {"proof": text, "error": "" if text else "What the tests said is too much to be kept."}


async def _tell(context: JobContext, work: Work, course: _Course, done: tuple[Round, ...]) -> bool:
    """Record the rounds that have ended since; False where the next one has nothing to stand on."""
    for one in done[course.told :]:
        course.told += 1
        node = f"repair.{one.number}"
        outcome = {
            "round": one.number,
            "kept": one.kept,
            "reason": one.reason,
            "changed": list(one.changed),
        }
        lost = False
        if one.kept and course.proof is not None:
            made = await context.step(f"{node}.commit", _commit, work.shelf, course, one)
            lost = not made["commit"]
            outcome |= {"commit": made["commit"]} if not lost else {"kept": False, **made}
        if one.kept and not lost:
            await _keep(context, work, course, one)
        await context.write(f"{node}.noted", _noted, work.codebase_id, outcome)
        state = "kept" if outcome["kept"] else "not kept"
        ended = StepFinished(node=node, outcome=state, output=outcome)
        await context.step(f"{node}.finished", context.emit, ended)
        if lost:
            return False
    return True


def _commit(shelf: Shelf, course: _Course, one: Round) -> dict[str, Any]:
    """Commit what a round changed; without a commit, the reason."""
    before = {path: course.tree[path] for path in one.changed if path in course.tree}
    after = {path: course.tried[path] for path in one.changed}
    try:
        commit = shelf.mended(before, after, f"Mend what the checks found (round {one.number}).")
    except Conflict as error:
        return {"commit": "", "reason": error.detail}
    return {"commit": commit}


async def _keep(context: JobContext, work: Work, course: _Course, one: Round) -> None:
    """Have the codebase be the tree of this round, with what its gates said."""
    proof = course.proof
    if proof is None:
        return
    node, now = f"repair.{one.number}", context.runtime.clock.now()
    files = {path: course.tried[path] for path in one.changed}
    known = await aside(partial(facts.of_tree, files))
    await context.write(
        f"{node}.files", code_files.put_files, work.codebase_id, files, {}, now, known=known
    )
    await context.write(f"{node}.results", proving.keep, work.codebase_id, proof, now)
    course.tree, course.summary = course.tried, proving.summary(proof)


def _begun(session: Session, codebase_id: str, number: int, now: datetime) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.phase = "repair"
    telling.progress(session, row, f"repair, round {number}", codebase_rows.TOTAL, now)


def _noted(session: Session, codebase_id: str, outcome: dict[str, Any]) -> None:
    row = session.get_one(Codebase, codebase_id)
    row.detail = {**row.detail, "repairs": [*row.detail.get("repairs", []), outcome]}
