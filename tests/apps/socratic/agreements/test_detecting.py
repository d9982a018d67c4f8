"""Contradictions among statements that were written elsewhere."""

from typing import Any

import httpx2
import pytest
from tests.apps.socratic.conftest import API, Lead

TWO = [
    {"id": "a", "role": "project_manager", "text": "The project must be completed in 2 weeks."},
    {"id": "b", "role": "technical_lead", "text": "This needs at least 6 weeks of development."},
]


async def test_two_weeks_against_six_is_a_timeline_conflict(lead: Lead):
    answer = await lead.client.post(f"{API}/conflicts/detect", json={"statements": TWO})
    assert answer.status_code == 200, answer.text
    found = [one for one in answer.json()["conflicts"] if "timeline" in one["type"]]
    assert len(found) == 1
    assert (found[0]["grade"], set(found[0]["statements"])) == ("hard", {"a", "b"})
    assert len(found[0]["resolutions"]) >= 2
    assert found[0]["why"]


async def test_statements_that_agree_are_no_conflict(lead: Lead):
    said = [TWO[0], TWO[1] | {"text": "The backend is written in Python."}]
    answer = await lead.client.post(f"{API}/conflicts/detect", json={"statements": said})
    assert answer.json() == {"conflicts": []}
    none = await lead.client.post(f"{API}/conflicts/detect", json={"statements": []})
    assert none.json() == {"conflicts": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"statements": "x"},
        {"statements": [TWO[0], TWO[0]]},
        {"statements": [TWO[0] | {"text": ""}]},
        {"statements": [TWO[0] | {"text": "x" * 5001}]},
        {"statements": [{"id": str(n), "text": "x"} for n in range(501)]},
        {"statements": [TWO[0] | {"mood": "good"}]},
    ],
)
async def test_what_cannot_be_judged_is_refused(lead: Lead, body: dict[str, Any]):
    refused = await lead.client.post(f"{API}/conflicts/detect", json=body)
    assert refused.status_code == 422


async def test_strange_text_does_no_harm(as_viewer: httpx2.AsyncClient):
    said = [{"id": "1", "text": "\u202e%00 ' OR 1=1 -- " * 100}, {"id": "2", "text": "💥" * 400}]
    answer = await as_viewer.post(f"{API}/conflicts/detect", json={"statements": said})
    assert answer.status_code == 200
