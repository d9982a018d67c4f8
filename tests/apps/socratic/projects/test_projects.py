"""Projects over the API: what may be said of them, who may do what, and what becomes of them."""

from typing import Any

import httpx2
import pytest
from tests.apps.socratic.conftest import API, STRANGE, Lead
from tests.fixtures.people import People

from menon.core.auth import Role

PROJECTS = f"{API}/projects"


async def test_a_project_is_kept_as_it_was_said(lead: Lead):
    body = {
        "name": "Town  library",
        "description": "Lends books & <games>.",
        "technology_preferences": ["python", "postgresql", "python"],
    }
    made = await lead.client.post(PROJECTS, json=body)
    found = made.json()
    assert made.status_code == 201
    assert found["project_id"] == found["id"]
    assert (found["name"], found["description"]) == ("Town library", "Lends books & <games>.")
    assert (found["phase"], found["status"], found["role"]) == ("discovery", "active", "owner")
    assert found["technology_stack"] == ["python", "postgresql"]
    assert (found["owner"], found["version"]) == ("mona", 1)
    assert (await lead.client.get(f"{PROJECTS}/{found['id']}")).json() == found


async def test_preferences_may_be_named_by_area(lead: Lead):
    wanted = {"database": "sqlite", "backend": "fastapi"}
    project = await lead.project(technology_preferences=wanted)
    found = (await lead.client.get(f"{PROJECTS}/{project}")).json()
    assert found["technology_preferences"] == wanted
    assert found["technology_stack"] == ["sqlite", "fastapi"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a"},
        {"name": "  a  "},
        {"name": "x" * 101},
        {"name": "Shop!"},
        {"name": "Büro"},
        {"name": "<b>x</b>"},
        {"name": "Shop", "description": "x" * 1001},
        {"name": "Shop", "technology_preferences": [1]},
        {"name": "Shop", "technology_preferences": ["x" * 101]},
        {"name": "Shop", "owner": "ada"},
    ],
)
async def test_what_cannot_be_a_project_is_refused(lead: Lead, body: dict[str, Any]):
    refused = await lead.client.post(PROJECTS, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "VALID_001")
    assert (await lead.client.get(PROJECTS)).json()["items"] == []


async def test_a_list_is_paged_and_filtered(lead: Lead):
    names = [f"Project {n}" for n in range(5)]
    made = [await lead.project(name) for name in names]
    first = (await lead.client.get(PROJECTS, params={"limit": 2})).json()
    assert [one["name"] for one in first["items"]] == ["Project 4", "Project 3"]
    params = {"limit": 200, "cursor": first["next_cursor"]}
    rest = (await lead.client.get(PROJECTS, params=params)).json()
    assert [one["id"] for one in rest["items"]] == made[2::-1]
    assert rest["next_cursor"] is None
    found = (await lead.client.get(PROJECTS, params={"q": "ject 2"})).json()["items"]
    assert [one["id"] for one in found] == [made[2]]
    assert (await lead.client.get(PROJECTS, params={"q": "%"})).json()["items"] == []
    assert (await lead.client.get(PROJECTS, params={"cursor": "x"})).status_code == 422


async def test_changes_count_and_do_not_undo_each_other(lead: Lead):
    project = await lead.project()
    place = f"{PROJECTS}/{project}"
    changed = await lead.client.put(place, json={"name": "Archive", "version": 1})
    assert (changed.json()["name"], changed.json()["version"]) == ("Archive", 2)
    stale = await lead.client.put(place, json={"name": "Shelf", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "CONFLICT_001")
    same = await lead.client.put(place, json={"name": "Archive"})
    assert same.json()["version"] == 2
    phase = await lead.client.put(f"{place}/phase", json={"phase": "design"})
    assert phase.json()["phase"] == "design"
    assert (await lead.client.put(f"{place}/phase", json={"phase": "x"})).status_code == 422


async def test_an_archived_project_is_read_and_taken_up_again(lead: Lead):
    project = await lead.project()
    place = f"{PROJECTS}/{project}"
    assert (await lead.client.delete(place)).json()["status"] == "archived"
    assert (await lead.client.delete(place)).status_code == 200
    assert (await lead.client.get(PROJECTS)).json()["items"] == []
    put_away = (await lead.client.get(PROJECTS, params={"status": "archived"})).json()["items"]
    assert [one["id"] for one in put_away] == [project]
    assert (await lead.client.get(place)).json()["status"] == "archived"
    refused = await lead.client.put(place, json={"name": "New name"})
    assert (refused.status_code, "archived" in refused.json()["detail"]) == (409, True)
    again = await lead.client.put(place, json={"status": "active"})
    assert again.json()["status"] == "active"


async def test_a_project_tells_what_happened_to_it(lead: Lead):
    project = await lead.project()
    await lead.client.put(f"{PROJECTS}/{project}", json={"name": "Other"})
    await lead.client.delete(f"{PROJECTS}/{project}")
    params = {"subject": f"project:{project}"}
    told = (await lead.client.get(f"{API}/events", params=params)).json()["items"]
    types = [one["type"] for one in reversed(told)]
    assert types == ["project_created", "project_updated", "project_archived"]


class TestStrangers:
    """Somebody else's project answers like a missing one."""

    async def test_nothing_of_it_can_be_seen_or_done(
        self, lead: Lead, as_neighbour: httpx2.AsyncClient
    ):
        project = await lead.project()
        for wanted in (project, STRANGE):
            place = f"{PROJECTS}/{wanted}"
            answers = [
                await as_neighbour.get(place),
                await as_neighbour.put(place, json={"name": "Mine"}),
                await as_neighbour.delete(place),
                await as_neighbour.get(f"{place}/collaborators"),
                await as_neighbour.get(f"{place}/progress"),
            ]
            assert [one.status_code for one in answers] == [404] * 5
        assert (await as_neighbour.get(PROJECTS)).json()["items"] == []

    async def test_another_manager_cannot_lead_it(self, lead: Lead, people: People):
        other = await people.client("max", Role.PROJECT_MANAGER)
        place = f"{PROJECTS}/{await lead.project()}"
        body = {"username": "max", "role": "owner"}
        assert (await other.post(f"{place}/collaborators", json=body)).status_code == 404
        assert (await other.put(f"{place}/phase", json={"phase": "design"})).status_code == 404
        assert (await other.delete(f"{place}/collaborators/mona")).status_code == 404

    async def test_an_administrator_reaches_all(self, lead: Lead, as_admin: httpx2.AsyncClient):
        project = await lead.project()
        changed = await as_admin.put(f"{PROJECTS}/{project}", json={"name": "By admin"})
        assert (changed.status_code, changed.json()["owner"]) == (200, "mona")
        assert len((await as_admin.get(PROJECTS)).json()["items"]) == 1

    async def test_viewers_begin_nothing(self, as_viewer: httpx2.AsyncClient):
        assert (await as_viewer.get(PROJECTS)).status_code == 200
        assert (await as_viewer.post(PROJECTS, json={"name": "Shop"})).status_code == 403


class TestCollaborators:
    """Who works in a project, and what each role may do there."""

    @pytest.mark.parametrize(
        ("role", "statuses"),
        [
            ("guest", [200, 403, 403]),
            ("reviewer", [200, 403, 403]),
            ("collaborator", [200, 200, 403]),
            ("owner", [200, 200, 200]),
        ],
    )
    async def test_a_role_allows_what_the_table_says(
        self, lead: Lead, as_developer: httpx2.AsyncClient, role: str, statuses: list[int]
    ):
        project = await lead.project()
        made = await lead.invite(project, "dora", role)
        assert (made["username"], made["role"], made["is_active"]) == ("dora", role, True)
        place = f"{PROJECTS}/{project}"
        assert [
            (await as_developer.get(place)).status_code,
            (await as_developer.put(place, json={"name": "Changed"})).status_code,
            (await as_developer.delete(place)).status_code,
        ] == statuses

    async def test_a_right_can_be_granted_besides(
        self, lead: Lead, as_developer: httpx2.AsyncClient
    ):
        project = await lead.project()
        made = await lead.invite(project, "dora", "guest", permissions=["edit"])
        assert made["rights"] == ["read", "edit"]
        changed = await as_developer.put(f"{PROJECTS}/{project}", json={"name": "Changed"})
        assert changed.status_code == 200

    async def test_inviting_again_changes_the_role_and_removing_ends_it(
        self, lead: Lead, as_developer: httpx2.AsyncClient
    ):
        project = await lead.project()
        first = await lead.invite(project, "dora", "guest")
        again = await lead.invite(project, "DORA", "collaborator")
        assert (again["id"], again["role"]) == (first["id"], "collaborator")
        place = f"{PROJECTS}/{project}"
        listed = (await lead.client.get(f"{place}/collaborators")).json()["items"]
        assert [(m["username"], m["role"]) for m in listed] == [
            ("mona", "owner"),
            ("dora", "collaborator"),
        ]
        assert (await lead.client.delete(f"{place}/collaborators/dora")).status_code == 204
        assert (await as_developer.get(place)).status_code == 404
        assert (await lead.client.delete(f"{place}/collaborators/dora")).status_code == 404
        back = await lead.invite(project, "dora", "reviewer")
        assert back["id"] == first["id"]

    async def test_nobody_unknown_and_not_its_owner(self, lead: Lead):
        place = f"{PROJECTS}/{await lead.project()}/collaborators"
        unknown = await lead.client.post(place, json={"username": "nobody", "role": "guest"})
        assert (unknown.status_code, "nobody" in unknown.json()["detail"]) == (404, True)
        own = await lead.client.post(place, json={"username": "mona", "role": "guest"})
        assert own.status_code == 409
        assert (await lead.client.delete(f"{place}/mona")).status_code == 409
        bad = await lead.client.post(place, json={"username": "dora", "role": "king"})
        assert bad.status_code == 422

    async def test_developers_invite_nobody(self, as_developer: httpx2.AsyncClient):
        made = (await as_developer.post(PROJECTS, json={"name": "Mine"})).json()
        body = {"username": "x", "role": "guest"}
        place = f"{PROJECTS}/{made['id']}/collaborators"
        assert (await as_developer.post(place, json=body)).status_code == 403


async def test_progress_begins_at_nothing(lead: Lead):
    project = await lead.project()
    found = (await lead.client.get(f"{PROJECTS}/{project}/progress")).json()
    assert (found["percent"], found["reached"], found["coverage"]) == (0, "discovery", 0)
    assert (found["specification"], found["codebase"]) == (None, None)
    assert found["conflicts"] == {"open": 0, "resolved": 0, "waived": 0, "hard": 0}
