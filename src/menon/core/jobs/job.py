"""What a job is, as features declare it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from menon.core.jobs.context import JobContext

Queue = Literal["interactive", "bulk"]
"""Interactive: a person waits for it. Bulk: it takes its time and lets others pass."""

JobFunction = Callable[[JobContext, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A durable action: runs again from its last recorded step when its process dies.

    Between its steps it must be deterministic: clock, ids, randomness and reads belong into steps.
    """

    name: str
    run: JobFunction
    queue: Queue = "interactive"


def job(name: str, *, queue: Queue = "interactive") -> Callable[[JobFunction], Job]:
    """Make a job of `async def name(context, payload) -> output`; both are plain JSON."""

    def declare(function: JobFunction) -> Job:
        return Job(name=name, run=function, queue=queue)

    return declare
