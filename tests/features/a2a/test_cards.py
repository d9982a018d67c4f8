"""Cards: what one reads of an agent, with a key and without, with the library and without."""

import json
from typing import Any

import httpx2
import pytest
from a2a.types import AgentCard
from google.protobuf.json_format import ParseDict
from tests.fixtures.wires import agent

CARD = "/.well-known/agent-card.json"
RPC = {"jsonrpc": "2.0", "id": 1, "method": "GetTask", "params": {"id": "x"}}


@pytest.fixture
def overrides(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"a2a": {"public_cards": getattr(request, "param", False)}}


def read(answer: httpx2.Response) -> AgentCard:
    assert answer.status_code == 200, answer.text
    return ParseDict(answer.json(), AgentCard())


async def test_a_card_needs_a_key_unless_the_operator_says_otherwise(
    client: httpx2.AsyncClient, as_viewer: httpx2.AsyncClient
):
    refused = await client.get(CARD)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    card = read(await as_viewer.get(CARD))
    assert (card.name, card.skills[0].id) == ("Assistant", "assistant")
    assert "search_knowledge" in card.skills[0].tags
    assert [(each.url, each.protocol_binding) for each in card.supported_interfaces] == [
        ("http://testserver/a2a/assistant", "JSONRPC"),
        ("http://testserver/a2a/assistant", "HTTP+JSON"),
    ]
    assert set(card.security_schemes) == {"token", "key"}


@pytest.mark.parametrize("overrides", [True], indirect=True)
async def test_public_cards_show_what_everybody_may_use_and_no_more(
    client: httpx2.AsyncClient, as_developer: httpx2.AsyncClient
):
    mine = await agent(as_developer, "Private", "fake")
    shared = await agent(as_developer, "Shared", "fake", shared=True)
    card = read(await client.get(f"/a2a/{shared['id']}{CARD}"))
    assert list(card.skills[0].tags) == ["custom"]
    assert read(await client.get(CARD)).name == "Assistant"
    for hidden in (mine["id"], "private", "none"):
        assert (await client.get(f"/a2a/{hidden}{CARD}")).status_code == 404
    assert read(await as_developer.get(f"/a2a/private{CARD}")).name == "Private"
    assert (await client.post("/a2a/assistant", json=RPC)).status_code == 401


async def test_without_the_library_one_is_told_how_to_install_it(
    as_developer: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    def missing(_name: str) -> None:
        return

    monkeypatch.setattr("menon.features.a2a.service.find_spec", missing)
    for answer in (
        await as_developer.get(CARD),
        await as_developer.post("/a2a/assistant", json=RPC),
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "INTEGRATION_001")
        assert "uv pip install 'menon[a2a]'" in answer.json()["detail"]


BROKEN: list[tuple[Any, int]] = [
    ("{", -32700),
    ([], -32600),
    ({"jsonrpc": "1.0", "id": 1, "method": "GetTask"}, -32600),
    ({"jsonrpc": "2.0", "id": 1, "method": "DropTables", "params": {}}, -32601),
    ({**RPC, "params": {"id": 7}}, -32602),
    ({**RPC, "params": {"id": "a\x00b"}}, -32001),
]


async def test_what_is_no_request_is_told_so(as_developer: httpx2.AsyncClient):
    headers = {"A2A-Version": "1.0", "Content-Type": "application/json"}
    for body, code in BROKEN:
        text = body if isinstance(body, str) else json.dumps(body)
        answer = await as_developer.post("/a2a/assistant", headers=headers, content=text)
        assert answer.json()["error"]["code"] == code, answer.text


async def test_other_versions_are_refused_and_so_are_keys_that_may_only_read(
    as_developer: httpx2.AsyncClient, as_admin: httpx2.AsyncClient
):
    old = await as_developer.post("/a2a/assistant", json=RPC, headers={"A2A-Version": "0.3"})
    assert old.json()["error"]["code"] == -32009
    made = await as_admin.post("/api/v1/auth/api-keys", json={"name": "x", "scopes": ["read"]})
    headers = {"A2A-Version": "1.0", "X-API-Key": made.json()["key"]}
    said = {"messageId": "m", "role": "ROLE_USER", "parts": [{"text": "hi"}]}
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": {"message": said}}
    refused = await as_admin.post("/a2a/assistant", json=body, headers=headers)
    assert "AUTH_003" in refused.json()["error"]["message"]


async def test_a_mistake_of_ours_shows_nothing_of_its_inside(
    as_developer: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    async def breaks(*_given: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("menon.features.a2a.tasks.read", breaks)
    answer = await as_developer.post("/a2a/assistant", json=RPC, headers={"A2A-Version": "1.0"})
    error = answer.json()["error"]
    assert (error["code"], "secret" in answer.text) == (-32603, False)
    assert error["message"].startswith("INTERNAL_001")
