"""`/ws/logs`: log entries of one's runs as they are written.

In:  `{"type": "update_filters", "filters": {agent_id?, task_id?, level?}}`, `ping`, `pong`
Out: `connected`, `log_entry`, `task_update`, `filters_updated`, `ping`, `pong`, `error`
"""

import contextlib
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from menon.core.errors import InvalidInput
from menon.core.http.sockets import Line
from menon.features.audit import queries, service
from menon.features.audit.entries import Entry
from menon.features.audit.looking import RunSeen
from menon.features.audit.schemas import FilterIn
from menon.features.audit.watch import Watch, Watcher


class LogTalk:
    """One watcher of logs.

    Args:
        given: the query of the address: `agent_id`, `task_id`, `level`.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name: given[name] for name in FilterIn.model_fields if given.get(name)}
        self._line: Line
        self._filters = FilterIn()
        self._watching = contextlib.ExitStack()

    async def begin(self, line: Line) -> None:
        self._line = line
        self._filters = await self._checked(self._given)
        watcher = Watcher(who=line.who, all=True, entry=self._entry, run=self._run)
        self._watching.enter_context(line.runtime[Watch].watching(watcher))
        await line.say({"type": "connected", "data": {"filters": self._filters.model_dump()}})

    async def take(self, wish: dict[str, Any]) -> None:
        if wish.get("type") != "update_filters":
            raise InvalidInput(f"There is no message {wish.get('type')!r}; try 'update_filters'.")
        self._filters = await self._checked(wish.get("filters", {}))
        await self._line.say({"type": "filters_updated", "data": self._filters.model_dump()})

    async def leave(self) -> None:
        self._watching.close()

    async def _checked(self, given: Any) -> FilterIn:
        try:
            filters = FilterIn.model_validate(cast("dict[str, Any]", given))
        except ValidationError as error:
            what = "; ".join(f"{e['loc'][-1:]}: {e['msg']}" for e in error.errors())
            raise InvalidInput(f"The filters are malformed: {what}") from error
        if filters.task_id is not None:  # somebody else's answers like a missing one
            await self._line.runtime.db.read(queries.visible, self._line.who, filters.task_id)
        return filters

    def _entry(self, entry: Entry, run: RunSeen) -> None:
        if self._filters.wanted().fits(entry, run.subject):
            data = service.shown(entry).model_dump(mode="json")
            self._line.offer({"type": "log_entry", "data": data})

    def _run(self, run: RunSeen) -> None:
        wanted = self._filters.wanted()
        if wanted.task_id in {None, run.id} and wanted.agent_id is None:
            self._line.offer({"type": "task_update", "data": task_update(run)})


def task_update(run: RunSeen) -> dict[str, Any]:
    """Where a run stands, as a message."""
    return {
        "task_id": run.id,
        "kind": run.kind,
        "title": run.title,
        "state": run.state,
        "progress": {"done": run.done, "total": run.total, "note": run.note},
        "error": run.error,
    }
