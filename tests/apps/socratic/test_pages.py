"""The pages of the studio: what they show, what their forms do, and to whom."""

import re
from typing import Any

import httpx2
import pytest
from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.codebases.test_codebases import ended, every_file
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.specs import BOOKS, CONTRADICTORY, JDL
from tests.fixtures.people import People

from menon.core.auth import Role

HX = {"HX-Request": "true"}


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


@pytest.fixture
async def lead(people: People) -> Lead:
    """A project manager at a browser."""
    return Lead(await people.client("mona", Role.PROJECT_MANAGER, by="cookie"))


async def shown(client: httpx2.AsyncClient, place: str) -> str:
    """A page that is there."""
    page = await client.get(place)
    assert page.status_code == 200, page.text[-2000:]
    return page.text


class TestProjects:
    """The list, its form, and one project."""

    async def test_an_empty_list_offers_the_first_step(self, lead: Lead):
        page = await shown(lead.client, "/projects")
        assert 'id="new-project-btn"' in page
        assert "No project yet" in page
        assert 'aria-current="page"' in page

    async def test_a_new_project_comes_as_a_card(self, lead: Lead):
        form = {"name": "Town library", "description": "<b>Lends</b>", "technologies": "a, b"}
        made = await lead.client.post("/projects/create", data=form, headers=HX)
        assert made.status_code == 200
        assert "project-card" in made.text
        assert "start-session-btn" in made.text
        assert "&lt;b&gt;Lends" in made.text
        listed = (await lead.client.get(f"{API}/projects")).json()["items"]
        assert listed[0]["technology_stack"] == ["a", "b"]
        page = await shown(lead.client, "/projects")
        assert "Town library" in page

    async def test_what_is_wrong_stands_in_the_form(self, lead: Lead):
        wrong = await lead.client.post("/projects/create", data={"name": "!"}, headers=HX)
        assert wrong.status_code == 422
        assert wrong.headers["HX-Retarget"] == "#project-form"
        assert "is-invalid" in wrong.text

    async def test_a_project_shows_what_belongs_to_it(self, lead: Lead):
        project = await lead.project()
        page = await shown(lead.client, f"/projects/{project}")
        assert "Nothing was asked yet" in page
        await keep(lead.client, project, CONTRADICTORY)
        page = await shown(lead.client, f"/projects/{project}")
        assert "Version 1" in page
        assert "Open conflicts" in page

    async def test_people_are_invited_and_removed(self, lead: Lead, people: People):
        await people.client("dora")
        project = await lead.project()
        form = {"username": "dora", "role": "reviewer"}
        place = f"/projects/{project}"
        assert (await lead.client.post(f"{place}/team", data=form)).status_code == 303
        assert "dora" in await shown(lead.client, place)
        nobody = await lead.client.post(f"{place}/team", data={"username": "nobody"})
        assert nobody.status_code == 303
        await lead.client.post(f"{place}/team/dora/remove")
        team = (await lead.client.get(f"{API}{place}/collaborators")).json()["items"]
        assert [one["username"] for one in team] == ["mona"]

    async def test_archiving_takes_it_off_the_list(self, lead: Lead):
        project = await lead.project()
        gone = await lead.client.post(f"/projects/{project}/archive")
        assert gone.headers["location"] == "/projects"
        assert f"/projects/{project}" not in await shown(lead.client, "/projects")

    async def test_what_was_put_away_is_found_and_taken_up_again(self, lead: Lead):
        project = await lead.project()
        await lead.client.post(f"/projects/{project}/archive")
        listed = await shown(lead.client, "/projects?archived=true")
        assert f"/projects/{project}" in listed
        page = await shown(lead.client, f"/projects/{project}")
        assert "Take it up again" in page
        assert "data-dialog" not in page.partition('id="content"')[2].partition("</main>")[0]
        await lead.client.post(f"/projects/{project}/restore")
        assert f"/projects/{project}" in await shown(lead.client, "/projects")

    async def test_it_is_renamed_where_it_is_shown(self, lead: Lead):
        project = await lead.project(description="Lends.", technology_preferences=["python"])
        place = f"/projects/{project}"
        wrong = await lead.client.post(f"{place}/edit", data={"name": "!"}, headers=HX)
        assert (wrong.status_code, "is-invalid" in wrong.text) == (422, True)
        changed = await lead.client.post(f"{place}/edit", data={"name": "Shop"}, headers=HX)
        assert changed.headers["HX-Redirect"] == place
        found = (await lead.client.get(f"{API}{place}")).json()
        assert (found["name"], found["description"], found["technology_stack"]) == ("Shop", "", [])

    async def test_it_is_moved_to_the_phase_that_it_has_come_to(self, lead: Lead):
        project = await lead.project()
        place = f"/projects/{project}"
        assert "Move it to" not in await shown(lead.client, place)
        await keep(lead.client, project, BOOKS)
        assert "Move it to design" in await shown(lead.client, place)
        await lead.client.post(f"{place}/phase/design")
        assert (await lead.client.get(f"{API}{place}")).json()["phase"] == "design"
        assert "Move it to" not in await shown(lead.client, place)

    async def test_further_pages_are_of_what_was_looked_for(self, lead: Lead):
        for n in range(26):
            await lead.project(f"Shop {n}")
        page = await shown(lead.client, "/projects?q=shop")
        further = re.search(r'hx-get="(/projects\?cursor[^"]+)"', page)
        assert further
        assert "q=shop" in further[1]
        assert "Shop 0" in await shown(lead.client, further[1].replace("&amp;", "&"))

    async def test_strangers_find_no_page(self, lead: Lead, people: People):
        project = await lead.project()
        ned = await people.client("ned", Role.DEVELOPER, by="cookie")
        assert (await ned.get(f"/projects/{project}")).status_code == 404
        viewer = await people.client("vera", Role.VIEWER, by="cookie")
        assert "new-project-btn" not in await shown(viewer, "/projects")


class TestAgreement:
    """A specification as documents, its difference, its approval."""

    async def test_it_is_read_compared_and_approved(self, lead: Lead):
        project = await lead.project()
        await keep(lead.client, project, BOOKS)
        second = await keep(lead.client, project, CONTRADICTORY)
        place = f"/specifications/{second['id']}"
        page = await shown(lead.client, place)
        assert "Changes since version 1" in page
        assert 'id="approve-btn"' in page
        model = await shown(lead.client, f"{place}?view=er")
        assert "erDiagram" in model
        assert 'id="record-' in model
        refused = await lead.client.post(f"{place}/approve")
        assert refused.status_code == 303
        assert 'id="approve-btn"' in await shown(lead.client, place)
        await lead.client.post(f"{place}/approve", data={"reason": "The board knows."})
        assert 'id="generate-btn"' in await shown(lead.client, place)

    async def test_a_model_is_brought_as_text(self, lead: Lead):
        project = await lead.project()
        place = f"/projects/{project}/specifications"
        made = await lead.client.post(place, data={"text": JDL})
        assert made.headers["location"].startswith("/specifications/")
        wrong = await lead.client.post(place, data={"text": "entity {"}, headers=HX)
        assert wrong.status_code == 422
        assert "entity {" in wrong.text
        assert 'role="alert"' in wrong.text


async def test_code_is_followed_read_and_downloaded(lead: Lead):
    project = await lead.project()
    made = await keep(lead.client, project, BOOKS)
    await lead.client.post(f"{API}/specifications/{made['id']}/approve")
    begun = await lead.client.post(f"/specifications/{made['id']}/generate")
    place = begun.headers["location"]
    assert place.startswith("/codebases/")
    assert 'class="steps"' in await shown(lead.client, place)
    codebase = place.rpartition("/")[2]
    await ended(lead.client, codebase)
    page = await shown(lead.client, place)
    assert 'id="download-btn"' in page
    assert "menon studio prepare" in page
    files = await every_file(lead.client, codebase)
    viewer = await shown(lead.client, f"{place}/files/{files['app/main.py']['file_id']}")
    assert 'class="language-python"' in viewer
    assert "environment" in await shown(lead.client, f"{place}?view=tests")
    trace = await shown(lead.client, f"{place}?view=trace")
    assert "FR-001" in trace
    assert f'href="{place}/files/{files["app/models/book.py"]["file_id"]}"' in trace
    packed = await lead.client.get(f"{place}/download")
    assert packed.headers["content-type"] == "application/zip"
    again = await lead.client.post(f"{place}/test")
    assert again.status_code == 303
    await ended(lead.client, codebase)
