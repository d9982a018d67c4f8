"""What a scan says."""

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["high", "medium", "low"]

MOST: Final = 1_000
"""Findings that are told."""

DEEPEST: Final = 1_000
"""Levels of syntax that are looked at; nobody writes more by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that code does and should not; line and column begin at 1."""

    rule: str
    severity: Severity
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """All findings in the order of the code."""

    safe: bool
    language: str
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Rule:
    """A name of a rule with its severity and what it says."""

    rule: str
    severity: Severity
    text: str

    def at(self, line: int, column: int, text: str = "") -> Finding:
        """The finding of this rule at a place."""
        return Finding(
            rule=self.rule,
            severity=self.severity,
            line=line,
            column=column,
            text=text or self.text,
        )


SYNTAX: Final = Rule("syntax-error", "high", "The code cannot be read.")
TOO_DEEP: Final = Rule(
    "too-deep", "high", "The code is nested too deeply to be checked; write it in smaller parts."
)
FOREIGN: Final = Rule("foreign-import", "low", "The library is not part of this stack.")
