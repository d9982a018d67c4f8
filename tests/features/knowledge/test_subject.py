"""What knowledge holds of somebody, and what stays when they are forgotten."""

import httpx2
from tests.features.knowledge.conftest import API, Library
from tests.fixtures.people import People

from menon.core.runtime import Runtime
from menon.features.knowledge import subject


async def test_what_is_ones_own_goes_and_what_was_shared_stays(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    library = Library(as_developer)
    shared = {"name": "Handbook", "slug": "handbook", "visibility": "everybody"}
    made = await as_developer.post(f"{API}/collections", json=shared)
    assert made.status_code == 201, made.text
    await library.text("The harbour opens at six.", collection="handbook")
    await library.text("My diary is nobody's business.")
    dora = (await as_developer.get(f"{API}/auth/me")).json()["id"]
    told = await subject.export(runtime, dora)
    assert [each["name"] for each in told["collections"]] == ["Handbook", "Documents"]
    assert len(told["documents"]) == 2
    assert await subject.erase(runtime, dora) == 2
    assert await subject.export(runtime, dora) == {"collections": [], "documents": []}
    ned = await people.client("ned", by="key")
    asked = {"query": "When does the harbour open, and what of the diary?"}
    found = await ned.post(f"{API}/knowledge/search", json=asked)
    assert {each["text"] for each in found.json()["items"]} == {"The harbour opens at six."}
