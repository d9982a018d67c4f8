from datetime import UTC, datetime, timedelta

import pytest

from menon.features.workflows.workers.rules import Counts, Process, health, report

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _process(name: str, *, silent: float = 0.0, **pools: int) -> Process:
    beat = NOW - timedelta(seconds=silent)
    return Process(id=name, host="h", pid=1, pools=pools, started_at=NOW, beat_at=beat)


@pytest.mark.parametrize(
    ("room", "busy", "waiting", "expected"),
    [
        (8, 0, 0, "idle"),
        (0, 0, 0, "idle"),
        (8, 3, 0, "working"),
        (8, 3, 1, "working"),
        (8, 8, 0, "working"),
        (8, 8, 1, "full"),
        (0, 0, 1, "unattended"),
    ],
)
def test_a_queue_is_judged(room: int, busy: int, waiting: int, expected: str):
    assert health(room=room, busy=busy, waiting=waiting) == expected


def test_processes_add_up():
    started = {("interactive", "a"): 2, ("interactive", "b"): 3, ("bulk", "dead"): 1}
    counts = Counts(
        waiting={"interactive": 4},
        oldest={"interactive": NOW - timedelta(seconds=7)},
        planned={"bulk": 2},
        started=started,
    )
    processes = [_process("a", interactive=2), _process("b", interactive=8, bulk=1), _process("s")]
    made = report(processes, counts, ("interactive", "bulk"), NOW)
    quick, bulk = made.queues
    assert (quick.room, quick.busy, quick.waiting, quick.stranded) == (10, 5, 4, 0)
    assert (quick.health, quick.oldest_waiting_seconds) == ("working", 7.0)
    assert (bulk.room, bulk.busy, bulk.planned, bulk.stranded) == (1, 0, 2, 1)
    assert [worker.role for worker in made.workers] == ["worker", "worker", "server"]
    assert [(p.room, p.busy) for p in made.workers[0].pools] == [(2, 2)]
    assert made.health == "degraded"


@pytest.mark.parametrize(
    ("silent", "waiting", "expected"),
    [(1.0, 0, "healthy"), (1.0, 1, "degraded"), (60.0, 0, "degraded"), (-5.0, 0, "healthy")],
)
def test_the_whole_is_as_well_as_its_parts(silent: float, waiting: int, expected: str):
    counts = Counts(waiting={"bulk": waiting})
    made = report([_process("a", silent=silent, interactive=1)], counts, ("bulk",), NOW)
    assert made.health == expected
