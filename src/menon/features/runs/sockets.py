"""Sockets of runs: `/ws`, what concerns one now, and `/ws/tasks/{task_id}`, one run to its end.

`/ws`       out: `connected`, `run_update`, `approval_required`, `approval_resolved`, `notice`, and
            what domain events say live
`/ws/tasks` out: `connected`, `task_status`, `task_progress`, `task_complete`, then the line ends
Both take `ping` and answer `pong`; they send `ping`, which wants a `pong`.
"""

import asyncio
import contextlib
from typing import Any

from menon.core.errors import InvalidInput
from menon.core.http import Page
from menon.core.http.sockets import Line
from menon.core.runs.events import State
from menon.core.runs.log import RunLog
from menon.core.runs.models import ENDED, RunState
from menon.core.runs.queries import last_seq
from menon.features.audit.looking import Happened, RunSeen
from menon.features.audit.watch import Watch, Watcher
from menon.features.runs import inbox, messages, service
from menon.features.runs.queries import Filter
from menon.features.runs.schemas import RunOut

_SHOWN = 50


class OwnTalk:
    """What concerns one person: their runs, approvals and notices."""

    def __init__(self) -> None:
        self._line: Line
        self._watching = contextlib.ExitStack()

    async def begin(self, line: Line) -> None:
        self._line = line
        watcher = Watcher(who=line.who, run=self._run, happened=self._happened)
        self._watching.enter_context(line.runtime[Watch].watching(watcher))
        data = {"user": line.who.name, "approvals": await inbox.count(line.runtime, line.who)}
        mine = Filter(owner=line.who.user_id)
        found = await service.listing(line.runtime, line.who, mine, Page(_SHOWN))
        runs = [messages.status(run)["data"] for run in found.items if not _ended(run)]
        await line.say({"type": "connected", "data": data | {"runs": runs}})

    async def take(self, wish: dict[str, Any]) -> None:
        raise InvalidInput(f"There is no message {wish.get('type')!r}; this socket only tells.")

    async def leave(self) -> None:
        self._watching.close()

    def _run(self, run: RunSeen) -> None:
        self._line.offer(messages.of_run(run))

    def _happened(self, happened: Happened) -> None:
        self._line.offer(messages.of_happened(happened))


class TaskTalk:
    """One run, from now to its end."""

    def __init__(self, task_id: str) -> None:
        self._task_id = task_id
        self._line: Line
        self._following: asyncio.Task[None] | None = None

    async def begin(self, line: Line) -> None:
        self._line = line
        run = await service.get(line.runtime, line.who, self._task_id)
        seq = await line.runtime.db.read(last_seq, run.id, run.epoch)
        await line.say({"type": "connected", "data": {"task_id": run.id}})
        await line.say(messages.status(run))
        if _ended(run):
            line.end()
            return
        follow = self._follow((run.epoch, seq))
        self._following = asyncio.create_task(follow, name=f"socket-task-{run.id}")

    async def take(self, wish: dict[str, Any]) -> None:
        raise InvalidInput(f"There is no message {wish.get('type')!r}; this socket only tells.")

    async def leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
            # What its end was does not matter: a line that dropped fails in its own way.
            await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self, after: tuple[int, int]) -> None:
        line, epoch = self._line, after[0]
        events = line.runtime[RunLog].follow(self._task_id, after=after)
        async with contextlib.aclosing(events):
            async for batch in events:
                for event in batch:
                    if told := messages.of_event(event):
                        await line.say(told)
                moved = any(e.epoch != epoch or e.type == State.type for e in batch)
                epoch = batch[-1].epoch
                if moved and not _ended(run := await self._run()):
                    await line.say(messages.status(run))
        # Its row says how it ended, whichever event told of that.
        await line.say(messages.status(await self._run()))
        line.end()

    async def _run(self) -> RunOut:
        return await service.get(self._line.runtime, self._line.who, self._task_id)


def _ended(run: RunOut) -> bool:
    return RunState(run.state) in ENDED
