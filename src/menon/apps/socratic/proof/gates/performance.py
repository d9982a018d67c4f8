"""How fast the application answers, one request at a time and without a network.

A sandbox on a busy machine measures badly: only a limit that the specification names can be broken,
and only by far, in the half of the answers as well as in the slow ones.
"""

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

NAME: Final = "performance"
FAR: Final = 3.0
"""So many times the limit is no noise any more."""
_LEAST: Final = 20
"""Answers of one operation below which nothing is said of it."""


class _Figures(msgspec.Struct):
    answers: int
    p50_ms: float
    p95_ms: float
    slowest_ms: float


class _Report(msgspec.Struct):
    times: dict[str, _Figures] = {}
    problem: str = ""
    seconds: float = 0.0


def read(report: Report, limit_ms: float | None) -> Reading:
    """A finding for each operation that is slower by far than the specification wants.

    Args:
        report: what was measured.
        limit_ms: of the p95; None where the specification names none.
    """
    found = shaped(report, _Report)
    if not found.times:
        return failed(NAME, f"Nothing was measured: {found.problem or 'no answer was a success'}.")
    slow = {name: one for name, one in found.times.items() if _too_slow(one, limit_ms)}
    result = TestResult(
        test_type="performance",
        test_suite="latency",
        files_tested=tuple(map(clean, found.times)),
        total_tests=len(found.times),
        passed_tests=len(found.times) - len(slow),
        failed_tests=len(slow),
        skipped_tests=0,
        failure_details=tuple(failure(name, _told(one, limit_ms)) for name, one in slow.items()),
        execution_time=round(found.seconds, 3),
        figures={clean(name): msgspec.structs.asdict(one) for name, one in found.times.items()},
    )
    findings = [
        Finding(gate=NAME, rule="latency", severity="medium", text=clean(f"{name}: {said}"))
        for name, one in slow.items()
        if (said := _told(one, limit_ms))
    ]
    return Reading(
        gate=gate(NAME, _summary(found, limit_ms, len(slow)), ok=not slow, seconds=found.seconds),
        results=(result,),
        findings=tuple(findings[:FINDINGS]),
    )


def _too_slow(one: _Figures, limit_ms: float | None) -> bool:
    if limit_ms is None or one.answers < _LEAST:
        return False
    return one.p95_ms > FAR * limit_ms and one.p50_ms > limit_ms


def _told(one: _Figures, limit_ms: float | None) -> str:
    wanted = f"; the specification wants {limit_ms:g} ms" if limit_ms is not None else ""
    return f"p50 {one.p50_ms:g} ms, p95 {one.p95_ms:g} ms of {one.answers} answers{wanted}."


def _summary(found: _Report, limit_ms: float | None, slow: int) -> str:
    name, worst = max(found.times.items(), key=lambda one: one[1].p95_ms)
    told = f"{len(found.times)} operations; the slowest is {name}: {_told(worst, limit_ms)}"
    return f"{told} {slow} are slower by far." if slow else told
