"""What a feature registers for the runs of its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from menon.core.runs.models import Run, RunKind


@dataclass(frozen=True, kw_only=True)
class RunType:
    """A kind of run, and what its feature does about it."""

    kind: RunKind
    abandoned: Callable[[Session, Run], None] | None = None
    """Keeps what the run had made where nobody wrote its end: its process died, or it was cancelled
    while it waited. Runs in the unit that ends the run."""
    snapshot: Callable[[Session, Run], dict[str, Any]] | None = None
    """What a reader who comes back from an older epoch needs, to go on from there."""
