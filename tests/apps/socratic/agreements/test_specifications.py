"""Versions of a specification: kept, compared, read as documents, approved behind a gate."""

from typing import Any

import httpx2
import pytest
from tests.apps.socratic.conftest import API, STRANGE, Lead
from tests.apps.socratic.specs import BOOKS, CONTRADICTORY, JDL
from tests.fixtures.people import People

from menon.core.auth import Role


async def keep(client: httpx2.AsyncClient, project: str, spec: Any, **params: str) -> Any:
    """A version that is kept."""
    place = f"{API}/projects/{project}/specifications"
    made = await client.post(place, json=spec, params=params)
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_specification_is_kept_as_it_came(lead: Lead):
    project = await lead.project()
    made = await keep(lead.client, project, BOOKS, note="The first one")
    assert (made["version"], made["state"], made["origin"]) == (1, "draft", "json")
    assert (made["specification_id"], made["project_id"]) == (made["id"], project)
    assert made["note"] == "The first one"
    assert [one["name"] for one in made["specification"]["entities"]] == ["Book", "Loan"]
    assert (await lead.client.get(f"{API}/specifications/{made['id']}")).json() == made
    listed = (await lead.client.get(f"{API}/projects/{project}/specifications")).json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    assert "specification" not in listed["items"][0]


async def test_the_same_content_is_the_same_version(lead: Lead):
    project = await lead.project()
    first = await keep(lead.client, project, BOOKS)
    again = await keep(lead.client, project, {**BOOKS, "glossary": []})
    assert again["id"] == first["id"]
    changed = await keep(lead.client, project, BOOKS | {"notes": ["Something else."]})
    assert (changed["version"], changed["digest"] != first["digest"]) == (2, True)


async def test_what_changed_is_told_by_names(lead: Lead):
    project = await lead.project()
    first = await keep(lead.client, project, BOOKS)
    fewer: dict[str, Any] = BOOKS | {"entities": BOOKS["entities"][:1]} | {"features": []}
    second = await keep(lead.client, project, fewer)
    place = f"{API}/specifications/{second['id']}/diff"
    found = (await lead.client.get(place)).json()
    assert (found["before"], found["after"]) == (1, 2)
    removed = [one["path"] for one in found["differences"] if one["kind"] == "removed"]
    assert "/entities/Loan" in removed
    none = (await lead.client.get(f"{API}/specifications/{first['id']}/diff")).json()
    assert (none["before"], none["differences"]) == (0, [])
    assert (await lead.client.get(place, params={"before": 7})).status_code == 404


async def test_jdl_comes_in_and_goes_out(lead: Lead):
    project = await lead.project()
    place = f"{API}/projects/{project}/specifications"
    made = await lead.client.post(place, content=JDL, headers={"Content-Type": "text/x-jdl"})
    assert made.status_code == 201, made.text
    assert made.json()["origin"] == "jdl"
    names = [one["name"] for one in made.json()["specification"]["entities"]]
    assert names == ["Author", "Book"]
    place = f"{API}/specifications/{made.json()['id']}"
    out = await lead.client.get(place, params={"format": "jdl"})
    assert "entity Author" in out.text
    bad = f"{API}/projects/{project}/specifications"
    refused = await lead.client.post(
        bad, content="entity {", headers={"Content-Type": "text/x-jdl"}
    )
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("spec", "Lend a book"),
        ("requirements", "shall lend it"),
        ("gherkin", "Scenario"),
        ("er", "erDiagram"),
        ("openapi", '"openapi"'),
        ("json_schema", "schema"),
    ],
)
async def test_it_is_read_as_documents(lead: Lead, form: str, words: str):
    made = await keep(lead.client, await lead.project(), BOOKS)
    place = f"{API}/specifications/{made['id']}"
    shown = await lead.client.get(place, params={"format": form})
    assert (shown.status_code, words in shown.text) == (200, True)
    assert (await lead.client.get(place, params={"format": "pdf"})).status_code == 422


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"project": {"name": "x"}, "colour": 1}', "application/json", 422),
        (b"\xff\xfe", "text/x-jdl", 422),
        (b"x", "text/csv", 415),
        (b'{"a":' * 500, "application/json", 422),
    ],
)
async def test_what_is_no_specification_is_refused(
    lead: Lead, content: bytes, media_type: str, status: int
):
    place = f"{API}/projects/{await lead.project()}/specifications"
    headers = {"Content-Type": media_type}
    refused = await lead.client.post(place, content=content, headers=headers)
    assert refused.status_code == status, refused.text
    assert (await lead.client.get(place)).json()["items"] == []


async def test_every_fault_has_its_place(lead: Lead):
    loan: dict[str, Any] = BOOKS["entities"][1]
    lost = loan | {"relations": [{"name": "book", "target": "Boook"}]}
    spec = BOOKS | {"entities": [BOOKS["entities"][0], lost]}
    place = f"{API}/projects/{await lead.project()}/specifications"
    refused = await lead.client.post(place, json=spec)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("/entities/1/relations/0")


class TestApproval:
    """People agree to a version; hard conflicts block that."""

    async def test_a_sound_version_is_approved_once(self, lead: Lead):
        project = await lead.project()
        made = await keep(lead.client, project, BOOKS)
        place = f"{API}/specifications/{made['id']}/approve"
        done = (await lead.client.post(place, json={"note": "Good."})).json()
        assert (done["state"], done["approved"]) == ("approved", True)
        assert (done["approved_by"], done["approval_note"]) == ("mona", "Good.")
        assert (await lead.client.post(place)).json() == done
        found = (await lead.client.get(f"{API}/projects/{project}/progress")).json()
        assert found["specification"] == {
            "specification_id": made["id"],
            "version": 1,
            "state": "approved",
        }

    async def test_open_hard_conflicts_block_it_until_they_are_waived(self, lead: Lead):
        project = await lead.project()
        made = await keep(lead.client, project, CONTRADICTORY)
        assert made["conflicts"]["hard"] >= 1
        place = f"{API}/specifications/{made['id']}/approve"
        refused = await lead.client.post(place)
        assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT_001")
        ids = [one["pointer"].rpartition("/")[2] for one in refused.json()["errors"]]
        silent = await lead.client.post(place, json={"waive": dict.fromkeys(ids, " ")})
        assert silent.status_code == 422
        reasons = dict.fromkeys(ids, "The board knows.")
        done = await lead.client.post(place, json={"waive": reasons})
        assert done.json()["state"] == "approved"
        kept = (await lead.client.get(f"{API}/projects/{project}/conflicts")).json()["items"]
        waived = [one for one in kept if one["id"] in ids]
        assert {(one["state"], one["reason"], one["decided_by"]) for one in waived} == {
            ("waived", "The board knows.", "mona")
        }

    async def test_what_was_waived_stays_waived_in_the_next_version(self, lead: Lead):
        project = await lead.project()
        first = await keep(lead.client, project, CONTRADICTORY)
        conflicts = f"{API}/projects/{project}/conflicts"
        for one in (await lead.client.get(conflicts)).json()["items"]:
            body = {"waive": True, "reason": "Known."}
            await lead.client.post(f"{API}/conflicts/{one['id']}/resolve", json=body)
        second = await keep(lead.client, project, CONTRADICTORY | {"notes": ["More."]})
        assert (second["version"], second["conflicts"]["hard"]) == (first["version"] + 1, 0)

    async def test_a_proposal_is_taken_once(self, lead: Lead):
        project = await lead.project()
        await keep(lead.client, project, CONTRADICTORY)
        found = (await lead.client.get(f"{API}/projects/{project}/conflicts")).json()["items"]
        place = f"{API}/conflicts/{found[0]['id']}/resolve"
        assert (await lead.client.post(place, json={"resolution": "no"})).status_code == 422
        assert (await lead.client.post(place, json={})).status_code == 422
        assert (await lead.client.post(place, json={"waive": True})).status_code == 422
        chosen = found[0]["resolutions"][0]
        done = (await lead.client.post(place, json={"resolution": chosen["id"]})).json()
        assert (done["state"], done["resolution"]) == ("resolved", chosen["id"])
        assert done["reason"] == chosen["text"]
        again = await lead.client.post(place, json={"resolution": chosen["id"]})
        assert again.status_code == 409

    async def test_developers_and_collaborators_do_not_approve(
        self, lead: Lead, people: People, as_developer: httpx2.AsyncClient
    ):
        project = await lead.project()
        made = await keep(lead.client, project, BOOKS)
        place = f"{API}/specifications/{made['id']}/approve"
        assert (await as_developer.post(place)).status_code == 403
        max_ = await people.client("max", Role.PROJECT_MANAGER)
        assert (await max_.post(place)).status_code == 404
        await lead.invite(project, "max", "collaborator")
        assert (await max_.post(place)).status_code == 403
        await lead.invite(project, "max", "collaborator", permissions=["lead"])
        assert (await max_.post(place)).status_code == 200


async def test_strangers_find_nothing(lead: Lead, as_neighbour: httpx2.AsyncClient):
    project = await lead.project()
    made = await keep(lead.client, project, CONTRADICTORY)
    found = (await lead.client.get(f"{API}/projects/{project}/conflicts")).json()["items"]
    for spec, conflict, place in (
        (made["id"], found[0]["id"], project),
        (STRANGE, STRANGE, STRANGE),
    ):
        answers = [
            await as_neighbour.get(f"{API}/specifications/{spec}"),
            await as_neighbour.get(f"{API}/specifications/{spec}/diff"),
            await as_neighbour.get(f"{API}/projects/{place}/specifications"),
            await as_neighbour.post(f"{API}/projects/{place}/specifications", json=BOOKS),
            await as_neighbour.get(f"{API}/projects/{place}/conflicts"),
            await as_neighbour.post(
                f"{API}/conflicts/{conflict}/resolve", json={"reason": "Mine."}
            ),
        ]
        assert [one.status_code for one in answers] == [404] * 6


async def test_conflicts_of_a_version_are_told_in_its_words(lead: Lead):
    texts = ["The archive keeps drafts of letters.", "The archive does not keep drafts of letters."]
    constraints = [{"kind": "other", "text": text} for text in texts]
    project = await lead.project()
    await keep(lead.client, project, BOOKS | {"constraints": constraints})
    found = (await lead.client.get(f"{API}/projects/{project}/conflicts")).json()["items"]
    assert [one["text"] for one in found[0]["statements"]] == texts
