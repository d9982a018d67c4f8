"""The catalogue, and the tools of agents."""

from typing import Any

import httpx2
import pytest

from menon.core.runtime import Runtime
from menon.features.agents.tools.toolbox import Toolbox

TOOLS = "/api/v1/tools"
AGENTS = "/api/v1/agents"

Json = dict[str, Any]


async def pages(client: httpx2.AsyncClient, limit: int, **query: str) -> list[str]:
    names: list[str] = []
    cursor: str | None = None
    while True:
        asked = query | {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        found = (await client.get(TOOLS, params=asked)).json()
        names += [tool["name"] for tool in found["items"]]
        cursor = found["next_cursor"]
        if cursor is None:
            return names
        assert len(found["items"]) == limit


async def test_every_kind_is_listed_once_in_pages(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    runtime: Runtime,
    weather: Json,
):
    for number in (2, 1):
        body = weather | {"name": f"weather{number}"}
        assert (await as_developer.post(TOOLS, json=body)).status_code == 201
    for client in (as_developer, as_neighbour):
        helper = {"name": "Helper", "visibility": "everybody"}
        assert (await client.post(AGENTS, json=helper)).status_code == 201
    installed = sorted(runtime[Toolbox].installed)
    assert {"calculator", "http_request", "search_knowledge", "web_search"} <= {*installed}
    agents = ["agent__assistant", "agent__helper"]
    whole = [*installed, "weather1", "weather2", *agents]
    for limit in (1, 2, 3, 200):
        assert await pages(as_developer, limit) == whole
    assert await pages(as_neighbour, 200) == [*installed, *agents]
    assert await pages(as_developer, 2, kind="http") == ["weather1", "weather2"]
    assert await pages(as_developer, 2, effect="egress") == [
        "http_request",
        "web_search",
        "weather1",
        "weather2",
    ]
    assert await pages(as_developer, 2, kind="agent", effect="write") == []
    assert await pages(as_developer, 2, q="HELPER") == ["agent__helper"]
    assert await pages(as_developer, 2, q="100%") == []


async def test_what_is_off_says_how_to_turn_it_on(as_developer: httpx2.AsyncClient):
    found = (await as_developer.get(f"{TOOLS}/web_search")).json()
    assert (found["available"], found["kind"], found["definition"]) == (False, "python", None)
    assert "MENON_WEB_SEARCH__URL" in found["reason"]
    assert (await as_developer.get(f"{TOOLS}/nothing")).status_code == 404
    assert (await as_developer.get(f"{TOOLS}/agent__nobody")).status_code == 404


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WzksICJhIl0=", "WyJhIiwgImIiXQ==", "WzAsIDNd"])
async def test_a_cursor_of_another_list_is_refused(as_developer: httpx2.AsyncClient, cursor: str):
    assert (await as_developer.get(TOOLS, params={"cursor": cursor})).status_code == 422


async def test_tools_are_attached_and_detached_as_versions(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    made = await as_developer.post(AGENTS, json={"name": "A", "configuration": {"tools": []}})
    place = f"{AGENTS}/{made.json()['id']}"
    attached = await as_developer.post(f"{place}/tools", json={"name": "calculator"})
    assert attached.status_code == 201
    assert [tool["name"] for tool in attached.json()["items"]] == ["calculator"]
    again = await as_developer.post(f"{place}/tools", json={"name": "calculator"})
    assert again.status_code == 201
    assert (await as_developer.get(place)).json()["version"] == 2
    for name, says in (("nothing", "no tool"), ("web_search", "MENON_WEB_SEARCH__URL")):
        refused = await as_developer.post(f"{place}/tools", json={"name": name})
        assert (refused.status_code, says in refused.json()["detail"]) == (422, True)
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/calculator")):
        foreign = await as_neighbour.request(
            method, f"{place}/tools{path}", json={"name": "calculator"}
        )
        assert foreign.status_code == 404
    assert (await as_developer.delete(f"{place}/tools/calculator")).status_code == 204
    assert (await as_developer.delete(f"{place}/tools/calculator")).status_code == 404
    assert (await as_developer.get(f"{place}/tools")).json()["items"] == []
    agent = (await as_developer.get(place)).json()
    assert (agent["version"], agent["configuration"]["tools"]) == (3, [])
    builtin = await as_developer.post(f"{AGENTS}/assistant/tools", json={"name": "calculator"})
    assert builtin.status_code == 201, "it has it already, so that nothing changes"
    refused = await as_developer.delete(f"{AGENTS}/assistant/tools/calculator")
    assert refused.status_code == 403
