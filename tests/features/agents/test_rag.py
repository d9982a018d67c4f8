"""Answers from chosen documents, with citations, over the API."""

import httpx2
import pytest

FACT = "The lighthouse of Norvik was built in 1874 by Ingrid Dahl."


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"jobs": {"worker": True}}


async def _item(client: httpx2.AsyncClient, title: str, content: str) -> str:
    made = await client.post("/api/v1/knowledge/items", json={"title": title, "content": content})
    assert made.status_code == 201, made.text
    run = made.json()["run_id"]
    if run:  # follows the reading of the document to its end
        await client.get(f"/api/v1/runs/{run}/events")
    return made.json()["id"]


async def test_an_answer_cites_the_passage_that_says_so(
    as_developer: httpx2.AsyncClient,
):
    document = await _item(as_developer, "Norvik", FACT)
    await _item(as_developer, "Tea", "Assam is steeped for four minutes.")
    body = {"question": "When was the lighthouse of Norvik built?"}
    given = (await as_developer.post("/api/v1/rag/answer", json=body)).json()
    assert "1874" in given["answer"]
    assert given["model"] == "offline:extractive"
    assert document in {cited["document_id"] for cited in given["citations"]}
    start, end = given["citations"][0]["span"]
    assert 0 <= start < end <= len(FACT) + 20


async def test_somebody_elses_documents_are_never_quoted(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    await _item(as_developer, "Norvik", FACT)
    body = {"question": "When was the lighthouse of Norvik built?"}
    given = (await as_neighbour.post("/api/v1/rag/answer", json=body)).json()
    assert "1874" not in given["answer"]
    assert given["citations"] == []


async def test_a_collection_that_is_not_there_is_missing(as_developer: httpx2.AsyncClient):
    body = {"question": "What?", "collection": "nowhere"}
    assert (await as_developer.post("/api/v1/rag/answer", json=body)).status_code == 404


async def test_a_question_is_needed(as_developer: httpx2.AsyncClient):
    assert (await as_developer.post("/api/v1/rag/answer", json={})).status_code == 422
