"""A project's repository over the API."""

import httpx2
import pytest
from tests.apps.socratic.conftest import API, Lead

from menon.apps.socratic.git import shelves
from menon.core.runtime import Runtime


@pytest.fixture
async def place(lead: Lead) -> str:
    return f"{API}/projects/{await lead.project()}/git"


async def test_a_repository_begins_with_gitignore_and_a_first_commit(lead: Lead, place: str):
    before = (await lead.client.get(f"{place}/status")).json()
    assert (before["initialized"], before["commit"]) == (False, None)
    assert (await lead.client.get(f"{place}/log")).status_code == 404
    assert (await lead.client.post(f"{place}/commit")).status_code == 404
    made = (await lead.client.post(f"{place}/init")).json()
    assert (made["success"], made["committed"]) == (True, True)
    again = (await lead.client.post(f"{place}/init")).json()
    assert (again["committed"], again["commit"]) == (False, made["commit"])
    after = (await lead.client.get(f"{place}/status")).json()
    assert (after["initialized"], after["clean"], after["branch"]) == (True, True, "main")
    log = (await lead.client.get(f"{place}/log")).json()
    assert [one["commit"] for one in log["items"]] == [made["commit"]]


async def test_a_commit_without_changes_is_a_success_and_makes_none(
    lead: Lead, place: str, runtime: Runtime
):
    await lead.client.post(f"{place}/init")
    project = place.split("/")[-2]
    folder = shelves.folder(runtime, project)
    assert (folder / ".gitignore").is_file()
    (folder / "notes.md").write_text("# Notes\n")
    dirty = (await lead.client.get(f"{place}/status")).json()
    assert (dirty["clean"], dirty["added"]) == (False, ["notes.md"])
    first = (await lead.client.post(f"{place}/commit", json={"message": "Add notes."})).json()
    assert (first["committed"], first["message"].strip()) == (True, "Add notes.")
    second = await lead.client.post(f"{place}/commit", json={"message": "Nothing."})
    assert (second.status_code, second.json()["success"]) == (200, True)
    assert (second.json()["committed"], second.json()["commit"]) == (False, first["commit"])
    log = (await lead.client.get(f"{place}/log")).json()["items"]
    assert [one["author"] for one in log] == ["mona", "mona"]


async def test_files_can_be_sent_and_taken_away(lead: Lead, place: str):
    await lead.client.post(f"{place}/init")
    body = {"message": "Two files.", "files": {"a/b.txt": "1\n", "c.txt": "2\n"}}
    assert (await lead.client.post(f"{place}/commit", json=body)).json()["committed"] is True
    gone = {"message": "One less.", "files": {"c.txt": None}}
    assert (await lead.client.post(f"{place}/commit", json=gone)).json()["committed"] is True
    missing = await lead.client.post(f"{place}/commit", json=gone)
    assert missing.status_code == 404
    page = (await lead.client.get(f"{place}/log", params={"limit": 2})).json()
    assert [one["message"].strip() for one in page["items"]] == ["One less.", "Two files."]
    params = {"limit": 2, "cursor": page["next_cursor"]}
    rest = (await lead.client.get(f"{place}/log", params=params)).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".git/config", "a\x00b", "a//b", ""])
async def test_a_path_that_leads_elsewhere_is_refused(lead: Lead, place: str, path: str):
    await lead.client.post(f"{place}/init")
    refused = await lead.client.post(f"{place}/commit", json={"files": {path: "x"}})
    assert refused.status_code in {200, 422}
    if refused.status_code == 200:
        assert path == "a\x00b"  # NUL is dropped from all text that comes in
    log = (await lead.client.get(f"{place}/log")).json()["items"]
    assert len(log) == (2 if refused.status_code == 200 else 1)


async def test_a_dirty_folder_is_not_overwritten(lead: Lead, place: str, runtime: Runtime):
    await lead.client.post(f"{place}/init")
    folder = shelves.folder(runtime, place.split("/")[-2])
    (folder / "mine.txt").write_text("by hand\n")
    refused = await lead.client.post(f"{place}/commit", json={"files": {"mine.txt": "other"}})
    assert refused.status_code == 409
    assert (folder / "mine.txt").read_text() == "by hand\n"


async def test_guests_read_and_strangers_do_not(
    lead: Lead, place: str, as_developer: httpx2.AsyncClient
):
    await lead.client.post(f"{place}/init")
    assert (await as_developer.get(f"{place}/log")).status_code == 404
    await lead.invite(place.split("/")[-2], "dora", "guest")
    assert (await as_developer.get(f"{place}/log")).status_code == 200
    assert (await as_developer.post(f"{place}/commit")).status_code == 403


async def test_what_a_commit_changed_is_told(
    lead: Lead, place: str, as_neighbour: httpx2.AsyncClient
):
    assert (await lead.client.get(f"{place}/diff")).status_code == 404
    begun = (await lead.client.post(f"{place}/init")).json()["commit"]
    first = (await lead.client.get(f"{place}/diff")).json()
    assert (first["before"], first["after"]) == (None, begun)
    assert [(one["path"], one["kind"]) for one in first["items"]] == [(".gitignore", "added")]
    for text in ("1\n", "2\n"):
        body = {"message": f"Say {text}", "files": {"a.txt": text}}
        await lead.client.post(f"{place}/commit", json=body)
    last = (await lead.client.get(f"{place}/diff")).json()
    assert (last["items"][0]["kind"], last["total"]) == ("modified", 1)
    assert last["items"][0]["patch"].splitlines()[-2:] == ["-1", "+2"]
    whole = (await lead.client.get(f"{place}/diff", params={"before": begun})).json()
    assert [one["kind"] for one in whole["items"]] == ["added"]
    unknown = await lead.client.get(f"{place}/diff", params={"after": "f" * 40})
    assert unknown.status_code == 404
    assert (await as_neighbour.get(f"{place}/diff")).status_code == 404
