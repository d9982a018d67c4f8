"""Suspected contradictions and a model: judged, kept with its name; without it nothing changes."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.sessions.test_with_a_model import Voice, answer, usage
from tests.apps.socratic.specs import BOOKS

from menon.testing.fake_llm import FakeLLM

ONE = "The archive keeps drafts of letters."
OTHER = "The archive does not keep drafts of letters."
QUOTES = ["keeps drafts of letters", "does not keep drafts"]
STATEMENTS = [
    {"id": "a", "role": "developer", "text": ONE},
    {"id": "b", "role": "qa_tester", "text": OTHER},
]


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
async def fake(voice: Voice) -> AsyncGenerator[FakeLLM]:
    async with FakeLLM(says=voice) as fake:
        yield fake


@pytest.fixture
def model() -> str:
    return "auto"


@pytest.fixture
def overrides(fake: FakeLLM, model: str) -> dict[str, Any]:
    return {
        "models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"},
        "studio": {"model": model, "model_seconds": 60.0},
    }


def verdict(kind: str, **more: Any) -> str:
    return json.dumps({"verdict": kind, "why": "It is so.", "quotes": QUOTES} | more)


async def detect(lead: Lead) -> list[dict[str, Any]]:
    done = await lead.client.post(f"{API}/conflicts/detect", json={"statements": STATEMENTS})
    assert done.status_code == 200, done.text
    return done.json()["conflicts"]


@pytest.mark.parametrize(
    ("kind", "grades"), [("contradiction", ["warn"]), ("unsure", ["review"]), ("compatible", [])]
)
async def test_statements_from_elsewhere(lead: Lead, voice: Voice, kind: str, grades: list[str]):
    voice.says["adjudicate"] = lambda _: verdict(kind)
    found = await detect(lead)
    assert [one["grade"] for one in found] == grades
    wanted = {"verdict": kind, "why": "It is so.", "model": "openai:fake"}
    assert all(one["verdict"] == wanted for one in found)
    assert [task for task, _ in voice.asked] == ["adjudicate"]
    assert (await usage(lead.client))["requests"] == 1


@pytest.mark.parametrize("model", ["auto", "offline", "openai:fake-e500", "nobody:nothing"])
async def test_without_a_verdict_it_stays_for_people(lead: Lead, voice: Voice, model: str):
    voice.says["adjudicate"] = lambda _: verdict("compatible", quotes=["made up", "as well"])
    found = await detect(lead)
    assert [(one["type"], one["grade"], one["verdict"]) for one in found] == [
        ("text", "review", None)
    ]
    asked = [more for task, more in voice.asked if task == "adjudicate"]
    if model == "auto":
        assert len(asked) == 3
        assert "does not contain" in asked[1]["your last answer was refused"]


async def test_what_rules_are_sure_of_is_not_asked(lead: Lead, voice: Voice):
    said = [
        {"id": "a", "role": "pm", "text": "The project must be completed in 2 weeks."},
        {"id": "b", "role": "dev", "text": "Development takes at least 6 weeks."},
    ]
    done = await lead.client.post(f"{API}/conflicts/detect", json={"statements": said})
    assert [one["grade"] for one in done.json()["conflicts"]] == ["hard"]
    assert voice.asked == []


async def specified(lead: Lead, project: str, **more: Any) -> list[dict[str, Any]]:
    """The conflicts of a specification in which both are said."""
    constraints = [{"kind": "other", "text": ONE}, {"kind": "other", "text": OTHER}]
    await keep(lead.client, project, BOOKS | {"constraints": constraints} | more)
    return (await lead.client.get(f"{API}/projects/{project}/conflicts")).json()["items"]


@pytest.mark.parametrize(
    ("kind", "grade", "state"),
    [
        ("contradiction", "warn", "open"),
        ("unsure", "review", "open"),
        ("compatible", "review", "resolved"),
    ],
)
async def test_a_verdict_is_kept_and_not_asked_for_again(
    lead: Lead, voice: Voice, kind: str, grade: str, state: str
):
    voice.says["adjudicate"] = lambda _: verdict(kind)
    project = await lead.project()
    found = await specified(lead, project)
    assert [(one["grade"], one["state"]) for one in found] == [(grade, state)]
    assert found[0]["verdict"] == {"verdict": kind, "why": "It is so.", "model": "openai:fake"}
    if kind == "compatible":
        assert (found[0]["decided_by"], found[0]["reason"]) == ("openai:fake", "It is so.")
    page = (await lead.client.get(f"/specifications/{found[0]['specification_id']}")).text
    assert ("openai:fake:" in page) == (state == "open")
    again = await specified(lead, project, glossary=[{"term": "report", "meaning": "Figures."}])
    assert {(one["grade"], one["state"]) for one in again} == {(grade, state)}
    assert len(again) == 2
    assert [task for task, _ in voice.asked] == ["adjudicate"]


@pytest.mark.parametrize("kind", ["compatible", "contradiction"])
async def test_an_answer_that_only_seems_to_contradict(lead: Lead, voice: Voice, kind: str):
    voice.says["adjudicate"] = lambda _: verdict(kind)
    project = await lead.project()
    body = {"project_id": project, "mode": "sequential"}
    made = (await lead.client.post(f"{API}/sessions", json=body)).json()
    await answer(lead, made["id"], ONE)
    done = await answer(lead, made["id"], OTHER)
    place = f"{API}/sessions/{made['id']}/conflicts"
    kept = [one for one in (await lead.client.get(place)).json()["items"] if one["type"] == "text"]
    assert [one["verdict"]["verdict"] for one in kept] == [kind]
    if kind == "compatible":
        assert [one for one in done["conflicts"] if one["type"] == "text"] == []
        assert kept[0]["state"] == "resolved"
        assert done["next_question"]["question_category"] != "conflict"
    else:
        assert [one["grade"] for one in done["conflicts"]] == ["warn"]
        assert kept[0]["state"] == "open"
    await answer(lead, made["id"], "It is needed by spring.")
    assert [task for task, _ in voice.asked].count("adjudicate") == 1
