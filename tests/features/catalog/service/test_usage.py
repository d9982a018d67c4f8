from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from menon.core.auth import Principal, Role
from menon.core.errors import InvalidInput
from menon.core.http import Page
from menon.core.runs import store
from menon.core.runs.events import Complete, Content, Envelope, Error, Event
from menon.core.runs.finishing import finish
from menon.core.runs.models import Run, RunKind
from menon.core.runs.store import NewRun, Spent
from menon.core.runtime import Runtime
from menon.features.catalog import service as catalog
from menon.features.catalog.queries import UsageFilter
from menon.features.catalog.schemas import Grouping
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id

VERA = Principal(user_id="vera", name="vera", roles=frozenset({Role.VIEWER}), kind="token")
ADA = Principal(user_id="ada", name="ada", roles=frozenset({Role.ADMIN}), kind="token")
ANY = UsageFilter()


def ran(
    session: Session,
    owner: str,
    model: str,
    clock: FixedClock,
    *,
    ending: Event | None = None,
    seconds: float = 2.0,
) -> None:
    """A run that ends now, spoke after a quarter of its time, and is recorded with its end."""
    run_id, now = new_id(), clock.now()
    begun = now - timedelta(seconds=seconds)
    new = NewRun(id=run_id, kind=RunKind.CHAT, owner_id=owner, model=model)
    store.create(session, new, begun)
    epoch = store.begin(session, run_id, begun)

    def event(seq: int, data: Event, after: float) -> Envelope:
        at = begun + timedelta(seconds=after)
        return Envelope(run=run_id, epoch=epoch, seq=seq, at=at, type=data.type, data=data)

    said = [event(1, Content(text="hel"), seconds / 4), event(2, Content(text="lo"), seconds / 2)]
    last = event(3, ending or Complete(), seconds)
    spent = Spent(requests=1, input_tokens=100, output_tokens=20, cost=0.5)
    finish(session, last, before=said, spent=spent, now=now)
    run = session.get_one(Run, run_id)
    catalog.record_usage(session, run, first=said[0].at)


@pytest.fixture
async def used(runtime: Runtime, clock: FixedClock) -> None:
    """Vera asks OpenAI twice, once in vain, and Ollama the next day; Ada asks OpenAI once."""
    await runtime.db.write(ran, "vera", "openai:gpt", clock)
    failed = Error(code="MODEL_001", detail="gone")
    await runtime.db.write(ran, "vera", "openai:gpt", clock, ending=failed)
    await runtime.db.write(ran, "ada", "openai:gpt", clock, seconds=4.0)
    clock.advance(days=1)
    await runtime.db.write(ran, "vera", "ollama:llama3.2:3b", clock)


async def keys(runtime: Runtime, who: Principal, by: Grouping, wanted: UsageFilter = ANY):
    found = await catalog.usage(runtime, who, wanted, Page(), by=by)
    return {item.key: item.runs for item in found.items}


@pytest.mark.usefixtures("used")
class TestUsage:
    async def test_a_user_sees_their_own(self, runtime: Runtime) -> None:
        found = await catalog.usage(runtime, VERA, ANY, Page(), by=Grouping.MODEL)

        ollama, openai = found.items
        assert ollama.key == "ollama:llama3.2:3b"
        assert (openai.key, openai.runs, openai.completed, openai.failed) == ("openai:gpt", 2, 1, 1)
        assert (openai.requests, openai.input_tokens, openai.output_tokens) == (2, 200, 40)
        assert openai.cost == 1.0
        assert openai.mean_seconds == 2.0

    async def test_an_administrator_sees_everybodys(self, runtime: Runtime) -> None:
        assert await keys(runtime, ADA, Grouping.USER) == {"ada": 1, "vera": 3}

    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            (Grouping.PROVIDER, {"ollama": 1, "openai": 3}),
            (Grouping.DAY, {"2026-11-20": 3, "2026-11-21": 1}),
            (Grouping.MODEL, {"ollama:llama3.2:3b": 1, "openai:gpt": 3}),
        ],
    )
    async def test_it_is_grouped(
        self, runtime: Runtime, by: Grouping, expected: dict[str, int]
    ) -> None:
        assert await keys(runtime, ADA, by) == expected

    async def test_a_user_who_asks_for_another_finds_nothing(self, runtime: Runtime) -> None:
        assert await keys(runtime, VERA, Grouping.MODEL, UsageFilter(user_id="ada")) == {}

    async def test_days_and_models_filter(self, runtime: Runtime) -> None:
        late = UsageFilter(since=date(2026, 11, 21))
        early = UsageFilter(until=date(2026, 11, 20), model="openai:gpt")

        assert await keys(runtime, VERA, Grouping.MODEL, late) == {"ollama:llama3.2:3b": 1}
        assert await keys(runtime, VERA, Grouping.MODEL, early) == {"openai:gpt": 2}

    @pytest.mark.parametrize("by", list(Grouping))
    async def test_pages_follow_each_other(self, runtime: Runtime, by: Grouping) -> None:
        whole = await catalog.usage(runtime, ADA, ANY, Page(), by=by)
        first = await catalog.usage(runtime, ADA, ANY, Page(limit=1), by=by)
        rest = await catalog.usage(runtime, ADA, ANY, Page(cursor=first.next_cursor), by=by)

        assert first.items + rest.items == whole.items
        assert rest.next_cursor is None

    async def test_a_cursor_of_another_list_is_refused(self, runtime: Runtime) -> None:
        first = await catalog.usage(runtime, ADA, ANY, Page(limit=1), by=Grouping.MODEL)

        page = Page(cursor=first.next_cursor)
        with pytest.raises(InvalidInput, match="cursor"):
            await catalog.usage(runtime, ADA, ANY, page, by=Grouping.DAY)

    async def test_a_user_takes_their_usage_along_and_is_forgotten(self, runtime: Runtime) -> None:
        exported = await catalog.export(runtime, "vera")
        assert [row["day"] for row in exported["model_usage"]] == ["2026-11-20", "2026-11-21"]

        assert await catalog.erase(runtime, "vera") == 2
        assert await keys(runtime, ADA, Grouping.USER) == {"ada": 1}


async def test_the_first_piece_is_timed_by_the_log(runtime: Runtime, clock: FixedClock) -> None:
    await runtime.db.write(ran, "vera", "openai:gpt", clock, seconds=6.0)

    found = await catalog.usage(runtime, VERA, ANY, Page(), by=Grouping.MODEL)
    assert found.items[0].mean_first_seconds == 1.5


async def test_a_run_without_a_model_counts_for_nothing(
    runtime: Runtime, clock: FixedClock
) -> None:
    await runtime.db.write(ran, "vera", "", clock)

    assert await keys(runtime, ADA, Grouping.USER) == {}


@pytest.mark.usefixtures("used")
class TestPerformance:
    async def test_it_is_measured_over_the_latest_runs(self, runtime: Runtime) -> None:
        found = await catalog.performance(runtime, Page())

        openai = next(item for item in found.items if item.model == "openai:gpt")
        assert openai.runs == 3
        assert openai.success_rate == pytest.approx(2 / 3)
        assert openai.mean_seconds == 3.0
        assert openai.p95_seconds == 4.0
        assert openai.tokens_per_second == pytest.approx(40 / 6)

    async def test_pages_follow_each_other(self, runtime: Runtime) -> None:
        first = await catalog.performance(runtime, Page(limit=1))
        rest = await catalog.performance(runtime, Page(cursor=first.next_cursor))

        assert [item.model for item in first.items + rest.items] == [
            "ollama:llama3.2:3b",
            "openai:gpt",
        ]
