"""What people allow for more than one call: for a run, for good, listed and taken back."""

import asyncio

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.features.agents.acting import (
    AGENTS,
    Acts,
    agent,
    ask,
    decide,
    decided,
    ended,
    waiting_approvals,
)
from tests.fixtures.people import People

from menon.core.audit import AuditRecord
from menon.core.auth import Role
from menon.core.runtime import Runtime
from menon.features.agents import subject
from menon.testing.fake_llm import FakeLLM

PREFLIGHT = "/api/v1/security/validate-tool-execution"


@pytest.mark.parametrize(
    ("remember", "asked_again"),
    [(None, [True, True]), ("run", [False, True]), ("always", [False, False])],
)
async def test_a_yes_may_count_for_the_run_or_for_good(
    runtime: Runtime,
    as_developer: httpx2.AsyncClient,
    acts: Acts,
    fake: FakeLLM,
    remember: str | None,
    asked_again: list[bool],
):
    name = await agent(as_developer, model="openai:fake-n3-t2")
    first = await ask(as_developer, name)
    [asked] = await waiting_approvals(as_developer)
    said = await decided(as_developer, asked, remember=remember)
    assert said["remember"] == (remember or "")
    if asked_again[0]:
        async with asyncio.timeout(60):
            while not (more := await waiting_approvals(as_developer)):
                await asyncio.sleep(0.01)
        await decided(as_developer, more[0])
    await ended(runtime, first["run_id"])
    assert len(acts.done) == 2
    assert ((await ask(as_developer, name))["state"] == "waiting") == asked_again[1]


async def test_after_text_from_outside_only_the_same_arguments_are_remembered(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts, fake: FakeLLM
):
    name = await agent(as_developer, "read_page", "send_mail", model="openai:fake-n3-t2")
    first = await ask(as_developer, name)
    [asked] = await waiting_approvals(as_developer)
    assert asked["tainted"]
    await decided(as_developer, asked, remember="always")
    await ended(runtime, first["run_id"])
    [grant] = (await as_developer.get(f"{AGENTS}/{name}/grants")).json()["items"]
    assert (grant["tool"], grant["exact"], grant["args"]) == ("send_mail", True, {"to": "x"})
    assert (await ask(as_developer, name))["state"] == "completed", "the same call"
    checked = {"tool": "send_mail", "agent": name, "tainted": True}
    for to, outcome in (("x", "allow"), ("y", "ask")):
        look = await as_developer.post(PREFLIGHT, json={**checked, "args": {"to": to}})
        assert look.json()["outcome"] == outcome, look.text


async def test_what_is_allowed_for_good_is_listed_taken_back_and_audited(
    runtime: Runtime,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    acts: Acts,
    fake: FakeLLM,
):
    name = await agent(as_developer)
    first = await ask(as_developer, name)
    [asked] = await waiting_approvals(as_developer)
    await decided(as_developer, asked, remember="always")
    await ended(runtime, first["run_id"])
    place = f"{AGENTS}/{name}/grants"
    [grant] = (await as_developer.get(place)).json()["items"]
    assert (grant["tool"], grant["exact"], grant["approval_id"]) == (
        "send_mail",
        False,
        asked["id"],
    )
    assert (await as_neighbour.get(place)).status_code == 404
    assert (await as_neighbour.delete(f"{place}/{grant['id']}")).status_code == 404
    await as_developer.put(f"{AGENTS}/{name}", json={"visibility": "everybody"})
    assert (await as_neighbour.get(place)).json()["items"] == []
    assert (await as_neighbour.delete(f"{place}/{grant['id']}")).status_code == 404
    assert (await ask(as_neighbour, name))["state"] == "waiting", "it is dora's word alone"
    assert (await as_developer.delete(f"{place}/{grant['id']}")).status_code == 204
    assert (await as_developer.get(place)).json()["items"] == []
    assert (await ask(as_developer, name))["state"] == "waiting"

    def records(session: Session) -> list[str]:
        rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id))
        return [row.action for row in rows if row.detail.get("remember") or "revoked" in row.action]

    assert await runtime.db.read(records) == ["approval.approved", "tool.revoked"]


async def test_a_page_shows_the_rules_and_takes_back_what_was_allowed(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, acts: Acts, fake: FakeLLM
):
    name = await agent(as_developer)
    first = await ask(as_developer, name)
    [asked] = await waiting_approvals(as_developer)
    await decided(as_developer, asked, remember="always")
    await ended(runtime, first["run_id"])
    found = (await as_developer.get(f"{AGENTS}/{name}")).json()
    [grant] = (await as_developer.get(f"{AGENTS}/{name}/grants")).json()["items"]
    dora = await people.client("dora", by="cookie")
    place = f"/agents/{found['id']}"
    page = (await dora.get(f"{place}/policy")).text
    assert "No rules of its own" in page
    assert f"grant-{grant['id']}" in page
    owner = (await as_developer.get("/api/v1/auth/me")).json()["id"]
    told = await subject.export(runtime, owner)
    assert [each["tool"] for each in told["tool_grants"]] == ["send_mail"]
    assert (await dora.delete(f"{place}/grants/{grant['id']}")).status_code == 200
    assert (await subject.export(runtime, owner))["tool_grants"] == []
    rule = {"version": found["version"], "verdict": "deny", "tool": "send_mail", "effect": ""}
    half = await dora.post(f"{place}/policy", data={**rule, "argument": "to"})
    assert (half.status_code, "both or neither" in half.text) == (422, True)
    assert (await dora.post(f"{place}/policy", data=rule)).status_code == 303
    stale = await dora.post(f"{place}/policy", data={**rule, "tool": "*"})
    assert stale.status_code == 409
    narrow = {"version": found["version"] + 1, "verdict": "once", "tool": "send_*", "first": "true"}
    only = {**narrow, "effect": "egress", "argument": "to", "pattern": "*@example.com"}
    assert (await dora.post(f"{place}/policy", data=only)).status_code == 303
    rules = (await as_developer.get(f"{AGENTS}/{name}")).json()["configuration"]["policy"]
    assert [(r["tool"], r["verdict"], r["args"]) for r in rules] == [
        ("send_*", "once", {"to": "*@example.com"}),
        ("send_mail", "deny", {}),
    ]
    page = (await dora.get(f"{place}/policy")).text
    assert "never runs" in page
    assert "*@example.com" in page
    current = {"version": str(found["version"] + 2)}
    assert (await dora.post(f"{place}/policy/9", data=current)).status_code == 404
    assert (await dora.post(f"{place}/policy/0", data=current)).status_code == 303
    [left] = (await as_developer.get(f"{AGENTS}/{name}")).json()["configuration"]["policy"]
    assert left["tool"] == "send_mail"


async def test_only_the_owner_allows_for_good(
    people: People, as_developer: httpx2.AsyncClient, acts: Acts, fake: FakeLLM
):
    await ask(as_developer, await agent(as_developer))
    [asked] = await waiting_approvals(as_developer)
    admin = await people.client("ada", Role.ADMIN)
    refused = await decide(admin, asked, remember="always")
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH_003")
    denied = await decide(as_developer, asked, "deny", remember="run")
    assert denied.status_code == 422
    await decided(admin, asked, remember="run")
