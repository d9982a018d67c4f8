"""Building the runtime of a process: settings, keys, database, clock, then what features open."""

import contextlib
import gc
import os
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from menon.core.db import Database
from menon.core.db.migrate import migrate
from menon.core.db.settings import DatabaseSettings, database_url
from menon.core.events import open_events
from menon.core.feature import Feature, Installed, Opener
from menon.core.http.settings import HttpSettings
from menon.core.http.tickets import forget_tickets
from menon.core.idempotency import forget_expired
from menon.core.instances import open_instance
from menon.core.jobs import JobSettings, open_jobs
from menon.core.keys import load_keys
from menon.core.limits import forget_windows, open_limits
from menon.core.runs.opening import open_runs
from menon.core.runtime import Runtime
from menon.core.settings import Settings, load
from menon.core.sweep import open_sweeper
from menon.core.telemetry.metrics import SHARED, open_metrics
from menon.core.telemetry.settings import TelemetrySettings
from menon.core.telemetry.spans import forget_spans
from menon.core.telemetry.tracing import open_spans
from menon.entry.outbound import open_outbound
from menon.entry.parts import features, sections
from menon.entry.sandbox import open_sandbox
from menon.kit.clock import Clock, SystemClock


def read_settings(**given: Any) -> Settings:
    """The settings of this process, read once from the environment and the working directory."""
    return load(sections(features()), environ=os.environ, folder=Path.cwd(), **given)


@contextlib.asynccontextmanager
async def open_runtime(
    settings: Settings,
    *,
    clock: Clock | None = None,
    among: Sequence[Feature] | None = None,
    stays: bool = True,
) -> AsyncGenerator[Runtime]:
    """Open everything that lives as long as the process, and close it in reverse order.

    Args:
        settings: the assembled settings.
        clock: the time; the system's otherwise.
        among: the features to open; all that are installed by default.
        stays: whether the process serves or works, rather than running one command.
    """
    clock = clock or SystemClock()
    settings.root.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    url, how = database_url(settings.root), settings[DatabaseSettings]
    keys = load_keys(settings.root)
    if how.auto_migrate:
        migrate(url, now=clock.now())
    db = Database(url, readers=how.readers, pool=how.pool, waiting=how.waiting)
    runtime = Runtime(settings=settings, db=db, clock=clock)
    runtime.put(keys)
    chosen = tuple(features() if among is None else among)
    runtime.put(Installed(chosen))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.close)
        run_types = [kind for feature in chosen for kind in feature.run_kinds]
        for part in (*_core(settings), open_runs(run_types), open_outbound, open_sandbox):
            runtime.put(await stack.enter_async_context(part(runtime)))
        for feature in chosen:
            for opens in feature.opens:
                runtime.put(await stack.enter_async_context(opens(runtime)))
        # Both use what features opened: they begin after all of it, and end before it.
        for part in (
            open_events((s for feature in chosen for s in feature.subscriptions), stays=stays),
            open_jobs(job for feature in chosen for job in feature.jobs),
        ):
            runtime.put(await stack.enter_async_context(part(runtime)))
        gc.enable()  # the command line began without it
        yield runtime


def _core(settings: Settings) -> tuple[Opener, ...]:
    """What every process opens first."""
    workers = settings[HttpSettings].workers
    if workers > 1:
        # Read by the metrics library when it is imported, which happens further below.
        os.environ.setdefault(SHARED, str(settings.root.data_dir / "metrics"))
    old_spans = partial(forget_spans, days=settings[TelemetrySettings].span_days)
    jobs = settings[JobSettings]
    pools = {"interactive": jobs.interactive, "bulk": jobs.bulk} if jobs.worker else {}
    return (
        partial(open_instance, pools=pools),
        partial(open_limits, workers=workers),
        partial(open_metrics, workers=workers),
        open_spans,
        partial(open_sweeper, sweeps=(forget_expired, forget_windows, forget_tickets, old_spans)),
    )
