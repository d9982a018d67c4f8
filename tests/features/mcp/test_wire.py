"""The bare wire: who is let in, what is refused, what a client that leaves leaves behind."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People
from tests.fixtures.wires import agent, latest_run, until_state

from menon.core.http.origins import known_origin
from menon.core.http.settings import HttpSettings
from menon.core.limits import Limits
from menon.core.runtime import Runtime
from menon.features.mcp.door import Door

REVISION = "2026-07-28"
META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientCapabilities": {},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}
INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def request(method: str, **params: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """A message of the stateless revision, and its headers."""
    body: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": 7,
        "method": method,
        "params": {**params, "_meta": META},
    }
    headers = {**ACCEPT, "MCP-Protocol-Version": REVISION, "Mcp-Method": method}
    if name := params.get("name") or params.get("uri"):
        headers["Mcp-Name"] = name
    return body, headers


async def sent(client: httpx2.AsyncClient, method: str, **params: Any) -> httpx2.Response:
    body, headers = request(method, **params)
    return await client.post("/mcp", json=body, headers=headers)


async def test_nobody_is_let_in_without_a_credential(client: httpx2.AsyncClient, runtime: Runtime):
    for method, path in (("POST", "/mcp"), ("DELETE", "/mcp")):
        refused = await client.request(method, path, json=INITIALIZE)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert refused.json()["code"] == "AUTH_001"
    assert not runtime[Door].is_open, "nobody waits for the library who may not use it"


async def test_there_is_no_stream_without_a_question(as_developer: httpx2.AsyncClient):
    answer = await as_developer.get("/mcp", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 405
    ended = await as_developer.delete("/mcp", headers={"Mcp-Session-Id": "x"})
    assert ended.status_code == 405


ORIGINS: list[tuple[str, str, bool]] = [
    ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
    ("http://localhost:8000", "localhost:8000", True),
    ("http://[::1]:8000", "[::1]:8000", True),
    ("http://rebound.example:8000", "rebound.example:8000", False),
    ("http://evil.example", "127.0.0.1:8000", False),
    ("null", "127.0.0.1:8000", False),
    ("http://127.0.0.1:9000", "127.0.0.1:8000", False),
    ("https://menon.example", "127.0.0.1:8000", True),
    ("https://app.example", "127.0.0.1:8000", True),
    ("http://named.example", "named.example", True),
]


@pytest.mark.parametrize(("origin", "host", "known"), ORIGINS)
def test_pages_of_others_are_told_from_ours(origin: str, host: str, known: bool):
    http = HttpSettings(
        public_url="https://menon.example",
        cors_origins=["https://app.example"],
        hosts=["named.example"],
    )
    headers = httpx2.Headers({"origin": origin, "host": host})
    assert known_origin(headers, http) is known  # pyright: ignore[reportArgumentType] - same shape


async def test_a_page_of_another_site_is_refused(as_developer: httpx2.AsyncClient):
    body, headers = request("tools/list")
    refused = await as_developer.post(
        "/mcp", json=body, headers={**headers, "Origin": "https://evil.example"}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH_003")


BROKEN: list[tuple[str, int, int]] = [
    ("{", 400, -32700),
    ("[]", 400, -32600),
    ("[1, 2]", 400, -32600),
    ('"x"', 400, -32600),
    ('{"jsonrpc": "2.0", "id": 1}', 400, -32600),
    ('{"jsonrpc": "1.0", "id": 1, "method": "ping"}', 400, -32600),
    ('{"jsonrpc": "2.0", "id": {}, "method": "ping"}', 400, -32600),
    ('{"jsonrpc": "2.0", "id": 1, "result": {}}', 400, -32600),
    ('{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}', 400, -32602),
]


async def test_what_is_no_message_is_told_so(as_developer: httpx2.AsyncClient):
    headers = {
        **ACCEPT,
        "MCP-Protocol-Version": REVISION,
        "Mcp-Method": "tools/list",
        "Content-Type": "application/json",
    }
    for text, status, code in BROKEN:
        answer = await as_developer.post("/mcp", content=text, headers=headers)
        found = (answer.status_code, answer.json()["error"]["code"])
        assert found == (status, code), (text, answer.text)


async def test_what_is_too_much_is_refused_before_it_is_read(as_developer: httpx2.AsyncClient):
    body, headers = request("tools/call", name="search_knowledge", arguments={"query": "x" * 10**6})
    body["params"]["arguments"]["query"] *= 2
    huge = await as_developer.post("/mcp", json=body, headers=headers)
    assert (huge.status_code, huge.json()["code"]) == (413, "VALID_003")
    deep = '{"jsonrpc":"2.0","id":1,"method":"x","params":' + "[" * 100 + "]" * 100 + "}"
    nested = await as_developer.post(
        "/mcp", content=deep, headers={**headers, "Content-Type": "application/json"}
    )
    assert (nested.status_code, nested.json()["code"]) == (422, "VALID_001")


async def test_what_does_not_exist_is_told_by_the_protocol(as_developer: httpx2.AsyncClient):
    wanted = {
        "nonsense/method": (404, -32601),
        "initialize": (404, -32601),
        "resources/subscribe": (404, -32601),
    }
    for method, (status, code) in wanted.items():
        answer = await sent(as_developer, method)
        found = (answer.status_code, answer.json()["error"]["code"])
        assert found == (status, code), (method, answer.text)
    unknown = await sent(as_developer, "tools/call", name="drop_tables", arguments={})
    assert unknown.json()["error"] == {
        "code": -32602,
        "message": "There is no tool 'drop_tables'; see the list.",
    }
    elsewhere = await sent(as_developer, "resources/read", uri="file:///etc/passwd")
    assert elsewhere.json()["error"]["data"] == {"code": "NOT_FOUND_001"}


async def test_a_key_may_name_the_request_once(as_developer: httpx2.AsyncClient):
    body, headers = request("tools/call", name="list_agents", arguments={})
    keyed = {**headers, "Idempotency-Key": "k-1"}
    first = await as_developer.post("/mcp", json=body, headers=keyed)
    again = await as_developer.post("/mcp", json=body, headers=keyed)
    assert first.json()["result"]["structuredContent"]["agents"]
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT_002")


async def test_a_state_that_we_did_not_seal_counts_for_nothing(as_developer: httpx2.AsyncClient):
    for forged in ("x", "v1.AAAA", json.dumps({"run_id": "r", "hashes": {}})):
        answer = await sent(
            as_developer,
            "tools/call",
            name="ask_agent",
            arguments={"message": "hi"},
            requestState=forged,
            inputResponses={},
        )
        assert answer.json()["error"]["data"] == {"reason": "invalid_request_state"}, forged


async def test_a_thousand_clients_at_once_leave_nothing_behind(
    as_developer: httpx2.AsyncClient, runtime: Runtime
):
    await as_developer.post("/mcp", json=INITIALIZE, headers=ACCEPT)
    before = len(asyncio.all_tasks())
    answers = await asyncio.gather(
        *(as_developer.post("/mcp", json=INITIALIZE, headers=ACCEPT) for _ in range(1000))
    )
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {200, 429}
    assert 200 in statuses
    for answer in answers:
        if answer.status_code == 429:
            assert answer.json()["code"] == "RATE_001"
    assert "mcp-session-id" not in answers[0].headers
    async with asyncio.timeout(60):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.01)
    assert runtime[Limits].streams.count == 0


@pytest.mark.parametrize("modern", [True, False])
async def test_who_hangs_up_cancels_the_run(
    live: str, people: People, as_developer: httpx2.AsyncClient, modern: bool
):
    await agent(as_developer, "Slow", "fake-n500-d50")
    body, headers = request(
        "tools/call", name="ask_agent", arguments={"message": "hi", "agent": "slow"}
    )
    body["params"]["_meta"] = {**META, "progressToken": 1}
    if not modern:
        headers, body["params"]["_meta"] = {**ACCEPT}, {"progressToken": 1}
    key = (await people.person("dora")).key
    async with httpx2.AsyncClient(base_url=live, headers={"X-API-Key": key}, timeout=60) as line:
        async with line.stream("POST", "/mcp", json=body, headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for text in answer.aiter_lines():
                if "characters so far" in text:
                    break
        run = await until_state(as_developer, await latest_run(as_developer), "cancelled")
    assert run["output"]["text"]
