"""Proving a codebase in the sandbox, and keeping what its tests and gates said."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from menon.apps.socratic import generator, repository
from menon.apps.socratic.codebases import facts, files, rows
from menon.apps.socratic.codebases.models import (
    Codebase,
    CodebaseStatus,
    GeneratedFile,
    ScanFinding,
    TestResult,
)
from menon.apps.socratic.git import shelves
from menon.apps.socratic.proof import environment
from menon.apps.socratic.proof.model import Bars, Proof
from menon.apps.socratic.proof.proving import prove
from menon.apps.socratic.settings import StudioSettings
from menon.core.errors import ExternalError, NotConfigured, SandboxUnavailable
from menon.core.jobs import JobContext, job
from menon.core.runtime import Runtime
from menon.engine.sandbox import Sandbox
from menon.kit.ids import new_id
from menon.kit.text import shorten

_MOST = 2_000
"""Findings that are kept of one proof."""


@job("socratic.prove", queue="bulk")
async def prove_again(context: JobContext, payload: dict[str, Any]) -> Any:
    """Run the tests and gates of a codebase again."""
    codebase_id: str = payload["codebase_id"]
    await context.progress(0, 1, "testing")
    await context.step("look", _look, context.runtime, codebase_id)
    found = await context.step("prove", prove_kept, context.runtime, codebase_id)
    await context.write("ended", settle, codebase_id, found)
    await context.progress(1, 1, "tested")
    return {"codebase_id": codebase_id, **found}


async def _look(runtime: Runtime, codebase_id: str) -> None:
    """Take in what people committed since; an older codebase stays as it was."""
    project_id = await runtime.db.read(_newest_of, codebase_id)
    place = shelves.folder(runtime, project_id) if project_id else None
    if place is None or not shelves.exists(place):
        return
    tree = await asyncio.to_thread(repository.read_tree, place)
    known = await asyncio.to_thread(facts.of_tree, tree)
    now = runtime.clock.now()
    await runtime.db.write(files.renew_files, codebase_id, tree, now, known=known)


async def prove_kept(runtime: Runtime, codebase_id: str) -> dict[str, Any]:
    """Prove a codebase as its files stand, and keep what came of it.

    Returns:
        `completed`, `reason` and the figures; a gate that could not run counts as failed.
    """
    return (await kept(runtime, codebase_id))[0]


async def kept(runtime: Runtime, codebase_id: str) -> tuple[dict[str, Any], Proof | None]:
    """Prove a codebase and keep what came of it: the summary, and the proof if there is one."""
    tree = await runtime.db.read(files.tree, codebase_id)
    try:
        proof = await proved(runtime, tree)
    except (ExternalError, NotConfigured, SandboxUnavailable) as error:
        gates = [{"name": "environment", "state": "failed", "detail": error.detail}]
        await runtime.db.write(_keep_gates, codebase_id, gates)
        return {"completed": False, "reason": error.detail, "tests": 0, "failed": 0}, None
    await runtime.db.write(keep, codebase_id, proof, runtime.clock.now())
    return summary(proof), proof


async def proved(runtime: Runtime, tree: Mapping[str, bytes]) -> Proof:
    """Prove a tree in the sandbox; nothing is kept.

    Raises:
        ExternalError: the environment cannot be made.
        NotConfigured: no environment is prepared.
        SandboxUnavailable: nothing can be confined here.
    """
    return await prove(
        tree,
        sandbox=runtime[Sandbox],
        environment=(await _environment(runtime)).path,
        bars=Bars(coverage=runtime.settings[StudioSettings].coverage),
    )


async def _environment(runtime: Runtime) -> environment.Environment:
    if runtime.settings[StudioSettings].prepare:
        return await prepare(runtime)
    return environment.find(folder(runtime), _requirements())


def _requirements() -> str:
    """What every generated project needs, as the generator chooses it."""
    place = Path(generator.__file__).with_name("requirements.txt")
    return place.read_text(encoding="utf-8")


async def prepare(runtime: Runtime) -> environment.Environment:
    """Make the environment in which generated code is tested, or find it."""
    return await environment.prepare(folder(runtime), _requirements())


def folder(runtime: Runtime) -> Path:
    """Where prepared environments stand."""
    return runtime.settings[StudioSettings].environments or (
        runtime.settings.root.data_dir / "environments"
    )


def settle(session: Session, codebase_id: str, found: Mapping[str, Any]) -> None:
    """Say of a codebase what a new proof came to."""
    row = session.get_one(Codebase, codebase_id)
    row.status = CodebaseStatus.COMPLETED if found["completed"] else CodebaseStatus.FAILED
    row.phase = ""
    row.detail = {**row.detail, "reason": found["reason"]}


def _newest_of(session: Session, codebase_id: str) -> str | None:
    """The project of a codebase that is its newest."""
    row = session.get_one(Codebase, codebase_id)
    newer = select(Codebase.id).where(
        Codebase.project_id == row.project_id, Codebase.version > row.version
    )
    return None if session.scalar(newer.limit(1)) else row.project_id


def summary(proof: Proof) -> dict[str, Any]:
    """Whether a proof is completed, why it is not, and its figures."""
    failed = [gate for gate in proof.gates if not gate.ok]
    return {
        "completed": proof.completed,
        "reason": " ".join(f"{gate.name}: {_brief(gate.detail)}" for gate in failed),
        "tests": sum(one.total_tests for one in proof.results),
        "failed": sum(one.failed_tests for one in proof.results),
        "coverage": max((one.coverage_percentage or 0.0 for one in proof.results), default=0.0),
        "seconds": proof.seconds,
    }


def _brief(detail: str) -> str:
    """The first sentence of what a gate says; tracebacks stand with the gate itself."""
    return shorten(detail.partition("Traceback")[0].strip().rstrip(":"), 300)


def _keep_gates(session: Session, codebase_id: str, gates: list[dict[str, Any]]) -> None:
    rows.forget_results(session, codebase_id)
    row = session.get_one(Codebase, codebase_id)
    row.detail = {**row.detail, "gates": gates}


def keep(session: Session, codebase_id: str, proof: Proof, now: datetime) -> None:
    """Keep what tests and gates said instead of what they said before."""
    _keep_gates(session, codebase_id, [asdict(gate) for gate in proof.gates])
    for one in proof.results:
        session.add(
            TestResult(
                id=new_id(),
                codebase_id=codebase_id,
                test_type=one.test_type,
                suite=one.test_suite,
                files=list(one.files_tested),
                passed=one.passed,
                total_tests=one.total_tests,
                passed_tests=one.passed_tests,
                failed_tests=one.failed_tests,
                skipped_tests=one.skipped_tests,
                coverage=one.coverage_percentage,
                failures=[asdict(failure) for failure in one.failure_details],
                figures={name: dict(figures) for name, figures in one.figures.items()},
                seconds=one.execution_time,
                executed_at=now,
            )
        )
    findings = [
        {
            "id": new_id(),
            "codebase_id": codebase_id,
            "tool": one.gate,
            "rule": one.rule[:80],
            "severity": one.severity,
            "path": one.path[:500],
            "line": one.line,
            "text": one.text,
            "found_at": now,
        }
        for one in proof.findings[:_MOST]
    ]
    if findings:
        session.execute(insert(ScanFinding), findings)
    _measure(session, codebase_id, proof)


def _measure(session: Session, codebase_id: str, proof: Proof) -> None:
    covered: dict[str, float] = {}
    for one in proof.results:
        covered |= one.coverage_by_file
    ids = session.execute(
        select(GeneratedFile.path, GeneratedFile.id).where(
            GeneratedFile.codebase_id == codebase_id, GeneratedFile.path.in_(list(covered))
        )
    )
    values = [{"id": row.id, "coverage": covered[row.path]} for row in ids]
    if values:
        session.execute(update(GeneratedFile), values)
