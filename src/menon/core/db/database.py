"""Units of work: a plain function of a session, one thread hop, one transaction.

    await db.read(queries.get, who, document_id)
    await db.write(service.rename, who, document_id, name)

The function runs in a worker thread and its transaction is committed before the call returns, so
nothing holds a transaction while a model speaks and no answer leaves before its commit. A session
cannot cross an `await`. Functions of a session compose; only async services open units.
"""

import asyncio
from collections.abc import Callable
from enum import IntEnum
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from menon.core.db.engines import Engines, open_engines
from menon.core.db.foreign import Look
from menon.core.db.lane import Lane
from menon.core.db.work import Held, Work, together

P = ParamSpec("P")
T = TypeVar("T")


class Priority(IntEnum):
    """Who goes first on the one writer of SQLite."""

    PERSON = 0
    BULK = 1


class Database:
    """The store of one process; see the module for how to use it.

    Args:
        url: `sqlite:///FILE` or any PostgreSQL URL.
        readers: reader threads and connections on SQLite.
        pool: threads and connections on PostgreSQL.
        waiting: units that may wait before `Overloaded` is raised.
    """

    def __init__(self, url: str, *, readers: int = 4, pool: int = 8, waiting: int = 2000) -> None:
        self.engines: Engines = open_engines(url, readers=readers, pool=pool)
        self._held: Held | None = None
        self._looks = 0
        if self.sqlite:
            held = self._held = Held()
            group = partial(together, held, self.engines.write)
            self._writers = Lane(
                "write", threads=1, bound=waiting, perform=group, leaving=held.close
            )
            self._readers = Lane("read", threads=readers, bound=waiting, leaving=held.close)
        else:
            self._writers = self._readers = Lane("write", threads=pool, bound=waiting)

    @property
    def sqlite(self) -> bool:
        return self.engines.sqlite

    @property
    def depths(self) -> dict[str, int]:
        """Units that wait, by lane."""
        lanes = {"write": self._writers}
        if self._readers is not self._writers:
            lanes["read"] = self._readers
        return {name: lane.depth for name, lane in lanes.items()}

    async def read(
        self, unit: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the unit in one read-only transaction."""
        work = self._work(self.engines.read, unit, args, kwargs)
        return await self._readers.run(work, priority=Priority.PERSON)

    async def write(
        self, unit: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the unit in one transaction that is committed before this returns.

        A unit may run again when the database asks for it (deadlock, serialisation), so it must
        change nothing but its session.
        """
        work = self._work(self.engines.write, unit, args, kwargs)
        return await self._writers.run(work, priority=Priority.PERSON)

    async def write_bulk(
        self, unit: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """A write that lets people's writes pass; keep it below 20 ms, SQLite has one writer.

        The pause of 5 ms afterwards lets other processes in (measured beside another process
        that ingests: p99 of small writes 35 ms instead of 3 s).
        """
        work = self._work(self.engines.write, unit, args, kwargs)
        result = await self._writers.run(work, priority=Priority.BULK)
        if self.sqlite:
            await asyncio.sleep(0.005)
        return result

    async def foreign(self) -> int:
        """A number that differs from the last one where another process may have written.

        On PostgreSQL, which does not tell, it always differs.
        """
        if self._held is None:
            self._looks += 1
            return self._looks
        look = Look(held=self._held, engine=self.engines.write)
        return await self._writers.run(look, priority=Priority.PERSON)

    def _work(
        self, engine: Engine, unit: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> "Work[T]":
        return Work(held=self._held, engine=engine, unit=unit, args=args, kwargs=kwargs)

    def close(self) -> None:
        """Finish what waits and close the connections."""
        self._writers.close()
        if self._readers is not self._writers:
            self._readers.close()
        self.engines.dispose()
