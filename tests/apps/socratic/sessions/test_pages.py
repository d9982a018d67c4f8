"""The questioning page, piece by piece."""

import re

import pytest
from tests.apps.socratic.conftest import Lead
from tests.apps.socratic.test_pages import HX, shown
from tests.fixtures.people import People

from menon.apps.socratic.sessions.pages import pages
from menon.core.auth import Role


@pytest.fixture
async def lead(people: People) -> Lead:
    """A project manager at a browser."""
    return Lead(await people.client("mona", Role.PROJECT_MANAGER, by="cookie"))


class TestQuestions:
    """The questioning page, piece by piece."""

    async def test_a_question_is_answered_and_the_next_one_comes(self, lead: Lead):
        project = await lead.project()
        begun = await lead.client.post(f"/projects/{project}/sessions", data={"mode": "sequential"})
        place = begun.headers["location"]
        page = await shown(lead.client, place)
        for part in (
            "session-status",
            "question-container",
            "response-text",
            "submit-response-btn",
        ):
            assert f'id="{part}"' in page
        assert "question-text" in page
        assert "Why it matters" in page
        first = re.search(r'name="question_id" value="([^"]+)"', page)
        assert first
        form = {"question_id": first[1], "response_text": "The project must be done in 2 weeks."}
        read = await lead.client.post(f"{place}/responses", data=form, headers=HX)
        assert read.status_code == 200
        assert read.headers["HX-Trigger"] == "response-submitted"
        assert "What was understood" in read.text
        following = await shown(lead.client, f"{place}/next-question")
        second = re.search(r'name="question_id" value="([^"]+)"', following)
        assert second
        assert second[1] != first[1]
        form = {"question_id": second[1], "response_text": "It takes at least 6 weeks."}
        read = await lead.client.post(f"{place}/responses", data=form, headers=HX)
        assert "conflict-alert" in read.text
        status = await shown(lead.client, f"{place}/status")
        assert "progress-bar" in status
        assert "1 hard conflict" in status
        page = await shown(lead.client, place)
        assert "Decide" in page
        conflict = re.search(r'action="(/conflicts/[^"]+/resolve)"', page)
        assert conflict
        form = {"back": place, "waive": "on", "reason": "Known."}
        waived = await lead.client.post(conflict[1], data=form)
        assert waived.headers["location"] == place
        assert "hard conflict" not in await shown(lead.client, f"{place}/status")

    async def test_an_answer_is_changed_where_it_is_listed(self, lead: Lead):
        begun = await lead.client.post(f"/projects/{await lead.project()}/sessions")
        place = begun.headers["location"]
        asked = re.search(r'name="question_id" value="([^"]+)"', await shown(lead.client, place))
        assert asked
        form = {"question_id": asked[1], "response_text": "Nobody finds a book."}
        await lead.client.post(f"{place}/responses", data=form, headers=HX)
        assert "Nobody finds a book." in await shown(lead.client, f"{place}/answers")
        waiting = await shown(lead.client, f"{place}/next-question")
        form |= {"response_text": "Nobody returns a book.", "revise": "true"}
        changed = await lead.client.post(f"{place}/responses", data=form, headers=HX)
        assert changed.headers["HX-Trigger"] == "response-revised"
        listed = await shown(lead.client, f"{place}/answers")
        assert "Nobody returns a book." in listed
        assert "Nobody finds a book." not in listed
        question = re.search(r'class="question-text">([^<]+)', waiting)
        assert question
        assert question[1] in await shown(lead.client, f"{place}/next-question")

    async def test_a_contradiction_is_shown_without_loading_the_page_again(self, lead: Lead):
        begun = await lead.client.post(f"/projects/{await lead.project()}/sessions")
        place = begun.headers["location"]
        assert "Open conflicts" not in await shown(lead.client, f"{place}/conflicts")
        for text in ("It has to be ready in 2 weeks.", "The work takes at least 6 weeks."):
            asked = re.search(
                r'name="question_id" value="([^"]+)"',
                await shown(lead.client, f"{place}/next-question"),
            )
            assert asked
            form = {"question_id": asked[1], "response_text": text}
            await lead.client.post(f"{place}/responses", data=form, headers=HX)
        assert "Open conflicts" in await shown(lead.client, f"{place}/conflicts")
        question = await shown(lead.client, f"{place}/next-question")
        assert "Keep “" in question
        assert "Does `" not in question

    def test_what_the_page_looks_at_by_itself_costs_nothing(self):
        free = {path.rpartition("/")[2] for _, path, cost in pages.prices if cost == 0}
        assert free == {"status", "next-question", "answers", "conflicts"}

    async def test_a_complete_session_is_not_paused(self, lead: Lead):
        begun = await lead.client.post(f"/projects/{await lead.project()}/sessions")
        place = begun.headers["location"]
        await lead.client.post(f"{place}/state/completed")
        paused = await lead.client.post(f"{place}/state/paused")
        assert (paused.status_code, paused.headers["location"]) == (303, place)
        assert "session-complete" in await shown(lead.client, place)

    async def test_a_bad_answer_is_refused_in_words(self, lead: Lead):
        begun = await lead.client.post(f"/projects/{await lead.project()}/sessions")
        place = begun.headers["location"]
        form = {"question_id": "x", "response_text": "yes"}
        refused = await lead.client.post(f"{place}/responses", data=form, headers=HX)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)

    async def test_it_is_paused_completed_and_made_into_a_specification(self, lead: Lead):
        begun = await lead.client.post(f"/projects/{await lead.project()}/sessions")
        place = begun.headers["location"]
        await lead.client.post(f"{place}/state/paused")
        assert "The session is paused" in await shown(lead.client, place)
        await lead.client.post(f"{place}/state/active")
        await lead.client.post(f"{place}/state/completed")
        assert "session-complete" in await shown(lead.client, place)
        made = await lead.client.post(f"{place}/specification")
        assert made.headers["location"].startswith(("/specifications/", "/sessions/"))
