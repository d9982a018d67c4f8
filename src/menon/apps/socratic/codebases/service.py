"""Generated code: wanted, read, tested, scanned, traced."""

from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.models import Approval, SpecificationVersion
from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import files as code_files
from menon.apps.socratic.codebases import rows as codebase_rows
from menon.apps.socratic.codebases import scanning, telling
from menon.apps.socratic.codebases.generating import generate as generation
from menon.apps.socratic.codebases.mending.model import chosen
from menon.apps.socratic.codebases.models import Codebase, CodebaseStatus
from menon.apps.socratic.codebases.proving import prove_again
from menon.apps.socratic.codebases.schemas import (
    CodebaseIn,
    CodebaseOut,
    FileOut,
    FileRow,
    ResultsOut,
    SecurityScanOut,
    TraceOut,
    TraceRowOut,
)
from menon.apps.socratic.generator import trace
from menon.apps.socratic.models import Project
from menon.apps.socratic.rules import Right, stack
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, NotFound
from menon.core.http import Listing, Page
from menon.core.jobs import enqueue
from menon.core.runs import store
from menon.core.runs.models import ENDED, Run, RunKind, RunState
from menon.core.runtime import Runtime
from menon.core.telemetry.context import current_trace_id
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

_BUSY: Final = "Code is being generated or tested for this project; wait for the run to end."


async def generate(runtime: Runtime, who: Principal, body: CodebaseIn) -> CodebaseOut:
    """Have code made of an approved specification; it is acknowledged once its run is stored.

    Raises:
        Conflict: the specification is not approved, or the project generates already.
        InvalidInput: there is no such model to mend it.
    """
    model = await chosen(runtime, who, body.repair_model)
    return await runtime.db.write(_generate, who, body, model, runtime.clock.now())


async def listing(
    runtime: Runtime, who: Principal, project_id: str | None, page: Page
) -> Listing[CodebaseOut]:
    """A page of codebases, newest first."""
    return await runtime.db.read(_listing, who, project_id, page)


async def get(runtime: Runtime, who: Principal, codebase_id: str) -> CodebaseOut:
    """One codebase."""
    return await runtime.db.read(_get, who, codebase_id)


async def files(runtime: Runtime, who: Principal, codebase_id: str, page: Page) -> Listing[FileRow]:
    """A page of a codebase's files by their paths."""
    return await runtime.db.read(_files, who, codebase_id, page)


async def file(runtime: Runtime, who: Principal, codebase_id: str, file_id: str) -> FileOut:
    """One file."""
    return await runtime.db.read(_file, who, codebase_id, file_id)


async def test(runtime: Runtime, who: Principal, codebase_id: str) -> CodebaseOut:
    """Run the tests and gates of a codebase again.

    Raises:
        Conflict: it is being generated or tested.
    """
    return await runtime.db.write(_test, who, codebase_id, runtime.clock.now())


async def results(runtime: Runtime, who: Principal, codebase_id: str) -> ResultsOut:
    """What the tests and gates of a codebase said last."""
    return await runtime.db.read(_results, who, codebase_id)


async def scan(runtime: Runtime, who: Principal, codebase_id: str) -> SecurityScanOut:
    """Scan all files of a codebase and keep what is found."""
    tree = await runtime.db.read(_tree, who, codebase_id, Right.EDIT)
    found = await aside(partial(scanning.of_tree, tree))
    await runtime.db.write(scanning.keep, codebase_id, found, runtime.clock.now())
    return scanning.shown(codebase_id, tree, found)


async def traced(runtime: Runtime, who: Principal, codebase_id: str) -> TraceOut:
    """From each requirement to its question, its code and its tests."""
    spec, tree = await runtime.db.read(_spec_and_tree, who, codebase_id)
    rows = await aside(partial(trace.matrix, agreements.read(spec), tree))
    asked = {one["id"]: str(one["question"]) for one in spec.get("clarifications", [])}
    items = [
        TraceRowOut(
            requirement=row.requirement,
            title=row.title,
            source=row.question,
            question=asked.get(row.question.partition("#")[0], ""),
            code=row.code,
            tests=row.tests,
            unproven=row.unproven,
        )
        for row in rows
    ]
    return TraceOut(codebase_id=codebase_id, items=items)


def _generate(
    session: Session, who: Principal, body: CodebaseIn, model: str, now: datetime
) -> CodebaseOut:
    project = queries.access(session, who, body.project_id, Right.EDIT, lock=True).project
    version = _approved(session, project, body.specification_id)
    if _at_work(session, project.id):
        raise Conflict(_BUSY)
    spec = agreements.read(version.body)
    newest = select(func.max(Codebase.version)).where(Codebase.project_id == project.id)
    row = Codebase(
        id=new_id(),
        project_id=project.id,
        specification_id=version.id,
        run_id=_run(session, who, project, f"Generate {project.name}", now),
        version=(session.scalar(newest) or 0) + 1,
        style=body.style or spec.architecture.style,
        frontend=body.frontend or spec.architecture.frontend,
        technologies=stack(["python", "fastapi", "sqlalchemy", *spec.architecture.technologies]),
        status=CodebaseStatus.GENERATING,
        phase="",
        commits={},
        detail={"repair_model": model},
        created_by=who.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    enqueue(session, generation, {"codebase_id": row.id}, run_id=str(row.run_id), now=now)
    audit.record(session, who, "codebase.wanted", subject=row.id, at=now, specification=version.id)
    return codebase_rows.shown(session, row)


def _approved(session: Session, project: Project, spec_id: str | None) -> SpecificationVersion:
    if spec_id is None:
        version = agreements.latest(session, project.id, approved=True)
        if version is None:
            raise Conflict("No version of the specification is approved; approve one first.")
        return version
    version = session.get(SpecificationVersion, spec_id)
    if version is None or version.project_id != project.id:
        raise NotFound(f"The project has no specification {spec_id!r}.")
    if version.state != Approval.APPROVED:
        raise Conflict(f"Version {version.number} is not approved; approve it, then generate.")
    return version


def _run(session: Session, who: Principal, project: Project, title: str, now: datetime) -> str:
    run = store.NewRun(
        id=new_id(),
        kind=RunKind.CODEGEN,
        owner_id=who.user_id,
        title=title,
        subject=f"project:{project.id}",
        trace_id=current_trace_id(),
        input={"project_id": project.id},
    )
    store.create(session, run, now)
    return run.id


def _at_work(session: Session, project_id: str) -> bool:
    query = (
        select(Run.id)
        .where(Run.subject == f"project:{project_id}", Run.kind == RunKind.CODEGEN)
        .where(Run.state.in_([state for state in RunState if state not in ENDED]))
        .limit(1)
    )
    return session.scalar(query) is not None


def _test(session: Session, who: Principal, codebase_id: str, now: datetime) -> CodebaseOut:
    row, project = codebase_rows.visible(session, who, codebase_id, Right.EDIT, lock=True)
    if _at_work(session, project.id):
        raise Conflict(_BUSY)
    if not code_files.tree_size(session, row.id):
        raise Conflict("The codebase has no files; generate it again.")
    run_id = _run(session, who, project, f"Test {project.name}, version {row.version}", now)
    row.run_id = run_id
    row.status, row.phase = CodebaseStatus.TESTING, "testing"
    telling.progress(session, row, row.phase, codebase_rows.TOTAL, now)
    session.flush()
    enqueue(session, prove_again, {"codebase_id": row.id}, run_id=run_id, now=now)
    return codebase_rows.shown(session, row)


def _listing(
    session: Session, who: Principal, project_id: str | None, page: Page
) -> Listing[CodebaseOut]:
    rows = codebase_rows.page(session, who, project_id, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    items = [codebase_rows.shown(session, row, structure=False) for row in kept]
    return Listing(items=items, next_cursor=more)


def _get(session: Session, who: Principal, codebase_id: str) -> CodebaseOut:
    return codebase_rows.shown(session, codebase_rows.visible(session, who, codebase_id)[0])


def _files(session: Session, who: Principal, codebase_id: str, page: Page) -> Listing[FileRow]:
    row, _ = codebase_rows.visible(session, who, codebase_id)
    return code_files.files(session, row, page)


def _file(session: Session, who: Principal, codebase_id: str, file_id: str) -> FileOut:
    row, _ = codebase_rows.visible(session, who, codebase_id)
    return code_files.file(session, row, file_id)


def _results(session: Session, who: Principal, codebase_id: str) -> ResultsOut:
    return codebase_rows.results(session, codebase_rows.visible(session, who, codebase_id)[0])


def _tree(session: Session, who: Principal, codebase_id: str, right: Right) -> dict[str, bytes]:
    row, _ = codebase_rows.visible(session, who, codebase_id, right)
    return code_files.tree(session, row.id)


def _spec_and_tree(
    session: Session, who: Principal, codebase_id: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    row, _ = codebase_rows.visible(session, who, codebase_id)
    version = session.get_one(SpecificationVersion, row.specification_id)
    return version.body, code_files.tree(session, row.id)
