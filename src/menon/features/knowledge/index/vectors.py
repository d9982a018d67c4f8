"""The published vectors of one embedding space, by bit scan in process; derived from SQL.

A search first brings the index up to date: what was published or retired since its watermark, by
whatever process, stands in `index_change`.
"""

import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from menon.engine.retrieval import snapshot
from menon.engine.retrieval.bits import BitIndex
from menon.engine.retrieval.embed import Space
from menon.engine.retrieval.snapshot import Snapshot
from menon.features.knowledge.index.finder import Scope, Vector
from menon.features.knowledge.models import Chunk, Document, DocumentVersion, IndexChange

_PAGE = 5000


class VectorIndex:
    """The published vectors of one embedding space; derived, shared by file, rebuilt from SQL."""

    def __init__(self, folder: Path, space: Space) -> None:
        self._folder = folder
        self._space = space
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._owners = _Owners.none()

    def __len__(self) -> int:
        """Vectors that are searchable, as of the last refresh."""
        snap = self._snapshot
        return int(snap.index.alive.sum()) if snap else 0

    def refresh(self, session: Session) -> None:
        """Take in what was published and retired since the last time, by any process."""
        with self._lock:
            if self._snapshot is None:
                self._load(session)
            self._catch_up(session)

    def search(self, vector: Vector, scope: Scope, limit: int) -> list[tuple[int, float]]:
        """Keys and cosines of the nearest chunks in the scope."""
        with self._lock:
            snap, owners = self._snapshot, self._owners
        if snap is None or not len(snap.index):
            return []
        index = snap.index
        mask = owners.mask(scope) & index.alive
        rows, scores = index.search(vector, limit, mask)
        keys = index.keys[rows]
        return [(int(key), float(score)) for key, score in zip(keys, scores, strict=True)]

    def _load(self, session: Session) -> None:
        """The saved file where it fits the database, or all of SQL."""
        saved = snapshot.load(self._folder, self._space)
        if saved is not None and saved.watermark <= _top(session):
            self._adopt(session, saved)
            self._catch_up(session)
            if self._fits(session):
                return
        # One transaction sees both, so that no change lies between them.
        built = Snapshot(
            index=self._from_sql(session),
            watermark=_top(session),
            generation=_after(self._snapshot or saved),  # it takes the place of the other file
        )
        if len(built.index.tail) > snapshot.TAIL_ROWS:
            built = snapshot.save(self._folder, self._space, built)
        self._adopt(session, built)

    def _adopt(self, session: Session, snap: Snapshot) -> None:
        known = self._snapshot
        self._snapshot = snap
        if known is None or known.index.keys is not snap.index.keys:
            self._owners = _Owners.read(session, snap.index.keys, self._owners)

    def _fits(self, session: Session) -> bool:
        """Whether each searchable chunk is there: a file may be of another database."""
        snap, owners = self._snapshot, self._owners
        wanted = session.scalar(select(func.count()).select_from(self._searchable().subquery()))
        alive = snap.index.alive if snap else owners.known
        return int(alive.sum()) == wanted and bool(owners.known[alive].all())

    def _catch_up(self, session: Session) -> None:
        while self._snapshot is not None:
            snap = self._snapshot
            changes = session.execute(
                select(IndexChange.seq, IndexChange.version_key, IndexChange.op)
                .where(IndexChange.seq > snap.watermark)
                .order_by(IndexChange.seq)
            ).all()
            if not changes:
                return
            index = snap.index
            # A version that was published and retired since is only retired.
            for key, op in {change.version_key: change.op for change in changes}.items():
                if op == "publish":
                    index = self._published(session, index, key)
                elif (rows := self._owners.rows_of_version(key)).any():
                    index = index.delete(index.keys[: len(rows)][rows])
            snap = replace(snap, index=index, watermark=changes[-1].seq)
            if len(index.tail) > snapshot.TAIL_ROWS:
                # Where another process was faster, this is its file, and the loop goes on from it.
                snap = snapshot.save(self._folder, self._space, snap)
            self._adopt(session, snap)

    def _from_sql(self, session: Session) -> BitIndex:
        rows = session.execute(
            self._searchable().order_by(Chunk.key).execution_options(yield_per=_PAGE)
        )
        keys, vectors = _stacked(rows, self._space.dims)
        return BitIndex.build(keys, vectors)

    def _searchable(self) -> Select[int, bytes | None]:
        return (
            select(Chunk.key, Chunk.vector)
            .join(Document, Document.current_key == Chunk.version_key)
            .join(DocumentVersion, DocumentVersion.key == Chunk.version_key)
            .where(Chunk.vector.is_not(None), DocumentVersion.space == str(self._space))
        )

    def _published(self, session: Session, index: BitIndex, version_key: int) -> BitIndex:
        keys, vectors = _stacked(
            session.execute(
                select(Chunk.key, Chunk.vector)
                .join(DocumentVersion, DocumentVersion.key == Chunk.version_key)
                .where(
                    Chunk.version_key == version_key,
                    Chunk.vector.is_not(None),
                    DocumentVersion.space == str(self._space),
                )
                .order_by(Chunk.key)
            ),
            self._space.dims,
        )
        if not len(keys):
            return index
        # An index without rows has no mean yet: the first rows give it one.
        return index.append(keys, vectors) if len(index) else BitIndex.build(keys, vectors)


class _Owners:
    """For each row of the index the version and the collection that it belongs to."""

    def __init__(
        self, keys: NDArray[np.int64], versions: NDArray[np.int64], codes: NDArray[np.int32]
    ) -> None:
        self.keys = keys
        self.versions = versions
        self.codes = codes
        self.names: dict[str, int] = {}
        self._masks: dict[tuple[str, ...], NDArray[np.bool_]] = {}

    @classmethod
    def none(cls) -> "_Owners":
        """Owners of no rows."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32))

    @classmethod
    def read(cls, session: Session, keys: NDArray[np.int64], known: "_Owners") -> "_Owners":
        """Owners of these rows; only those that are not known yet are asked for."""
        names = dict(known.names)
        versions, codes = np.zeros(len(keys), np.int64), np.full(len(keys), -1, np.int32)
        if len(known.keys):
            order = np.argsort(known.keys)
            place = np.searchsorted(known.keys, keys, sorter=order)
            old = order[np.minimum(place, len(order) - 1)]
            same = known.keys[old] == keys
            versions[same], codes[same] = known.versions[old[same]], known.codes[old[same]]
        missing = np.flatnonzero(codes < 0).tolist()
        at = {int(keys[row]): row for row in missing}
        for low in range(0, len(missing), _PAGE):
            some = [int(keys[row]) for row in missing[low : low + _PAGE]]
            query = select(Chunk.key, Chunk.version_key, Chunk.collection_id)
            for found in session.execute(query.where(Chunk.key.in_(some))):
                versions[at[found.key]] = found.version_key
                codes[at[found.key]] = names.setdefault(found.collection_id, len(names))
        owners = cls(keys, versions, codes)
        owners.names = names
        return owners

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows stand in SQL."""
        return self.codes >= 0

    def rows_of_version(self, version_key: int) -> NDArray[np.bool_]:
        """Which rows belong to a version."""
        return self.versions == version_key

    def mask(self, scope: Scope) -> NDArray[np.bool_]:
        """Which rows a scope allows."""
        mask = self._masks.get(scope.collections)
        if mask is None:
            allowed = np.zeros(len(self.names) + 1, np.bool_)  # the last one is for code -1
            allowed[[self.names[c] for c in scope.collections if c in self.names]] = True
            mask = allowed[self.codes]
            if len(self._masks) > 256:
                self._masks.clear()
            self._masks[scope.collections] = mask
        if scope.versions is not None:
            wanted = np.fromiter(scope.versions, np.int64, len(scope.versions))
            mask = mask & np.isin(self.versions, wanted)
        return mask


def _after(other: Snapshot | None) -> int:
    return other.generation + 1 if other else 0


def _top(session: Session) -> int:
    return session.scalar(select(func.max(IndexChange.seq))) or 0


def _stacked(
    rows: Iterable[tuple[int, bytes | None]], dims: int
) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    keys: list[int] = []
    parts: list[bytes] = []
    for key, vector in rows:
        if vector is not None and len(vector) == dims * 2:
            keys.append(key)
            parts.append(vector)
    vectors = np.frombuffer(b"".join(parts), np.float16).reshape(-1, dims)
    return np.array(keys, np.int64), vectors
