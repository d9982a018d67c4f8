"""Snapshots: what was saved is found again, by this process and by others, or not at all."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from menon.engine.retrieval.bits import BitIndex, Singles
from menon.engine.retrieval.embed import Space
from menon.engine.retrieval.snapshot import Snapshot, load, save

SPACE = Space(name="test", dims=96, version="1")


def vectors(rows: int, seed: int = 0) -> Singles:
    random = np.random.default_rng(seed).standard_normal((rows, SPACE.dims))
    return np.asarray(random / np.linalg.norm(random, axis=1, keepdims=True), np.float32)


def grown(snapshot: Snapshot, start: int, rows: int) -> Snapshot:
    index = snapshot.index.append(np.arange(start, start + rows), vectors(rows, start))
    return replace(snapshot, index=index, watermark=start + rows)


@pytest.fixture
def empty() -> Snapshot:
    return Snapshot(index=BitIndex.empty(SPACE.dims), watermark=0)


def test_nothing_saved_is_nothing_loaded(tmp_path: Path) -> None:
    assert load(tmp_path, SPACE) is None


def test_what_was_saved_is_loaded(tmp_path: Path, empty: Snapshot) -> None:
    before = grown(empty, 0, 1000)
    before = replace(before, index=before.index.delete(np.array([7])))
    save(tmp_path, SPACE, before)
    after = load(tmp_path, SPACE)
    assert after is not None
    assert after.watermark == 1000
    assert sorted(after.index.keys.tolist()) == sorted(set(range(1000)) - {7})
    query = vectors(1, 99)[0]
    for index in (before.index, after.index):
        rows, _ = index.search(query, 10)
        assert (
            index.keys[rows].tolist()
            == before.index.keys[before.index.search(query, 10)[0]].tolist()
        )


def test_the_saved_snapshot_is_mapped_and_has_an_empty_tail(
    tmp_path: Path, empty: Snapshot
) -> None:
    saved = save(tmp_path, SPACE, grown(empty, 0, 1000))
    assert len(saved.index.tail) == 0
    assert not saved.index.stored[0].vectors.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        saved.index.stored[0].vectors[0, 0] = 1


def test_an_empty_index_can_be_saved(tmp_path: Path, empty: Snapshot) -> None:
    save(tmp_path, SPACE, empty)
    again = load(tmp_path, SPACE)
    assert again is not None
    assert len(again.index) == 0
    assert len(again.index.mean) == SPACE.dims


def test_growth_rewrites_each_row_a_few_times_only(tmp_path: Path, empty: Snapshot) -> None:
    snapshot, written = empty, 0
    for start in range(0, 6400, 100):
        snapshot = save(tmp_path, SPACE, grown(snapshot, start, 100))
        written += len(snapshot.index.stored[-1])
    assert len(snapshot.index.stored) <= 6
    assert written <= 6400 * 7
    assert {path.name for path in tmp_path.iterdir()} == {*snapshot.files, "manifest.npz", "lock"}
    rows, _ = snapshot.index.search(vectors(100, 3200)[5], 1)
    assert snapshot.index.keys[rows].tolist() == [3205]


def test_a_large_file_is_left_alone_by_a_small_change(tmp_path: Path, empty: Snapshot) -> None:
    first = save(tmp_path, SPACE, grown(empty, 0, 1000))
    second = save(tmp_path, SPACE, grown(first, 1000, 10))
    assert second.files[0] == first.files[0]
    assert np.array_equal(second.index.mean, first.index.mean)


def test_many_deleted_rows_are_dropped_and_the_mean_is_new(tmp_path: Path, empty: Snapshot) -> None:
    first = save(tmp_path, SPACE, grown(empty, 0, 1000))
    thinned = replace(first, index=first.index.delete(np.arange(400)))
    second = save(tmp_path, SPACE, thinned)
    assert len(second.index) == 600
    assert not np.array_equal(second.index.mean, first.index.mean)


def test_a_few_deleted_rows_stay_deleted_without_a_rewrite(tmp_path: Path, empty: Snapshot) -> None:
    first = save(tmp_path, SPACE, grown(empty, 0, 1000))
    save(tmp_path, SPACE, replace(first, index=first.index.delete(np.array([3]))))
    again = load(tmp_path, SPACE)
    assert again is not None
    assert again.files[0] == first.files[0]
    assert not again.index.alive[3]


def test_another_space_is_not_ours(tmp_path: Path, empty: Snapshot) -> None:
    save(tmp_path, SPACE, grown(empty, 0, 10))
    assert load(tmp_path, Space(name="test", dims=96, version="2")) is None


def test_the_later_of_two_processes_takes_what_the_other_saved(
    tmp_path: Path, empty: Snapshot
) -> None:
    base = save(tmp_path, SPACE, grown(empty, 0, 100))
    theirs = save(tmp_path, SPACE, grown(base, 100, 50))
    ours = save(tmp_path, SPACE, grown(base, 100, 60))
    assert (ours.watermark, ours.files) == (150, theirs.files)
    assert save(tmp_path, SPACE, grown(ours, 150, 10)).watermark == 160


def test_while_another_process_saves_the_tail_can_wait(tmp_path: Path, empty: Snapshot) -> None:
    base = save(tmp_path, SPACE, grown(empty, 0, 100))
    program = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'wb')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        larger = grown(base, 100, 5)
        assert save(tmp_path, SPACE, larger) is larger
        other.communicate()
    assert save(tmp_path, SPACE, larger).generation == 2


def test_another_process_maps_the_same_file(tmp_path: Path, empty: Snapshot) -> None:
    save(tmp_path, SPACE, grown(empty, 0, 500))
    program = (
        "import sys, pathlib\n"
        "from menon.engine.retrieval.embed import Space\n"
        "from menon.engine.retrieval.snapshot import load\n"
        "snapshot = load(pathlib.Path(sys.argv[1]), Space(name='test', dims=96, version='1'))\n"
        "print(snapshot.watermark, len(snapshot.index))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["500", "500"]


@pytest.mark.parametrize("damage", [b"", b"no zip", b"PK\x03\x04 cut"])
def test_a_damaged_manifest_is_no_snapshot_and_is_replaced(
    tmp_path: Path, empty: Snapshot, damage: bytes
) -> None:
    snapshot = save(tmp_path, SPACE, grown(empty, 0, 100))
    (tmp_path / "manifest.npz").write_bytes(damage)
    assert load(tmp_path, SPACE) is None
    save(tmp_path, SPACE, grown(snapshot, 100, 1))
    again = load(tmp_path, SPACE)
    assert again is not None
    assert len(again.index) == 101


@pytest.mark.parametrize("cut", [True, False], ids=["shortened", "removed"])
def test_a_damaged_segment_is_no_snapshot_and_is_replaced(
    tmp_path: Path, empty: Snapshot, cut: bool
) -> None:
    snapshot = save(tmp_path, SPACE, grown(empty, 0, 100))
    segment = tmp_path / snapshot.files[0]
    content = segment.read_bytes()
    segment.unlink()
    if cut:
        segment.write_bytes(content[:-8])
    assert load(tmp_path, SPACE) is None
    save(tmp_path, SPACE, grown(snapshot, 100, 1))
    again = load(tmp_path, SPACE)
    assert again is not None
    assert len(again.index) == 101


def test_what_a_killed_process_left_is_swept(tmp_path: Path, empty: Snapshot) -> None:
    (tmp_path / "00000001-dead.part").touch()
    (tmp_path / "00000001-dead").touch()
    snapshot = save(tmp_path, SPACE, grown(empty, 0, 10))
    save(tmp_path, SPACE, grown(snapshot, 10, 10))
    assert not list(tmp_path.glob("*dead*"))


def test_many_savers_leave_what_one_would_have_left(tmp_path: Path, empty: Snapshot) -> None:
    """Change n adds key n, so a snapshot is whole when its keys are those below its watermark."""

    base = save(tmp_path, SPACE, grown(empty, 0, 10))

    def work(_: int) -> int:
        snapshot = base
        for rows in range(10, 30):
            snapshot = save(tmp_path, SPACE, grown(snapshot, snapshot.watermark, rows))
            found = load(tmp_path, SPACE)
            assert found is not None
            assert sorted(found.index.keys.tolist()) == list(range(found.watermark))
        return snapshot.watermark

    with ThreadPoolExecutor(3) as pool:
        assert min(pool.map(work, range(3))) > base.watermark
