"""The vector index follows SQL, whoever writes there."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.engine.retrieval import snapshot
from menon.engine.retrieval.embed import Space
from menon.features.knowledge.index import Scope
from menon.features.knowledge.index.vectors import VectorIndex
from menon.features.knowledge.models import (
    Chunk,
    Collection,
    Document,
    DocumentVersion,
    IndexChange,
)
from menon.kit.ids import new_id

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DIMS = 64
SPACE = Space(name="test", dims=DIMS, version="1")
COLLECTION = new_id()
EVERYWHERE = Scope(collections=(COLLECTION,))


@pytest.fixture
async def db(sqlite_only_url: str):
    database = Database(sqlite_only_url)
    await database.write(_collection)
    yield database
    database.close()


@pytest.fixture
def index(tmp_path: Path) -> Callable[[], VectorIndex]:
    """Makes the index of another process over the same files."""
    folder = tmp_path / "index"
    folder.mkdir()
    return lambda: VectorIndex(folder, SPACE)


async def test_a_process_sees_what_others_publish_and_retire(
    db: Database, index: Callable[[], VectorIndex]
):
    mine, theirs = index(), index()
    first = await db.write(_published, 3)
    assert await _size(db, mine) == await _size(db, theirs) == 3
    second = await db.write(_published, 2)
    assert await _size(db, mine) == 5
    await db.write(_retired, first)
    assert await _size(db, mine) == await _size(db, theirs) == 2
    assert await _versions(db, mine) == {second}


async def test_what_was_published_and_retired_meanwhile_never_appears(
    db: Database, index: Callable[[], VectorIndex]
):
    mine = index()
    await db.write(_published, 1)
    assert await _size(db, mine) == 1
    await db.write(_retired, await db.write(_published, 4))
    assert await _size(db, mine) == 1


async def test_retiring_what_nobody_knows_changes_nothing(
    db: Database, index: Callable[[], VectorIndex]
):
    mine = index()
    await db.write(_published, 2)
    await _size(db, mine)
    await db.write(_change, 12_345, "retire")
    await db.write(_change, 12_346, "publish")
    assert await _size(db, mine) == 2


async def test_a_saved_file_is_taken_up_with_what_came_since(
    db: Database, index: Callable[[], VectorIndex], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshot, "TAIL_ROWS", 3)
    writer = index()
    first = await db.write(_published, 5)
    assert await _size(db, writer) == 5
    await db.write(_published, 4)
    assert await _size(db, writer) == 9
    await db.write(_retired, first)
    await db.write(_published, 1)
    assert await _size(db, index()) == 5


async def test_two_processes_that_save_in_turn_miss_nothing(
    db: Database, index: Callable[[], VectorIndex], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshot, "TAIL_ROWS", 3)
    one, two = index(), index()
    total = 0
    for turn in range(6):
        await db.write(_published, 4)
        total += 4
        if turn % 3:
            assert await _size(db, one) == total
        if turn % 2:
            assert await _size(db, two) == total
    assert await _size(db, one) == await _size(db, two) == await _size(db, index()) == total


async def test_a_file_of_another_database_is_built_anew(
    db: Database, index: Callable[[], VectorIndex], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshot, "TAIL_ROWS", 3)
    await db.write(_published, 8)
    await _size(db, index())
    await db.write(_emptied)
    version = await db.write(_published, 6)
    assert await _size(db, index()) == 6
    assert await _versions(db, index()) == {version}


async def test_a_scope_of_versions_or_of_other_collections_holds(
    db: Database, index: Callable[[], VectorIndex]
):
    mine = index()
    first, _ = await db.write(_published, 3), await db.write(_published, 3)
    narrow = Scope(collections=(COLLECTION,), versions=frozenset({first}))
    assert len(await db.read(_found, mine, narrow)) == 3
    assert await db.read(_found, mine, Scope(collections=(new_id(),))) == []


async def _size(db: Database, index: VectorIndex) -> int:
    found = await db.read(_found, index, EVERYWHERE)
    assert len(found) == len(set(found)) == len(index)
    return len(found)


async def _versions(db: Database, index: VectorIndex) -> set[int]:
    keys = await db.read(_found, index, EVERYWHERE)
    return await db.read(_owners, keys)


def _found(session: Session, index: VectorIndex, scope: Scope) -> list[int]:
    index.refresh(session)
    return [key for key, _ in index.search(np.full(DIMS, 0.125, np.float32), scope, 1000)]


def _owners(session: Session, keys: list[int]) -> set[int]:
    return {session.get_one(Chunk, key).version_key for key in keys}


def _collection(session: Session) -> None:
    times = {"created_at": NOW, "updated_at": NOW}
    session.add(Collection(id=COLLECTION, owner_id="o", slug="c", name="c", **times))


def _published(session: Session, rows: int) -> int:
    document = Document(
        id=new_id(),
        collection_id=COLLECTION,
        owner_id="o",
        source=new_id(),
        source_type="text",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(document)
    session.flush()
    version = DocumentVersion(
        document_id=document.id, number=1, space=str(SPACE), created_at=NOW, published_at=NOW
    )
    session.add(version)
    session.flush()
    random = np.random.default_rng(version.key).normal(size=(rows, DIMS)).astype(np.float16)
    session.execute(
        insert(Chunk),
        [
            {
                "id": new_id(),
                "version_key": version.key,
                "document_id": document.id,
                "collection_id": COLLECTION,
                "position": n,
                "start": n,
                "end": n + 1,
                "heading": "",
                "text": "x",
                "vector": random[n].tobytes(),
                "length": 0,
            }
            for n in range(rows)
        ],
    )
    document.current_key = version.key
    _change(session, version.key, "publish")
    return version.key


def _retired(session: Session, version_key: int) -> None:
    version = session.get_one(DocumentVersion, version_key)
    session.get_one(Document, version.document_id).current_key = None
    _change(session, version_key, "retire")


def _change(session: Session, version_key: int, op: str) -> None:
    session.add(IndexChange(version_key=version_key, op=op))


def _emptied(session: Session) -> None:
    """As if it were another database whose log is as long."""
    for table in (Chunk, DocumentVersion, Document):
        session.execute(delete(table))
