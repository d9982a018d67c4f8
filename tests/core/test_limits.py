"""What a caller may use, decided by one function and counted in two stores."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.errors import RateLimited
from menon.core.limits import (
    DatabaseStore,
    MemoryStore,
    OpenStreams,
    RateCount,
    Store,
    caller_address,
    forget_windows,
    judged,
)

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cost", "previous", "current", "elapsed", "passes", "remaining", "retry_after"),
    [
        (1, 0, 0, 0, True, 99, 0),
        (1, 0, 99, 30, True, 0, 0),
        (5, 0, 95, 30, True, 0, 0),
        (1, 100, 0, 0, False, 0, 0.6),
        (1, 100, 0, 30, True, 49, 0),
        (1, 100, 50, 30, False, 0, 0.6),
        (10, 100, 0, 0, False, 0, 6),
        (1, 0, 100, 59, False, 0, 1.6),
        (1, 0, 100, 0, False, 0, 60.6),
        (100, 0, 1, 0, False, 99, 120),
        (1, 50, 100, 10, False, 0, 50.6),
    ],
)
def test_the_minute_slides(
    cost: int,
    previous: int,
    current: int,
    elapsed: float,
    passes: bool,
    remaining: int,
    retry_after: float,
) -> None:
    said = judged(limit=100, cost=cost, previous=previous, current=current, elapsed=elapsed)
    assert (said.passes, said.remaining) == (passes, remaining)
    assert said.retry_after == pytest.approx(retry_after)


@pytest.mark.parametrize("cost", [1, 7, 50, 100])
@pytest.mark.parametrize("previous", [0, 1, 33, 100])
@pytest.mark.parametrize("current", [0, 1, 60, 100])
@pytest.mark.parametrize("elapsed", [0.0, 0.1, 29.9, 59.9])
def test_after_the_time_it_names_a_refused_request_passes(
    cost: int, previous: int, current: int, elapsed: float
) -> None:
    said = judged(limit=100, cost=cost, previous=previous, current=current, elapsed=elapsed)
    then = elapsed + said.retry_after
    if then >= 60:
        previous, current, then = (current, 0, then - 60)
    if then >= 60:
        previous, then = (0, then - 60)
    assert judged(limit=100, cost=cost, previous=previous, current=current, elapsed=then).passes


@pytest.mark.parametrize(
    ("host", "caller"),
    [
        ("192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "address:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "address:192.0.2.7"),
        ("", "address:"),
        ("testclient", "address:testclient"),
    ],
)
def test_anonymous_callers_are_counted_by_address(host: str, caller: str) -> None:
    assert caller_address(host) == caller


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "database"])
def store(request: pytest.FixtureRequest, db: Database) -> Store:
    return MemoryStore(100) if request.param == "memory" else DatabaseStore(100, db)


class TestStores:
    async def test_the_limit_passes_and_no_more(self, store: Store) -> None:
        said = [await store.hit("ada", 1, NOW) for _ in range(150)]
        assert [v.passes for v in said] == [True] * 100 + [False] * 50
        assert [v.remaining for v in said[:100]] == list(range(99, -1, -1))

    async def test_so_it_is_when_all_come_at_once(self, store: Store) -> None:
        said = await asyncio.gather(*(store.hit("ada", 1, NOW) for _ in range(150)))
        assert sum(v.passes for v in said) == 100

    async def test_callers_do_not_share(self, store: Store) -> None:
        await asyncio.gather(*(store.hit("ada", 1, NOW) for _ in range(150)))
        assert (await store.hit("eve", 1, NOW)).remaining == 99

    async def test_dear_requests_use_up_more(self, store: Store) -> None:
        said = [await store.hit("ada", 30, NOW) for _ in range(4)]
        assert [v.passes for v in said] == [True, True, True, False]
        assert (await store.hit("ada", 10, NOW)).passes

    async def test_quota_comes_back_as_the_minute_slides(self, store: Store) -> None:
        await asyncio.gather(*(store.hit("ada", 1, NOW) for _ in range(100)))
        half = NOW + timedelta(seconds=90)
        said = [await store.hit("ada", 1, half) for _ in range(60)]
        assert sum(v.passes for v in said) == 50
        later = NOW + timedelta(seconds=300)
        assert (await store.hit("ada", 1, later)).remaining == 99

    async def test_a_refusal_names_the_time_to_wait(self, store: Store) -> None:
        for _ in range(100):
            await store.hit("ada", 1, NOW)
        refused = await store.hit("ada", 1, NOW)
        assert refused.retry_after == pytest.approx(60.6)
        again = NOW + timedelta(seconds=refused.retry_after)
        assert not (await store.hit("ada", 1, again - timedelta(seconds=1))).passes
        assert (await store.hit("ada", 1, again)).passes


class CountingDatabase(Database):
    """Says how many units were written."""

    writes = 0

    async def write(
        self, unit: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self.writes += 1
        return await super().write(unit, *args, **kwargs)


async def test_a_thousand_requests_cost_few_writes(database_url: str) -> None:
    db = CountingDatabase(database_url)
    store = DatabaseStore(100, db)
    for _ in range(1000):
        await store.hit("ada", 1, NOW)
    db.close()
    assert db.writes <= 35


async def test_old_counts_are_forgotten(db: Database) -> None:
    store = DatabaseStore(100, db)
    await store.hit("ada", 1, NOW)
    await store.hit("eve", 1, NOW + timedelta(seconds=120))
    assert await db.write(forget_windows, NOW + timedelta(seconds=120), 10) == 1


CHILD = """
import asyncio, sys
from datetime import datetime, timezone
from menon.core.db import Database
from menon.core.limits import DatabaseStore

async def main(url):
    db = Database(url)
    store = DatabaseStore(100, db)
    now = datetime.fromtimestamp(int(sys.argv[2]), timezone.utc)
    said = await asyncio.gather(*(store.hit("ada", 1, now) for _ in range(100)))
    print(sum(v.passes for v in said))
    db.close()

asyncio.run(main(sys.argv[1]))
"""


def test_two_processes_together_let_the_limit_pass(database_url: str, db: Database) -> None:
    command = [sys.executable, "-c", CHILD, database_url, str(int(NOW.timestamp()))]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    passed = [int(child.communicate(timeout=60)[0]) for child in children]

    def counted(session: Session) -> int:
        return session.execute(select(func.sum(RateCount.current))).scalar_one()

    with db.engines.read.connect() as connection:
        assert counted(Session(connection)) == 100
    # What one holds in hand when the rest is gone stays unused, and nobody gets more.
    assert 85 <= sum(passed) <= 100


class TestOpenStreams:
    def test_a_caller_has_so_many_and_all_together_too(self) -> None:
        streams = OpenStreams(each=2, total=3)
        given = [streams.take("ada"), streams.take("ada")]
        with pytest.raises(RateLimited):
            streams.take("ada")
        given.append(streams.take("eve"))
        assert streams.count == 3
        with pytest.raises(RateLimited):
            streams.take("bob")
        for back in given:
            back()
        assert streams.count == 0
