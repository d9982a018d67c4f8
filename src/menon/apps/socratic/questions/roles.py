"""The seven roles that ask, by every name that people give them, and who stands in for whom."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Final

from menon.core.errors import InvalidInput


class Role(StrEnum):
    """From whose point of view a question is asked."""

    PROJECT_MANAGER = "project_manager"
    TECHNICAL_LEAD = "technical_lead"
    DEVELOPER = "developer"
    DESIGNER = "designer"
    QA_TESTER = "qa_tester"
    BUSINESS_ANALYST = "business_analyst"
    DEVOPS = "devops"


ALIASES: Final = {
    "tester": Role.QA_TESTER,
    "qa": Role.QA_TESTER,
    "ux_designer": Role.DESIGNER,
    "ux": Role.DESIGNER,
    "devops_engineer": Role.DEVOPS,
    "pm": Role.PROJECT_MANAGER,
    "tech_lead": Role.TECHNICAL_LEAD,
    "architect": Role.TECHNICAL_LEAD,
    "analyst": Role.BUSINESS_ANALYST,
}

_NEAREST: Final = {
    Role.PROJECT_MANAGER: "business_analyst technical_lead designer qa_tester developer devops",
    Role.TECHNICAL_LEAD: "developer devops project_manager business_analyst qa_tester designer",
    Role.DEVELOPER: "technical_lead devops qa_tester business_analyst designer project_manager",
    Role.DESIGNER: "business_analyst project_manager developer qa_tester technical_lead devops",
    Role.QA_TESTER: "developer business_analyst technical_lead project_manager designer devops",
    Role.BUSINESS_ANALYST: "project_manager designer technical_lead developer qa_tester devops",
    Role.DEVOPS: "technical_lead developer project_manager qa_tester business_analyst designer",
}


def role(name: str) -> Role:
    """The role of a name or of an alias; case, `-` and spaces do not matter.

    Raises:
        InvalidInput: nobody is called so.
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in ALIASES:
        return ALIASES[plain]
    try:
        return Role(plain)
    except ValueError:
        known = ", ".join(Role)
        raise InvalidInput(f"there is no role {name[:80]!r}; choose from {known}") from None


def nearest(wanted: Role, active: Iterable[Role]) -> Role:
    """Who asks what belongs to a role: the role itself where it is active, or the closest."""
    return _stand_in(wanted, tuple(active))


@cache
def _stand_in(wanted: Role, present: tuple[Role, ...]) -> Role:
    if wanted in present or not present:
        return wanted
    return next(other for name in _NEAREST[wanted].split() if (other := Role(name)) in present)
