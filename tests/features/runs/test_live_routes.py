"""Tickets, and the log of domain events."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.features.runs.lines import (
    close_code,
    counting_run,
    new_ticket,
    next_message,
    open_line,
    ws_url,
)
from tests.fixtures.people import People
from tests.fixtures.server import serve
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from menon.core.feature import Feature
from menon.core.http.tickets import Ticket, forget_tickets
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.http import create_app
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock


class TestTickets:
    """A ticket opens one connection, soon, as whoever asked for it."""

    @pytest.mark.parametrize("by", ["key", "token", "cookie"])
    async def test_it_opens_one_socket(self, live: str, people: People, by: Any):
        ticket = await new_ticket(await people.client("dora", by=by))
        async with open_line(live, f"/ws?ticket={ticket}") as line:
            assert (await next_message(line, "connected"))["data"]["user"] == "dora"
        async with open_line(live, f"/ws?ticket={ticket}") as line:
            assert (await next_message(line, "error"))["data"]["code"] == "AUTH_001"
            assert await close_code(line) == 1008

    async def test_browsers_offer_it_as_a_subprotocol(
        self, live: str, as_developer: httpx2.AsyncClient
    ):
        offered = Subprotocol(f"menon.ticket.{await new_ticket(as_developer)}")
        async with connect(
            ws_url(live, "/ws"), subprotocols=[offered], proxy=None, open_timeout=60
        ) as line:
            assert line.subprotocol == offered
            await next_message(line, "connected")

    async def test_it_opens_an_event_stream(
        self,
        runtime: Runtime,
        people: People,
        as_developer: httpx2.AsyncClient,
        client: httpx2.AsyncClient,
    ):
        run = await counting_run(runtime, people)
        place = f"/api/v1/runs/{run}/events"
        ticket = await new_ticket(as_developer)
        first = await client.get(place, params={"ticket": ticket})
        assert (first.status_code, "event: complete" in first.text) == (200, True)
        assert (await client.get(place, params={"ticket": ticket})).status_code == 401

    async def test_it_counts_for_nothing_but_reading(
        self, as_developer: httpx2.AsyncClient, client: httpx2.AsyncClient
    ):
        ticket = await new_ticket(as_developer)
        refused = await client.post("/api/v1/tickets", params={"ticket": ticket})
        assert refused.status_code == 401

    async def test_fifty_users_of_one_ticket_are_one(
        self, live: str, as_developer: httpx2.AsyncClient
    ):
        ticket = await new_ticket(as_developer)

        async def first() -> str:
            async with open_line(live, f"/ws?ticket={ticket}") as line:
                return (await next_message(line, "connected", "error"))["type"]

        said = await asyncio.gather(*(first() for _ in range(50)))
        assert (said.count("connected"), said.count("error")) == (1, 49)

    async def test_it_is_used_once_over_two_processes(
        self,
        live: str,
        among: list[Feature],
        settings: Settings,
        clock: FixedClock,
        as_developer: httpx2.AsyncClient,
        tmp_path: Path,
    ):
        del tmp_path
        async with (
            open_runtime(settings, clock=clock, among=among) as other,
            serve(create_app(settings, runtime=other)) as second,
        ):
            ticket = await new_ticket(as_developer)
            async with open_line(second, f"/ws?ticket={ticket}") as line:
                await next_message(line, "connected")
            async with open_line(live, f"/ws?ticket={ticket}") as line:
                assert await close_code(line) == 1008

    async def test_it_expires(
        self, live: str, as_developer: httpx2.AsyncClient, clock: FixedClock, runtime: Runtime
    ):
        ticket = await new_ticket(as_developer)
        clock.advance(seconds=30)
        async with open_line(live, f"/ws?ticket={ticket}") as line:
            assert await close_code(line) == 1008
        clock.advance(seconds=1)
        assert await runtime.db.write(forget_tickets, clock.now(), 100) == 1

    async def test_only_its_digest_is_stored(
        self, runtime: Runtime, as_developer: httpx2.AsyncClient
    ):
        ticket = await new_ticket(as_developer)

        def stored(session: Session) -> str:
            row = session.scalars(select(Ticket)).one()
            return f"{row.digest} {row.kind} {row.credential_id}"

        assert ticket not in await runtime.db.read(stored)

    @pytest.mark.parametrize("by", ["key", "token", "cookie"])
    async def test_its_line_ends_with_the_credential_behind_it(
        self, live: str, people: People, as_admin: httpx2.AsyncClient, clock: FixedClock, by: Any
    ):
        ticket = await new_ticket(await people.client("dora", by=by))
        dora = await people.person("dora")
        async with open_line(live, f"/ws?ticket={ticket}") as line:
            await next_message(line, "connected")
            answer = await as_admin.delete(f"/api/v1/users/{dora.id}")
            assert answer.status_code < 300, answer.text
            clock.advance(seconds=5)
            assert await close_code(line) == 1008

    async def test_anonymous_callers_get_none(self, client: httpx2.AsyncClient):
        assert (await client.post("/api/v1/tickets")).status_code == 401


class TestEvents:
    """`GET /events`: what happened, for those whom it concerns."""

    @pytest.fixture
    async def asked(self, live: str, key: str, runtime: Runtime, people: People) -> str:
        async with open_line(live, "/ws", key) as line:
            run = await counting_run(runtime, people, asks=True)
            await next_message(line, "approval_required")
        return run

    async def test_owners_and_administrators_read_them(
        self,
        asked: str,
        as_developer: httpx2.AsyncClient,
        as_admin: httpx2.AsyncClient,
        as_neighbour: httpx2.AsyncClient,
    ):
        for client, count in ((as_developer, 1), (as_admin, 1), (as_neighbour, 0)):
            for params in ({}, {"type": "approval.requested"}, {"subject": f"run:{asked}"}):
                items = (await client.get("/api/v1/events", params=params)).json()["items"]
                assert len(items) == count, params
        for params in ({"type": "x"}, {"subject": "x"}, {"until": "2000-01-01T00:00:00Z"}):
            found = await as_developer.get("/api/v1/events", params=params)
            assert found.json()["items"] == []

    async def test_pages_reach_the_end(self, asked: str, as_developer: httpx2.AsyncClient):
        [mine] = (await as_developer.get("/api/v1/approvals")).json()["items"]
        body = {"decision": "deny", "args_hash": mine["args_hash"]}
        await as_developer.post(f"/api/v1/approvals/{mine['id']}", json=body)
        first = (await as_developer.get("/api/v1/events", params={"limit": 1})).json()
        cursor = {"limit": 1, "cursor": first["next_cursor"]}
        second = (await as_developer.get("/api/v1/events", params=cursor)).json()
        types = [each["type"] for each in (*first["items"], *second["items"])]
        assert types == ["approval.decided", "approval.requested"]
        assert (second["next_cursor"], second["items"][0]["subject"]) == (None, f"run:{asked}")

    @pytest.mark.parametrize(
        "cursor", ["x", "WzEsMl0=", "WyJ4IiwgMV0=", "WyIyMDI2LTAxLTAxIiwgMV0="]
    )
    async def test_bad_cursors_are_refused(self, as_developer: httpx2.AsyncClient, cursor: str):
        answer = await as_developer.get("/api/v1/events", params={"cursor": cursor})
        assert answer.status_code == 422
