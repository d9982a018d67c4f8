"""Style and likely mistakes, by the project's own rules of ruff."""

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
from menon.apps.socratic.proof.model import Finding

NAME: Final = "ruff"


class Place(msgspec.Struct):
    """Where a message of ruff points."""

    row: int


class Message(msgspec.Struct):
    """One message of ruff."""

    code: str | None
    filename: str
    message: str
    location: Place | None = None


class Said(msgspec.Struct):
    """What the tool said, or why it said nothing."""

    said: list[Message] = []
    problem: str = ""
    seconds: float = 0.0


class _Report(msgspec.Struct):
    ruff: Said


def read(report: Report) -> Reading:
    """A finding for each message; any fails the gate."""
    found = shaped(report, _Report).ruff
    if found.problem:
        return failed(NAME, f"ruff did not run: {found.problem}")
    findings = tuple(
        Finding(
            gate=NAME,
            rule=one.code or "syntax-error",
            severity="low" if one.code else "high",
            path=name_of(one.filename),
            line=one.location.row if one.location else 0,
            text=clean(one.message),
        )
        for one in found.said[:FINDINGS]
    )
    told = f"{len(found.said)} messages." if found.said else "Nothing to mend."
    return Reading(
        gate=gate(NAME, told, ok=not found.said, seconds=found.seconds), findings=findings
    )


def name_of(path: str) -> str:
    """The path in the tree."""
    return clean(path.removeprefix("./"))
