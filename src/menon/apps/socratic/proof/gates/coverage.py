"""How much of the code the tests run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from menon.apps.socratic.proof.gates.reading import (
    FINDINGS,
    Reading,
    Report,
    Unreadable,
    clean,
    failed,
    gate,
    shaped,
)
from menon.apps.socratic.proof.model import Finding

NAME: Final = "coverage"
_LINES = 10


class _File(msgspec.Struct):
    statements: int
    missing: list[int]
    problem: str = ""


class _Report(msgspec.Struct):
    coverage: dict[str, _File] | None
    coverage_problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """Percent of the statements that ran."""

    percent: float
    by_file: Mapping[str, float]


def of(report: Report) -> Covered | None:
    """The figures; None where nothing was measured."""
    try:
        files = shaped(report, _Report).coverage
    except Unreadable:
        return None
    if not files:
        return None
    total = sum(file.statements for file in files.values())
    missing = sum(len(file.missing) for file in files.values())
    by_file = {
        clean(name): _percent(file.statements, len(file.missing))
        for name, file in sorted(files.items())
    }
    return Covered(percent=_percent(total, missing), by_file=by_file)


def read(report: Report, bar: float) -> Reading:
    """Whether enough is covered; a finding for each file that is below the bar."""
    found = shaped(report, _Report)
    covered = of(report)
    if covered is None or found.coverage is None:
        why = found.coverage_problem or "the tests did not come to their end"
        return failed(NAME, f"Nothing was measured: {why}.")
    findings = [
        Finding(
            gate=NAME,
            rule="uncovered",
            severity="low",
            path=clean(name),
            line=file.missing[0],
            text=f"Not run by any test: {_lines(file.missing)}.",
        )
        for name, file in sorted(found.coverage.items())
        if file.missing and _percent(file.statements, len(file.missing)) < bar
    ]
    told = f"{covered.percent:g} % of the statements are run by tests; {bar:g} % are asked for."
    return Reading(
        gate=gate(NAME, told, ok=covered.percent >= bar), findings=tuple(findings[:FINDINGS])
    )


def _percent(statements: int, missing: int) -> float:
    """Rounded down: 89.999 is not 90."""
    if statements <= 0:
        return 100.0
    return max(0, 10_000 * (statements - missing) // statements) / 100


def _lines(missing: list[int]) -> str:
    named = ", ".join(map(str, missing[:_LINES]))
    more = f" and {len(missing) - _LINES} more" if len(missing) > _LINES else ""
    return f"{'line' if len(missing) == 1 else 'lines'} {named}{more}"
