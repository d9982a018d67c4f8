"""What detectors share: comparing subjects, and telling a conflict with its ways out."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.lexicon import words
from menon.apps.socratic.conflicts.model import (
    Assertion,
    Conflict,
    ConflictType,
    Grade,
    Resolution,
    Severity,
)

MOST = 400
"""Findings of one detector; who has more reads none."""


def same_subject(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two subjects are the same, or one names the other more precisely."""
    if not one or not other:
        return not one and not other
    if not (one <= other or other <= one):
        return False
    return not (one ^ other) & words("words", "states")


def pairs(found: Sequence[Assertion]) -> Iterator[tuple[Assertion, Assertion]]:
    """Two assertions of different statements each; equal claims of a statement come once."""
    seen: set[tuple[object, ...]] = set()
    single: list[Assertion] = []
    for one in found:
        claim = (
            one.source, one.value, one.about, one.target, one.scope, one.operator, one.unit
        )  # fmt: skip
        if claim not in seen:
            seen.add(claim)
            single.append(one)
    for at, one in enumerate(single):
        for other in single[at + 1 :]:
            if one.source != other.source:
                yield one, other


def grouped(found: Iterable[Assertion]) -> Iterator[list[Assertion]]:
    """Assertions that share slot and scope."""
    groups: dict[tuple[str, frozenset[str]], list[Assertion]] = {}
    for one in found:
        groups.setdefault((one.slot, one.scope), []).append(one)
    yield from groups.values()


def told(
    evidence: Evidence,
    kind: ConflictType,
    grade: Grade,
    claims: Sequence[Assertion],
    *,
    why: str,
    witness: str,
    severity: Severity | None = None,
    more: Sequence[Resolution] = (),
) -> Conflict:
    """A conflict between these claims, in the order of their statements."""
    ids = evidence.ordered(claim.source for claim in claims)
    shown = {claim.source: claim.shown or claim.text for claim in reversed(claims)}
    return Conflict(
        type=kind,
        grade=grade,
        statements=ids,
        why=why,
        witness=witness,
        resolutions=(*_keep(evidence, ids, shown), *more, *together(kind, grade)),
        severity=severity or _severity(grade),
        values=tuple(shown[name] for name in ids),
    )


def _severity(grade: Grade) -> Severity:
    table = {Grade.HARD: Severity.HIGH, Grade.WARN: Severity.MEDIUM, Grade.REVIEW: Severity.LOW}
    return table[grade]


def _keep(evidence: Evidence, ids: Sequence[str], shown: dict[str, str]) -> Iterator[Resolution]:
    for name in ids[:4]:
        yield _kept(name, shown[name].strip()[:160], evidence.statements[name].role)


@lru_cache(maxsize=4096)
def _kept(name: str, said: str, role: str) -> Resolution:
    who = f" of the {role.replace('_', ' ')}" if role else ""
    return Resolution(
        id=f"keep:{name}",
        text=f"Does `{said}`{who} stand, so that the other side is changed to fit it?",
        effect=f"keep:{name}",
    )


_SPLIT = {
    ConflictType.TIMELINE: "Can the scope be cut or phased so that both times hold?",
    ConflictType.NUMERIC: "Do the two limits hold in different situations? Name the situations.",
    ConflictType.BUDGET: "Can work be dropped or phased until the costs fit, or the budget raised?",
    ConflictType.TECHNOLOGY: "Is there another technology that gives both sides what they need?",
    ConflictType.SCOPE: "Does it belong to a later phase? Name the phase.",
    ConflictType.PERMISSION: "Do the two rules hold for different records or roles? Name them.",
    ConflictType.DATA: "Do the two rules hold for different records or states? Name them.",
    ConflictType.PRIORITY: "Which of these can wait, or be split so that a small part comes first?",
    ConflictType.TENSION: "Which of the two matters more, and how far may the other give way?",
    ConflictType.TEXT: "Do both mean different things? Say each in other words.",
}  # fmt: skip


def together(kind: ConflictType, grade: Grade) -> Iterator[Resolution]:
    """The ways out that keep both sides."""
    yield Resolution(id="split", text=_SPLIT[kind], effect="split")
    if grade is not Grade.HARD:
        yield Resolution(
            id="waive",
            text="Is it accepted as it is? Say why.",
            effect="waive",
        )
