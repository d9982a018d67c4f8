"""Sessions of the older handshake, where the operator has them kept."""

from typing import Any

import httpx2
import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, ErrorData
from tests.features.mcp.conftest import Connect
from tests.features.mcp.test_client import data
from tests.features.mcp.test_wire import ACCEPT, INITIALIZE, sent
from tests.fixtures.wires import agent

from menon.core.runtime import Runtime
from menon.features.mcp import reading
from menon.features.mcp.door import Door
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    models = {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}
    return {"mcp": {"sessions": True, "all_sessions": 2}, "models": models}


LIST: dict[str, Any] = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}


async def test_a_session_belongs_to_the_credential_that_began_it(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    begun = await as_developer.post("/mcp", json=INITIALIZE, headers=ACCEPT)
    session = {**ACCEPT, "Mcp-Session-Id": begun.headers["mcp-session-id"]}
    assert (await as_developer.post("/mcp", json=LIST, headers=session)).status_code == 200
    for method in ("POST", "DELETE"):
        foreign = await as_neighbour.request(method, "/mcp", json=LIST, headers=session)
        assert foreign.status_code == 404
    other = await as_developer.post("/api/v1/auth/api-keys", json={"name": "other"})
    key = {"X-API-Key": other.json()["key"]}
    assert (
        await as_developer.post("/mcp", json=LIST, headers={**session, **key})
    ).status_code == 404
    assert (await as_developer.delete("/mcp", headers=session)).status_code == 200
    assert (await as_developer.post("/mcp", json=LIST, headers=session)).status_code == 404


async def test_there_are_no_more_sessions_than_the_operator_wants(
    as_developer: httpx2.AsyncClient,
):
    statuses = [
        (await as_developer.post("/mcp", json=INITIALIZE, headers=ACCEPT)).status_code
        for _ in range(3)
    ]
    assert statuses == [200, 200, 503]
    modern = await sent(as_developer, "tools/list")
    assert modern.status_code == 200, "the stateless revision needs none"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_mistake_of_ours_shows_nothing_of_its_inside(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, mode: str
):
    async def breaks(*_given: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(reading, "documents", breaks)
    async with connect("dora", mode) as client:
        with pytest.raises(MCPError, match="INTERNAL_001"):
            await client.call_tool("list_documents", {})


async def test_a_client_that_promised_to_ask_and_does_not_leaves_the_run_waiting(
    connect: Connect, as_developer: httpx2.AsyncClient
):
    async def broken(*_given: object) -> ErrorData:
        return ErrorData(code=INTERNAL_ERROR, message="no window")

    await agent(as_developer, "Actor", "fake-n3-t1", tools=["send_mail"])
    async with connect("dora", "legacy", elicitation_callback=broken) as client:
        answer = data(await client.call_tool("agent_actor", {"message": "send it"}))
    assert (answer["state"], len(answer["approvals"])) == ("waiting", 1)


async def test_a_door_that_is_closed_says_so(runtime: Runtime, as_developer: httpx2.AsyncClient):
    await sent(as_developer, "tools/list")
    await runtime[Door].close()
    late = await sent(as_developer, "tools/list")
    assert (late.status_code, late.json()["code"]) == (503, "READY_001")
