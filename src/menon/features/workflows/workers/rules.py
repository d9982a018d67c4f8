"""How processes and queues are doing: pure, from counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from menon.core.instances import STALE_S
from menon.features.workflows.workers.schemas import (
    PoolOut,
    QueueHealth,
    QueueOut,
    WorkerOut,
    WorkersOut,
)


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process that was not found dead."""

    id: str
    host: str
    pid: int
    pools: Mapping[str, int]
    started_at: datetime
    beat_at: datetime


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Jobs that are not done."""

    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    oldest: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    """Since when the oldest waiting job could have begun."""
    planned: Mapping[str, int] = field(default_factory=dict[str, int])
    started: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """By queue and process; jobs that nobody holds have an empty one."""


def report(
    processes: Collection[Process], counts: Counts, queues: Collection[str], now: datetime
) -> WorkersOut:
    """What there is to say of workers and queues at a time."""
    workers = [_worker(process, counts, now) for process in processes]
    shown = [_queue(name, processes, counts, now) for name in queues]
    ill = any(worker.health == "silent" for worker in workers) or any(
        queue.health == "unattended" or queue.stranded for queue in shown
    )
    return WorkersOut(health="degraded" if ill else "healthy", workers=workers, queues=shown)


def health(*, room: int, busy: int, waiting: int) -> QueueHealth:
    """How a queue is doing."""
    if waiting and not room:
        return "unattended"
    if waiting and busy >= room:
        return "full"
    return "working" if busy or waiting else "idle"


def _worker(process: Process, counts: Counts, now: datetime) -> WorkerOut:
    silent = _since(process.beat_at, now)
    return WorkerOut(
        id=process.id,
        host=process.host,
        pid=process.pid,
        role="worker" if any(process.pools.values()) else "server",
        health="silent" if silent > STALE_S else "healthy",
        silent_seconds=silent,
        pools=[
            PoolOut(queue=queue, room=room, busy=counts.started.get((queue, process.id), 0))
            for queue, room in process.pools.items()
        ],
        started_at=process.started_at,
        beat_at=process.beat_at,
    )


def _queue(name: str, processes: Collection[Process], counts: Counts, now: datetime) -> QueueOut:
    alive = {process.id for process in processes}
    started = {who: count for (queue, who), count in counts.started.items() if queue == name}
    room = sum(process.pools.get(name, 0) for process in processes)
    busy = sum(count for who, count in started.items() if who in alive)
    waiting = counts.waiting.get(name, 0)
    oldest = counts.oldest.get(name)
    return QueueOut(
        name=name,
        health=health(room=room, busy=busy, waiting=waiting),
        room=room,
        busy=busy,
        waiting=waiting,
        planned=counts.planned.get(name, 0),
        stranded=sum(started.values()) - busy,
        oldest_waiting_seconds=None if oldest is None else _since(oldest, now),
    )


def _since(then: datetime, now: datetime) -> float:
    """Seconds; 0 where clocks disagree."""
    return round(max(0.0, (now - then).total_seconds()), 3)
