"""What a job sees of the world: its run, its recorded steps, its progress."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol

import structlog
from sqlalchemy.orm import Session

from menon.core.errors import DatabaseError, Internal, MenonError
from menon.core.jobs.claim import Answer, Claim
from menon.core.jobs.effects import once
from menon.core.jobs.patience import patiently
from menon.core.jobs.plain import encode, error_from, error_record
from menon.core.jobs.retry import pause
from menon.core.runs import store
from menon.core.runs.events import Event, Progress, Retrying
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime

P = ParamSpec("P")

PROGRESS_S = 0.25
"""Progress in between is left out."""

log = structlog.stdlib.get_logger(__name__)


class Recorder(Protocol):
    """Keeps the answer of each step, so that a job that starts again goes on after the last."""

    async def record(self, answer: Answer) -> None: ...


class JobContext:
    """One attempt at a job."""

    def __init__(
        self,
        runtime: Runtime,
        writer: RunWriter,
        recorder: Recorder,
        threads: Executor,
        *,
        claim: Claim,
    ) -> None:
        self.runtime = runtime
        self.job_id = claim.id
        self._writer = writer
        self._recorder = recorder
        self._threads = threads
        self._steps = dict(claim.steps)
        self._bulk = claim.queue == "bulk"
        self._shown = 0.0

    @property
    def run_id(self) -> str:
        """The run that the job works for."""
        return self._writer.run_id

    @property
    def epoch(self) -> int:
        """Which start of the run this is; a unit that writes for it asks `control.owns`."""
        return self._writer.epoch

    def key(self, step: str) -> str:
        """The same for every attempt of the step: `Idempotency-Key`, webhook id."""
        return f"{self.run_id}:{step}"

    async def step(
        self, name: str, call: Callable[P, Any], *args: P.args, **kwargs: P.kwargs
    ) -> Any:
        """Do something once and keep its answer; a later attempt of the job gets that answer.

        It runs at least once, never exactly once: an outward effect carries `key(name)`. Failures
        that pass by themselves are tried again (`retry.pause`).

        Args:
            name: unique within the job.
            call: an async function, or a plain one that runs in a thread; it answers plain JSON.
            args: its arguments.
            kwargs: likewise.

        Raises:
            MenonError: the failure of the step, the same in every attempt.
        """
        outcome = self._steps.get(name)
        if outcome is None:
            outcome = await self._outcome(name, partial(call, *args, **kwargs))
            answer = Answer(job_id=self.job_id, name=name, answer=outcome)
            await patiently(partial(self._recorder.record, answer))
            self._steps[name] = outcome
        if "error" in outcome:
            raise error_from(outcome["error"])
        return outcome["ok"]

    async def write(
        self,
        name: str,
        unit: Callable[Concatenate[Session, P], Any],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Any:
        """Run a unit of work whose effect happens exactly once; its answer is kept with it.

        Args:
            name: unique within the run.
            unit: a plain function of a session that answers plain JSON; below 20 ms for bulk.
            args: what it takes besides the session.
            kwargs: likewise.
        """
        run = self.runtime.db.write_bulk if self._bulk else self.runtime.db.write
        key = (self.run_id, name)
        return await self._patiently(name, partial(run, once, key, unit, *args, **kwargs))

    async def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Show how far the job is."""
        now = asyncio.get_running_loop().time()
        if now - self._shown < PROGRESS_S and done != total:
            return
        self._shown = now
        await self._writer.emit(Progress(done=done, total=total, note=note))
        with suppress(DatabaseError):  # the next one shows it
            await self.runtime.db.write_bulk(
                store.progress, self.run_id, done=done, total=total, note=note
            )

    async def emit(self, event: Event) -> None:
        """Add an event to the run's log."""
        await self._writer.emit(event)

    async def _outcome(self, name: str, call: Callable[[], Any]) -> dict[str, Any]:
        try:
            result = await self._patiently(name, partial(self._called, call))
            encode(result)
        except MenonError as error:
            return {"error": error_record(error)}
        except Exception:
            log.exception("job.step_failed", run_id=self.run_id, step=name)
            return {"error": error_record(Internal(f"Step {name!r} failed; its log says why."))}
        return {"ok": result}

    async def _called(self, call: Callable[[], Any]) -> Any:
        inner: Any = getattr(call, "func", call)
        if inspect.iscoroutinefunction(inner):
            return await call()
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(self._threads, copy_context().run, call)
        return await result if inspect.isawaitable(result) else result

    async def _patiently(self, name: str, call: Callable[[], Awaitable[Any]]) -> Any:
        attempt = 1
        while True:
            try:
                return await call()
            except Exception as error:
                wait = pause(error, attempt)
                if wait is None:
                    raise
                log.warning("job.retrying", run_id=self.run_id, step=name, cause=str(error))
                cause = getattr(error, "code", type(error).__name__)
                event = Retrying(attempt=attempt, after_s=wait, cause=cause)
            attempt += 1
            await self._writer.emit(event)
            await asyncio.sleep(wait)
