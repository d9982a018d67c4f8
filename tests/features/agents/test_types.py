"""Declared agent types over the API: versions, compatibility, agents of them, what they keep."""

from typing import Any

import httpx2
from sqlalchemy import select
from tests.features.agents.invoices import INVOICE, changed
from tests.fixtures.people import People

from menon.core.audit import AuditRecord
from menon.core.runtime import Runtime
from menon.features.agents import subject

TYPES = "/api/v1/agent-types"
AGENTS = "/api/v1/agents"
ONE = f"{TYPES}/invoice_reader"
GIVEN = {"number": "A-1", "price": 15, "count": 23}
OFFLINE = {"model": "offline:extractive"}
SUM = "15 * 23 = 345"


async def _declared(client: httpx2.AsyncClient, body: dict[str, Any] = INVOICE) -> dict[str, Any]:
    answer = await client.post(TYPES, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _agent(client: httpx2.AsyncClient, **body: Any) -> str:
    given = {"name": "Clerk", "agent_type": "invoice_reader", "configuration": OFFLINE, **body}
    made = await client.post(AGENTS, json=given)
    assert made.status_code == 201, made.text
    return f"{AGENTS}/{made.json()['id']}"


async def test_a_type_is_declared_read_and_listed(as_developer: httpx2.AsyncClient):
    made = await _declared(as_developer)
    assert (made["agent_type"], made["version"], made["capabilities"], made["steps"]) == (
        "invoice_reader",
        1,
        ["reckon_invoice"],
        ["sum", "keep", "known"],
    )
    assert (await as_developer.get(ONE)).json() == made
    assert (await as_developer.get(TYPES)).json()["items"] == [made]
    schema = (await as_developer.get(f"{ONE}/schema")).json()
    assert schema == INVOICE
    able = (await as_developer.get(f"{ONE}/capabilities")).json()
    assert able["actions"] == ["run", "ask", "reckon_invoice"]
    assert able["input_schema"]["properties"]["price"] == {"type": "number", "minimum": 0}
    again = await as_developer.post(TYPES, json=INVOICE)
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT_001")


async def test_types_are_paged_by_name(as_developer: httpx2.AsyncClient):
    for name in ("b", "a", "c"):
        await _declared(as_developer, {"agent_type": name})
    first = (await as_developer.get(TYPES, params={"limit": 2})).json()
    rest = {"limit": 2, "cursor": first["next_cursor"]}
    last = (await as_developer.get(TYPES, params=rest)).json()
    assert [t["agent_type"] for t in (*first["items"], *last["items"])] == ["a", "b", "c"]


async def test_what_is_wrong_comes_with_its_place(as_developer: httpx2.AsyncClient):
    wrong = changed("tools", to=["calculator", "telepathy"], agent_type="custom")
    refused = (await as_developer.post(TYPES, json=wrong)).json()
    assert refused["code"] == "VALID_001"
    assert [fault["pointer"] for fault in refused["errors"]] == ["/agent_type", "/tools/1"]
    assert "there is no tool 'telepathy'" in refused["detail"]


async def test_what_is_added_breaks_nothing_and_what_is_taken_is_refused(
    runtime: Runtime, as_developer: httpx2.AsyncClient
):
    await _declared(as_developer)
    place = await _agent(as_developer)
    added = changed("input_schema", "properties", "note", to={"type": "string"})
    grown = (await as_developer.put(ONE, json=added)).json()
    assert (grown["version"], grown["breaking"]) == (2, [])
    broken = changed("input_schema", "required", to=["number", "price", "count", "note"])
    broken["input_schema"]["properties"] = {
        **added["input_schema"]["properties"],
        "price": {"type": "string"},
    }
    del broken["data_models"]["invoice"]["fields"]["due"]
    refused = await as_developer.put(ONE, json=broken)
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT_001")
    assert {f["pointer"]: f["detail"] for f in refused.json()["errors"]} == {
        "/input_schema/properties/price": "the type changed from integer or number to string",
        "/input_schema/required": "the field 'note' is required now",
        "/data_models/invoice/fields/due": "the field is gone",
    }
    assert (await as_developer.get(ONE)).json()["version"] == 2
    forced = (await as_developer.put(ONE, json={**broken, "force": True})).json()
    assert (forced["version"], len(forced["breaking"])) == (3, 3)
    assert (await as_developer.get(ONE, params={"version": 2})).json()["breaking"] == []
    # The agent keeps the version that it was made with, until it gets one of its own.
    ran = await as_developer.post(f"{place}/run", json={"input": GIVEN})
    assert ran.json()["output"]["total"] == SUM
    told = {"configuration": {**OFFLINE, "instructions": "New."}}
    await as_developer.put(place, json=told)
    assert (await as_developer.post(f"{place}/run", json={"input": GIVEN})).status_code == 422
    acts = select(AuditRecord.action).where(AuditRecord.action.like("agent_type.%"))
    assert sorted(await runtime.db.read(lambda s: list(s.scalars(acts)))) == [
        "agent_type.changed",
        "agent_type.changed",
        "agent_type.declared",
    ]
    renamed = await as_developer.put(ONE, json=changed(agent_type="other"))
    assert renamed.status_code == 409


async def test_a_type_in_use_is_deprecated_and_one_that_is_not_goes(
    as_developer: httpx2.AsyncClient,
):
    await _declared(as_developer)
    place = await _agent(as_developer)
    gone = (await as_developer.delete(ONE)).json()
    assert gone == {"agent_type": "invoice_reader", "outcome": "deprecated"}
    assert (await as_developer.get(TYPES)).json()["items"] == []
    listed = (await as_developer.get(TYPES, params={"include_deprecated": True})).json()["items"]
    assert listed[0]["is_deprecated"]
    more = {"name": "More", "agent_type": "invoice_reader"}
    refused = await as_developer.post(AGENTS, json=more)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/agent_type")
    assert "deprecated" in refused.json()["detail"]
    ran = await as_developer.post(f"{place}/run", json={"input": GIVEN})
    assert ran.json()["output"]["total"] == SUM
    await as_developer.delete(place)
    assert (await as_developer.delete(ONE)).json()["outcome"] == "deleted"
    assert (await as_developer.get(ONE)).status_code == 404


async def test_somebody_elses_type_is_none_and_a_shared_one_is_read_only(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    await _declared(as_developer)
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("GET", "/schema", None),
        ("GET", "/capabilities", None),
        ("GET", "/documentation", None),
        ("PUT", "", changed()),
        ("DELETE", "", None),
    ]
    for method, path, body in calls:
        foreign = await as_neighbour.request(method, ONE + path, json=body)
        assert foreign.status_code == 404, (method, path)
    body = {"name": "Mine", "agent_type": "invoice_reader"}
    assert (await as_neighbour.post(AGENTS, json=body)).status_code == 422
    await as_developer.put(ONE, json=changed(visibility="everybody"))
    for method, path, body in calls:
        shared = await as_neighbour.request(method, ONE + path, json=body)
        assert shared.status_code == (200 if method == "GET" else 404), (method, path)
    place = await _agent(as_neighbour, visibility="everybody")
    given = {"input": {**GIVEN, "keep": True}}
    await as_neighbour.post(f"{place}/run", json=given)
    assert (await as_developer.get(f"{place}/records")).json()["items"] == []
    ran = await as_developer.post(f"{place}/run", json=given)
    assert ran.json()["output"]["known"] == 1, "each has records of their own"
    mine = (await as_neighbour.get(f"{place}/records", params={"model": "invoice"})).json()
    assert len(mine["items"]) == 1
    assert (await as_neighbour.get(f"{place}/records?model=other")).json()["items"] == []


async def test_an_agent_has_no_tool_that_its_type_has_not(as_developer: httpx2.AsyncClient):
    await _declared(as_developer)
    body = {
        "name": "Clerk",
        "agent_type": "invoice_reader",
        "configuration": {"tools": ["calculator", "current_time"]},
    }
    refused = await as_developer.post(AGENTS, json=body)
    assert refused.json()["errors"][0]["pointer"] == "/configuration/tools"


async def test_a_user_is_told_and_forgotten(
    runtime: Runtime,
    people: People,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
):
    await _declared(as_developer, changed(visibility="everybody"))
    await _declared(as_developer, {"agent_type": "unused"})
    place = await _agent(as_developer)
    await as_developer.post(f"{place}/run", json={"input": {**GIVEN, "keep": True}})
    theirs = await _agent(as_neighbour)
    dora = (await people.person("dora")).id
    told = await subject.export(runtime, dora)
    assert [len(told[name]) for name in ("agents", "agent_types", "agent_records")] == [1, 2, 1]
    assert await subject.erase(runtime, dora) == 3
    told = await subject.export(runtime, dora)
    assert [t["is_deprecated"] for t in told["agent_types"]] == [True]
    ran = await as_neighbour.post(f"{theirs}/run", json={"input": GIVEN})
    assert ran.json()["output"]["total"] == SUM


async def test_it_is_documented_as_markdown_page_and_data(as_developer: httpx2.AsyncClient):
    hostile = changed(
        "input_schema", "properties", "note", to={"type": "string", "description": "<script>|\nx"}
    )
    await _declared(as_developer, hostile)
    place = f"{ONE}/documentation"
    told = await as_developer.get(place)
    assert told.headers["content-type"].startswith("text/markdown")
    for part in (
        "# Invoice reader",
        "Agent type `invoice_reader`, version 1.",
        "* `reckon_invoice`",
        "| `number` | string | yes | Its number. |",
        "1. `sum` (tool): Multiply.",
        "2. `keep` (record)",
        "## Records: `invoices`",
        '"number": "text"',
    ):
        assert part in told.text, told.text
    page = await as_developer.get(place, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>Invoice reader</h1>" in page.text
    assert "<script" not in page.text
    data = (await as_developer.get(place, params={"format": "json"})).json()
    assert (data["version"], data["example"]["input"]["count"]) == (1, 1)
    assert data["data_models"]["invoice"]["table_name"] == "invoices"
    assert data["example"]["input"]["price"] == 1.5
    await as_developer.put(ONE, json=changed(force=True))
    assert "What this version broke" in (await as_developer.get(place)).text
    assert "What this" not in (await as_developer.get(place, params={"version": 1})).text
