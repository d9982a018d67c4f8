"""What `/ws` says of projects, and to whom."""

from typing import Any

import pytest
from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.codebases.test_codebases import PHASES
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.sessions.test_sessions import answer, begin
from tests.apps.socratic.specs import BOOKS
from tests.apps.socratic.test_agents import done
from tests.features.runs.lines import next_message, open_line
from tests.fixtures.people import People

from menon.core.auth import Role


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


async def test_everybody_in_a_project_hears_of_its_sessions(lead: Lead, live: str, people: People):
    project = await lead.project()
    await people.client("max", Role.DEVELOPER)
    await lead.invite(project, "max", "reviewer")
    owner, reviewer = (await people.person("mona")).key, (await people.person("max")).key
    async with open_line(live, "/ws", owner) as own, open_line(live, "/ws", reviewer) as other:
        for line in (own, other):
            await next_message(line, "connected")
        made = await begin(lead, project, mode="sequential")
        for line in (own, other):
            told = (await next_message(line, "session_update"))["data"]
            assert told["session_id"] == made["id"]
            assert told["answered_questions"] == 0
            assert told["total_questions"] > 0
            assert told["current_role"] == made["next_question"]["role_type"]
            assert "audience" not in told
            asked = (await next_message(line, "new_question"))["data"]
            assert asked["question_id"] == made["next_question"]["id"]
        await answer(lead.client, made["id"], "The project must be completed in 2 weeks.")
        done = await answer(lead.client, made["id"], "Development takes at least 6 weeks.")
        for line in (own, other):
            found = (await next_message(line, "conflict_detected"))["data"]
            assert found["conflict_id"] == done["conflicts"][0]["id"]
            assert (found["conflict_type"], found["session_id"]) == ("timeline", made["id"])


async def test_everybody_in_a_project_can_look_up_what_happened(lead: Lead, people: People):
    project = await lead.project()
    max_, ned = [await people.client(name, Role.DEVELOPER) for name in ("max", "ned")]
    await lead.invite(project, "max", "guest")
    made = await begin(lead, project, mode="sequential")
    place = f"{API}/events?type=question_asked"
    for client in (lead.client, max_):
        found = (await client.get(place)).json()["items"]
        assert [one["data"]["session_id"] for one in found] == [made["id"]]
    assert (await ned.get(place)).json()["items"] == []


async def test_others_hear_nothing(lead: Lead, live: str, people: People):
    project = await lead.project()
    await people.client("ned", Role.DEVELOPER)
    mine, others = (await people.person("mona")).key, (await people.person("ned")).key
    async with open_line(live, "/ws", mine) as own, open_line(live, "/ws", others) as line:
        for each in (own, line):
            await next_message(each, "connected")
        await begin(lead, project)
        await next_message(own, "new_question")
        await line.send('{"type": "ping"}')
        heard = await next_message(line, "pong", "session_update", "new_question", "notice")
        assert heard["type"] == "pong"


async def test_a_generation_tells_its_phases_to_all_who_work_in_it(
    lead: Lead, live: str, people: People
):
    project = await lead.project()
    for name, role in (("max", "collaborator"), ("gus", "guest")):
        await people.client(name, Role.DEVELOPER)
        await lead.invite(project, name, role)
    made = await keep(lead.client, project, BOOKS)
    await lead.client.post(f"{API}/specifications/{made['id']}/approve")
    keys = [(await people.person(name)).key for name in ("mona", "max", "gus")]
    async with (
        open_line(live, "/ws", keys[0]) as own,
        open_line(live, "/ws", keys[1]) as other,
        open_line(live, "/ws", keys[2]) as guest,
    ):
        for line in (own, other, guest):
            await next_message(line, "connected")
        # A collaborator begins it, so that neither owner nor guest is who runs it.
        max_ = await people.client("max", Role.DEVELOPER)
        body = {"project_id": project}
        code = (await max_.post(f"{API}/codebases/generate", json=body)).json()
        for line in (own, other, guest):
            phases: list[str] = []
            while "testing" not in phases:
                told = (await next_message(line, "generation_progress"))["data"]
                assert told["task_id"] == code["run_id"]
                assert told["codebase_id"] == code["codebase_id"]
                assert told["total_phases"] == 6
                assert told["completed_phases"] == len(phases)
                assert "audience" not in told
                phases.append(told["phase"])
            assert phases == [*PHASES, "testing"]
            while True:
                notice = (await next_message(line, "notice"))["data"]
                if notice["event"] == "code_generated":
                    break
            assert notice["detail"]["codebase_id"] == code["id"]


async def test_who_stores_texts_hears_that_they_are_done(lead: Lead, live: str, people: People):
    key = (await people.person("mona")).key
    async with open_line(live, "/ws", key) as line:
        await next_message(line, "connected")
        found = await done(
            lead.client, "document_processor", "store_vectors", title="Notes", texts=["One boat."]
        )
        while True:
            notice = (await next_message(line, "notice"))["data"]
            if notice["event"] == "files_processed":
                break
    stored = [one["document_id"] for one in found["documents"]]
    detail = notice["detail"]
    assert (detail["documents"], detail["vectors"]) == (stored, found["vectors"])
    assert detail["failed"] == 0
