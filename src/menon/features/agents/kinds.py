"""What a feature registers for the runs in which an agent answers."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from menon.core.feature import Installed
from menon.core.runs.events import Event
from menon.core.runs.finishing import RunRow
from menon.core.runs.kinds import RunType
from menon.core.runtime import Runtime
from menon.features.agents.rules import Answer

Record = Callable[[Session, RunRow, Answer, Event, float], None]
"""Stores what a run has made, in the unit that ends it or has it wait; with the seconds it took."""


@dataclass(frozen=True, kw_only=True)
class AnswerType(RunType):
    """A kind of run in which an agent answers, which may wait for people in between."""

    record: Record


def recorder(runtime: Runtime, kind: str) -> Record:
    """How the runs of a kind store what they have made."""
    kinds = [each for feature in runtime[Installed].features for each in feature.run_kinds]
    return next(each.record for each in kinds if isinstance(each, AnswerType) and each.kind == kind)
