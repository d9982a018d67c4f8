"""The interpreter: walks the graph of an execution, and writes down where each node stands.

load rows ─→ round: begin what is ready ─→ save (one unit) ─→ work, many at the same time ─┐
               ↑                                                                           │
               └────────────────────────── settle what has ended ←─────────────────────────┘
nothing works and nothing is ready ─→ over, failed, or parked until something comes

Rows are the record. An attempt that starts again reads them and does not do again what has ended;
what ran when its process died runs once more, as its next attempt.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from menon.core.errors import LimitReached, MenonError
from menon.core.jobs import Job, JobContext, Parked
from menon.core.jobs.patience import patiently
from menon.core.jobs.plain import error_from
from menon.core.runs.events import Event, Progress, StepStarted
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunState
from menon.engine.steps.expressions import ExpressionError, holds
from menon.engine.steps.step import Ask, Below, Elsewhere, Outcome, Until
from menon.features.workflows import records
from menon.features.workflows.agent_runs import adopt
from menon.features.workflows.arrivals import question
from menon.features.workflows.attempts import Failure, Filled, Stored, World, fill, kept, work
from menon.features.workflows.errors import StepFailed
from menon.features.workflows.models import NodeState
from menon.features.workflows.records import Batch, Loaded
from menon.features.workflows.rows import Row, branch, finished, seen_by
from menon.features.workflows.rules import turn
from menon.features.workflows.rules.definition import Node, read
from menon.features.workflows.rules.inputs import output
from menon.features.workflows.under import Under

LOOK_S = 1.0
"""While some nodes work, the look at what others wait for."""


class Walk:
    """One attempt at an execution."""

    def __init__(self, context: JobContext, world: World, loaded: Loaded, job: Job) -> None:
        self._context = context
        self._world = world
        self._loaded = loaded
        self._graph = read(loaded.body)
        self._rows = loaded.rows
        self._again: dict[str, int] = {}
        self._batch = Batch(rows={row.node: row for row in loaded.arrived})
        self._events: list[Event] = [finished(row) for row in loaded.arrived]
        self._ready: list[tuple[Row, Node, Filled]] = []
        self._tasks: dict[asyncio.Task[Outcome | Stored | Failure], Row] = {}
        self._under = Under(self._rows, loaded, world, job)
        self._moved = False
        for name in [name for name, row in self._rows.items() if row.state is NodeState.RUNNING]:
            self._again[name] = self._rows.pop(name).attempt

    async def run(self) -> Any:
        """Walk until the end, and answer what the execution gives.

        Raises:
            Parked: it waits for something.
            MenonError: a step failed with nothing to answer for it, or the time is over.
        """
        loop = asyncio.get_running_loop()
        began, limit = loop.time(), self._loaded.body.get("max_execution_time")
        left = None if limit is None else max(0.0, limit - self._loaded.worked_s)
        deadline = asyncio.timeout(left)
        try:
            async with deadline:
                await self._walk()
        except TimeoutError as error:
            if not deadline.expired():
                raise
            await self._stop()
            await self._out_of_time(f"The workflow worked longer than {limit:g} s.")
            raise LimitReached(
                f"The workflow worked longer than its `max_execution_time` of {limit:g} s; raise"
                " it, or set it to null for no limit."
            ) from error
        finally:
            await self._stop()
        return await self._outcome(self._loaded.worked_s + loop.time() - began)

    async def _walk(self) -> None:
        await self._resume_below()
        while True:
            self._moved = True
            while self._moved:
                self._moved = False
                await self._round()
            await self._save()
            if not self._tasks:
                return
            waits = [n for n, row in self._rows.items() if row.state is NodeState.WAITING]
            seconds = LOOK_S if waits else None
            done, _ = await asyncio.wait(
                self._tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            for task in [task for task in self._tasks if task in done]:
                self._settle(self._tasks.pop(task), task.result())
            if waits and not done:
                await self._look(waits)

    async def _look(self, waits: list[str]) -> None:
        """Take in what has come for nodes that wait while others work."""
        db, now = self._world.runtime.db, self._world.runtime.clock.now()
        run_id = self._world.run_id
        for row in await patiently(lambda: db.read(records.arrived, run_id, waits, now)):
            self._change(row)

    async def _round(self) -> None:
        """Begin what may begin; what answers at once has ended after it."""
        stands = self._stands()
        moves = turn.moves(self._graph, stands)
        for name in moves.skipped:
            self._skip(Row(node=name, kind=self._graph[name].kind, state=NodeState.SKIPPED))
        for name in moves.ready:
            if self._has_room():
                await self._begin(name, self._graph[name], self._scope())
        if turn.failure(self._graph, stands) is None:
            for step in self._under.next(self._scope(), self._has_room):
                if step.start is not None:
                    self._batch.starts.append(step.start)
                    self._change(step.row)
                elif step.node is not None:
                    await self._begin(step.row.node, step.node, step.scope)
        for row in self._under.gather(self._world.runtime.clock.now()):
            self._change(row)

    async def _begin(self, path: str, node: Node, scope: Mapping[str, Any]) -> None:
        now = self._world.runtime.clock.now()
        attempt = self._again.pop(path, 0) + 1
        row = Row(node=path, kind=node.kind, state=NodeState.RUNNING, attempt=attempt)
        row.started_at = now
        self._rows[path] = row
        try:
            if not all(holds(text, scope) for text in node.conditions):
                self._skip(row)
                return
            filled = await fill(self._world, node, scope)
        except ExpressionError as error:
            self._settle(row, Failure(StepFailed.code, str(error)))
            return
        except MenonError as error:
            self._settle(row, Failure(error.code, error.detail))
            return
        row.input = filled.recorded
        self._events.append(StepStarted(node=path, attempt=attempt))
        if filled.kind.pure:
            self._settle(row, await self._work(row, node, filled))
        else:
            self._ready.append((row, node, filled))
            self._change(row)

    async def _work(self, row: Row, node: Node, filled: Filled) -> Outcome | Stored | Failure:
        def again() -> None:
            row.attempt += 1

        return await work(self._world, node, row.node, filled, attempt=row.attempt, again=again)

    def _settle(self, row: Row, outcome: Outcome | Stored | Failure) -> None:
        now = self._world.runtime.clock.now()
        match outcome:
            case Failure(code=code, detail=detail):
                row.fail(code, detail, now)
            case Until(at=at):
                row.state, row.due_at = NodeState.WAITING, at
            case Ask():
                row.state, row.due_at = NodeState.WAITING, outcome.expires_at
                self._batch.approvals.append(question(self._world.run_id, row, outcome))
            case Elsewhere(run_id=child):
                row.state, row.child_id = NodeState.WAITING, child
                above = self._world.run_id
                self._batch.starts.append(partial(adopt, run_id=child, parent_id=above))
            case Below():
                row.state = NodeState.WAITING
                self._under.add(row, outcome)
            case Stored():
                row.end(NodeState.COMPLETED, now, output=outcome.shown)
                row.artifact = outcome.ref
            case _:
                row.end(NodeState.COMPLETED, now, output=outcome)
        self._change(row)

    def _skip(self, row: Row) -> None:
        now = self._world.runtime.clock.now()
        row.started_at = row.started_at or now
        row.end(NodeState.SKIPPED, now)
        self._rows[row.node] = row
        self._change(row)

    def _change(self, row: Row) -> None:
        self._rows[row.node] = row
        self._batch.rows[row.node] = row
        self._moved = True
        if row.state in turn.FINAL:
            self._events.append(finished(row))

    async def _save(self) -> None:
        """Write what has changed, tell of it, and only then let begin what was written."""
        batch, self._batch = self._batch, Batch()
        done, total = self._done(), len(self._graph)
        if batch.rows:
            db, now = self._world.runtime.db, self._world.runtime.clock.now()
            save = partial(records.save, done=done, total=total, now=now)
            run_id, epoch = self._world.run_id, self._context.epoch
            await patiently(lambda: db.write(save, run_id, epoch, batch))
            events, self._events = [*self._events, Progress(done=done, total=total)], []
            for event in events:
                await self._context.emit(event)
        ready, self._ready = self._ready, []
        for row, node, filled in ready:
            self._tasks[asyncio.create_task(self._work(row, node, filled))] = row

    async def _outcome(self, worked_s: float) -> Any:
        stands = self._stands()
        failed = turn.failure(self._graph, stands)
        waiting = [row for row in self._rows.values() if row.state is NodeState.WAITING]
        if failed is not None:
            for child in [row.child_id for row in waiting if row.child_id]:
                await self._world.runtime[RunLog].cancel(child, "a step beside it failed")
            row = self._rows[failed]
            detail = f"Step {failed!r} failed: {row.error_detail}"
            raise error_from({"code": row.error_code, "detail": detail})
        if turn.over(self._graph, stands):
            whole = await kept(self._world, "output", self._output())
            return whole.shown if isinstance(whole, Stored) else whole
        names = ", ".join(repr(row.node) for row in waiting if row.node in self._graph)
        park = partial(
            records.park,
            run_id=self._world.run_id,
            waiting=waiting,
            worked_s=worked_s,
            now=self._world.runtime.clock.now(),
        )
        raise Parked(RunState.WAITING, f"waits at {names}", record=park)

    def _output(self) -> Any:
        ends = [self._rows[name] for name in turn.sinks(self._graph)]
        given = {row.node: row.output for row in ends if row.state is NodeState.COMPLETED}
        try:
            return output(self._loaded.body, given, self._scope())
        except ExpressionError as error:
            raise StepFailed(f"`output`: {error}") from error

    async def _resume_below(self) -> None:
        """Know again what stands below nodes that an earlier attempt began."""
        for name, node in self._graph.items():
            row = self._rows.get(name)
            if row is None or row.state is not NodeState.WAITING or row.due_at or row.child_id:
                continue
            kind = self._world.kinds.get(node.kind)
            if kind is not None and not kind.pure:
                self._under.know(row)
            elif node.kind != "approval":
                filled = await fill(self._world, node, self._scope())
                outcome = await self._work(row, node, filled)
                if isinstance(outcome, Below):
                    self._under.add(row, outcome)

    async def _out_of_time(self, detail: str) -> None:
        now = self._world.runtime.clock.now()
        for row in self._rows.values():
            if row.state is NodeState.RUNNING:
                row.fail(LimitReached.code, detail, now)
                self._change(row)
        await self._save()

    async def _stop(self) -> None:
        tasks, self._tasks = list(self._tasks), {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _stands(self) -> dict[str, turn.Seen]:
        return {
            name: turn.Seen(row.state, branch(row))
            for name, row in self._rows.items()
            if name in self._graph
        }

    def _scope(self) -> dict[str, Any]:
        own = seen_by(row for name, row in self._rows.items() if name in self._graph)
        return {
            "input": self._loaded.input,
            "steps": {**self._loaded.outer, **own},
            "run": {"id": self._world.run_id},
            **(self._loaded.sees or {}),
        }

    def _has_room(self) -> bool:
        return len(self._tasks) + len(self._ready) < self._world.settings.at_once

    def _done(self) -> int:
        return sum(row.state in turn.FINAL for n, row in self._rows.items() if n in self._graph)
