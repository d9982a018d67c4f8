"""Generated code over the API: made durably, merged, read, downloaded, scanned."""

import asyncio
import io
import zipfile
from typing import Any

import httpx2
import pytest
from tests.apps.socratic.agreements.test_specifications import keep
from tests.apps.socratic.conftest import API, STRANGE, Lead
from tests.apps.socratic.specs import BOOKS
from tests.fixtures.people import People

from menon.core.auth import Role

CODE = f"{API}/codebases"
PHASES = [
    "analyze_specification",
    "design_architecture",
    "generate_backend",
    "generate_frontend",
    "generate_tests",
    "generate_documentation",
]


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


async def approved(lead: Lead, project: str, spec: dict[str, Any] = BOOKS) -> str:
    """An approved version; answers its id."""
    made = await keep(lead.client, project, spec)
    await lead.client.post(f"{API}/specifications/{made['id']}/approve")
    return made["id"]


async def generated(lead: Lead, project: str, **more: Any) -> dict[str, Any]:
    """A codebase at the end of its run."""
    made = await lead.client.post(f"{CODE}/generate", json={"project_id": project, **more})
    assert made.status_code == 202, made.text
    assert made.json()["status"] == "generating"
    return await ended(lead.client, made.json()["codebase_id"])


async def ended(client: httpx2.AsyncClient, codebase: str) -> dict[str, Any]:
    """A codebase once nothing works on it."""
    async with asyncio.timeout(280):
        while True:
            found = (await client.get(f"{CODE}/{codebase}")).json()
            if found["status"] in {"completed", "failed"}:
                return found
            await asyncio.sleep(0.05)


async def every_file(client: httpx2.AsyncClient, codebase: str) -> dict[str, dict[str, Any]]:
    """All files by path."""
    found: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    while True:
        params = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{CODE}/{codebase}/files", params=params)).json()
        found |= {one["file_path"]: one for one in page["items"]}
        if (cursor := page["next_cursor"]) is None:
            return found


class TestTheGate:
    """Code is made of approved specifications only."""

    async def test_an_unapproved_version_is_refused(self, lead: Lead):
        project = await lead.project()
        body: dict[str, Any] = {"project_id": project}
        none = await lead.client.post(f"{CODE}/generate", json=body)
        assert (none.status_code, "approved" in none.json()["detail"]) == (409, True)
        made = await keep(lead.client, project, BOOKS)
        for more in ({}, {"specification_id": made["id"]}):
            refused = await lead.client.post(f"{CODE}/generate", json=body | more)
            assert refused.status_code == 409
        assert (await lead.client.get(CODE)).json()["items"] == []

    async def test_what_is_not_there_is_not_found(self, lead: Lead):
        project = await lead.project()
        other = await approved(lead, await lead.project("Other"))
        missing = await lead.client.post(f"{CODE}/generate", json={"project_id": STRANGE})
        assert missing.status_code == 404
        body = {"project_id": project, "specification_id": other}
        assert (await lead.client.post(f"{CODE}/generate", json=body)).status_code == 404
        bad = body | {"style": "spaghetti"}
        assert (await lead.client.post(f"{CODE}/generate", json=bad)).status_code == 422


class TestAGeneration:
    """Six phases, a commit each, merged into the people's branch."""

    async def test_it_leaves_files_commits_and_a_verdict(self, lead: Lead):
        project = await lead.project()
        spec = await approved(lead, project)
        found = await generated(lead, project, specification_id=spec)
        assert (found["project_id"], found["specification_version"]) == (project, 1)
        assert (found["completed_phases"], found["total_phases"]) == (6, 6)
        commits = found["generation_metadata"]["commits"]
        assert [name for name in commits if name in PHASES] == PHASES
        files = await every_file(lead.client, found["id"])
        assert len(files) == found["files"] > 20
        assert found["file_structure"]["app"]["main.py"] == files["app/main.py"]["size_bytes"]
        place = f"{CODE}/{found['id']}/files/{files['app/main.py']['file_id']}"
        main = (await lead.client.get(place)).json()
        assert "FastAPI" in main["content"]
        assert main["generated_by_agent"] == "code_generator"
        log = (await lead.client.get(f"{API}/projects/{project}/git/log")).json()
        assert set(log["branches"]) == {"main", "generated"}
        assert len(log["items"][0]["parents"]) == 2
        # No environment is prepared here, and a gate that could not run is no success.
        assert found["status"] == "failed"
        assert "menon studio prepare" in found["error"]
        results = (await lead.client.get(f"{CODE}/{found['id']}/test-results")).json()
        assert (results["passed"], results["items"]) == (False, [])
        assert results["gates"][0]["state"] == "failed"
        run = (await lead.client.get(f"{API}/runs/{found['run_id']}")).json()
        assert (run["kind"], run["state"]) == ("codegen", "completed")

    async def test_the_same_specification_gives_the_same_bytes(self, lead: Lead):
        first = await lead.project()
        second = await lead.project()
        zips: list[bytes] = []
        for project in (first, second):
            await approved(lead, project)
            found = await generated(lead, project)
            answer = await lead.client.get(f"{CODE}/{found['id']}/download")
            assert answer.headers["content-type"] == "application/zip"
            zips.append(answer.content)
        assert zips[0] == zips[1]
        with zipfile.ZipFile(io.BytesIO(zips[0])) as archive:
            assert archive.testzip() is None
            assert "library/app/main.py" in archive.namelist()

    async def test_what_people_changed_survives_the_next_generation(self, lead: Lead):
        project = await lead.project()
        await approved(lead, project)
        first = await generated(lead, project)
        git = f"{API}/projects/{project}/git"
        files = await every_file(lead.client, first["id"])
        place = f"{CODE}/{first['id']}/files/{files['app/main.py']['file_id']}"
        main = (await lead.client.get(place)).json()["content"]
        edit = {"app/main.py": main + "\n# Ours.\n", "app/custom/ours.py": "ANSWER = 42\n"}
        done = await lead.client.post(f"{git}/commit", json={"message": "Ours.", "files": edit})
        assert done.json()["committed"] is True
        entity = {"name": "Shelf", "fields": [{"name": "label", "required": True}]}
        more = BOOKS | {"entities": [*BOOKS["entities"], entity]}
        await approved(lead, project, more)
        second = await generated(lead, project)
        assert second["version"] == 2
        files = await every_file(lead.client, second["id"])
        assert any("shelf" in path for path in files)
        place = f"{CODE}/{second['id']}/files"
        kept = (await lead.client.get(f"{place}/{files['app/main.py']['file_id']}")).json()
        assert kept["content"].endswith("\n# Ours.\n")
        own = (await lead.client.get(f"{place}/{files['app/custom/ours.py']['file_id']}")).json()
        assert (own["content"], own["generated_by_agent"]) == ("ANSWER = 42\n", "")
        listed = (await lead.client.get(CODE, params={"project_id": project})).json()["items"]
        assert [one["version"] for one in listed] == [2, 1]

    async def test_two_do_not_run_at_the_same_time(self, lead: Lead):
        project = await lead.project()
        await approved(lead, project)
        body = {"project_id": project}
        first = await lead.client.post(f"{CODE}/generate", json=body)
        second = await lead.client.post(f"{CODE}/generate", json=body)
        assert (first.status_code, second.status_code) == (202, 409)
        await ended(lead.client, first.json()["id"])


class TestReading:
    """Scans, traces, exports, and who may see them."""

    async def test_it_is_scanned_and_traced_and_exported(self, lead: Lead):
        project = await lead.project()
        await approved(lead, project)
        found = await generated(lead, project)
        scan = (await lead.client.post(f"{CODE}/{found['id']}/security-scan")).json()
        assert scan["files_scanned"] > 10
        assert scan["safe"] is True
        trace = (await lead.client.get(f"{CODE}/{found['id']}/trace")).json()["items"]
        assert trace[0]["requirement"] == "FR-001"
        assert trace[0]["tests"] or trace[0]["unproven"]
        place = f"{API}/projects/{project}/export"
        plain = await lead.client.post(place, json={"format": "json"})
        assert plain.json()["project"]["id"] == project
        packed = await lead.client.post(place)
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            names = archive.namelist()
        assert "library/project.json" in names
        assert "library/docs/spec.md" in names
        assert "library/code/app/main.py" in names
        again = await lead.client.post(f"{CODE}/{found['id']}/test")
        assert (again.status_code, again.json()["status"]) == (202, "testing")
        assert (await ended(lead.client, found["id"]))["status"] == "failed"

    async def test_guests_read_and_strangers_do_not(
        self, lead: Lead, people: People, as_neighbour: httpx2.AsyncClient
    ):
        project = await lead.project()
        await approved(lead, project)
        found = await generated(lead, project)
        for codebase in (found["id"], STRANGE):
            place = f"{CODE}/{codebase}"
            answers = [
                await as_neighbour.get(place),
                await as_neighbour.get(f"{place}/files"),
                await as_neighbour.get(f"{place}/files/{STRANGE}"),
                await as_neighbour.get(f"{place}/download"),
                await as_neighbour.get(f"{place}/test-results"),
                await as_neighbour.get(f"{place}/trace"),
                await as_neighbour.post(f"{place}/test"),
                await as_neighbour.post(f"{place}/security-scan"),
            ]
            assert [one.status_code for one in answers] == [404] * 8
        gus = await people.client("gus", Role.DEVELOPER)
        await lead.invite(project, "gus", "guest")
        assert (await gus.get(f"{CODE}/{found['id']}")).status_code == 200
        assert (await gus.post(f"{CODE}/{found['id']}/test")).status_code == 403
        body = {"project_id": project}
        assert (await gus.post(f"{CODE}/generate", json=body)).status_code == 403
        assert (await gus.post(f"{API}/projects/{project}/export")).status_code == 403


BAD = [
    ("eval(x)", "eval"),
    ("exec(x)", "exec"),
    ("__import__('os')", "__import__"),
    ("import subprocess\nsubprocess.run('ls')", "subprocess"),
    ("import os\nos.system('ls')", "os.system"),
    ("import os\nos.popen('ls')", "os.popen"),
    ("import subprocess\nsubprocess.call('ls', shell=True)", "shell"),
    ("import pickle\npickle.loads(x)", "pickle"),
    ("import marshal\nmarshal.loads(x)", "marshal"),
]


@pytest.mark.parametrize(("code", "word"), BAD)
async def test_the_scanner_flags_what_is_dangerous(lead: Lead, code: str, word: str):
    body = {"code": code, "language": "python"}
    found = (await lead.client.post(f"{API}/code/scan", json=body)).json()
    assert found["safe"] is False
    last = code.count("\n") + 1
    hits = [one for one in found["findings"] if one["line"] == last and one["severity"] == "high"]
    assert hits
    assert any(word.strip("_") in f"{one['rule']} {one['text']}".lower() for one in hits)


async def test_foreign_imports_syntax_errors_and_clean_code(lead: Lead):
    place = f"{API}/code/scan"
    foreign = (await lead.client.post(place, json={"code": "import requests_html\n"})).json()
    assert [one["line"] for one in foreign["findings"]] == [1]
    broken = (await lead.client.post(place, json={"code": "def f(:\n"})).json()
    assert broken["safe"] is False
    clean = (await lead.client.post(place, json={"code": "print(1 + 1)\n"})).json()
    assert clean == {"safe": True, "language": "python", "findings": []}
    script = {"code": "eval(x)", "language": "javascript"}
    assert (await lead.client.post(place, json=script)).json()["safe"] is False
    other = {"code": "x", "language": "cobol"}
    assert (await lead.client.post(place, json=other)).status_code == 422
