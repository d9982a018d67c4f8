"""Units of work in their thread: one transaction each, or several that share a commit on SQLite.

A commit waits for the disk, and SQLite has one writer. Units that wait while another one is at work
stand in one transaction, each behind a savepoint of its own, so that one which fails takes back
nothing but itself. Where the shared commit fails, each runs again in a transaction of its own.
"""

import inspect
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from menon.core.db.base import Base
from menon.core.db.faults import may_retry, translated
from menon.core.db.lane import Job, More, alone

T = TypeVar("T")
Calls = Sequence[Callable[[], object]]

TOGETHER_S = 0.01
"""A shared transaction takes in no more units after this time, so that other processes get in."""

_ATTEMPTS = 3
_AFTER_COMMIT = "after_commit"
_JOINED = "rollback_only"
"""What a session cannot store takes the transaction back; its commit stores, and no more."""


def after_commit(session: Session, call: Callable[[], object]) -> None:
    """Have `call` run in the worker thread once the transaction of this unit is committed."""
    session.info.setdefault(_AFTER_COMMIT, []).append(call)


class UnitSession(Session):
    """The session of a unit, in a transaction that somebody else commits.

    It joins when it has rows of its own to look after: what a session keeps of a transaction took
    25 of the 70 us of a small unit, and the units of a stream make plain statements only.
    """

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:
        """The connection of the transaction, for statements without mapped rows."""
        if bind_arguments or execution_options or self.in_transaction():
            return super().connection(bind_arguments, execution_options)
        return cast("Connection", self.bind)


class Held:
    """A connection for each thread: taking one from the pool costs as much as a small statement."""

    def __init__(self) -> None:
        self._of = threading.local()

    def connection(self, engine: Engine) -> Connection:
        """This thread's connection, opened where it has none."""
        found = cast("Connection | None", getattr(self._of, "connection", None))
        if found is None or found.closed or found.invalidated:
            found = self._of.connection = engine.connect()
        return found

    def close(self) -> None:
        """Let go of this thread's connection; the next unit opens another."""
        found = cast("Connection | None", getattr(self._of, "connection", None))
        if found is not None:
            self._of.connection = None
            with suppress(SQLAlchemyError):  # it may be what is broken
                found.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[T]):
    """One unit, ready to run in a worker thread."""

    held: Held | None
    """None takes a connection from the pool for each unit."""
    engine: Engine
    unit: Callable[..., T]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __call__(self) -> T:
        """Run in a transaction of its own, again where the database asks for it."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._once()
            except IntegrityError as error:
                raise translated(error) from error
            except DBAPIError as error:
                if self.held is not None:
                    self.held.close()
                if attempt == _ATTEMPTS or not may_retry(error):
                    raise translated(error) from error
                # Worker threads may sleep; the jitter keeps two deadlocked units apart.
                time.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311 - not a secret
        raise AssertionError("the last attempt returns or raises")

    def within(self, connection: Connection) -> tuple[T, Calls]:
        """Run inside a transaction that others share; raises what the unit raises."""
        with connection.begin_nested():
            return self._inside(connection)

    def _once(self) -> T:
        connection = self.held.connection(self.engine) if self.held else self.engine.connect()
        try:
            result, calls = self._committed(connection)
        finally:
            if self.held is None:
                connection.close()
        for call in calls:
            call()
        return result

    def _committed(self, connection: Connection) -> tuple[T, Calls]:
        """Its first statement begins the transaction."""
        try:
            done = self._inside(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        return done

    def _inside(self, connection: Connection) -> tuple[T, Calls]:
        session = UnitSession(connection, expire_on_commit=False, join_transaction_mode=_JOINED)
        try:
            result = self._performed(session)
            if session.in_transaction():
                session.commit()
                session.expunge_all()
            return result, session.info.get(_AFTER_COMMIT, ())
        finally:
            if session.in_transaction():
                session.close()

    def _performed(self, session: Session) -> T:
        result = self.unit(session, *self.args, **self.kwargs)
        if inspect.iscoroutine(result):
            result.close()
            raise TypeError(f"{self.unit!r} is async; a unit of work is a plain function")
        if isinstance(result, Base):
            raise TypeError(f"{self.unit!r} returned a row; units return values that outlive it")
        return result


class Shareable(Protocol):
    """What can be done alone, or in a transaction with others."""

    def __call__(self) -> Any: ...

    def within(self, connection: Connection) -> tuple[Any, Calls]: ...


@dataclass(slots=True, kw_only=True)
class _Shared:
    """One unit of a shared transaction, and what came of it."""

    job: Job[Any]
    work: Shareable
    result: Any = None
    error: BaseException | None = None
    calls: Calls = ()


def together(held: Held, engine: Engine, first: Job[Any], more: More) -> None:
    """Do what was taken, in one transaction with what else waits."""
    second = more()
    if second is None:
        alone(first, more)
        return
    queue, taken = [second, first], list[_Shared]()
    try:
        with held.connection(engine).begin() as transaction:
            _share(transaction.connection, queue, taken, more)
    except SQLAlchemyError:
        held.close()
        for each in taken:
            _try_again(each)
        while queue:
            alone(queue.pop(), more)
    else:
        for each in taken:
            _settle(each)


def _share(connection: Connection, queue: list[Job[Any]], taken: list[_Shared], more: More) -> None:
    until = time.monotonic() + TOGETHER_S
    while queue:
        job = queue.pop()
        if job.begin():
            each = _Shared(job=job, work=cast("Shareable", job.work))
            taken.append(each)
            _perform(each, connection)
        if not queue and time.monotonic() < until and (found := more()) is not None:
            queue.append(found)


def _perform(each: _Shared, connection: Connection) -> None:
    try:
        each.result, each.calls = each.work.within(connection)
    except IntegrityError as error:
        each.error = translated(error)
        each.error.__cause__ = error
    except DBAPIError:
        raise  # it may concern the transaction of all
    except BaseException as error:  # noqa: BLE001 - it is the caller's, across the thread
        each.error = error


def _try_again(each: _Shared) -> None:
    each.calls, each.error = (), None
    try:
        each.result = each.work()
    except BaseException as error:  # noqa: BLE001 - it is the caller's, across the thread
        each.error = error
    _settle(each)


def _settle(each: _Shared) -> None:
    try:
        for call in each.calls:
            call()
    except BaseException as error:  # noqa: BLE001 - as above
        each.error = error
    if each.error is None:
        each.job.done(each.result)
    else:
        each.job.failed(each.error)
