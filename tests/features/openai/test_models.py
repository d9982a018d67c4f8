"""The models that a key may name."""

import openai
import pytest
from openai import AsyncOpenAI
from tests.features.openai.conftest import Sdk
from tests.fixtures.people import People


async def test_agents_models_and_auto_are_listed(dora: AsyncOpenAI, sdk: Sdk, people: People):
    client = await people.client("dora")
    await client.post("/api/v1/agents", json={"name": "Mine"})
    off = (await client.post("/api/v1/agents", json={"name": "Off"})).json()
    await client.put(f"/api/v1/agents/{off['id']}", json={"is_active": False})
    found = {model.id: model async for model in dora.models.list()}
    assert found.keys() >= {
        "agent:assistant",
        "agent:mine",
        "auto",
        "local:all-MiniLM-L6-v2",
        "openai:fake",
        "offline:extractive",
    }
    assert "agent:off" not in found
    assert (found["openai:fake"].owned_by, found["auto"].object) == ("openai", "model")
    assert found["agent:mine"].created > 1_700_000_000
    theirs = {model.id async for model in (await sdk("ned")).models.list()}
    assert "agent:mine" not in theirs
    assert "agent:assistant" in theirs


@pytest.mark.parametrize("name", ["agent:assistant", "agent:assistant@1", "auto", "openai:fake"])
async def test_one_is_read_by_its_name(dora: AsyncOpenAI, name: str):
    assert (await dora.models.retrieve(name)).id == name


@pytest.mark.parametrize(
    "name", ["agent:nobody", "agent:assistant@99", "agent:@", "gpt-17", "openai:who/knows"]
)
async def test_a_missing_one_is_404(dora: AsyncOpenAI, name: str):
    with pytest.raises(openai.NotFoundError) as caught:
        await dora.models.retrieve(name)
    assert caught.value.code == "NOT_FOUND_001"
