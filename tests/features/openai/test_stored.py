"""Stored responses: whose they are, how they are read again, and how long they are kept."""

from datetime import timedelta
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from tests.features.openai.conftest import Sdk
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.features.openai import storing
from menon.features.openai.feature import feature
from menon.kit.clock import FixedClock
from menon.testing.fake_llm import FakeLLM

MODEL = "openai:fake-n3"


async def test_responses_are_ones_own(dora: AsyncOpenAI, sdk: Sdk):
    made = await dora.responses.create(model=MODEL, input="Hi")
    ned = await sdk("ned")
    for attempt in (
        ned.responses.retrieve(made.id),
        ned.responses.delete(made.id),
        ned.responses.cancel(made.id),
        ned.responses.create(model=MODEL, input="x", previous_response_id=made.id),
    ):
        with pytest.raises(openai.NotFoundError):
            await attempt
    assert await dora.responses.retrieve(made.id) == made


async def test_a_deleted_one_is_gone_with_its_run(dora: AsyncOpenAI, api: httpx2.AsyncClient):
    first = await dora.responses.create(model=MODEL, input="One")
    second = await dora.responses.create(model=MODEL, input="Two", previous_response_id=first.id)
    await dora.responses.delete(first.id)
    for attempt in (
        dora.responses.retrieve(first.id),
        dora.responses.delete(first.id),
        dora.responses.create(model=MODEL, input="Three", previous_response_id=second.id),
    ):
        with pytest.raises(openai.NotFoundError):
            await attempt
    (run,) = (await api.get("/api/v1/runs")).json()["items"]
    assert run["title"] == "Two"
    assert await dora.responses.retrieve(second.id) == second


async def test_one_that_is_being_made_is_cancelled(dora: AsyncOpenAI, api: httpx2.AsyncClient):
    made = await dora.responses.create(model="openai:fake-n1000-d20", input="talk", background=True)
    await dora.responses.delete(made.id)
    (run,) = (await api.get("/api/v1/runs")).json()["items"]
    assert "event: cancelled" in (await api.get(f"/api/v1/runs/{run['id']}/events")).text


async def test_the_input_is_listed_in_pages(dora: AsyncOpenAI):
    items: Any = [{"role": "user", "content": f"{n}"} for n in range(5)]
    made = await dora.responses.create(model=MODEL, input=items)
    pages = dora.responses.input_items.list(made.id, limit=2, order="asc")
    seen = [getattr(item, "content")[0].text async for item in pages]  # noqa: B009 - a union
    assert seen == ["0", "1", "2", "3", "4"]
    newest = await dora.responses.input_items.list(made.id, limit=1)
    assert newest.has_more
    assert getattr(newest.data[0], "content")[0].text == "4"  # noqa: B009 - a union


async def test_a_long_conversation_has_an_end(dora: AsyncOpenAI, runtime: Runtime):
    made = await dora.responses.create(model=MODEL, input="0")
    for n in range(3):
        made = await dora.responses.create(model=MODEL, input=str(n), previous_response_id=made.id)
    with pytest.raises(openai.BadRequestError, match="more than 3 responses"):
        await dora.responses.create(model=MODEL, input="x", previous_response_id=made.id)


@pytest.fixture
def overrides(fake: FakeLLM, request: pytest.FixtureRequest) -> dict[str, Any]:
    given: dict[str, Any] = {"models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"}}
    if "long_conversation" in request.node.name:
        given["openai"] = {"chain": 3}
    return given


async def test_they_are_kept_for_so_many_days(
    dora: AsyncOpenAI, api: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    made = await dora.responses.create(model=MODEL, input="Hi")
    going = await dora.responses.create(
        model="openai:fake-n1000-d20", input="talk", background=True
    )
    later = clock.now() + timedelta(days=29)
    assert await runtime.db.write(storing.forget, later, 100) == 0
    later += timedelta(days=2)
    assert await runtime.db.write(storing.forget, later, 100) > 0
    assert await runtime.db.write(storing.forget, later, 100) == 0
    for one in (made, going):
        with pytest.raises(openai.NotFoundError):
            await dora.responses.retrieve(one.id)
    (run,) = (await api.get("/api/v1/runs")).json()["items"]
    assert run["title"] == "talk", "what is at work ends by itself"
    await api.delete(f"/api/v1/runs/{run['id']}")


async def test_they_are_exported_and_erased_with_their_owner(
    dora: AsyncOpenAI, runtime: Runtime, people: People
):
    made = await dora.responses.create(model=MODEL, input="Hi", metadata={"a": "b"})
    user = (await people.person("dora")).id
    assert feature.export is not None
    assert feature.erase is not None
    (told,) = (await feature.export(runtime, user))["responses"]
    assert told["request"]["metadata"] == {"a": "b"}
    assert await feature.erase(runtime, user) == 1
    with pytest.raises(openai.NotFoundError):
        await dora.responses.retrieve(made.id)
