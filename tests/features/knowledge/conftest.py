"""A knowledge base that works: jobs run in this process, documents are waited for."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from tests.fixtures.people import People

from menon.core.auth import Principal, Role
from menon.core.runtime import Runtime
from menon.features.knowledge.desk import Desk

API = "/api/v1"


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True}}


class Library:
    """What a person does with documents, and waits for."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def text(self, content: str, **more: Any) -> dict[str, Any]:
        """Index a text and wait for it."""
        return await self.index(content=content, **{"title": "Note", **more})

    async def index(self, **body: Any) -> dict[str, Any]:
        """Index a text or an address and wait for it."""
        answer = await self.client.post(f"{API}/rag/index", json=body)
        assert answer.status_code == 202, answer.text
        return await self.settled(answer.json()["id"])

    async def file(self, name: str, data: bytes | str, **fields: str) -> dict[str, Any]:
        """Upload a file and wait for it."""
        raw = data.encode() if isinstance(data, str) else data
        answer = await self.client.post(
            f"{API}/knowledge/documents", files={"file": (name, raw)}, data=fields
        )
        assert answer.status_code == 202, answer.text
        return await self.settled(answer.json()["id"])

    async def settled(self, document_id: str) -> dict[str, Any]:
        """The document once nobody reads it any more."""
        async with asyncio.timeout(30):
            while True:
                found = (await self.client.get(f"{API}/knowledge/items/{document_id}")).json()
                if found["status"] not in {"queued", "processing"}:
                    return found
                await asyncio.sleep(0.02)

    async def search(self, query: str, **more: Any) -> list[dict[str, Any]]:
        """The hits of a search."""
        return await self.find("knowledge/search", query, **more)

    async def find(self, path: str, query: str, **more: Any) -> list[dict[str, Any]]:
        """The hits of a search by one of its routes; lone surrogates pass as escapes."""
        body = json.dumps({"query": query, **more})
        headers = {"content-type": "application/json"}
        answer = await self.client.post(f"{API}/{path}", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def sources(self, query: str, **more: Any) -> set[str]:
        """The names of the documents that a search finds."""
        return {hit["source"] for hit in await self.search(query, **more)}

    async def collection(self, name: str, **more: Any) -> str:
        """Make a collection and answer its id."""
        answer = await self.client.post(f"{API}/collections", json={"name": name, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


@pytest.fixture
async def mine(as_developer: httpx2.AsyncClient) -> Library:
    return Library(as_developer)


@pytest.fixture
async def theirs(as_neighbour: httpx2.AsyncClient) -> Library:
    """The neighbour's."""
    return Library(as_neighbour)


@pytest.fixture
async def dora(people: People) -> Principal:
    """The developer, for calls of services."""
    person = await people.person("dora", Role.DEVELOPER)
    return Principal(
        user_id=person.id, name="dora", kind="token", roles=frozenset({Role.DEVELOPER})
    )


@pytest.fixture
def desk(runtime: Runtime) -> Desk:
    return runtime[Desk]
