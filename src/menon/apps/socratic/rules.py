"""What may be done in a project, and by whom; pure."""

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Final

from menon.apps.socratic.models import Phase


class ProjectRole(StrEnum):
    """What somebody is in one project."""

    OWNER = "owner"
    COLLABORATOR = "collaborator"
    REVIEWER = "reviewer"
    GUEST = "guest"


class Right(StrEnum):
    """What may be done in a project; may also be granted one by one."""

    READ = "read"
    ANSWER = "answer"
    """Answer questions, comment, resolve conflicts."""
    EDIT = "edit"
    """Change the project, ask, derive, generate, test, commit, export."""
    LEAD = "lead"
    """Invite, change the phase, approve, archive."""


RIGHTS: Final[Mapping[ProjectRole, frozenset[Right]]] = {
    ProjectRole.GUEST: frozenset({Right.READ}),
    ProjectRole.REVIEWER: frozenset({Right.READ, Right.ANSWER}),
    ProjectRole.COLLABORATOR: frozenset({Right.READ, Right.ANSWER, Right.EDIT}),
    ProjectRole.OWNER: frozenset(Right),
}


def may(role: str, extra: Collection[str], right: Right) -> bool:
    """Whether a project role, with rights that were granted besides, allows something."""
    return right in RIGHTS[ProjectRole(role)] or right in extra


class Step(IntEnum):
    """How much of a project is done, by what exists."""

    NOTHING = 0
    ASKED = 1
    SPECIFIED = 2
    APPROVED = 3
    GENERATED = 4
    PROVEN = 5


_WEIGHTS: Final = (0, 10, 45, 60, 75, 100)


def progress(step: Step, coverage: float) -> int:
    """Per cent done: what exists, and how much of the questions is covered.

    Args:
        step: the furthest thing that exists.
        coverage: of the questions, 0 to 1.
    """
    base = _WEIGHTS[step]
    if step is Step.ASKED:
        return base + round((_WEIGHTS[Step.SPECIFIED] - base) * min(max(coverage, 0.0), 1.0))
    return base


ORDER: Final = tuple(Phase)


def reached(step: Step) -> Phase:
    """The phase that a project has come to by what exists in it."""
    if step >= Step.PROVEN:
        return Phase.COMPLETE
    if step >= Step.GENERATED:
        return Phase.TESTING
    if step >= Step.APPROVED:
        return Phase.DEVELOPMENT
    return Phase.DESIGN if step >= Step.SPECIFIED else Phase.DISCOVERY


def stack(preferences: Sequence[str] | Mapping[str, str]) -> list[str]:
    """The technologies that somebody would like to see used, each once, in their order."""
    named = preferences.values() if isinstance(preferences, Mapping) else preferences
    return list(dict.fromkeys(name.strip() for name in named if name.strip()))


def slug(name: str) -> str:
    """A project's name as the name of a file or folder."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "project"
