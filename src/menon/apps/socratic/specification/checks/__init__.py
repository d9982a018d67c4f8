"""Whether a specification holds together: every fault, with its exact place and what to do."""

from menon.apps.socratic.specification.checks.data import data_problems
from menon.apps.socratic.specification.checks.known import Known
from menon.apps.socratic.specification.checks.problem import MOST, Problem
from menon.apps.socratic.specification.checks.requirements import requirement_problems
from menon.apps.socratic.specification.model import Specification

__all__ = ["MOST", "Problem", "problems"]


def problems(spec: Specification) -> list[Problem]:
    """Everything that keeps a specification from being built, at most `MOST`; else nothing."""
    known = Known(spec)
    found: list[Problem] = []
    for source in (data_problems(spec, known), requirement_problems(spec, known)):
        for problem in source:
            if len(found) == MOST:
                return found
            found.append(problem)
    return found
