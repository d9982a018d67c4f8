"""Weaknesses that bandit knows; medium and high ones fail the gate."""

from typing import Final, Literal

import msgspec

from menon.apps.socratic.proof.gates.reading import (
    FINDINGS,
    Reading,
    Report,
    clean,
    failed,
    failure,
    gate,
    shaped,
)
from menon.apps.socratic.proof.gates.ruff import name_of
from menon.apps.socratic.proof.model import Finding, Severity, TestResult

NAME: Final = "bandit"
_SEVERITIES: Final[dict[str, Severity]] = {"HIGH": "high", "MEDIUM": "medium", "LOW": "low"}


class _Issue(msgspec.Struct):
    filename: str
    issue_severity: Literal["HIGH", "MEDIUM", "LOW", "UNDEFINED"]
    issue_text: str
    line_number: int
    test_id: str


class _Error(msgspec.Struct):
    filename: str
    reason: str


class _Document(msgspec.Struct):
    errors: list[_Error]
    results: list[_Issue]
    metrics: dict[str, dict[str, int]]


class _Said(msgspec.Struct):
    said: _Document | None = None
    problem: str = ""
    seconds: float = 0.0


class _Report(msgspec.Struct):
    bandit: _Said


def read(report: Report) -> Reading:
    """A finding for each issue, and a result of the security suite: its tests are the files."""
    found = shaped(report, _Report).bandit
    if found.problem or found.said is None:
        return failed(NAME, f"bandit did not run: {found.problem}")
    document = found.said
    if document.errors:
        first = document.errors[0]
        return failed(NAME, f"bandit cannot read {name_of(first.filename)}: {first.reason}")
    findings = tuple(
        Finding(
            gate=NAME,
            rule=issue.test_id,
            severity=_SEVERITIES.get(issue.issue_severity, "low"),
            path=name_of(issue.filename),
            line=issue.line_number,
            text=clean(issue.issue_text),
        )
        for issue in document.results[:FINDINGS]
    )
    serious = [finding for finding in findings if finding.severity != "low"]
    files = tuple(sorted(name_of(name) for name in document.metrics if name != "_totals"))
    told = f"{len(files)} files; {len(serious)} medium or high, {len(findings)} in all."
    bad = {finding.path for finding in serious}
    result = TestResult(
        test_type="security",
        test_suite="bandit",
        files_tested=files,
        total_tests=len(files),
        passed_tests=len(files) - len(bad),
        failed_tests=len(bad),
        skipped_tests=0,
        failure_details=tuple(failure(f"{f.path}:{f.line} {f.rule}", f.text) for f in serious),
        execution_time=round(found.seconds, 3),
    )
    return Reading(
        gate=gate(NAME, told, ok=not serious and bool(files), seconds=found.seconds),
        results=(result,),
        findings=findings,
    )
