"""Thumbs: what is refused in which words, what is kept."""

from typing import Any

import httpx2
import pytest

from menon.core.runtime import Runtime
from menon.features.feedback import subject

PATH = "/api/feedback"
GOOD = {"span_id": "00f067aa0ba902b7", "feedback_type": "thumbs_up"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"feedback_type": "meh"}, "Invalid feedback type"),
        ({"feedback_type": ""}, "Invalid feedback type"),
        ({"span_id": ""}, "Invalid span ID format"),
        ({"span_id": "   "}, "Invalid span ID format"),
        ({"span_id": "x" * 129}, "Invalid span ID format"),
    ],
)
async def test_bad_feedback_is_refused_in_fixed_words(
    as_developer: httpx2.AsyncClient, change: dict[str, Any], words: str
):
    answer = await as_developer.post(PATH, json=GOOD | change)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(words)


@pytest.mark.parametrize("field", sorted(GOOD))
async def test_a_missing_field_is_malformed(as_developer: httpx2.AsyncClient, field: str):
    answer = await as_developer.post(PATH, json={k: v for k, v in GOOD.items() if k != field})
    assert answer.status_code == 422


async def test_a_span_that_nobody_knows_is_kept_unlinked(as_developer: httpx2.AsyncClient):
    kept = (await as_developer.post(PATH, json=GOOD)).json()
    assert kept == {
        "success": True,
        "message": "Feedback kept",
        "span_id": GOOD["span_id"],
        "feedback_type": "thumbs_up",
        "score": 1.0,
        "linked": False,
    }


async def test_an_answers_span_is_linked_and_another_opinion_replaces_the_first(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    asked = await as_developer.post("/api/v1/chat", json={"message": "What is 2 + 2?"})
    span = asked.headers["x-span-id"]
    up = (await as_developer.post(PATH, json=GOOD | {"span_id": span})).json()
    assert (up["linked"], up["score"]) == (True, 1.0)
    down = {"span_id": span, "feedback_type": "thumbs_down", "comment": "no"}
    assert (await as_developer.post(PATH, json=down)).json()["score"] == 0.0
    assert (await as_neighbour.post(PATH, json=down)).status_code == 404


async def test_nobody_gives_feedback_anonymously(client: httpx2.AsyncClient):
    assert (await client.post(PATH, json=GOOD)).status_code == 401


async def test_opinions_are_handed_out_and_forgotten(
    runtime: Runtime, as_developer: httpx2.AsyncClient
):
    await as_developer.post(PATH, json=GOOD | {"comment": "well said"})
    dora = (await as_developer.get("/api/v1/auth/me")).json()["id"]
    [told] = (await subject.export(runtime, dora))["feedback"]
    assert (told["target_id"], told["comment"]) == (GOOD["span_id"], "well said")
    assert await subject.erase(runtime, dora) == 1
    assert await subject.export(runtime, dora) == {"feedback": []}
