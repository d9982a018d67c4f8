"""Prometheus metrics; labels come from closed sets: route templates, never paths or ids.

With several worker processes a scrape reaches any of them, so they share their numbers through
files (prometheus_client's multiprocess mode, which it chooses by the environment when it is
imported; hence the late imports).
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from menon.core.db import Database
from menon.core.limits import Limits
from menon.core.runtime import Runtime

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that holds the folder of the shared files."""
TICK_S: Final = 0.5

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Metrics:
    """What this process counts.

    Args:
        shared: the folder that all worker processes share; None for a process alone.
    """

    def __init__(self, shared: Path | None = None) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._shared = shared
        self._registry = own = CollectorRegistry()
        self._requests = Counter(
            "menon_requests", "Requests.", ["method", "endpoint", "status"], registry=own
        )
        self._seconds = Histogram(
            "menon_request_duration_seconds",
            "Time until an answer, or the last piece of a stream, was sent.",
            ["method", "endpoint"],
            registry=own,
            buckets=_SECONDS,
        )
        self._streams = Gauge(
            "menon_open_streams",
            "Streams and sockets that are open.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self._waiting = Gauge(
            "menon_db_waiting",
            "Units of work that wait for a thread.",
            ["lane"],
            registry=own,
            multiprocess_mode="livesum",
        )
        self._lag = Histogram(
            "menon_loop_lag_seconds",
            "How late the event loop wakes a sleeper.",
            registry=own,
            buckets=_LAG,
        )
        self._answers: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, endpoint: str, status: int, *, seconds: float) -> None:
        """Count a request; `endpoint` is the route's template."""
        if method not in _METHODS:
            method = "other"
        key = (method, endpoint, status)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = (
                self._requests.labels(method, endpoint, str(status)),
                self._seconds.labels(method, endpoint),
            )
        found[0].inc()
        found[1].observe(seconds)

    def sampled(self, *, lag: float, streams: int, waiting: Mapping[str, int]) -> None:
        """Note how this process is; see `sample`."""
        self._lag.observe(max(0.0, lag))
        self._streams.set(streams)
        for lane, count in waiting.items():
            self._waiting.labels(lane).set(count)

    def text(
        self, *, runs: Mapping[tuple[str, str], int], tokens: Mapping[tuple[str, str], int]
    ) -> bytes:
        """Everything in Prometheus' text format; it may read files, so call it off the loop.

        Args:
            runs: how many runs the database holds, by kind and state.
            tokens: how many were used since the beginning, by model and direction.
        """
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = self._registry
        if self._shared is not None:
            _forget_dead(self._shared)
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._shared))
        return generate_latest(registry) + generate_latest(_stored(runs, tokens))


async def sample(metrics: Metrics, streams: Callable[[], int], db: Database) -> None:
    """Note again and again how late the loop is, and what is open or waits."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + TICK_S
        await asyncio.sleep(TICK_S)
        metrics.sampled(lag=loop.time() - due, streams=streams(), waiting=db.depths)


def _stored(
    runs: Mapping[tuple[str, str], int], tokens: Mapping[tuple[str, str], int]
) -> "CollectorRegistry":
    """What the database knows, the same from every process."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
    from prometheus_client.registry import Collector

    class Stored(Collector):
        def collect(self) -> Iterator["Metric"]:
            states = GaugeMetricFamily("menon_runs", "Runs.", labels=["kind", "state"])
            for labels, count in runs.items():
                states.add_metric(labels, count)
            used = CounterMetricFamily(
                "menon_tokens", "Tokens of models.", labels=["model", "direction"]
            )
            for labels, count in tokens.items():
                used.add_metric(labels, count)
            yield states
            yield used

    registry = CollectorRegistry()
    registry.register(Stored())
    return registry


def share(folder: Path) -> dict[str, str]:
    """Prepare the folder that worker processes share, and answer their environment for it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in folder.glob("*.db"):
        file.unlink()
    return {SHARED: str(folder)}


def _forget_dead(folder: Path) -> None:
    """Drop what dead processes held; what they counted stays."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def open_metrics(runtime: Runtime, *, workers: int = 1) -> AsyncGenerator[Metrics]:
    """The metrics of this process, which is one of so many that serve on one port."""
    shared = runtime.settings.root.data_dir / "metrics" if workers > 1 else None
    if shared is not None:
        shared.mkdir(parents=True, exist_ok=True, mode=0o700)
    metrics = Metrics(shared)
    sampling = asyncio.create_task(
        sample(metrics, lambda: runtime[Limits].streams.count, runtime.db)
    )
    try:
        yield metrics
    finally:
        sampling.cancel()
        await asyncio.wait([sampling])
