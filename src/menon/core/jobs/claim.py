"""What passes between the rows of a job and the process that works on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that this process may work on."""

    id: str
    run_id: str
    name: str
    queue: str
    payload: dict[str, Any]
    steps: Mapping[str, Any]
    """Answers that an earlier attempt has recorded, by name of the step."""
    starts: int
    """How often the run was started before."""
    epoch: int
    """Where its run has begun already; 0 where the attempt begins it."""
    cancel_by: str | None
    """Who cancelled the run already."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a step answered, about to be kept."""

    job_id: str
    name: str
    answer: dict[str, Any]
