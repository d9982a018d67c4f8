"""Code of an amended specification over the API: migrations follow, and a database is upgraded."""

import io
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.apps.socratic.codebases.test_codebases import approved, every_file, generated
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.specs import BOOKS

FIRST = "migrations/versions/0001_first_tables.py"
SECOND = "migrations/versions/0002_changed_tables.py"


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


def amended(*fields: dict[str, Any]) -> dict[str, Any]:
    """The books with more fields."""
    book, *others = BOOKS["entities"]
    return BOOKS | {"entities": [book | {"fields": [*book["fields"], *fields]}, *others]}


async def unpacked(lead: Lead, codebase: str, folder: Path) -> Path:
    """The downloaded code in a folder."""
    answer = await lead.client.get(f"{API}/codebases/{codebase}/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    return folder / "library"


def upgraded(project: Path, database: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=project,
        env=os.environ | {"APP_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        with connection:
            return connection.execute(query).fetchall()
    finally:
        connection.close()


async def content(lead: Lead, codebase: str, path: str) -> str:
    files = await every_file(lead.client, codebase)
    place = f"{API}/codebases/{codebase}/files/{files[path]['file_id']}"
    return (await lead.client.get(place)).json()["content"]


async def test_a_database_with_records_follows_the_specification(lead: Lead, tmp_path: Path):
    project = await lead.project()
    await approved(lead, project)
    first = await generated(lead, project)
    database = tmp_path / "data.db"
    upgraded(await unpacked(lead, first["id"], tmp_path / "first"), database)
    rows(
        database,
        "INSERT INTO books (version, created_at, updated_at, title, price)"
        " VALUES (1, '2026-01-01', '2026-01-01', 'Ulysses', 12.5)",
    )
    field = {"name": "pages", "type": "integer", "required": True, "min": 1, "default": 700}
    await approved(lead, project, amended(field))
    second = await generated(lead, project)
    files = await every_file(lead.client, second["id"])
    assert {path for path in files if path.startswith("migrations/versions/")} == {FIRST, SECOND}
    same = [await content(lead, one["id"], FIRST) for one in (first, second)]
    assert same[0] == same[1]
    assert files[SECOND]["file_purpose"] == "migration"
    upgraded(await unpacked(lead, second["id"], tmp_path / "second"), database)
    assert rows(database, "SELECT title, price, pages FROM books") == [("Ulysses", 12.5, 700)]


async def test_a_revision_that_people_wrote_is_followed(lead: Lead):
    project = await lead.project()
    await approved(lead, project)
    await generated(lead, project)
    own = 'revision = "ours"\ndown_revision = "0001"\n'
    body = {"message": "Ours.", "files": {"migrations/versions/ours.py": own}}
    done = await lead.client.post(f"{API}/projects/{project}/git/commit", json=body)
    assert done.json()["committed"] is True
    await approved(lead, project, amended({"name": "pages", "type": "integer"}))
    second = await generated(lead, project)
    assert 'down_revision = "ours"' in await content(lead, second["id"], SECOND)


async def test_what_people_wrote_into_a_region_stays(lead: Lead):
    project = await lead.project()
    await approved(lead, project)
    first = await generated(lead, project)
    path = "app/services/book.py"
    text = await content(lead, first["id"], path)
    own = "    def ours(self) -> int:\n        return 7\n"
    mark = "    # menon: begin methods\n"
    edited = {path: text.replace(mark, mark + own)}
    place = f"{API}/projects/{project}/git/commit"
    await lead.client.post(place, json={"message": "Ours.", "files": edited})
    book, *others = amended({"name": "code", "unique": True})["entities"]
    await approved(lead, project, BOOKS | {"entities": [book | {"owned": True}, *others]})
    second = await generated(lead, project)
    merged = await content(lead, second["id"], path)
    assert own in merged
    assert "owned = True" in merged
    assert second["generation_metadata"]["merge_conflicts"] == []


async def test_files_say_what_they_need_and_what_they_are_for(lead: Lead):
    project = await lead.project()
    await approved(lead, project)
    found = await generated(lead, project)
    files = await every_file(lead.client, found["id"])
    service = files["app/services/book.py"]
    assert {"app.core.service", "app.rules"} <= set(service["dependencies"])
    assert service["documentation"] == "What may be done with books."
    assert service["complexity_score"] is None
    assert files["app/core/service.py"]["complexity_score"] >= 5
    assert "fastapi" in files["requirements.txt"]["dependencies"]
    assert files["README.md"]["documentation"] == "Library"


class TestRepairModel:
    """Who may mend: anybody of the catalog, or nobody."""

    @pytest.mark.parametrize(
        ("wanted", "status", "told"),
        [
            ("openai:nothing", 503, "not configured"),
            ("nobody:nothing", 422, "GET /api/v1/models/available"),
            ("offline:extractive", 422, "offline engine cannot mend"),
            ("", 422, "at least 1 character"),
        ],
    )
    async def test_what_there_is_not_is_refused(
        self, lead: Lead, wanted: str, status: int, told: str
    ):
        project = await lead.project()
        await approved(lead, project)
        body = {"project_id": project, "repair_model": wanted}
        answer = await lead.client.post(f"{API}/codebases/generate", json=body)
        assert answer.status_code == status, answer.text
        assert told in answer.text
        listed = (await lead.client.get(f"{API}/codebases")).json()["items"]
        assert listed == []

    @pytest.mark.parametrize("wanted", ["auto", "offline"])
    async def test_it_is_told_with_the_code(self, lead: Lead, wanted: str):
        project = await lead.project()
        await approved(lead, project)
        found = await generated(lead, project, repair_model=wanted)
        assert found["generation_metadata"]["repair_model"] == wanted
