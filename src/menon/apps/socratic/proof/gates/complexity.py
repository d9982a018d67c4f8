"""How many paths lead through each function."""

import re
from typing import Final

import msgspec

from menon.apps.socratic.proof.gates.reading import (
    FINDINGS,
    Reading,
    Report,
    clean,
    failed,
    gate,
    shaped,
)
from menon.apps.socratic.proof.gates.ruff import Said, name_of
from menon.apps.socratic.proof.model import Finding

NAME: Final = "complexity"
_SAID = re.compile(r"`([^`]*)` is too complex \((\d+) > 0\)")


class _Report(msgspec.Struct):
    complexity: Said


def read(report: Report, bar: int) -> Reading:
    """A finding for each function over the bar; the mean and the most stand in the gate."""
    found = shaped(report, _Report).complexity
    if found.problem:
        return failed(NAME, f"The complexity was not measured: {found.problem}")
    measured: list[int] = []
    findings: list[Finding] = []
    for one in found.said:
        match = _SAID.fullmatch(one.message)
        if match is None:
            return failed(NAME, f"{name_of(one.filename)} cannot be read: {one.message}")
        paths = int(match[2])
        measured.append(paths)
        if paths > bar:
            findings.append(
                Finding(
                    gate=NAME,
                    rule="C901",
                    severity="low",
                    path=name_of(one.filename),
                    line=one.location.row if one.location else 0,
                    text=clean(f"{match[1]} has {paths} paths; at most {bar} are good to read."),
                )
            )
    mean = sum(measured) / len(measured) if measured else 0.0
    told = f"{len(measured)} functions; mean {mean:.1f}, most {max(measured, default=0)}."
    return Reading(
        gate=gate(NAME, told, ok=not findings, seconds=found.seconds),
        findings=tuple(findings[:FINDINGS]),
    )
