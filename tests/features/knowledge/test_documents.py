"""Documents: every kind taken in, versions, failures, deletion."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from tests.features.knowledge.conftest import API, Library
from tests.fixtures import files

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.features.files.service import Blobs
from menon.features.knowledge import jobs, queries, removing
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.models import Chunk, Document, DocumentStatus

KINDS: dict[str, tuple[str, bytes, str]] = {
    "markdown": ("notes.md", b"# Gulls\n\nGulls nest on cliffs.", "where do gulls nest"),
    "text": ("notes.txt", b"Terns dive for sand eels.", "what do terns dive for"),
    "html": (
        "page.html",
        b"<html><title>Puffins</title><body><p>Puffins dig burrows.</p></body></html>",
        "who digs burrows",
    ),
    "pdf": ("tides.pdf", files.pdf("Fulmars spit oil at intruders."), "who spits oil"),
    "docx": ("tides.docx", files.word(), "what does the moon do"),
    "xlsx": ("prices.xlsx", files.excel(), "price of the article G3"),
    "pptx": ("harbours.pptx", files.slides(), "basin of Bergen"),
    "csv": ("birds.csv", b"bird,wingspan\nalbatross,350\nwren,15\n", "wingspan of the albatross"),
    "long words": ("long.txt", b"x" * 5000 + b" skuas steal fish " + b"y " * 50, "skuas steal"),
    "json": ("birds.json", json.dumps({"bird": "kittiwake", "eggs": 2}).encode(), "kittiwake eggs"),
    "python": ("birds.py", b"def shearwater():\n    return 'glides'\n", "shearwater glides"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_of_each_kind_is_found(mine: Library, kind: str):
    name, data, question = KINDS[kind]
    found = await mine.file(name, data)
    assert found["status"] == "ready", found["error"]
    hits = await mine.search(question)
    assert hits[0]["source"] == name
    assert hits[0]["text"] == found["content"][slice(*hits[0]["span"])]


async def test_a_hit_has_what_a_citation_needs(mine: Library):
    found = await mine.file("people/leave.md", "---\ncountry: Norway\n---\n# Leave\n\n25 days.")
    (hit,) = await mine.search("days of leave")
    assert {
        "title",
        "source",
        "text",
        "score",
        "chunk_id",
        "document_id",
        "span",
        "metadata",
    } <= set(hit)
    assert hit["document_id"] == found["id"]
    assert hit["source"] == "people/leave.md"
    assert hit["metadata"]["country"] == "Norway"


async def test_a_given_source_keeps_its_relative_path(mine: Library):
    found = await mine.file("x.md", "Text.", source="../people/./leave.md")
    assert found["source"] == "people/leave.md"


async def test_the_same_bytes_make_no_new_version(mine: Library):
    first = await mine.file("a.md", "One gull.")
    again = await mine.file("a.md", "One gull.", category="birds")
    assert (again["id"], again["version"]) == (first["id"], 1)
    assert again["category"] == "birds"


async def test_other_bytes_make_the_next_version(mine: Library, runtime: Runtime):
    first = await mine.file("a.md", "One gull sleeps.")
    second = await mine.file("a.md", "Two terns dance.")
    assert (second["id"], second["version"]) == (first["id"], 2)
    assert [h["version"] for h in await mine.search("gull tern")] == [2]
    await _ended(mine, second["run_id"])  # it drops the old passages in its last step
    assert await runtime.db.read(_chunks) == 1
    listed = (await mine.client.get(f"{API}/knowledge/items/{first['id']}/versions")).json()
    assert [(v["number"], v["is_current"]) for v in listed["items"]] == [(2, True), (1, False)]
    old = await mine.client.get(f"{API}/knowledge/items/{first['id']}", params={"version": 1})
    assert old.json()["content"] == "One gull sleeps."


async def test_the_old_version_is_found_until_the_new_one_is_whole(
    mine: Library, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    found = await mine.file("a.md", "The old lighthouse is white.")
    reached, go_on = asyncio.Event(), asyncio.Event()
    real = jobs.store

    async def held(*args: Any) -> int:
        count = await real(*args)
        reached.set()
        await go_on.wait()
        return count

    monkeypatch.setattr(jobs, "store", held)
    body = {"content": "The new lighthouse is red."}
    await mine.client.put(f"{API}/knowledge/items/{found['id']}", json=body)
    async with asyncio.timeout(60):
        await reached.wait()
    assert await runtime.db.read(_chunks) == 2
    assert [hit["text"] for hit in await mine.search("lighthouse")] == [
        "The old lighthouse is white."
    ]
    go_on.set()
    assert (await mine.settled(found["id"]))["version"] == 2
    assert [hit["text"] for hit in await mine.search("lighthouse")] == [
        "The new lighthouse is red."
    ]


async def test_what_cannot_be_read_says_why_and_can_be_tried_again(mine: Library, runtime: Runtime):
    found = await mine.file("a.pdf", b"%PDF-1.7 nonsense")
    assert found["status"] == "failed"
    assert found["error"]["code"] == "CONTENT_001"
    listed = await mine.client.get(f"{API}/knowledge/items", params={"status": "failed"})
    assert [d["id"] for d in listed.json()["items"]] == [found["id"]]

    await runtime.db.write(_mend, found["id"], await _blob(runtime, b"It can be read now."))
    retried = await mine.client.post(f"{API}/knowledge/documents/{found['id']}/retry")
    assert retried.status_code == 202
    assert retried.json()["error"] is None
    mended = await mine.settled(found["id"])
    assert (mended["status"], mended["version"]) == ("ready", 1)
    assert await mine.sources("read now") == {"a.pdf"}


async def test_the_old_version_stays_when_the_next_one_fails(mine: Library):
    await mine.file("a.pdf", files.pdf("Fulmars spit oil."))
    failed = await mine.file("a.pdf", b"%PDF-1.7 nonsense")
    assert (failed["status"], failed["version"]) == ("failed", 1)
    assert await mine.sources("fulmars") == {"a.pdf"}


async def test_reading_again_makes_a_version_of_what_is_read(mine: Library):
    found = await mine.file("a.md", "---\ncolour: red\n---\nOne gull.")
    answer = await mine.client.post(f"{API}/knowledge/documents/{found['id']}/retry")
    assert answer.json()["status"] == "queued"
    again = await mine.settled(found["id"])
    assert (again["status"], again["version"]) == ("ready", 2)
    assert again["metadata"]["colour"] == "red"
    assert len(await mine.search("gull")) == 1


async def test_cancelled_reading_is_told_and_can_be_repeated(
    mine: Library, monkeypatch: pytest.MonkeyPatch
):
    reached = asyncio.Event()

    async def held(*_: Any) -> int:
        reached.set()
        await asyncio.Event().wait()
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "store", held)
        queued = (
            await mine.client.post(f"{API}/rag/index", json={"content": "Waves.", "title": "W"})
        ).json()
        async with asyncio.timeout(60):
            await reached.wait()
        await mine.client.delete(f"{API}/runs/{queued['run_id']}")
        stopped = await mine.settled(queued["id"])
    assert stopped["status"] == "failed"
    assert "cancelled" in stopped["error"]["detail"]
    await mine.client.post(f"{API}/knowledge/documents/{queued['id']}/retry")
    assert (await mine.settled(queued["id"]))["status"] == "ready"


async def test_progress_is_told_by_the_run(mine: Library):
    queued = await mine.client.post(f"{API}/rag/index", json={"content": "Waves.", "title": "W"})
    await mine.settled(queued.json()["id"])
    assert await _ended(mine, queued.json()["run_id"]) == ("ingest", "completed")


async def test_a_deleted_document_is_gone_at_once(mine: Library, runtime: Runtime):
    found = await mine.file("a.md", "One gull.")
    kept = await mine.file("b.md", "One gull too.")
    answer = await mine.client.delete(f"{API}/knowledge/items/{found['id']}")
    assert answer.status_code == 204
    assert await mine.sources("gull") == {"b.md"}
    assert (await mine.client.get(f"{API}/knowledge/items/{found['id']}")).status_code == 404
    assert await runtime.db.read(_documents) == {kept["id"]}
    assert await runtime.db.write(_lexical) == await runtime.db.read(_chunks) == 1


async def test_what_is_hidden_is_invisible_before_it_is_removed(
    mine: Library, runtime: Runtime, dora: Principal, monkeypatch: pytest.MonkeyPatch
):
    found = await mine.file("a.md", "One gull.")

    async def never(*_: Any) -> None:
        raise ConnectionError("the process died here")

    with monkeypatch.context() as patch:
        patch.setattr(removing, "remove", never)
        with pytest.raises(ConnectionError):
            await removing.delete(runtime, dora, found["id"])
    assert await mine.search("gull") == []
    assert (await mine.client.get(f"{API}/knowledge/items/{found['id']}")).status_code == 404
    again = await mine.file("a.md", "One gull.")
    assert again["id"] != found["id"]

    await removing.Removals(runtime).work()
    assert await runtime.db.read(_documents) == {again["id"]}
    assert await runtime.db.write(_lexical) == await runtime.db.read(_chunks) == 1


async def test_a_document_deleted_while_it_is_read_leaves_nothing(
    mine: Library, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
):
    reached, go_on = asyncio.Event(), asyncio.Event()
    real = Desk.embed

    async def held(desk: Desk, texts: Any, *, bulk: bool = False) -> Any:
        vectors = await real(desk, texts, bulk=bulk)
        if bulk:
            reached.set()
            await go_on.wait()
        return vectors

    monkeypatch.setattr(Desk, "embed", held)
    queued = (
        await mine.client.post(f"{API}/rag/index", json={"content": "Waves.", "title": "W"})
    ).json()
    async with asyncio.timeout(60):
        await reached.wait()
    await mine.client.delete(f"{API}/knowledge/items/{queued['id']}")
    go_on.set()
    assert (await _ended(mine, queued["run_id"]))[1] in {"cancelled", "failed"}
    assert await runtime.db.read(_chunks) == await runtime.db.write(_lexical) == 0
    assert await runtime.db.read(_documents) == set()


async def test_a_version_that_came_too_late_is_not_published(mine: Library, runtime: Runtime):
    found = await mine.file("a.md", "One gull.")
    for number in range(4):
        body = {"content": f"Gull number {number}."}
        await mine.client.put(f"{API}/knowledge/items/{found['id']}", json=body)
    async with asyncio.timeout(30):
        while (await mine.settled(found["id"]))["version"] != 5:
            await asyncio.sleep(0.02)
        while await runtime.db.read(_chunks) != 1:
            await asyncio.sleep(0.02)
    assert [hit["text"] for hit in await mine.search("gull number")] == ["Gull number 3."]
    assert await runtime.db.write(_lexical) == 1


async def test_a_stale_version_number_is_refused(mine: Library):
    found = await mine.file("a.md", "One gull.")
    body = {"content": "Two gulls.", "version": 7}
    answer = await mine.client.put(f"{API}/knowledge/items/{found['id']}", json=body)
    assert answer.status_code == 409


async def test_edited_metadata_outlives_embedding_again(mine: Library):
    found = await mine.file("a.md", "---\ncolour: red\n---\nOne gull.")
    body = {"metadata": {"colour": "blue"}, "title": "Gulls"}
    await mine.client.put(f"{API}/knowledge/items/{found['id']}", json=body)
    answer = await mine.client.post(f"{API}/knowledge/embeddings", json={})
    assert answer.json()["documents"] == 1
    again = await mine.settled(found["id"])
    assert (again["version"], again["title"]) == (2, "Gulls")
    assert again["metadata"]["colour"] == "blue"


@pytest.mark.parametrize(
    ("field", "value"), [("metadata", "[1]"), ("metadata", "{"), ("source", "../..")]
)
async def test_hostile_form_fields_are_refused(mine: Library, field: str, value: str):
    answer = await mine.client.post(
        f"{API}/knowledge/documents", files={"file": ("a.md", b"x")}, data={field: value}
    )
    assert answer.status_code == 422


async def test_viewers_read_but_do_not_write(mine: Library, as_viewer: httpx2.AsyncClient):
    shared = await mine.collection("Open", visibility="everybody")
    found = await mine.text("Waves are high.", collection=shared)
    path = f"{API}/knowledge/items/{found['id']}"
    assert (await as_viewer.get(path)).status_code == 200
    assert (await as_viewer.delete(path)).status_code == 403
    body = {"content": "x", "title": "y"}
    assert (await as_viewer.post(f"{API}/rag/index", json=body)).status_code == 403


async def _ended(mine: Library, run_id: str) -> tuple[str, str]:
    async with asyncio.timeout(60):
        while True:
            run = (await mine.client.get(f"{API}/runs/{run_id}")).json()
            if run["state"] not in {"queued", "running"}:
                return run["kind"], run["state"]
            await asyncio.sleep(0.02)


def _chunks(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Chunk)) or 0


def _lexical(session: Session) -> int:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO chunk_words(chunk_words) VALUES ('integrity-check')"))
        return session.scalar(text("SELECT count(*) FROM chunk_words_docsize")) or 0
    return session.scalar(text("SELECT count(*) FROM chunk WHERE words IS NOT NULL")) or 0


def _documents(session: Session) -> set[str]:
    return set(session.scalars(select(Document.id)))


def _mend(session: Session, document_id: str, digest: str) -> None:
    document = session.get_one(Document, document_id)
    assert document.status == DocumentStatus.FAILED
    version = queries.version(session, document, 1)
    version.origin = {"blob": digest, "filename": "a.txt", "type": None}


async def _blob(runtime: Runtime, data: bytes) -> str:
    async def pieces() -> AsyncGenerator[bytes]:
        yield data

    return (await runtime[Blobs].keep(pieces(), limit=1000)).digest
