"""Who may do what in a session."""

import httpx2
import pytest
from tests.apps.socratic.conftest import STRANGE, Lead
from tests.apps.socratic.sessions.test_sessions import SESSIONS, begin


class TestRights:
    """Guests read, reviewers answer, collaborators ask."""

    @pytest.mark.parametrize(
        ("role", "statuses"),
        [
            ("guest", [200, 403, 403]),
            ("reviewer", [200, 201, 403]),
            ("collaborator", [200, 201, 201]),
        ],
    )
    async def test_a_role_allows_what_the_table_says(
        self, lead: Lead, as_developer: httpx2.AsyncClient, role: str, statuses: list[int]
    ):
        project = await lead.project()
        made = await begin(lead, project)
        await lead.invite(project, "dora", role)
        place = f"{SESSIONS}/{made['id']}"
        body = {"response_text": "skip"}
        assert [
            (await as_developer.get(place)).status_code,
            (await as_developer.post(f"{place}/responses", json=body)).status_code,
            (await as_developer.post(SESSIONS, json={"project_id": project})).status_code,
        ] == statuses

    async def test_strangers_find_nothing(self, lead: Lead, as_neighbour: httpx2.AsyncClient):
        made = await begin(lead, await lead.project())
        for session in (made["id"], STRANGE):
            place = f"{SESSIONS}/{session}"
            body = {"response_text": "skip"}
            answers = [
                await as_neighbour.get(place),
                await as_neighbour.get(f"{place}/status"),
                await as_neighbour.get(f"{place}/next-question"),
                await as_neighbour.get(f"{place}/questions"),
                await as_neighbour.get(f"{place}/conflicts"),
                await as_neighbour.post(f"{place}/responses", json=body),
                await as_neighbour.post(f"{place}/questions/generate"),
                await as_neighbour.post(f"{place}/specification"),
                await as_neighbour.put(f"{place}/status", json={"action": "pause"}),
            ]
            assert [one.status_code for one in answers] == [404] * 9
        assert (await as_neighbour.get(SESSIONS)).json()["items"] == []
