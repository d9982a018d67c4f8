"""The folder of a run is read and removed whatever a program has made of it."""

import os
from pathlib import Path

import pytest

from menon.engine.sandbox.inside import box
from menon.engine.sandbox.inside.plan import Plan


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A run without namespaces, as whoever runs this test."""
    return Plan(
        walls="none",
        box=str(tmp_path / "box"),
        uid=0,
        files=[("a.txt", b"a"), ("in/b.txt", b"b")],
        disk_bytes=1 << 20,
        disk_files=100,
        result_bytes=1 << 10,
    )


def test_only_new_and_changed_files_are_told(plan: Plan) -> None:
    before = box.fill(plan)
    assert box.changed(plan, before) == ([], 0)
    work = Path(plan.work)
    (work / "a.txt").write_text("A")
    (work / "in/c.txt").write_text("c")
    (work / "large").write_bytes(bytes(1 << 11))
    assert box.changed(plan, before) == (
        [("a.txt", 1, b"A"), ("in/c.txt", 1, b"c"), ("large", 1 << 11, None)],
        0,
    )


def test_nothing_leads_out(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    before = box.fill(plan)
    work = Path(plan.work)
    (work / "link").symlink_to(tmp_path / "secret")
    (work / "folder").symlink_to(tmp_path)
    os.link(tmp_path / "secret", work / "copy")
    os.mkfifo(work / "pipe")
    assert box.changed(plan, before) == ([], 0)
    (work / "gone").mkdir()
    work.rename(work.with_name("moved"))
    work.symlink_to(tmp_path)
    assert box.changed(plan, before) == ([], 0)
    box.remove(plan.box)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret"]


def test_use_is_counted(plan: Plan) -> None:
    box.fill(plan)
    size, files = box.used(plan)
    assert files == 3  # with the folder
    Path(plan.temporary, "x").write_bytes(bytes(1 << 16))
    assert box.used(plan) == (size + (1 << 16), 4)


def test_what_is_too_deep_breaks_the_limit_and_is_removed(plan: Plan) -> None:
    before = box.fill(plan)
    here = os.open(plan.work, os.O_RDONLY)
    for _ in range(400):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert box.used(plan) > (plan.disk_bytes, plan.disk_files)
    assert box.changed(plan, before) == ([], 0)
    Path(plan.work, "in").chmod(0)
    box.remove(plan.box)
    assert not Path(plan.box).exists()


def test_many_files_are_counted_not_told(plan: Plan) -> None:
    before = box.fill(plan)
    for number in range(1010):
        Path(plan.work, f"{number:04}").touch()
    told, more = box.changed(plan, before)
    assert (len(told), told[0][0], more) == (1000, "0000", 10)
