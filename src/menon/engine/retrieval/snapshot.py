"""The bit index on disk: immutable mapped segments under one small manifest, shared by processes.

changes (SQL) → tail in memory → segment file (generation-named) → manifest, replaced atomically

Nothing here is truth: what is missing, damaged or of another space is built again from SQL.
"""

import contextlib
import fcntl
import json
import os
import secrets
import zipfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from menon.engine.retrieval.bits import BitIndex, Halves, Keys, Mask, Segment, mean_of, signs
from menon.engine.retrieval.embed import Space

TAIL_ROWS = 4096
"""A tail of this length is worth a file: 3 MB of vectors in each process until then."""

_MANIFEST = "manifest.npz"
_LOCK = "lock"
_CHUNK = 16_384
"""Rows copied at a time, so that merging a million needs 25 MB of vectors in memory, not 768."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """An index and the last change of the database that is in it."""

    index: BitIndex
    watermark: int
    generation: int = 0
    files: tuple[str, ...] = ()
    """One name for each stored segment of the index."""


def load(folder: Path, space: Space) -> Snapshot | None:
    """The last saved snapshot with its segments mapped, or None where none can be used."""
    for _ in range(5):  # another process may merge files away between our two reads
        try:
            return _read(folder, space)
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
            return None
    return None


def save(folder: Path, space: Space, snapshot: Snapshot) -> Snapshot:
    """Write the tail to a file and answer with the snapshot to go on with.

    Small neighbours are merged into the new file, so that there are few and each row is rewritten
    a logarithmic number of times; a merge of everything centres anew. Where another process has
    saved since, its snapshot is returned: apply the changes after its watermark. Where one is just
    saving, nothing is written: the tail can wait.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as alone:
        latest = load(folder, space) if alone else snapshot
        ours = latest is not None and latest.files == snapshot.files
        if not alone or (latest and not ours and latest.generation >= snapshot.generation):
            return latest or snapshot
        saved = _saved(folder, snapshot, kept=_untouched(snapshot.index) if ours else 0)
        _publish(folder, space, saved)
        _sweep(folder, saved)
    return saved


def _saved(folder: Path, snapshot: Snapshot, *, kept: int) -> Snapshot:
    """The snapshot with all but the first `kept` segments in one new file."""
    index = snapshot.index
    start = sum(map(len, index.stored[:kept]))
    merged, alive = index.segments[kept:], index.alive[start:]
    rows = int(np.count_nonzero(alive))
    recentre = rows and not kept
    mean = mean_of(vectors for _, vectors in _live(merged, alive)) if recentre else index.mean
    generation = snapshot.generation + 1
    name = f"{generation:08}-{secrets.token_hex(4)}"
    with _synced(folder / name) as file:
        _write(file, _live(merged, alive), mean=mean)
    stored = (*index.stored[:kept], _map(folder / name, rows=rows, dims=len(mean)))
    return Snapshot(
        index=BitIndex(
            mean=mean,
            stored=stored,
            tail=BitIndex.empty(len(mean)).tail,
            alive=np.concatenate([index.alive[:start], np.ones(rows, np.bool_)]),
        ),
        watermark=snapshot.watermark,
        generation=generation,
        files=(*snapshot.files[:kept], name),
    )


def _untouched(index: BitIndex) -> int:
    """How many stored segments are left as they are, counted from the first."""
    kept, rows = len(index.stored), len(index.tail)
    if np.count_nonzero(index.alive) * 4 < len(index) * 3:
        return 0
    while kept and len(index.stored[kept - 1]) <= 2 * rows:
        kept -= 1
        rows += len(index.stored[kept])
    return kept


def _live(segments: Sequence[Segment], alive: Mask) -> Iterator[tuple[Keys, Halves]]:
    """Keys and vectors of the rows that are not deleted, some at a time."""
    start = 0
    for segment in segments:
        for low in range(0, len(segment), _CHUNK):
            high = min(low + _CHUNK, len(segment))
            chosen = alive[start + low : start + high]
            yield segment.keys[low:high][chosen], segment.vectors[low:high][chosen]
        start += len(segment)


def _write(file: BinaryIO, chunks: Iterator[tuple[Keys, Halves]], *, mean: Any) -> None:
    """Vectors, keys, codes; written, not mapped, so that a full disk is an error and no signal."""
    keys: list[Keys] = [np.empty(0, np.int64)]
    codes = [signs(np.empty((0, len(mean)), np.float16), mean)]
    for chunk, vectors in chunks:
        file.write(vectors.tobytes())
        keys.append(chunk)
        codes.append(signs(vectors, mean))
    file.write(bytes(-file.tell() % 8))
    file.write(np.concatenate(keys).tobytes())
    for word in range(len(codes[0])):
        file.writelines(code[word].tobytes() for code in codes)


def _map(path: Path, *, rows: int, dims: int) -> Segment:
    """A written file as arrays; raises ValueError when its size is not that of so many rows."""
    words = -(-dims // 64)
    keys_at = -(-rows * dims * 2 // 8) * 8
    codes_at = keys_at + rows * 8
    if path.stat().st_size != codes_at + rows * words * 8:
        raise ValueError(f"{path.name!r} does not hold {rows} rows")
    if not rows:  # an empty file cannot be mapped
        return BitIndex.empty(dims).tail
    raw = np.memmap(path, np.uint8, "r").view(np.ndarray)
    return Segment(
        vectors=raw[: rows * dims * 2].view(np.float16).reshape(rows, dims),
        keys=raw[keys_at:codes_at].view(np.int64),
        codes=raw[codes_at:].view(np.uint64).reshape(words, rows),
    )


def _read(folder: Path, space: Space) -> Snapshot:
    with (folder / _MANIFEST).open("rb") as file, np.load(file) as manifest:
        about: dict[str, Any] = json.loads(manifest["about"].tobytes())
        if about["space"] != str(space):
            raise ValueError(f"the snapshot is of {about['space']!r}")
        rows: list[int] = about["rows"]
        files: list[str] = about["files"]
        mean = manifest["mean"]
        alive = np.unpackbits(manifest["alive"], count=sum(rows)).view(np.bool_)
    stored = tuple(
        _map(folder / name, rows=count, dims=space.dims)
        for name, count in zip(files, rows, strict=True)
    )
    return Snapshot(
        index=BitIndex(mean=mean, stored=stored, tail=BitIndex.empty(space.dims).tail, alive=alive),
        watermark=about["watermark"],
        generation=about["generation"],
        files=tuple(files),
    )


def _publish(folder: Path, space: Space, snapshot: Snapshot) -> None:
    about = {
        "space": str(space),
        "watermark": snapshot.watermark,
        "generation": snapshot.generation,
        "files": snapshot.files,
        "rows": [len(segment) for segment in snapshot.index.stored],
    }
    part = folder / f"{snapshot.generation:08}-{secrets.token_hex(4)}.part"
    with _synced(part) as file:
        np.savez(
            file,
            about=np.frombuffer(json.dumps(about).encode(), np.uint8),
            mean=snapshot.index.mean,
            alive=np.packbits(snapshot.index.alive),
        )
    part.replace(folder / _MANIFEST)


def _sweep(folder: Path, snapshot: Snapshot) -> None:
    """Remove files of earlier generations that the manifest does not name."""
    for path in folder.glob("[0-9]*-*"):
        if path.name[:8] < f"{snapshot.generation:08}" and path.name not in snapshot.files:
            with contextlib.suppress(OSError):  # Windows keeps what is mapped; next time, then
                path.unlink()


@contextlib.contextmanager
def _alone(folder: Path) -> Generator[bool]:
    """Whether no other process is saving here; the lock ends with the process that holds it."""
    with (folder / _LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def _synced(path: Path) -> Generator[BinaryIO]:
    """A new file that is on the disk, whole, when the block ends."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
