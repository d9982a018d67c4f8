"""Questioning over the API: one question at a time, read back, contradicted, completed."""

import asyncio
from typing import Any

import httpx2
import pytest
from tests.apps.socratic.conftest import API, STRANGE, Lead
from tests.fixtures.people import People

from menon.core.auth import Role

SESSIONS = f"{API}/sessions"


async def begin(lead: Lead, project: str, **more: Any) -> dict[str, Any]:
    """A session that has begun."""
    made = await lead.client.post(SESSIONS, json={"project_id": project, **more})
    assert made.status_code == 201, made.text
    return made.json()


async def answer(client: httpx2.AsyncClient, session: str, text: str, **more: Any) -> Any:
    """What came of an answer."""
    body = {"response_text": text, **more}
    done = await client.post(f"{SESSIONS}/{session}/responses", json=body)
    assert done.status_code == 201, done.text
    return done.json()


class TestBeginning:
    """A session has a mode, and roles that ask."""

    @pytest.mark.parametrize(
        ("mode", "roles"),
        [
            ("sequential", ["project_manager", "technical_lead", "developer"]),
            ("dynamic", ["project_manager", "developer"]),
            ("custom", ["project_manager"]),
        ],
    )
    async def test_a_mode_has_its_roles(self, lead: Lead, mode: str, roles: list[str]):
        made = await begin(lead, await lead.project(), mode=mode)
        assert made["session_id"] == made["id"]
        assert (made["questioning_mode"], made["active_roles"]) == (mode, roles)
        assert (made["status"], made["answered_questions"]) == ("active", 0)
        assert made["next_question"]["role_type"] in roles

    async def test_roles_can_be_named_in_the_words_of_others(self, lead: Lead):
        project = await lead.project()
        made = await begin(lead, project, questioning_mode="custom", roles=["tester", "devops"])
        assert made["active_roles"] == ["qa_tester", "devops"]

    @pytest.mark.parametrize(
        "more",
        [{"mode": "random"}, {"active_roles": ["king"]}, {"active_roles": ["developer"] * 8}],
    )
    async def test_what_cannot_begin_is_refused(self, lead: Lead, more: dict[str, Any]):
        body = {"project_id": await lead.project(), **more}
        assert (await lead.client.post(SESSIONS, json=body)).status_code == 422

    async def test_an_unknown_project_is_not_found(self, lead: Lead):
        missing = await lead.client.post(SESSIONS, json={"project_id": STRANGE})
        assert missing.status_code == 404


class TestAnswering:
    """An answer is read, kept, and followed by the next question."""

    async def test_an_answer_leads_to_the_next_question(self, lead: Lead):
        made = await begin(lead, await lead.project(), mode="sequential")
        place = f"{SESSIONS}/{made['id']}"
        first = (await lead.client.get(f"{place}/next-question")).json()["question"]
        assert first == made["next_question"]
        assert first["question_text"]
        assert first["why"]
        done = await answer(
            lead.client, made["id"], "Members cannot find books.", confidence_level=4
        )
        assert done["question_id"] == first["id"]
        assert (done["respondent"], done["confidence_level"]) == ("mona", 4)
        assert done["model"] == "offline:rules"
        assert done["next_question"]["id"] != first["id"]
        assert done["status"]["answered_questions"] == 1
        assert done["conflicts"] == []
        following = (await lead.client.get(f"{place}/next-question")).json()
        assert following["question"] == done["next_question"]
        listed = (await lead.client.get(f"{place}/questions")).json()["items"]
        assert listed[0]["response"]["response_text"] == "Members cannot find books."
        assert (listed[0]["answered"], listed[1]["answered"]) == (True, False)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"response_text": ""},
            {"response_text": " \n\t "},
            {"response_text": "x" * 5001},
            {"response_text": "x" * 100_000},
            {"response_text": "yes", "confidence_level": 0},
            {"response_text": "yes", "confidence_level": 6},
            {"response_text": "yes", "confidence_level": "3"},
            {"response_text": 5},
        ],
    )
    async def test_what_is_no_answer_is_refused_and_changes_nothing(
        self, lead: Lead, body: dict[str, Any]
    ):
        made = await begin(lead, await lead.project())
        refused = await lead.client.post(f"{SESSIONS}/{made['id']}/responses", json=body)
        assert refused.status_code == 422
        assert (await lead.client.get(f"{SESSIONS}/{made['id']}")).json() == made

    @pytest.mark.parametrize(
        "text", ["yes", "x" * 5000, "<script>alert(1)</script> '; DROP TABLE", "\u202e💥 ¿qué?"]
    )
    async def test_hostile_words_are_kept_as_they_are(self, lead: Lead, text: str):
        made = await begin(lead, await lead.project())
        await answer(lead.client, made["id"], text)
        place = f"{SESSIONS}/{made['id']}/questions"
        listed = (await lead.client.get(place)).json()["items"]
        assert listed[0]["response"]["response_text"] == text

    async def test_an_answer_is_changed_only_when_asked_for(self, lead: Lead):
        made = await begin(lead, await lead.project())
        first = made["next_question"]["id"]
        await answer(lead.client, made["id"], "One.")
        place = f"{SESSIONS}/{made['id']}/responses"
        body = {"response_text": "Two.", "question_id": first}
        assert (await lead.client.post(place, json=body)).status_code == 409
        done = await answer(lead.client, made["id"], "Two.", question_id=first, revise=True)
        assert done["question_id"] == first
        listed = (await lead.client.get(f"{SESSIONS}/{made['id']}/questions")).json()["items"]
        assert listed[0]["response"]["response_text"] == "Two."
        unknown = body | {"question_id": STRANGE}
        assert (await lead.client.post(place, json=unknown)).status_code == 404

    async def test_two_weeks_against_six_is_found_at_once(self, lead: Lead):
        made = await begin(lead, await lead.project(), mode="sequential")
        await answer(lead.client, made["id"], "The project must be completed in 2 weeks.")
        done = await answer(lead.client, made["id"], "Development takes at least 6 weeks.")
        assert [one["type"] for one in done["conflicts"]] == ["timeline"]
        assert done["conflicts"][0]["session_id"] == made["id"]
        assert done["status"]["hard_conflicts"] == 1
        found = (await lead.client.get(f"{SESSIONS}/{made['id']}/conflicts")).json()["items"]
        assert [one["id"] for one in found] == [done["conflicts"][0]["id"]]
        texts = [one["text"] for one in found[0]["statements"]]
        assert any("2 weeks" in text for text in texts)

    async def test_a_changed_answer_contradicts_no_more(self, lead: Lead):
        made = await begin(lead, await lead.project(), mode="sequential")
        first = made["next_question"]["id"]
        await answer(lead.client, made["id"], "The project must be completed in 2 weeks.")
        before = await answer(lead.client, made["id"], "Development takes at least 6 weeks.")
        assert before["status"]["hard_conflicts"] == 1
        text = "The project must be completed in 10 weeks."
        done = await answer(lead.client, made["id"], text, question_id=first, revise=True)
        assert done["status"]["hard_conflicts"] == 0
        assert done["status"]["answered_questions"] == before["status"]["answered_questions"]
        assert any("10 weeks" in one["shown"] for one in done["parses"])
        (found,) = (await lead.client.get(f"{SESSIONS}/{made['id']}/conflicts")).json()["items"]
        assert found["state"] == "resolved"

    async def test_a_conflict_that_is_waived_is_not_found_again(self, lead: Lead):
        made = await begin(lead, await lead.project(), mode="sequential")
        await answer(lead.client, made["id"], "The project must be completed in 2 weeks.")
        done = await answer(lead.client, made["id"], "Development takes at least 6 weeks.")
        place = f"{API}/conflicts/{done['conflicts'][0]['id']}/resolve"
        waived = await lead.client.post(place, json={"waive": True, "reason": "Known."})
        assert waived.json()["state"] == "waived"
        more = await answer(lead.client, made["id"], "skip")
        assert more["conflicts"] == []
        assert more["status"]["open_conflicts"] == 0

    async def test_a_conflict_is_asked_about_and_resolved_by_the_answer(self, lead: Lead):
        made = await begin(lead, await lead.project(), mode="dynamic")
        await answer(lead.client, made["id"], "The project must be completed in 2 weeks.")
        done = await answer(lead.client, made["id"], "Development takes at least 6 weeks.")
        asked = done["next_question"]
        assert (asked["question_category"], len(asked["options"]) >= 2) == ("conflict", True)
        chosen = asked["options"][0]
        after = await answer(lead.client, made["id"], chosen["text"])
        assert after["next_question"]["question_category"] != "conflict"
        assert after["status"]["hard_conflicts"] == 0
        found = (await lead.client.get(f"{SESSIONS}/{made['id']}/conflicts")).json()["items"]
        assert (found[0]["state"], found[0]["resolution"]) == ("resolved", chosen["value"])
        assert found[0]["decided_by"] == "mona"

    async def test_several_people_answer_at_the_same_time(self, lead: Lead, people: People):
        project = await lead.project()
        made = await begin(lead, project)
        place = f"{SESSIONS}/{made['id']}/questions/generate"
        ahead = (await lead.client.post(place, json={"count": 4})).json()["questions"]
        names = ["max", "moe", "mia"]
        others = [await people.client(name, Role.DEVELOPER) for name in names]
        for name in names:
            await lead.invite(project, name, "reviewer")
        clients = [lead.client, *others]
        done = await asyncio.gather(
            *(
                answer(client, made["id"], "skip", question_id=one["id"])
                for client, one in zip(clients, ahead, strict=True)
            )
        )
        assert {one["respondent"] for one in done} == {"mona", *names}
        status = (await lead.client.get(f"{SESSIONS}/{made['id']}/status")).json()
        assert status["answered_questions"] == 4


class TestItsCourse:
    """Paused, resumed, completed; made into a specification."""

    async def test_a_paused_session_takes_no_answer(self, lead: Lead):
        made = await begin(lead, await lead.project())
        place = f"{SESSIONS}/{made['id']}"
        paused = await lead.client.put(f"{place}/status", json={"status": "paused"})
        assert paused.json()["status"] == "paused"
        refused = await lead.client.post(f"{place}/responses", json={"response_text": "yes"})
        assert refused.status_code == 409
        resumed = await lead.client.put(f"{place}/status", json={"action": "resume"})
        assert resumed.json()["status"] == "active"
        await answer(lead.client, made["id"], "yes")
        for body in ({}, {"status": "paused", "action": "pause"}, {"status": "gone"}):
            assert (await lead.client.put(f"{place}/status", json=body)).status_code == 422

    async def test_what_is_complete_stays_complete(self, lead: Lead):
        made = await begin(lead, await lead.project())
        place = f"{SESSIONS}/{made['id']}"
        done = await lead.client.put(f"{place}/status", json={"action": "complete"})
        assert done.json()["status"] == "completed"
        found = (await lead.client.get(place)).json()
        assert found["completed_at"] is not None
        assert found["next_question"] is None
        for body in ({"action": "resume"}, {"action": "pause"}):
            assert (await lead.client.put(f"{place}/status", json=body)).status_code == 409
        refused = await lead.client.post(f"{place}/responses", json={"response_text": "yes"})
        assert refused.status_code == 409
        ahead = await lead.client.post(f"{place}/questions/generate")
        assert ahead.status_code == 409

    async def test_questions_can_be_seen_before_their_turn(self, lead: Lead):
        made = await begin(lead, await lead.project())
        place = f"{SESSIONS}/{made['id']}/questions/generate"
        found = (await lead.client.post(place, json={"count": 3})).json()
        assert len(found["questions"]) == 3
        assert found["total"] >= 3
        again = (await lead.client.post(place, json={"count": 3})).json()
        assert [one["id"] for one in again["questions"]] == [
            one["id"] for one in found["questions"]
        ]
        role = {"role": "developer"}
        mine = (await lead.client.post(place, json=role)).json()["questions"]
        assert {one["role_type"] for one in mine} <= {"developer"}

    async def test_skipping_everything_ends_in_assumptions(self, lead: Lead):
        made = await begin(lead, await lead.project())
        done = await answer(lead.client, made["id"], "skip")
        while not done["session_complete"]:
            assert done["status"]["answered_questions"] < 60
            done = await answer(lead.client, made["id"], "skip")
        assert done["session_complete"] is True
        assert done["next_question"] is None
        assert done["status"]["answered_questions"] <= 25

    async def test_a_session_becomes_a_specification(self, lead: Lead):
        project = await lead.project()
        made = await begin(lead, project)
        await lead.client.put(f"{SESSIONS}/{made['id']}/status", json={"action": "complete"})
        derived = await lead.client.post(f"{SESSIONS}/{made['id']}/specification")
        assert derived.status_code == 201, derived.text
        assert derived.json()["session_id"] == made["id"]
        assert derived.json()["origin"] == "session"
        again = await lead.client.post(f"{SESSIONS}/{made['id']}/specification")
        assert again.json()["id"] == derived.json()["id"]

    async def test_a_list_knows_projects_and_states(self, lead: Lead):
        one, other = await lead.project("One"), await lead.project("Other")
        first, second = await begin(lead, one), await begin(lead, other)
        await lead.client.put(f"{SESSIONS}/{second['id']}/status", json={"action": "pause"})
        listed = (await lead.client.get(SESSIONS)).json()["items"]
        assert [each["id"] for each in listed] == [second["id"], first["id"]]
        mine = (await lead.client.get(SESSIONS, params={"project_id": one})).json()["items"]
        assert [each["id"] for each in mine] == [first["id"]]
        paused = (await lead.client.get(SESSIONS, params={"status": "paused"})).json()["items"]
        assert [each["id"] for each in paused] == [second["id"]]
