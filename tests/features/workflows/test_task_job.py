"""Tasks at work: with engines, with agents, with models that answer, fail or break off."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from tests.features.workflows.task_making import (
    TASKS,
    TEXT,
    ended_task,
    events_of,
    new_agent,
    run_task,
)

from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.testing.fake_llm import FakeLLM


@pytest.fixture
async def fake() -> AsyncGenerator[FakeLLM]:
    async with FakeLLM() as fake:
        yield fake


@pytest.fixture
def overrides(request: pytest.FixtureRequest) -> dict[str, Any]:
    working = {"jobs": {"worker": True, "drain_seconds": 0.2}}
    if "fake" not in request.fixturenames:
        return working
    fake: FakeLLM = request.getfixturevalue("fake")
    return working | {"models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}}


async def test_a_text_is_summarised_without_a_model(
    as_developer: httpx2.AsyncClient, runtime: Runtime
):
    made = await run_task(as_developer, {"type": "summarize", "text": TEXT, "length": "short"})
    assert (made["state"], made["task_id"]) == ("queued", made["id"])
    ended = await ended_task(as_developer, runtime, made["id"])
    assert (ended["state"], ended["engine"]) == ("completed", "offline:centrality")
    assert len(ended["output"]["sentences"]) == 2
    events = await events_of(as_developer, made["id"])
    said = "".join(e["data"]["text"] for e in events if e["type"] == "content")
    assert said == ended["output"]["text"]
    assert [e["type"] for e in events] == ["metadata", "content", "complete"]


@pytest.mark.parametrize(
    ("kind", "engine", "key"),
    [
        ("sentiment", "offline:lexicon", "label"),
        ("topics", "offline:phrases", "topics"),
        ("entities", "offline:patterns", "entities"),
        ("general", "offline:analysis", "statistics"),
    ],
)
async def test_a_text_is_analysed_without_a_model(
    as_developer: httpx2.AsyncClient, runtime: Runtime, kind: str, engine: str, key: str
):
    made = await run_task(as_developer, {"type": "analyze", "text": TEXT, "kind": kind})
    ended = await ended_task(as_developer, runtime, made["id"])
    assert (ended["state"], ended["engine"]) == ("completed", engine)
    assert key in ended["output"]["result"]


async def test_an_agent_generates_and_chats(as_developer: httpx2.AsyncClient, runtime: Runtime):
    generated = await run_task(as_developer, {"type": "generate", "prompt": "What is 15 * 23?"})
    past = [{"role": "user", "content": "What is 2 + 3?"}, {"role": "assistant", "content": "5."}]
    wanted = {"type": "chat", "message": "What is 4 * 4?", "history": past}
    chatted = await run_task(as_developer, wanted)
    for task, said in ((generated, "345"), (chatted, "16")):
        ended = await ended_task(as_developer, runtime, task["id"])
        assert (ended["state"], ended["engine"]) == ("completed", "offline:extractive")
        assert said in ended["output"]["text"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "generate", "prompt": "Write."},
        {"type": "chat", "message": "Hello"},
        {"type": "summarize", "text": TEXT},
        {"type": "analyze", "text": TEXT, "kind": "topics"},
    ],
)
async def test_a_model_answers_in_deltas(
    as_developer: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM, wanted: dict[str, Any]
):
    agent = await new_agent(as_developer, "openai:fake-n20")
    made = await run_task(as_developer, wanted, agent_id=agent)
    seen = [e async for batch in runtime[RunLog].follow(made["id"]) for e in batch]
    ended = await ended_task(as_developer, runtime, made["id"])
    assert (ended["state"], ended["engine"]) == ("completed", "openai:fake-n20"), ended
    assert any(event.type == "content" for event in seen)
    assert ended["usage"]["output_tokens"] > 0
    usage = (await as_developer.get("/api/v1/models/usage")).json()
    assert usage["items"][0]["requests"] == ended["usage"]["requests"]


async def test_a_model_that_fails_fails_the_task(
    as_developer: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
):
    agent = await new_agent(as_developer, "openai:fake-e400")
    made = await run_task(as_developer, {"type": "generate", "prompt": "Write."}, agent_id=agent)
    ended = await ended_task(as_developer, runtime, made["id"])
    assert (ended["state"], ended["error"]["code"]) == ("failed", "MODEL_003")


async def test_an_answer_that_breaks_off_is_taken_back_and_asked_for_again(
    as_developer: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
):
    agent = await new_agent(as_developer, "openai:fake-n20-k5-a1")
    made = await run_task(as_developer, {"type": "generate", "prompt": "Write."}, agent_id=agent)
    ended = await ended_task(as_developer, runtime, made["id"])
    assert ended["state"] == "completed", ended["error"]
    events = await events_of(as_developer, made["id"])
    types = [event["type"] for event in events]
    assert types.index("retrying") < types.index("reset")
    kept = events[types.index("reset") :]
    said = "".join(event["data"]["text"] for event in kept if event["type"] == "content")
    assert said == ended["output"]["text"]
    assert said.count("~") == 20


async def test_a_running_task_is_cancelled(
    as_developer: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
):
    agent = await new_agent(as_developer, "openai:fake-n10000-d20")
    made = await run_task(as_developer, {"type": "generate", "prompt": "Write."}, agent_id=agent)
    async for batch in runtime[RunLog].follow(made["id"]):
        if any(event.type == "content" for event in batch):
            break
    answer = await as_developer.delete(f"{TASKS}/{made['id']}")
    assert answer.status_code == 200
    assert (await ended_task(as_developer, runtime, made["id"]))["state"] == "cancelled"


async def test_an_ended_task_stays_as_it_is(as_developer: httpx2.AsyncClient, runtime: Runtime):
    made = await run_task(as_developer, {"type": "summarize", "text": TEXT})
    await ended_task(as_developer, runtime, made["id"])
    assert (await as_developer.delete(f"{TASKS}/{made['id']}")).json()["state"] == "completed"
