"""Versions of an agent: the pointer to the current one, labels, differences, and running one."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from menon.core.audit import AuditRecord
from menon.core.runtime import Runtime

AGENTS = "/api/v1/agents"
OFFLINE = {"model": "offline:extractive", "tools": ["calculator"]}


async def _agent(client: httpx2.AsyncClient, versions: int = 3, **body: Any) -> str:
    """An agent whose versions are told v1, v2 and so on; answers its address."""
    first = {**OFFLINE, "instructions": "v1"}
    made = await client.post(AGENTS, json={"name": "Helper", "configuration": first, **body})
    place = f"{AGENTS}/{made.json()['id']}"
    for n in range(2, versions + 1):
        told = {"configuration": {**OFFLINE, "instructions": f"v{n}"}}
        assert (await client.put(place, json=told)).json()["version"] == n
    return place


async def test_the_pointer_moves_and_nothing_is_written_anew(as_developer: httpx2.AsyncClient):
    place = await _agent(as_developer)
    moved = (await as_developer.post(f"{place}/versions/1/current")).json()
    assert (moved["version"], moved["configuration"]["instructions"]) == (1, "v1")
    listed = (await as_developer.get(f"{place}/versions")).json()["items"]
    assert [(v["number"], v["is_current"]) for v in listed] == [(3, False), (2, False), (1, True)]
    # The next change is a version of its own, not one that was there.
    told = {"configuration": {**OFFLINE, "instructions": "v4"}, "version": 1}
    assert (await as_developer.put(place, json=told)).json()["version"] == 4
    stale = await as_developer.put(place, json=told)
    assert stale.status_code == 409


async def test_versions_are_paged(as_developer: httpx2.AsyncClient):
    place, seen = await _agent(as_developer), list[int]()
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await as_developer.get(f"{place}/versions", params=query)).json()
        seen += [version["number"] for version in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [3, 2, 1]


async def test_a_label_names_one_version_and_moves(
    runtime: Runtime, as_developer: httpx2.AsyncClient
):
    place = await _agent(as_developer)
    for label, number in (("stable", 1), ("candidate", 3), ("stable", 2)):
        put = await as_developer.put(f"{place}/labels/{label}", json={"version": number})
        assert put.status_code == 200
    assert put.json()["labels"] == {"candidate": 3, "stable": 2}
    listed = (await as_developer.get(f"{place}/versions")).json()["items"]
    assert {v["number"]: v["labels"] for v in listed} == {3: ["candidate"], 2: ["stable"], 1: []}
    told = (await as_developer.get(f"{place}/versions/stable")).json()
    assert (told["number"], told["configuration"]["instructions"]) == (2, "v2")
    assert (await as_developer.post(f"{place}/versions/stable/current")).json()["version"] == 2
    assert (await as_developer.delete(f"{place}/labels/stable")).status_code == 204
    for gone in ("labels/stable", "versions/stable", "versions/9"):
        method = "DELETE" if gone.startswith("labels") else "GET"
        assert (await as_developer.request(method, f"{place}/{gone}")).status_code == 404, gone
    acts = await runtime.db.read(
        lambda s: [
            (row.action, row.detail.get("before"), row.detail.get("after"))
            for row in s.scalars(
                select(AuditRecord)
                .where(AuditRecord.action.like("agent.%"))
                .order_by(AuditRecord.id)
            )
        ]
    )
    assert acts == [
        ("agent.labelled", None, 1),
        ("agent.labelled", None, 3),
        ("agent.labelled", 1, 2),
        ("agent.current_set", 3, 2),
        ("agent.unlabelled", None, None),
    ]


@pytest.mark.parametrize("label", ["3", "current", "latest", "Stable", "-x", "x" * 41, "a@b"])
async def test_a_label_can_be_told_from_a_version(as_developer: httpx2.AsyncClient, label: str):
    place = await _agent(as_developer, 1)
    refused = await as_developer.put(f"{place}/labels/{label}", json={"version": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "VALID_001")


async def test_a_label_names_a_version_that_is_there(as_developer: httpx2.AsyncClient):
    place = await _agent(as_developer, 1)
    for number, status in ((2, 404), (0, 422), (2**31, 422)):
        answer = await as_developer.put(f"{place}/labels/stable", json={"version": number})
        assert answer.status_code == status


async def test_two_versions_are_compared(as_developer: httpx2.AsyncClient):
    place = await _agent(as_developer, 1)
    changed = {
        **OFFLINE,
        "instructions": "v1\nBe brief.",
        "temperature": 0.5,
        "limits": {"steps": 3},
    }
    await as_developer.put(place, json={"configuration": changed})
    diff = (await as_developer.get(f"{place}/diff", params={"before": 1})).json()
    assert (diff["before"], diff["after"]) == (1, 2)
    assert diff["changes"] == [
        {"pointer": "/temperature", "before": None, "after": 0.5},
        {"pointer": "/limits/steps", "before": 12, "after": 3},
    ]
    assert [(line["kind"], line["text"]) for line in diff["instructions"]] == [
        ("same", "v1"),
        ("add", "Be brief."),
    ]
    back = (await as_developer.get(f"{place}/diff", params={"before": 2, "after": 1})).json()
    assert back["changes"][0] == {"pointer": "/temperature", "before": 0.5, "after": None}
    same = (await as_developer.get(f"{place}/diff", params={"before": "latest"})).json()
    assert (same["changes"], same["instructions"]) == ([], [])


@pytest.mark.parametrize(
    ("named", "version"), [("", 3), ("@1", 1), ("@stable", 2), ("@latest", 4), ("@current", 3)]
)
async def test_an_agent_runs_at_a_version_wherever_it_is_named(
    as_developer: httpx2.AsyncClient, named: str, version: int
):
    place = await _agent(as_developer, 4)
    await as_developer.post(f"{place}/versions/3/current")
    await as_developer.put(f"{place}/labels/stable", json={"version": 2})
    name = f"helper{named}"
    asked = {"message": "What is 2 + 2?"}
    ran = await as_developer.post(f"{AGENTS}/{name}/run", json=asked)
    assert "4" in ran.json()["answer"]
    events = await as_developer.post(
        f"{AGENTS}/{name}/run", json=asked, headers={"Accept": "application/x-ndjson"}
    )
    assert f'"version":{version}' in events.text.splitlines()[0]
    made = await as_developer.post("/api/v1/chat/sessions", json={"agent": name})
    said = await as_developer.post(
        f"/api/v1/chat/sessions/{made.json()['id']}/messages", json=asked
    )
    assert said.json()["state"] == "complete"
    run = (await as_developer.get("/api/v1/runs?kind=chat")).json()["items"][0]
    assert run["input"]["version"] == version


async def test_a_version_that_is_not_there_is_said(as_developer: httpx2.AsyncClient):
    await _agent(as_developer, 1)
    for name in ("helper@2", "helper@stable", "helper@99999999999999999999", "helper@"):
        ran = await as_developer.post(f"{AGENTS}/{name}/run", json={"message": "hi"})
        assert ran.status_code == 404, name
        assert "no version" in ran.json()["detail"]


async def test_to_others_the_versions_are_not_there_or_not_theirs(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, as_admin: httpx2.AsyncClient
):
    place = await _agent(as_developer, 2)
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "/versions", None),
        ("GET", "/versions/1", None),
        ("GET", "/diff?before=1", None),
        ("POST", "/versions/1/current", None),
        ("PUT", "/labels/mine", {"version": 1}),
        ("DELETE", "/labels/mine", None),
    ]
    for method, path, body in calls:
        foreign = await as_neighbour.request(method, place + path, json=body)
        assert foreign.status_code == 404, (method, path)
    await as_developer.put(place, json={"visibility": "everybody"})
    for method, path, body in calls:
        shared = await as_neighbour.request(method, place + path, json=body)
        assert shared.status_code == (200 if method == "GET" else 404), (method, path)
    builtin = f"{AGENTS}/assistant"
    assert (await as_admin.post(f"{builtin}/versions/1/current")).status_code == 403
    assert (await as_admin.put(f"{builtin}/labels/x", json={"version": 1})).status_code == 403
