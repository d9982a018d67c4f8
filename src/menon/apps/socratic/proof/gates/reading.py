"""What every gate answers, and how a report is made sure of: it comes from where strangers are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from menon.apps.socratic.proof.model import Failure, Finding, Gate, GateName, Ran, TestResult

MESSAGE = 4_000
"""Characters of one message."""
FAILURES = 200
FINDINGS = 500
"""As many as anybody reads of one gate."""

Shape = TypeVar("Shape")
Report = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One gate, and what it found."""

    gate: Gate
    results: tuple[TestResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    tests: tuple[Ran, ...] = ()


class Unreadable(Exception):
    """The report is not what the measuring side writes."""


def shaped(value: object, shape: type[Shape]) -> Shape:
    """A report as its type.

    Raises:
        Unreadable: it is something else.
    """
    try:
        return msgspec.convert(value, shape, strict=True)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Unreadable(f"The report cannot be read: {error}") from error


def failed(name: GateName, why: str, *, seconds: float = 0.0) -> Reading:
    """A gate that could not run, or whose answer cannot be believed."""
    return Reading(gate=Gate(name=name, state="failed", detail=clean(why), seconds=seconds))


def gate(name: GateName, detail: str, *, ok: bool, seconds: float = 0.0) -> Gate:
    """A gate that ran."""
    state = "passed" if ok else "failed"
    return Gate(name=name, state=state, detail=clean(detail), seconds=round(seconds, 3))


def clean(text: str) -> str:
    """What any database keeps, and no longer than anybody reads."""
    kept = text if len(text) <= MESSAGE else f"[...] {text[-MESSAGE:]}"
    return kept.replace("\0", "\ufffd").encode(errors="replace").decode()


def failure(name: str, message: str) -> Failure:
    """A test that failed."""
    return Failure(name=clean(name), message=clean(message))
