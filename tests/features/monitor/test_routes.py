"""Health, readiness and figures, as a probe, a scraper and a stranger see them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, NoReturn

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.fixtures.server import NOW

from menon.core.db import Database
from menon.core.errors import DatabaseError
from menon.core.runs import store
from menon.core.runs.models import RunKind
from menon.core.runtime import Runtime
from menon.features.monitor import service
from menon.kit.ids import new_id
from menon.version import VERSION

PREFIXES = ["", "/api/v1"]


@pytest.fixture
async def caller(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://t") as opened:
        yield opened


@pytest.fixture
def away(caller: AsyncClient) -> Iterator[None]:
    """The database answers nobody, until the process closes."""
    del caller

    async def refuse(*_: object, **__: object) -> NoReturn:
        raise DatabaseError

    with pytest.MonkeyPatch.context() as patched:
        for verb in ("read", "write", "write_bulk"):
            patched.setattr(Database, verb, refuse)
        yield


@pytest.mark.parametrize("prefix", PREFIXES)
class TestHealth:
    async def test_it_says_that_the_process_answers(self, caller: AsyncClient, prefix: str) -> None:
        answer = await caller.get(f"{prefix}/health")
        assert answer.status_code == 200
        said = answer.json()
        assert (said["status"], said["version"]) == ("healthy", VERSION)
        assert datetime.fromisoformat(said["timestamp"]) == NOW

    @pytest.mark.usefixtures("away")
    async def test_it_asks_no_database(self, caller: AsyncClient, prefix: str) -> None:
        assert (await caller.get(f"{prefix}/health")).status_code == 200


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_ready_names_what_was_looked_at(caller: AsyncClient, prefix: str) -> None:
    answer = await caller.get(f"{prefix}/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": "ok", "migrations": "ok", "queue": "ok"}


class TestNotReady:
    @pytest.mark.usefixtures("away")
    async def test_without_a_database(self, caller: AsyncClient) -> None:
        answer = await caller.get("/ready")
        assert answer.status_code == 503
        said = answer.json()
        assert said["code"] == "READY_001"
        assert [e["pointer"] for e in said["errors"]] == ["/database", "/migrations", "/queue"]
        assert answer.headers["retry-after"] == "1"

    async def test_with_the_schema_of_another_version(
        self, caller: AsyncClient, runtime: Runtime
    ) -> None:
        def older(session: Session) -> None:
            session.execute(text("UPDATE alembic_version SET version_num = '0000'"))

        await runtime.db.write(older)
        said = (await caller.get("/ready")).json()
        assert [e["pointer"] for e in said["errors"]] == ["/migrations"]
        assert "menon migrate" in said["errors"][0]["detail"]

    async def test_with_a_database_that_does_not_answer_in_time(
        self, caller: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def hang(*_: object, **__: object) -> None:
            await asyncio.Event().wait()

        monkeypatch.setattr(service, "PATIENCE_S", 0.05)
        monkeypatch.setattr(Database, "read", hang)
        said = (await caller.get("/ready")).json()
        assert "no answer within" in said["errors"][0]["detail"]

    async def test_asking_often_costs_one_look(
        self, caller: AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks: list[Any] = []
        read = Database.read

        async def counted(self: Database, *args: Any, **kwargs: Any) -> Any:
            looks.append(args[0])
            return await read(self, *args, **kwargs)

        monkeypatch.setattr(Database, "read", counted)
        monkeypatch.setattr(service, "FRESH_S", 60)
        monkeypatch.setattr(service, "PATIENCE_S", 60)
        await asyncio.gather(*(caller.get("/ready") for _ in range(20)))
        # What else reads meanwhile is none of its looks.
        assert [work.__name__ for work in looks if work.__module__ == service.__name__] == [
            "_answers",
            "_is_current",
        ]


class TestMetrics:
    @pytest.mark.parametrize("prefix", PREFIXES)
    async def test_a_scraper_reads_all_figures(
        self, caller: AsyncClient, runtime: Runtime, prefix: str
    ) -> None:
        run = store.NewRun(id=new_id(), kind=RunKind.INGEST, owner_id="ada")
        await runtime.db.write(store.create, run, NOW)
        await caller.get("/health")
        answer = await caller.get(f"{prefix}/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        families = {f.name: f for f in text_string_to_metric_families(answer.text)}
        assert set(families) >= {
            "menon_requests",
            "menon_request_duration_seconds",
            "menon_open_streams",
            "menon_db_waiting",
            "menon_loop_lag_seconds",
            "menon_runs",
            "menon_tokens",
        }
        (queued,) = families["menon_runs"].samples
        assert (queued.labels, queued.value) == ({"kind": "ingest", "state": "queued"}, 1)

    async def test_no_path_or_id_becomes_a_label(self, caller: AsyncClient) -> None:
        for n in range(20):
            await caller.get(f"/api/v1/runs/{new_id()}")
            await caller.get(f"/nowhere/{n}")
            await caller.request(f"ODD{n}", "/health")
        families = text_string_to_metric_families((await caller.get("/metrics")).text)
        labels = {
            (s.labels["method"], s.labels["endpoint"], s.labels["status"])
            for f in families
            for s in f.samples
            if s.name == "menon_requests_total"
        }
        assert labels == {
            ("GET", "/api/v1/runs/{run_id}", "401"),
            ("GET", "unmatched", "404"),
            ("other", "/health", "405"),
        }


class TestClosedMetrics:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"http": {"open_metrics": False}}

    async def test_strangers_do_not_read_them(self, caller: AsyncClient) -> None:
        assert (await caller.get("/metrics")).status_code == 401
