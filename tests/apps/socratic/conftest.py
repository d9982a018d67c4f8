"""People who work in projects, and what they do there."""

from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.auth import Role

API = "/api/v1"
STRANGE = "01a1f9e8-98d7-78e9-8138-d9d5548fc84b"


class Lead:
    """A project manager at work."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def project(self, name: str = "Library", **more: Any) -> str:
        """A project of theirs; answers its id."""
        made = await self.client.post(f"{API}/projects", json={"name": name, **more})
        assert made.status_code == 201, made.text
        return made.json()["project_id"]

    async def invite(self, project: str, username: str, role: str, **more: Any) -> dict[str, Any]:
        """Have somebody work in a project."""
        body = {"username": username, "role": role, **more}
        made = await self.client.post(f"{API}/projects/{project}/collaborators", json=body)
        assert made.status_code == 201, made.text
        return made.json()


@pytest.fixture
async def lead(people: People) -> Lead:
    return Lead(await people.client("mona", Role.PROJECT_MANAGER))
