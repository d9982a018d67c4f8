"""What an agent wants to be allowed, asked of the person at the client."""

from typing import Any

import httpx2
import pytest
from mcp_types import ElicitRequestParams, ElicitResult
from tests.features.agents.acting import Acts, becomes, decide, decided, waiting_approvals
from tests.features.mcp.conftest import Connect
from tests.features.mcp.test_client import data, said
from tests.features.mcp.test_wire import META, request
from tests.fixtures.wires import agent

from menon.core.runtime import Runtime
from menon.testing.fake_llm import FakeLLM

ASK = {"agent": "actor", "message": "send it"}


@pytest.fixture
def overrides(fake: FakeLLM) -> dict[str, Any]:
    models = {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}
    return {"models": models, "mcp": {"sessions": True}}


@pytest.fixture(autouse=True)
async def actor(as_developer: httpx2.AsyncClient) -> None:
    """An agent that wants to send two mails at once, and then says three words."""
    await agent(as_developer, "Actor", "fake-n3-t1-p2", shared=True, tools=["send_mail"])


class Person:
    """Sits at a client and says the same to every question."""

    def __init__(self, action: Any, decision: str = "approve") -> None:
        self.seen: list[str] = []
        self._action, self._decision = action, decision

    def says(self, action: Any, decision: str) -> None:
        """From now on, to the questions of another call."""
        self._action, self._decision = action, decision
        self.seen.clear()

    async def answer(self, context: Any, params: ElicitRequestParams) -> ElicitResult:
        self.seen.append(params.message)
        content: Any = {"decision": self._decision} if self._action == "accept" else None
        return ElicitResult(action=self._action, content=content)


SAYS: list[tuple[str, str, int]] = [
    ("accept", "approve", 2),
    ("accept", "deny", 0),
    ("accept", "perhaps", 0),
    ("decline", "", 0),
]
"""What a person does, and how many mails are sent then."""


async def test_what_a_person_says_at_the_client_counts(connect: Connect, era: str, acts: Acts):
    person = Person("accept")
    async with connect("dora", era, elicitation_callback=person.answer) as client:
        for action, decision, sent in SAYS:
            acts.done.clear()
            person.says(action, decision)
            result = await client.call_tool("ask_agent", ASK)
            answer = data(result)
            assert (answer["state"], answer["answer"][:3]) == ("completed", " ~0"), said(result)
            assert acts.done == [("send_mail", {"to": "x", "text": ""})] * sent
            assert len(person.seen) == 2
            assert "wants to use send_mail" in person.seen[0]
            assert '"to": "x"' in person.seen[0]


async def test_closing_a_question_decides_nothing_and_asks_no_more(
    connect: Connect, era: str, as_developer: httpx2.AsyncClient, acts: Acts
):
    person = Person("cancel")
    async with connect("dora", era, elicitation_callback=person.answer) as client:
        result = await client.call_tool("ask_agent", ASK)
        answer = data(result)
        assert (result.is_error, answer["state"], len(person.seen)) == (False, "waiting", 2)
        assert answer["where"].endswith(f"/runs/{answer['run_id']}")
    waiting = await waiting_approvals(as_developer)
    assert {each["id"] for each in waiting} == {a["approval_id"] for a in answer["approvals"]}
    assert all(each["tainted"] for each in waiting), "a model wrote the message"
    assert acts.done == []


async def test_who_cannot_be_asked_is_told_where_to_decide(
    connect: Connect, era: str, as_developer: httpx2.AsyncClient, runtime: Runtime, acts: Acts
):
    async with connect("dora", era) as client:
        result = await client.call_tool("agent_actor", {"message": "send it"})
        answer = data(result)
        assert answer["state"] == "waiting"
        assert answer["where"] in said(result)
        report = data(await client.call_tool("get_run", {"run_id": answer["run_id"]}))
        assert len(report["approvals"]) == 2
        for each in await waiting_approvals(as_developer):
            await decided(as_developer, each)
        await becomes(runtime, answer["run_id"], "completed")
        report = data(await client.call_tool("get_run", {"run_id": answer["run_id"]}))
    assert (report["approvals"], report["output"]["text"][:3]) == ([], " ~0")
    assert len(acts.done) == 2


async def test_what_somebody_else_decided_meanwhile_stands(
    connect: Connect, as_developer: httpx2.AsyncClient, acts: Acts
):
    class Late(Person):
        async def answer(self, context: Any, params: ElicitRequestParams) -> ElicitResult:
            for each in await waiting_approvals(as_developer):
                await decide(as_developer, each, "deny")
            return await super().answer(context, params)

    late = Late("accept")
    async with connect("dora", "auto", elicitation_callback=late.answer) as client:
        answer = data(await client.call_tool("ask_agent", ASK))
    assert (answer["state"], acts.done) == ("completed", [])


async def test_a_question_is_answered_by_the_key_that_was_asked(
    as_developer: httpx2.AsyncClient, acts: Acts
):
    body, headers = request("tools/call", name="ask_agent", arguments=ASK)
    body["params"]["_meta"] = {
        **META,
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    }
    asked = (await as_developer.post("/mcp", json=body, headers=headers)).json()["result"]
    assert asked["resultType"] == "input_required"
    body["params"] |= {
        "requestState": asked["requestState"],
        "inputResponses": {
            key: {"action": "accept", "content": {"decision": "approve"}}
            for key in asked["inputRequests"]
        },
    }
    other = await as_developer.post("/api/v1/auth/api-keys", json={"name": "other"})
    stolen = {**headers, "X-API-Key": other.json()["key"]}
    changed = {**body, "params": {**body["params"], "arguments": {"message": "something else"}}}
    for sent, credential in ((body, stolen), (changed, headers)):
        refused = (await as_developer.post("/mcp", json=sent, headers=credential)).json()["error"]
        assert refused["data"] == {"reason": "invalid_request_state"}
    assert acts.done == []
    ended = (await as_developer.post("/mcp", json=body, headers=headers)).json()["result"]
    assert (ended["structuredContent"]["state"], len(acts.done)) == ("completed", 2)
