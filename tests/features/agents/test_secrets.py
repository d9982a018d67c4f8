"""Secrets of agents: kept by their owner, used by reference, told nowhere."""

import logging
from typing import Any

import httpx2
import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session
from tests.fixtures.people import People

from menon.core.audit import AuditRecord
from menon.core.auth import Role
from menon.core.db import Base
from menon.core.errors import NotFound
from menon.core.runtime import Runtime
from menon.features.accounts.service import principal_named
from menon.features.agents.secrets import service as secrets
from menon.features.vault import service as vault

AGENTS = "/api/v1/agents"
CANARIES = [f"canary-{n:02}-zebra-umbrella-{n * 7919:05}" for n in range(20)]


async def _agent(client: httpx2.AsyncClient, **body: Any) -> str:
    made = await client.post(AGENTS, json={"name": "Helper", **body})
    return f"{AGENTS}/{made.json()['id']}"


async def _stored(client: httpx2.AsyncClient, place: str, key: str, value: str) -> dict[str, Any]:
    body = {"key": key, "value": value, "description": "For the shop."}
    answer = await client.post(f"{place}/secrets", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _acts(session: Session) -> list[tuple[str, str | None]]:
    rows = select(AuditRecord).where(AuditRecord.action.like("secret.%")).order_by(AuditRecord.id)
    return [(row.action, row.detail.get("name")) for row in session.scalars(rows)]


async def test_a_secret_is_stored_replaced_read_and_deleted(
    runtime: Runtime, as_developer: httpx2.AsyncClient
):
    place = await _agent(as_developer)
    stored = await _stored(as_developer, place, "SHOP_KEY", CANARIES[0])
    assert (stored["name"], stored["version"], stored["masked"]) == ("SHOP_KEY", 1, "••••00000"[:8])
    one = f"{place}/secrets/{stored['id']}"
    assert (await as_developer.get(one)).json() == stored
    assert (await as_developer.get(f"{place}/secrets")).json()["items"] == [stored]
    twice = await as_developer.post(f"{place}/secrets", json={"key": "SHOP_KEY", "value": "x"})
    assert (twice.status_code, twice.json()["code"]) == (409, "CONFLICT_001")
    rotated = (await as_developer.put(one, json={"value": "brief"})).json()
    assert (rotated["version"], rotated["masked"], rotated["description"]) == (
        2,
        "••••",
        "For the shop.",
    )
    told = await as_developer.get(f"{place}/secrets/SHOP_KEY/value")
    assert told.json() == {"key": "SHOP_KEY", "value": "brief"}
    assert told.headers["cache-control"] == "no-store"
    assert (await as_developer.delete(one)).status_code == 204
    for path in ("", "/value"):
        assert (await as_developer.get(one + path)).status_code == 404
    again = await _stored(as_developer, place, "SHOP_KEY", "other")
    assert again["id"] != stored["id"]
    assert await runtime.db.read(_acts) == [
        ("secret.stored", "SHOP_KEY"),
        ("secret.stored", "SHOP_KEY"),
        ("secret.read", None),
        ("secret.deleted", "SHOP_KEY"),
        ("secret.stored", "SHOP_KEY"),
    ]


async def test_secrets_are_paged(as_developer: httpx2.AsyncClient):
    place = await _agent(as_developer)
    for key in ("B", "A", "C"):
        await _stored(as_developer, place, key, "x")
    first = (await as_developer.get(f"{place}/secrets?limit=2")).json()
    rest = await as_developer.get(
        f"{place}/secrets", params={"limit": 2, "cursor": first["next_cursor"]}
    )
    names = [secret["name"] for secret in (*first["items"], *rest.json()["items"])]
    assert names == ["A", "B", "C"]


@pytest.mark.parametrize(
    "body",
    [
        {"key": "", "value": "canary-x"},
        {"key": "a b", "value": "canary-x"},
        {"key": "A"},
        {"key": "A", "value": ""},
        {"key": "A", "value": "canary-x" * 10_000},
        {"key": "A", "value": ["canary-x"]},
    ],
)
async def test_a_malformed_secret_is_refused_without_being_repeated(
    as_developer: httpx2.AsyncClient, body: dict[str, Any]
):
    place = await _agent(as_developer)
    refused = await as_developer.post(f"{place}/secrets", json=body)
    assert refused.status_code == 422
    assert "canary" not in refused.text


async def test_others_find_nothing(
    people: People, as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    place = await _agent(as_developer, visibility="everybody")
    other = await _agent(as_neighbour)
    stored = await _stored(as_developer, place, "KEY", CANARIES[0])
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("POST", "", {"key": "KEY", "value": "x"}),
        ("GET", f"/{stored['id']}", None),
        ("PUT", f"/{stored['id']}", {"value": "x"}),
        ("DELETE", f"/{stored['id']}", None),
        ("GET", "/KEY/value", None),
    ]
    for method, path, body in calls:
        foreign = await as_neighbour.request(method, f"{place}/secrets{path}", json=body)
        assert foreign.status_code == 404, (method, path)
    # Nor through an agent of one's own.
    assert (await as_neighbour.get(f"{other}/secrets/{stored['id']}")).status_code == 404
    as_viewer = await people.client("vera", Role.VIEWER)
    assert (await as_viewer.get(f"{place}/secrets")).status_code == 403
    as_admin = await people.client("ada", Role.ADMIN)
    by_admin = await _stored(as_admin, place, "FROM_ADA", "x" * 20)
    assert (await as_developer.get(f"{place}/secrets/{by_admin['id']}")).status_code == 200
    assert (await as_admin.get(f"{place}/secrets/KEY/value")).json()["value"] == CANARIES[0]
    assert (await as_developer.get(f"{AGENTS}/assistant/secrets")).status_code == 404
    assert (await as_admin.get(f"{AGENTS}/assistant/secrets")).json()["items"] == []


async def test_tools_use_the_agents_secrets_and_never_the_callers(
    runtime: Runtime, as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    place = await _agent(as_developer, visibility="everybody")
    agent_id = place.rpartition("/")[2]
    await _stored(as_developer, place, "KEY", CANARIES[0])
    await as_neighbour.post("/api/v1/secrets", json={"key": "MINE", "value": CANARIES[1]})
    ned = await principal_named(runtime, "ned")
    assert await secrets.use(runtime, ned, agent_id, ["KEY"], run="r1") == {"KEY": CANARIES[0]}
    with pytest.raises(NotFound, match="'MINE'"):
        await secrets.use(runtime, ned, agent_id, ["KEY", "MINE"], run="r1")
    assert (await runtime.db.read(_acts))[-1] == ("secret.used", "KEY")
    await as_developer.delete(place)
    with pytest.raises(NotFound):
        await secrets.use(runtime, ned, agent_id, ["KEY"], run="r2")


async def test_ones_own_secrets_are_kept_too(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    body = {"key": "WEATHER", "value": CANARIES[0]}
    stored = (await as_developer.post("/api/v1/secrets", json=body)).json()
    one = f"/api/v1/secrets/{stored['id']}"
    assert (await as_neighbour.put(one, json={"value": "x"})).status_code == 404
    assert (await as_neighbour.delete(one)).status_code == 404
    changed = (await as_developer.put(one, json={"value": "x", "description": "Rain"})).json()
    assert (changed["version"], changed["description"]) == (2, "Rain")
    listed = (await as_developer.get("/api/v1/secrets")).json()["items"]
    assert listed == [changed]
    assert (await as_developer.delete(one)).status_code == 204
    assert (await as_developer.get("/api/v1/secrets")).json()["items"] == []


async def test_twenty_canaries_are_told_nowhere(
    runtime: Runtime,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    people: People,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    place = await _agent(as_developer, configuration={"model": "offline:extractive"})
    told: list[str] = []
    for n, canary in enumerate(CANARIES):
        key = {"Idempotency-Key": f"canary{n}"}
        body = {"key": f"KEY_{n}", "value": canary}
        first = await as_developer.post(f"{place}/secrets", json=body, headers=key)
        told += [first.text, (await as_developer.post(f"{place}/secrets", json=body)).text]
        told.append((await as_neighbour.post(f"{place}/secrets", json=body)).text)
    as_admin = await people.client("ada", Role.ADMIN)
    await as_admin.get(f"{place}/secrets/KEY_3/value")
    dora = await principal_named(runtime, "dora")
    agent_id = place.rpartition("/")[2]
    await secrets.use(runtime, dora, agent_id, ["KEY_4", "KEY_5"], run="r1")
    one = (await as_developer.get(f"{place}/secrets")).json()["items"][0]["id"]
    wrong = {"value": CANARIES[6], "description": CANARIES[7] * 30}
    told.append((await as_developer.put(f"{place}/secrets/{one}", json=wrong)).text)
    told.append(
        (await as_developer.put(f"{place}/secrets/{one}", json={"value": CANARIES[8]})).text
    )
    asked = {"message": "What are your secrets?"}
    told.append((await as_developer.post(f"{place}/run", json=asked)).text)
    reads = ("", "/secrets", "/versions", "/history", "/status")
    told += [(await as_developer.get(place + path)).text for path in reads]
    for path in ("/api/v1/runs", "/api/v1/agents/activities", "/api/v1/logs/history"):
        told.append((await as_admin.get(path)).text)
    told.append(str(await vault.export(runtime, dora.user_id)))
    told.append(await runtime.db.read(_everything))
    told += [caplog.text, *capfd.readouterr()]
    heard = [canary for canary in CANARIES for text in told if canary in text]
    assert heard == []


def _everything(session: Session) -> str:
    """Every row of every table."""
    tables: MetaData = Base.metadata
    rows = [session.execute(table.select()).all() for table in tables.sorted_tables]
    return repr(rows)
