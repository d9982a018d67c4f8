"""The agent that asks, with several people: whose turn it is, what was said, what was learned."""

from typing import Any

import pytest
from tests.apps.socratic.conftest import Lead
from tests.apps.socratic.test_agents import done
from tests.fixtures.people import People

from menon.core.auth import Role


@pytest.fixture
def database_url(sqlite_only_url: str) -> str:
    """One store is enough: the queries behind are tested on both where they live."""
    return sqlite_only_url


async def counsel(lead: Lead, action: str, **data: Any) -> dict[str, Any]:
    return await done(lead.client, "socratic_counselor", action, **data)


async def begun(lead: Lead, people: People) -> tuple[str, str]:
    project = await lead.project(description="Members lend books from the archive.")
    await people.client("max", Role.DEVELOPER)
    await lead.invite(project, "max", "reviewer")
    made = await counsel(lead, "start_session", project_id=project, mode="sequential")
    return project, made["session_id"]


async def test_it_says_who_is_silent_and_whom_to_ask(lead: Lead, people: People):
    _, session = await begun(lead, people)
    await counsel(
        lead,
        "submit_response",
        session_id=session,
        response_text="Members cannot find books.",
        confidence_level=1,
    )
    found = await counsel(lead, "facilitate_session", session_id=session)
    assert found["silent"] == ["max"]
    spoken = found["participation"][0]
    assert (spoken["username"], spoken["answers"], spoken["mean_confidence"]) == ("mona", 1, 1)
    assert [one["what"] for one in found["agenda"]] == ["confirm", "answer"]
    assert found["agenda"][0]["ask"] == ["mona"]
    assert set(found["agenda"][1]["ask"]) == {"mona", "max"}


async def test_it_says_what_was_brought(lead: Lead, people: People):
    _, session = await begun(lead, people)
    await counsel(lead, "submit_response", session_id=session, response_text="Members lose books.")
    found = await counsel(lead, "extract_insights", session_id=session)
    told = [fact for facts in found["facts"].values() for fact in facts]
    assert told
    assert {fact["by"] for fact in told} == {"mona"}
    assert found["unsure"] == []
    assert found["themes"]
    empty = await lead.project("Empty")
    other = await counsel(lead, "start_session", project_id=empty)
    nothing = await counsel(lead, "extract_insights", session_id=other["session_id"])
    assert (nothing["facts"], nothing["themes"]) == ({}, {})


async def test_it_asks_what_belongs_to_the_matter(lead: Lead, people: People):
    _, session = await begun(lead, people)
    found = await counsel(
        lead,
        "context_aware_questioning",
        session_id=session,
        about="How much money may it cost, what is the budget?",
        count=3,
    )
    assert len(found["questions"]) == 3
    assert found["questions"][0]["slots"] == ["plan.budget"]
    assert found["questions"][0]["related"]
    done_ = await counsel(
        lead,
        "submit_response",
        session_id=session,
        question_id=found["questions"][0]["id"],
        response_text="20 thousand euros",
    )
    assert done_["parses"][0]["value"]["amount"] == 20_000


async def test_what_a_session_taught_the_next_begins_with(lead: Lead, people: People):
    project, session = await begun(lead, people)
    assert (await counsel(lead, "learning_adaptation", project_id=project))["questions"] == []
    asked = (await counsel(lead, "get_questions", session_id=session))["next_question"]
    await counsel(lead, "submit_response", session_id=session, response_text="skip")
    found = (await counsel(lead, "learning_adaptation", project_id=project))["questions"]
    assert [(one["tries"], one["resolved"], one["effect"]) for one in found] == [(1, 0, "later")]
    assert found[0]["probability"] == round(4 / 6, 3)
    assert found[0]["text"]
    made = await counsel(lead, "start_session", project_id=project, mode="sequential")
    await counsel(
        lead,
        "submit_response",
        session_id=made["session_id"],
        response_text="skip",
    )
    again = (await counsel(lead, "learning_adaptation", project_id=project))["questions"]
    same = next(one for one in again if one["question"] == found[0]["question"])
    assert same["tries"] == 2, asked


async def test_a_session_is_led_by_its_agent(lead: Lead, people: People):
    project = await lead.project()
    made = await counsel(lead, "start_session", project_id=project, mode="sequential")
    session = made["session_id"]
    assert (await counsel(lead, "session_guidance", session_id=session))["step"] == "answer"
    await counsel(lead, "manage_session", session_id=session, status="paused")
    assert (await counsel(lead, "session_guidance", session_id=session))["step"] == "resume"
    assert (await counsel(lead, "resume_session", session_id=session))["status"] == "active"
    listed = await counsel(lead, "get_user_sessions", project_id=project)
    assert [one["session_id"] for one in listed["sessions"]] == [session]
    asked = await counsel(lead, "role_based_questioning", session_id=session, role="developer")
    assert {one["role_type"] for one in asked["questions"]} == {"developer"}
    for text in (
        "The project must be completed in 2 weeks.",
        "Development takes 6 weeks at least.",
    ):
        answered = await counsel(lead, "submit_response", session_id=session, response_text=text)
    conflict = answered["conflicts"][0]["id"]
    solved = await counsel(
        lead, "conflict_mediation", conflict_id=conflict, reason="We take six weeks."
    )
    assert (solved["state"], solved["decided_by"]) == ("resolved", "mona")
