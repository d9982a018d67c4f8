"""What agents do with a codebase: exported, synchronised, looked at, made in parts."""

import base64
import hashlib
import io
import tarfile
from typing import Any

import pytest
from pypdf import PdfReader
from tests.apps.socratic.codebases.test_codebases import approved, generated
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.specs import BOOKS
from tests.apps.socratic.test_agents import ask, done
from tests.fixtures.people import People

from menon.core.auth import Role


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


@pytest.fixture
def database_url(sqlite_only_url: str) -> str:
    """One store is enough: the queries behind are tested on both where they live."""
    return sqlite_only_url


@pytest.fixture
async def made(lead: Lead) -> tuple[str, str]:
    project = await lead.project()
    await approved(lead, project)
    return project, (await generated(lead, project))["id"]


async def test_it_is_exported_in_every_format(lead: Lead, made: tuple[str, str]):
    project, _ = made
    for wanted in ("zip", "docker", "pdf"):
        told = await done(
            lead.client,
            "services",
            "export_project",
            project_id=project,
            format=wanted,
            include_content=True,
        )
        file = await lead.client.request(told["method"], told["href"], json=told["body"])
        assert file.status_code == 200
        assert file.headers["content-type"] == told["media_type"]
        assert told["filename"] in file.headers["content-disposition"]
        assert hashlib.sha256(file.content).hexdigest() == told["sha256"]
        assert base64.b64decode(told["content"]) == file.content
        if wanted == "docker":
            with tarfile.open(fileobj=io.BytesIO(file.content)) as archive:
                names = archive.getnames()
            assert {"Dockerfile", "compose.yaml", "app/main.py"} <= set(names)
        if wanted == "pdf":
            reader = PdfReader(io.BytesIO(file.content), strict=True)
            text = "\n".join(page.extract_text() for page in reader.pages)
            assert "Lend a book" in text
            assert "Lend a book" in reader.attachments["library.md"][0].decode()
    whole = await done(lead.client, "services", "export_project", project_id=project)
    assert whole["project"]["id"] == project
    refused = await ask(lead.client, "services", "export_project", project_id=project, format="exe")
    assert refused["error_code"] == "VALID_001"


async def test_what_people_changed_is_taken_in(lead: Lead, made: tuple[str, str]):
    project, codebase = made
    files = {"app/custom/ours.py": '"""Ours."""\nANSWER = 42\n', "README.md": None}
    place = f"{API}/projects/{project}/git/commit"
    await lead.client.post(place, json={"message": "Ours.", "files": files})
    told = await done(lead.client, "services", "sync_files", project_id=project)
    assert (told["codebase_id"], told["added"]) == (codebase, ["app/custom/ours.py"])
    assert (told["changed"], told["removed"]) == ([], ["README.md"])
    again = await done(lead.client, "services", "sync_files", project_id=project)
    assert (again["added"], again["removed"]) == ([], [])
    structure = await done(
        lead.client, "document_processor", "analyze_repository", codebase_id=codebase
    )
    assert structure["files"] > 20


async def test_what_slows_it_down_is_told(lead: Lead, made: tuple[str, str]):
    project, codebase = made
    slow = (
        '"""Slow."""\n\n\ndef all_of(session, ids):\n    found = []\n    for one in ids:\n'
        "        found.append(session.execute(one))\n    return found\n"
    )
    place = f"{API}/projects/{project}/git/commit"
    await lead.client.post(place, json={"message": "Slow.", "files": {"app/custom/slow.py": slow}})
    await done(lead.client, "services", "sync_files", project_id=project)
    found = await done(lead.client, "code_generator", "optimize_performance", codebase_id=codebase)
    mine = [one for one in found["findings"] if one["path"] == "app/custom/slow.py"]
    assert [(one["rule"], one["line"]) for one in mine] == [("query-in-loop", 7)]
    assert "before the loop" in mine[0]["remedy"]
    assert found["tangled"][0]["paths"] >= 5


async def test_a_component_comes_whole_or_in_parts(lead: Lead, made: tuple[str, str]):
    project, _ = made
    data: dict[str, Any] = {"project_id": project, "component": "book"}
    whole = await done(lead.client, "code_generator", "generate_component", **data)
    paths = {one["path"] for one in whole["files"]}
    assert {"app/models/book.py", "tests/test_book.py", "app/main.py"} <= paths
    assert "app/models/loan.py" not in paths
    one = await done(lead.client, "code_generator", "generate_component", kind="service", **data)
    assert [each["path"] for each in one["files"]] == ["app/services/book.py"]
    refused = await ask(lead.client, "code_generator", "generate_component", kind="magic", **data)
    assert refused["error_code"] == "VALID_001"


async def test_guests_may_not(lead: Lead, made: tuple[str, str], people: People):
    project, codebase = made
    gus = await people.client("gus", Role.DEVELOPER)
    await lead.invite(project, "gus", "guest")
    for action, data in (
        ("sync_files", {"project_id": project}),
        ("export_project", {"project_id": project, "format": "pdf"}),
    ):
        assert (await ask(gus, "services", action, **data))["error_code"] == "AUTH_003"
    read = await ask(gus, "code_generator", "optimize_performance", codebase_id=codebase)
    assert read["success"]


async def test_each_phase_and_each_kind_of_file_is_given(lead: Lead, made: tuple[str, str]):
    project, codebase = made
    phases = {
        "design_architecture": "pyproject.toml",
        "create_tests": "tests/test_book.py",
        "generate_documentation": "README.md",
    }
    for action, path in phases.items():
        found = await done(lead.client, "code_generator", action, project_id=project)
        assert path in {one["path"] for one in found["files"]}
        assert all(one["content"] for one in found["files"] if one["path"] == path)
    kinds = {
        ("code_generator", "setup_deployment"): {"Dockerfile", "compose.yaml", ".env.example"},
        ("services", "container_setup"): {"Dockerfile", "compose.yaml"},
        ("services", "ide_integration"): {".vscode/launch.json"},
        ("services", "environment_config"): {".env.example", "alembic.ini"},
    }
    for (agent, action), paths in kinds.items():
        found = await done(lead.client, agent, action, codebase_id=codebase)
        assert paths <= {one["path"] for one in found["files"]}
    told = await done(lead.client, "code_generator", "analyze_code_quality", codebase_id=codebase)
    assert told["gates"]
    assert told["codebase_id"] == codebase


async def test_a_specification_is_saved_as_the_next_version(lead: Lead):
    project = await lead.project()
    agent = "code_generator"
    for number, text in enumerate(("Lends books.", "Lends books and films."), start=1):
        spec = BOOKS | {"project": {"name": "Library", "description": text}}
        kept = await done(
            lead.client, agent, "save_specification", project_id=project, specification=spec
        )
        assert kept["version"] == number
    listed = await done(lead.client, agent, "list_specifications", project_id=project)
    assert [one["version"] for one in listed["specifications"]] == [2, 1]
    newest = await done(lead.client, agent, "get_specification", project_id=project)
    assert newest["specification"]["project"]["description"] == "Lends books and films."
    refused = await ask(
        lead.client, agent, "save_specification", project_id=project, specification={"a": 1}
    )
    assert refused["error_code"] == "VALID_001"
