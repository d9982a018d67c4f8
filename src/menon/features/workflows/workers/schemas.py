"""Wire shapes of workers and their queues."""

from datetime import datetime
from typing import Literal

from menon.core.http import Wire

QueueHealth = Literal["idle", "working", "full", "unattended"]


class PoolOut(Wire):
    """What one process does for one queue."""

    queue: str
    room: int
    """Jobs at the same time, at most."""
    busy: int


class WorkerOut(Wire):
    """A process that is alive."""

    id: str
    host: str
    pid: int
    role: Literal["worker", "server"]
    """A server only enqueues jobs."""
    health: Literal["healthy", "silent"]
    """Silent: its heartbeat is late, though it was not found dead."""
    silent_seconds: float
    """Since its last heartbeat."""
    pools: list[PoolOut]
    started_at: datetime
    beat_at: datetime


class QueueOut(Wire):
    """A queue over all processes."""

    name: str
    health: QueueHealth
    """`full`: jobs wait for room. `unattended`: jobs wait, and nobody works on this queue."""
    room: int
    busy: int
    waiting: int
    """Jobs that could begin now."""
    planned: int
    """Jobs that are not due yet."""
    stranded: int
    """Jobs of processes that died; a worker takes them over within seconds."""
    oldest_waiting_seconds: float | None


class WorkersOut(Wire):
    """The processes that are alive, and the queues that they work on."""

    health: Literal["healthy", "degraded"]
    workers: list[WorkerOut]
    queues: list[QueueOut]
