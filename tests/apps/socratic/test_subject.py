"""What projects hold about a user, and how they forget them."""

from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.sessions.test_sessions import answer, begin
from tests.apps.socratic.specs import BOOKS
from tests.fixtures.people import People

from menon.apps.socratic import subject
from menon.apps.socratic.git import shelves
from menon.core.auth import Role
from menon.core.runtime import Runtime


async def test_everything_of_a_user_is_exported_and_goes(
    lead: Lead, people: People, runtime: Runtime
):
    project = await lead.project()
    await keep(lead.client, project, BOOKS)
    await lead.client.post(f"{API}/projects/{project}/git/init")
    made = await begin(lead, project)
    await answer(lead.client, made["id"], "Books are lost.")
    owner = (await people.person("mona")).id
    held = await subject.export(runtime, owner)
    assert [one["project"]["id"] for one in held["projects"]] == [project]
    assert len(held["projects"][0]["specifications"]) == 1
    assert [one["text"] for one in held["responses"]] == ["Books are lost."]
    assert shelves.exists(shelves.folder(runtime, project))
    assert await subject.erase(runtime, owner) >= 1
    assert not shelves.folder(runtime, project).exists()
    again = await subject.export(runtime, owner)
    assert again == {"projects": [], "collaborations": [], "responses": []}


async def test_what_somebody_answered_elsewhere_stays_without_their_name(
    lead: Lead, people: People, runtime: Runtime
):
    project = await lead.project()
    max_ = await people.client("max", Role.DEVELOPER)
    await lead.invite(project, "max", "reviewer")
    made = await begin(lead, project)
    await answer(max_, made["id"], "Books are lost.")
    gone = (await people.person("max")).id
    await subject.erase(runtime, gone)
    listed = (await lead.client.get(f"{API}/sessions/{made['id']}/questions")).json()["items"]
    assert listed[0]["response"]["response_text"] == "Books are lost."
    assert "max" not in listed[0]["response"]["respondent"]
    team = (await lead.client.get(f"{API}/projects/{project}/collaborators")).json()["items"]
    assert [one["username"] for one in team] == ["mona"]
