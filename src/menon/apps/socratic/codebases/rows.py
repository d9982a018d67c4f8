"""Rows of generated code: selected, shown, written."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements.models import SpecificationVersion
from menon.apps.socratic.codebases import files as code_files
from menon.apps.socratic.codebases.models import (
    Codebase,
    CodebaseStatus,
    ScanFinding,
    TestResult,
)
from menon.apps.socratic.codebases.schemas import (
    CodebaseOut,
    FindingOut,
    ResultsOut,
    TestResultOut,
)
from menon.apps.socratic.models import Project
from menon.apps.socratic.rules import Right
from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.core.runs.models import ENDED, Run, RunState

TOTAL: Final = 6
"""The phases of a generation; testing comes after them."""


def visible(
    session: Session,
    who: Principal,
    codebase_id: str,
    right: Right = Right.READ,
    *,
    lock: bool = False,
) -> tuple[Codebase, Project]:
    """A codebase in whose project the caller may do something.

    Raises:
        NotFound: there is none that they may read.
        Forbidden: their role there does not allow that.
    """
    query = select(Codebase).where(Codebase.id == codebase_id)
    row = session.scalar(query.with_for_update() if lock else query)
    missing = NotFound(f"There is no codebase {codebase_id!r}, or it is not yours.")
    if row is None:
        raise missing
    access = queries.access(session, who, row.project_id, right, missing=missing)
    return row, access.project


def page(session: Session, who: Principal, project_id: str | None, page: Page) -> list[Codebase]:
    """A page of codebases, newest first, with one more where another page follows."""
    if project_id:
        queries.access(session, who, project_id)
    mine = queries.readable(who).with_only_columns(Project.id)
    query = select(Codebase).where(Codebase.project_id.in_(mine))
    if project_id:
        query = query.where(Codebase.project_id == project_id)
    if after := page.after(1):
        query = query.where(Codebase.id < str(after[0]))
    return list(session.scalars(query.order_by(Codebase.id.desc()).limit(page.limit + 1)))


def shown(session: Session, row: Codebase, *, structure: bool = True) -> CodebaseOut:
    """A codebase as it goes over the wire."""
    run = session.get(Run, row.run_id) if row.run_id else None
    version = session.get(SpecificationVersion, row.specification_id)
    files = code_files.sizes(session, row.id) if structure else {}
    status = _status(row, run)
    error = str(row.detail.get("reason") or "") or (run.error_detail if run else None)
    done = sum(1 for name in row.commits if name not in {"base", "merge"})
    return CodebaseOut(
        id=row.id,
        codebase_id=row.id,
        project_id=row.project_id,
        specification_id=row.specification_id,
        specification_version=version.number if version else None,
        version=row.version,
        run_id=row.run_id,
        status=status,
        phase=row.phase,
        completed_phases=min(done, TOTAL),
        total_phases=TOTAL,
        architecture_type=row.style,
        frontend=row.frontend,
        technology_stack=row.technologies,
        file_structure=nested(files),
        files=len(files) if structure else code_files.tree_size(session, row.id),
        generation_metadata={"commits": row.commits, **row.detail},
        error=error if status == CodebaseStatus.FAILED else None,
        created_at=row.created_at,
        generated_at=row.generated_at,
    )


def nested(sizes: Mapping[str, int]) -> dict[str, Any]:
    """Folders and files as nested objects; a file is its size in bytes."""
    root: dict[str, Any] = {}
    for path, size in sizes.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = size
    return root


def results(session: Session, row: Codebase, run: Run | None = None) -> ResultsOut:
    """What the tests and gates of a codebase said last."""
    run = run or (session.get(Run, row.run_id) if row.run_id else None)
    where = TestResult.codebase_id == row.id
    found = list(session.scalars(select(TestResult).where(where).order_by(TestResult.id)))
    notes = select(ScanFinding).where(ScanFinding.codebase_id == row.id).order_by(ScanFinding.id)
    gates: list[dict[str, Any]] = row.detail.get("gates") or []
    measured = [one.coverage for one in found if one.coverage is not None]
    return ResultsOut(
        codebase_id=row.id,
        status=_status(row, run),
        passed=bool(gates) and all(gate["state"] == "passed" for gate in gates),
        coverage_percentage=max(measured, default=None),
        gates=gates,
        items=[_result(one) for one in found],
        findings=[finding(one) for one in session.scalars(notes)],
    )


def finding(row: ScanFinding) -> FindingOut:
    """A finding as it goes over the wire."""
    return FindingOut(
        rule=row.rule,
        severity=row.severity,
        path=row.path,
        line=row.line,
        text=row.text,
        tool=row.tool,
    )


def _status(row: Codebase, run: Run | None) -> str:
    """Where a codebase stands; one whose run ended without a word has failed."""
    going = row.status in {CodebaseStatus.GENERATING, CodebaseStatus.TESTING}
    ended = run is not None and RunState(run.state) in ENDED
    return CodebaseStatus.FAILED if going and ended else row.status


def _result(row: TestResult) -> TestResultOut:
    return TestResultOut(
        id=row.id,
        test_id=row.id,
        codebase_id=row.codebase_id,
        test_type=row.test_type,
        test_suite=row.suite,
        files_tested=row.files,
        passed=row.passed,
        total_tests=row.total_tests,
        passed_tests=row.passed_tests,
        failed_tests=row.failed_tests,
        skipped_tests=row.skipped_tests,
        coverage_percentage=row.coverage,
        failure_details=row.failures,
        figures=row.figures,
        execution_time=row.seconds,
        executed_at=row.executed_at,
    )


def forget_results(session: Session, codebase_id: str, tools: Iterable[str] | None = None) -> None:
    """Take away what tests and scans said before they say it anew."""
    notes = delete(ScanFinding).where(ScanFinding.codebase_id == codebase_id)
    if tools is None:
        session.execute(delete(TestResult).where(TestResult.codebase_id == codebase_id))
    else:
        notes = notes.where(ScanFinding.tool.in_(list(tools)))
    session.execute(notes)
