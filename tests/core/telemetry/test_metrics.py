"""Metrics: bounded labels, and one sum over worker processes."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from menon.core.db import Database
from menon.core.telemetry import metrics as module
from menon.core.telemetry.metrics import SHARED, Metrics, sample, share

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: bytes) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text.decode()):
        for one in family.samples:
            found[one.name, tuple(sorted(one.labels.items()))] = one.value
    return found


def value(text: bytes, name: str, **labels: str) -> float:
    return samples(text)[name, tuple(sorted(labels.items()))]


def test_requests_are_counted_by_route_and_status() -> None:
    metrics = Metrics()
    metrics.answered("GET", "/things/{thing_id}", 200, seconds=0.02)
    metrics.answered("GET", "/things/{thing_id}", 200, seconds=0.3)
    metrics.answered("GET", "/things/{thing_id}", 404, seconds=0.1)
    text = metrics.text(runs={}, tokens={})
    route = {"method": "GET", "endpoint": "/things/{thing_id}"}
    assert value(text, "menon_requests_total", **route, status="200") == 2
    assert value(text, "menon_requests_total", **route, status="404") == 1
    assert value(text, "menon_request_duration_seconds_count", **route) == 3
    assert value(text, "menon_request_duration_seconds_bucket", **route, le="0.025") == 1


def test_labels_from_outside_are_bounded() -> None:
    metrics = Metrics()
    for n in range(1000):
        metrics.answered(f"M{n}", "unmatched", 405, seconds=0)
    text = metrics.text(runs={}, tokens={})
    assert (
        value(text, "menon_requests_total", method="other", endpoint="unmatched", status="405")
        == 1000
    )


def test_runs_streams_and_waiting_units_are_shown() -> None:
    metrics = Metrics()
    metrics.sampled(lag=0.002, streams=7, waiting={"write": 3})
    text = metrics.text(runs={("chat", "running"): 4}, tokens={('openai:"odd"\nname', "input"): 12})
    assert value(text, "menon_tokens_total", model='openai:"odd"\nname', direction="input") == 12
    assert value(text, "menon_runs", kind="chat", state="running") == 4
    assert value(text, "menon_open_streams") == 7
    assert value(text, "menon_db_waiting", lane="write") == 3
    assert value(text, "menon_loop_lag_seconds_bucket", le="0.001") == 0
    assert value(text, "menon_loop_lag_seconds_bucket", le="0.005") == 1


async def test_a_late_loop_is_seen(sqlite_only_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK_S", 0.01)
    metrics, db = Metrics(), Database(sqlite_only_url)
    sampling = asyncio.create_task(sample(metrics, lambda: 3, db))
    await asyncio.sleep(0.001)
    end = asyncio.get_running_loop().time() + 0.06
    while asyncio.get_running_loop().time() < end:
        pass
    while not value(text := metrics.text(runs={}, tokens={}), "menon_loop_lag_seconds_count"):
        await asyncio.sleep(0.01)
    sampling.cancel()
    db.close()
    assert value(text, "menon_loop_lag_seconds_sum") >= 0.04
    assert value(text, "menon_open_streams") == 3
    assert value(text, "menon_db_waiting", lane="write") == 0


CHILD = """
import sys
from pathlib import Path
from menon.core.telemetry.metrics import Metrics

metrics = Metrics(Path(sys.argv[1]))
metrics.answered("GET", "/things/{thing_id}", 200, seconds=0.1)
metrics.sampled(lag=0.0, streams=int(sys.argv[2]), waiting={"write": 1})
print("counted", flush=True)
sys.stdin.readline()
print(metrics.text(runs={}, tokens={}).decode() if sys.argv[3:] else "")
"""


def test_worker_processes_answer_with_one_sum(tmp_path: Path) -> None:
    environment = {**os.environ, **share(tmp_path / "metrics")}
    folder = environment[SHARED]

    def child(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, folder, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    with child("2") as lasting, child("3") as dying, child("4", "ask") as asked:
        for process in (lasting, dying, asked):
            assert process.stdout is not None
            assert process.stdout.readline() == "counted\n"
        dying.kill()
        dying.communicate(timeout=30)
        answer, _ = asked.communicate("go\n", timeout=30)
        lasting.communicate("go\n", timeout=30)
    text = answer.encode()
    route = {"method": "GET", "endpoint": "/things/{thing_id}"}
    assert value(text, "menon_requests_total", **route, status="200") == 3
    assert value(text, "menon_open_streams") == 6


def test_a_new_server_begins_with_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "counter_17.db").write_bytes(b"old")
    share(tmp_path)
    assert list(tmp_path.iterdir()) == []
