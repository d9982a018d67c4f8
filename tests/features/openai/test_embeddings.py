"""Embeddings, driven by the official client."""

import base64
import math
from array import array
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.features.knowledge.desk import Desk

LOCAL = "local:all-MiniLM-L6-v2"
TEXTS = ["a small boat", "a little ship", "income tax law"]


@pytest.mark.parametrize("name", ["auto", "all-MiniLM-L6-v2", LOCAL])
async def test_the_local_model_knows_meaning(dora: AsyncOpenAI, name: str):
    made = await dora.embeddings.create(model=name, input=TEXTS)
    boat, ship, tax = (each.embedding for each in made.data)
    assert (made.model, [each.index for each in made.data]) == (LOCAL, [0, 1, 2])
    assert len(boat) == 384
    assert math.isclose(sum(x * x for x in boat), 1, abs_tol=1e-3)
    assert _dot(boat, ship) > _dot(boat, tax) + 0.2
    assert made.usage.prompt_tokens == made.usage.total_tokens > 5


async def test_numbers_and_base64_are_the_same(people: People):
    client = await people.client("dora")

    async def embedded(wanted: str | None) -> Any:
        body = {"model": "auto", "input": "tides", "encoding_format": wanted}
        answer = await client.post("/v1/embeddings", json=body)
        return answer.json()["data"][0]["embedding"]

    numbers = await embedded("float")
    packed = array("f", base64.b64decode(await embedded("base64")))
    assert numbers == pytest.approx(list(packed), abs=1e-6)
    assert await embedded(None) == numbers


async def test_many_texts_are_cut_into_batches(dora: AsyncOpenAI):
    texts = [f"word {n % 3}" for n in range(130)]
    made = await dora.embeddings.create(model="auto", input=texts, dimensions=384)
    assert len(made.data) == 130
    assert made.data[0].embedding == pytest.approx(made.data[129].embedding, abs=1e-3)


async def test_a_providers_model_embeds_and_is_counted(dora: AsyncOpenAI, people: People):
    made = await dora.embeddings.create(model="openai:fake-embed", input=["x" * 40])
    assert (made.model, len(made.data[0].embedding)) == ("openai:fake-embed", 64)
    assert made.usage.prompt_tokens == 10
    client = await people.client("dora")
    (used,) = (await client.get("/api/v1/models/usage")).json()["items"]
    assert (used["key"], used["input_tokens"]) == ("openai:fake-embed", 10)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": [1, 2, 3]}, "input"),
        ({"input": [[1, 2], [3]]}, "input"),
        ({"input": []}, "input"),
        ({"input": ["ok", ""]}, "input[1]"),
        ({"input": ["x"] * 2049}, "input"),
        ({"input": 7}, "input"),
        ({"input": "x", "dimensions": 256}, "dimensions"),
        ({"input": "x", "model": "openai:fake-embed", "dimensions": 64}, "dimensions"),
        ({"input": "x", "model": "local:other"}, "model"),
        ({"input": "x", "model": "openai:fake"}, None),
        ({"input": "x", "encoding_format": "int8"}, "encoding_format"),
        ({"input": "x", "rounds": 3}, "rounds"),
    ],
)
async def test_what_cannot_be_embedded_is_refused(
    people: People, body: dict[str, Any], param: str | None
):
    client = await people.client("dora")
    await client.get("/v1/models")  # the servers are known from now on
    answer = await client.post("/v1/embeddings", json={"model": "auto", **body})
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error"), answer.text
    assert error["param"] == param


async def test_a_missing_model_is_404(dora: AsyncOpenAI):
    with pytest.raises(openai.NotFoundError):
        await dora.embeddings.create(model="nobody:knows", input="x")


@pytest.mark.parametrize("name", [LOCAL, "all-MiniLM-L6-v2", "auto"])
async def test_without_weights_the_remedy_is_told(
    runtime: Runtime, as_developer: httpx2.AsyncClient, name: str
):
    runtime[Desk].embedder = None
    answer = await as_developer.post("/v1/embeddings", json={"model": name, "input": "x"})
    if name == "auto":  # the model server has one
        assert answer.json()["model"] == "openai:fake-embed"
        return
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "MODEL_001")
    assert "menon models install minilm" in answer.json()["error"]["message"]


def _dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
