"""The application answers what its document promises, to good and to bad input."""

from typing import Final

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
from menon.apps.socratic.proof.model import Finding, TestResult

NAME: Final = "schemathesis"


class _Failure(msgspec.Struct):
    operation: str
    check: str
    message: str
    request: str = ""


class _Contract(msgspec.Struct):
    operations: dict[str, int]
    failures: list[_Failure]
    errors: list[str]
    finished: bool
    late: bool = False


class _Report(msgspec.Struct):
    contract: _Contract | None = None
    problem: str = ""
    crashes: dict[str, str] = {}
    statuses: dict[str, int] = {}
    asked: int = 0
    seconds: float = 0.0


def read(report: Report) -> Reading:
    """A finding for each failure; failed too where an answer or an operation is missing."""
    found = shaped(report, _Report)
    if found.contract is None:
        return failed(NAME, f"It could not run: {found.problem or 'there is no report'}")
    contract = found.contract
    findings = [
        Finding(
            gate=NAME,
            rule=one.check,
            severity="high" if one.check == "not_a_server_error" else "medium",
            text=clean(f"{one.operation}: {one.message}\n{one.request}"),
        )
        for one in contract.failures
    ]
    findings += [
        Finding(gate=NAME, rule="raised", severity="high", text=clean(f"{where}: {trace}"))
        for where, trace in found.crashes.items()
    ]
    why = _problem(found, contract)
    bad = {one.operation for one in contract.failures}
    total = len(contract.operations)
    told = f"{total} operations, {found.asked} requests; {len(findings)} failures."
    result = TestResult(
        test_type="integration",
        test_suite="schemathesis",
        files_tested=tuple(sorted(map(clean, contract.operations))),
        total_tests=total,
        passed_tests=total - len(bad & set(contract.operations)),
        failed_tests=len(bad & set(contract.operations)),
        skipped_tests=0,
        failure_details=tuple(
            failure(f"{one.operation} {one.check}", f"{one.message}\n{one.request}")
            for one in contract.failures
        ),
        execution_time=round(found.seconds, 3),
    )
    return Reading(
        gate=gate(NAME, why or told, ok=not findings and not why, seconds=found.seconds),
        results=(result,),
        findings=tuple(findings[:FINDINGS]),
    )


def _problem(found: _Report, contract: _Contract) -> str:
    """Why the run says nothing, though it found nothing."""
    if found.problem:
        return f"It did not come to its end: {found.problem}"
    if contract.late:
        return "It did not end in time."
    if contract.errors:
        return f"It could not ask everything: {contract.errors[0]}"
    if not contract.finished or not contract.operations:
        return "It asked nothing."
    if not any(status.startswith("2") for status in found.statuses):
        return "No request was answered with success, so that nothing was looked at."
    return ""
