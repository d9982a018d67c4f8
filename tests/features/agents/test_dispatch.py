"""Asking agents for actions: by id, by capability, with the envelope, and what is recorded."""

import asyncio
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People
from tests.fixtures.server import NOW

from menon.core.auth import Role
from menon.core.errors import NotFound
from menon.core.runtime import Runtime
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import Effect, ToolContext, ToolFailed, ToolRetry, tool
from menon.features.agents.dispatch.registry import Registry

ROUTE = "/api/v1/agents/route"
AGENTS = "/api/v1/agents"
OFFLINE = {"model": "offline:extractive", "tools": ["calculator"]}


@tool
async def create_project(context: ToolContext, name: str, project_id: str = "p1") -> dict[str, Any]:
    """Make a project."""
    return {"name": name, "project_id": project_id, "by": context.who.name}


@tool(effect=Effect.WRITE)
async def archive(context: ToolContext, project_id: str) -> str:
    """Put a project away."""
    return f"{project_id} is archived"


@tool
async def fail(context: ToolContext, how: str) -> dict[str, Any]:
    """Fail in some way."""
    match how:
        case "retry":
            raise ToolRetry("Say it otherwise.")
        case "failed":
            raise ToolFailed("It cannot be done now.")
        case "missing":
            raise NotFound("Session 'x' not found.")
        case "slow":
            await asyncio.sleep(60)
        case "odd":
            return {"odd": object()}
        case "huge":
            return {"text": "x" * 300_000}
        case _:
            raise RuntimeError("a bug")
    return {}


MANAGER = AgentSpec(
    id="manager",
    name="Manager",
    description="Keeps projects.",
    actions=(create_project, archive),
    capabilities=frozenset({"plan"}),
)
BROKEN = AgentSpec(
    id="broken", name="Broken", description="Fails.", actions=(fail,), priority=5, seconds=0.2
)
LAST = AgentSpec(
    id="last", name="Last", description="A way out.", actions=(create_project,), priority=-1
)


@pytest.fixture(autouse=True)
def agents(runtime: Runtime) -> None:
    runtime.put(Registry([LAST, MANAGER, BROKEN]))


async def _route(client: httpx2.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(ROUTE, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_action_that_is_code_answers_in_the_envelope(as_developer: httpx2.AsyncClient):
    told = await _route(
        as_developer, agent_id="manager", action="create_project", data={"name": "Shop"}
    )
    assert told == {
        "success": True,
        "data": {"name": "Shop", "project_id": "p1", "by": "dora"},
        "error": None,
        "error_code": None,
        "agent_id": "manager",
        "timestamp": NOW.isoformat().replace("+00:00", "Z"),
    }
    other = await _route(
        as_developer, agent_id="manager", action="archive", data={"project_id": "p1"}
    )
    assert other["data"] == {"result": "p1 is archived"}


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"agent_id": "nobody"}, "NOT_FOUND_001", "no agent 'nobody'"),
        ({"capability": "fly"}, "NOT_FOUND_001", "was found"),
        ({"agent_id": "manager", "action": "fly"}, "NOT_FOUND_001", "create_project, archive"),
        ({"agent_id": "manager"}, "NOT_FOUND_001", "no action"),
        ({"agent_id": "manager", "capability": "fly"}, "NOT_FOUND_001", "cannot 'fly'"),
        ({"agent_id": "manager", "action": "create_project"}, "VALID_001", "name"),
        ({"agent_id": "broken", "capability": "fail"}, "VALID_001", "how"),
        ({"agent_id": "assistant", "action": "fly"}, "NOT_FOUND_001", "run, ask"),
        ({"agent_id": "assistant", "action": "run"}, "VALID_001", "message"),
    ],
)
async def test_what_goes_wrong_is_told_in_the_envelope(
    as_developer: httpx2.AsyncClient, body: dict[str, Any], code: str, said: str
):
    told = await _route(as_developer, **body)
    assert (told["success"], told["data"], told["error_code"]) == (False, None, code)
    assert said in told["error"]


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("retry", "VALID_001", "Say it otherwise."),
        ("failed", "TOOL_001", "It cannot be done now."),
        ("missing", "NOT_FOUND_001", "not found"),
        ("slow", "TOOL_001", "longer than 0.2 s"),
        ("bug", "INTERNAL_001", "RuntimeError"),
        ("odd", "INTERNAL_001", "TypeError"),
    ],
)
async def test_an_action_that_fails_ends_its_run_with_the_error(
    as_developer: httpx2.AsyncClient, how: str, code: str, said: str
):
    told = await _route(as_developer, agent_id="broken", action="fail", data={"how": how})
    assert (told["success"], told["error_code"], told["agent_id"]) == (False, code, "broken")
    assert said in told["error"]
    run = (await as_developer.get("/api/v1/runs?kind=agent")).json()["items"][0]
    assert (run["state"], run["error"]["code"]) == ("failed", code)


async def test_a_request_that_names_nobody_is_malformed(as_developer: httpx2.AsyncClient):
    for body in ({}, {"action": "x"}, {"agent_id": ""}, {"capability": "Not One"}):
        assert (await as_developer.post(ROUTE, json=body)).status_code == 422


async def test_an_action_with_an_effect_needs_the_right_to_run(
    as_developer: httpx2.AsyncClient, as_viewer: httpx2.AsyncClient
):
    body = {"agent_id": "manager", "action": "archive", "data": {"project_id": "p1"}}
    assert (await _route(as_viewer, **body))["error_code"] == "AUTH_003"
    assert (await _route(as_developer, **body))["success"]


async def test_secrets_in_the_data_are_masked_and_what_is_huge_is_not_kept(
    as_developer: httpx2.AsyncClient,
):
    await _route(
        as_developer,
        agent_id="manager",
        action="create_project",
        data={"name": "sk-ant-canary-0123456789abcdefghij", "password": "canary"},
    )
    told = await _route(as_developer, agent_id="broken", action="fail", data={"how": "huge"})
    assert len(told["data"]["text"]) == 300_000
    huge, masked = (await as_developer.get("/api/v1/runs?kind=agent")).json()["items"]
    assert huge["output"] == {"omitted": "300012 characters are not kept"}
    assert "canary" not in str(masked)


async def test_a_capability_finds_code_first_then_models_by_whose_they_are(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    can = {"configuration": {**OFFLINE, "capabilities": ["create_project", "summarize"]}}
    await as_neighbour.post(AGENTS, json={"name": "Foreign", "visibility": "everybody", **can})
    await as_neighbour.post(AGENTS, json={"name": "Hidden", **can})
    off = (await as_developer.post(AGENTS, json={"name": "Off", **can})).json()["id"]
    await as_developer.put(f"{AGENTS}/{off}", json={"is_active": False})
    await as_developer.post(AGENTS, json={"name": "Mine", **can})
    found = (await as_developer.get(f"{AGENTS}/capabilities")).json()["capabilities"]
    assert [a["name"] for a in found["create_project"]] == ["Manager", "Mine", "Foreign", "Last"]
    assert [(a["name"], a["kind"]) for a in found["answer_questions"]] == [("Assistant", "model")]
    assert [a["agent_id"] for a in found["plan"]] == ["manager"]
    told = await _route(
        as_developer, capability="summarize", data={"text": "What is 3 * 4?", "project_id": "p9"}
    )
    assert (told["success"], told["data"]["model"]) == (True, "offline:extractive")


async def test_a_models_agent_answers_run_and_ask_at_a_version(as_developer: httpx2.AsyncClient):
    told = await _route(
        as_developer, agent_id="assistant@1", action="ask", data={"question": "What is 2 + 2?"}
    )
    assert (told["success"], "4" in told["data"]["answer"]) == (True, True)
    no_model = {"name": "No model", "configuration": {"model": "anthropic:none"}}
    await as_developer.post(AGENTS, json=no_model)
    told = await _route(as_developer, agent_id="no-model", data={"message": "hi"})
    assert (told["success"], told["error_code"]) == (False, "MODEL_001")


async def test_activities_are_ones_own_filtered_and_paged(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, as_admin: httpx2.AsyncClient
):
    await _route(as_developer, agent_id="manager", action="create_project", data={"name": "a"})
    made = {"name": "b", "project_id": "p2"}
    await _route(as_developer, agent_id="manager", action="create_project", data=made)
    await _route(as_developer, agent_id="broken", action="fail", data={"how": "failed"})
    await as_developer.post("/api/v1/chat", json={"message": "What is 2 + 2?"})
    asked = {"message": "What is 2 + 2?", "context": {"project_id": "p2"}}
    await as_developer.post(f"{AGENTS}/assistant/run", json=asked)
    place = f"{AGENTS}/activities"

    async def actions(client: httpx2.AsyncClient, **query: Any) -> list[str]:
        return [a["action"] for a in (await client.get(place, params=query)).json()["items"]]

    every = ["run", "chat", "fail", "create_project", "create_project"]
    assert await actions(as_developer) == every
    assert await actions(as_neighbour) == []
    assert await actions(as_admin) == every
    assert await actions(as_developer, agent_id="assistant") == ["run", "chat"]
    assert await actions(as_developer, agent_id="manager") == ["create_project"] * 2
    assert await actions(as_developer, project_id="p2") == ["run", "create_project"]
    assert await actions(as_developer, success=False) == ["fail"]
    assert await actions(as_developer, action="chat", success=True) == ["chat"]
    assert await actions(as_developer, since="2030-01-01T00:00:00Z") == []
    assert await actions(as_developer, until="2030-01-01T00:00:00Z") == every
    assert await actions(as_admin, user_id="01a1f9e8-98d7-78e9-8138-d9d5548fc84b") == []
    assert (await as_developer.get(place, params={"agent_id": "nobody"})).status_code == 404
    page = (await as_developer.get(place, params={"limit": 4})).json()
    rest = {"limit": 4, "cursor": page["next_cursor"]}
    last = (await as_developer.get(place, params=rest)).json()
    assert (len(page["items"]), len(last["items"]), last["next_cursor"]) == (4, 1, None)
    failed = (await as_developer.get(place, params={"action": "fail"})).json()["items"][0]
    assert (failed["success"], failed["error"]["code"], failed["duration_seconds"]) == (
        False,
        "TOOL_001",
        0.0,
    )


async def test_the_activities_of_an_agent_outlive_it(as_developer: httpx2.AsyncClient):
    made = await as_developer.post(AGENTS, json={"name": "Short", "configuration": OFFLINE})
    place = f"{AGENTS}/{made.json()['id']}"
    await as_developer.post(f"{place}/run", json={"message": "What is 2 + 2?"})
    await as_developer.delete(place)
    query = {"agent_id": made.json()["id"]}
    found = (await as_developer.get(f"{AGENTS}/activities", params=query)).json()["items"]
    assert [activity["action"] for activity in found] == ["run"]


async def test_the_servers_own_agent_says_how_it_is(people: People, runtime: Runtime):
    from menon.features.monitor.agent import agent

    runtime.put(Registry([agent]))
    as_developer = await people.client("dora", Role.DEVELOPER)
    as_admin = await people.client("ada", Role.ADMIN)
    health = await _route(as_developer, capability="check_health")
    assert health["data"]["status"] == "healthy"
    refused = await _route(as_developer, capability="get_system_status")
    assert refused["error_code"] == "AUTH_003"
    status = await _route(as_admin, capability="get_system_status")
    assert status["data"]["runs"]["agent"]["failed"] == 1
