"""Tickets in the store, and where a connection may carry one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.db.engines import open_engines
from menon.core.errors import Unauthenticated
from menon.core.http import tickets
from menon.core.http.tickets import Behind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DORA = Principal(user_id="dora", kind="key", credential_id="k1")


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engines = open_engines(database_url, readers=1, pool=1)
    with Session(engines.write) as opened, opened.begin():
        yield opened
    engines.dispose()


def test_a_ticket_names_the_credential_once(session: Session):
    text = tickets.issue(session, DORA, NOW)
    assert tickets.redeem(session, text, NOW) == Behind("key", "k1")
    assert tickets.redeem(session, text, NOW) is None


@pytest.mark.parametrize(("age", "counts"), [(0, True), (29.9, True), (30, False), (60, False)])
def test_it_counts_for_half_a_minute(session: Session, age: float, *, counts: bool):
    text = tickets.issue(session, DORA, NOW)
    found = tickets.redeem(session, text, NOW + timedelta(seconds=age))
    assert (found is not None) is counts


def test_others_count_for_nothing(session: Session):
    tickets.issue(session, DORA, NOW)
    assert tickets.redeem(session, "x", NOW) is None


def test_the_old_are_forgotten(session: Session):
    for _ in range(3):
        tickets.issue(session, DORA, NOW)
    fresh = tickets.issue(session, DORA, NOW + timedelta(seconds=20))
    later = NOW + timedelta(seconds=31)
    assert [tickets.forget_tickets(session, later, 2) for _ in range(3)] == [2, 1, 0]
    assert tickets.redeem(session, fresh, later) is not None


@pytest.mark.parametrize(
    ("scope", "ticket"),
    [
        ({"type": "websocket", "query_string": b"ticket=abc"}, "abc"),
        ({"type": "websocket", "query_string": b"a=1&ticket=abc"}, "abc"),
        ({"type": "websocket", "subprotocols": ["menon", "menon.ticket.abc"]}, "abc"),
        ({"type": "websocket", "subprotocols": ["menon.bearer.abc"]}, ""),
        ({"type": "websocket"}, ""),
        ({"type": "http", "method": "GET", "query_string": b"ticket=abc"}, "abc"),
        ({"type": "http", "method": "POST", "query_string": b"ticket=abc"}, ""),
        ({"type": "http", "method": "DELETE", "query_string": b"ticket=abc"}, ""),
        ({"type": "http", "method": "GET", "query_string": b"ticket="}, ""),
    ],
)
def test_sockets_and_reading_may_bring_one(scope: dict[str, Any], ticket: str):
    assert tickets.offered(scope) == ticket


def test_a_connection_remembers_what_stands_behind_its_ticket():
    scope: dict[str, Any] = {}
    assert tickets.behind(scope) is None
    with pytest.raises(Unauthenticated):
        tickets.remember(scope, None)
    found = tickets.remember(scope, Behind("key", "k1"))
    assert tickets.behind(scope) is found
