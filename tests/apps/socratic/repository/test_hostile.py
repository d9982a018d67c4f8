"""Repositories, trees and folders that want to run something or to leave their folder."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

from menon.apps.socratic import repository
from menon.apps.socratic.repository import Author
from menon.core.errors import Conflict, InvalidInput

ADA = Author("Ada", "ada@example.org")
NOON = datetime(2027, 1, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    repository.init(made, author=ADA, at=NOON, files={"a.txt": b"a\n", "d/b.txt": b"b\n"})
    return made


def _everything(folder: Path) -> None:
    """Use all that there is."""
    (folder / "a.txt").write_text("changed\n")
    repository.status(folder)
    made = repository.commit(folder, "Change.", author=ADA, at=NOON)
    repository.write_tree(folder, "other", {"a.txt": b"x\n"}, "x", author=ADA, at=NOON)
    files = {"a.txt": b"y\n", ".gitattributes": b"* filter=evil diff=evil\n"}
    repository.write_tree(folder, "main", files, "y", author=ADA, at=NOON)
    repository.log(folder)
    repository.branches(folder)
    repository.diff(folder, made.commit.id, "other")
    repository.read_tree(folder, "other")


def test_nothing_that_a_repository_brings_is_run(folder: Path, tmp_path: Path):
    witness = tmp_path / "ran"
    run = f"touch {witness}"
    (folder / ".git" / "config").write_text(
        f"""[core]
    repositoryformatversion = 0
    fsmonitor = "{run}"
    hooksPath = {tmp_path}/hooks
    editor = "{run}"
    pager = "{run}"
    sshCommand = "{run}"
    attributesFile = {tmp_path}/attributes
    worktree = {tmp_path}/elsewhere
[filter "evil"]
    clean = "{run}"
    smudge = "{run}"
    process = "{run}"
    required = true
[diff "evil"]
    textconv = "{run}"
    command = "{run}"
[merge "evil"]
    driver = "{run}"
[commit]
    gpgsign = true
[gpg]
    program = "{run}"
[include]
    path = {tmp_path}/more
"""
    )
    (tmp_path / "attributes").write_text("* filter=evil diff=evil merge=evil\n")
    (folder / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil merge=evil\n")
    (folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n")
    for hooks in (folder / ".git" / "hooks", tmp_path / "hooks"):
        hooks.mkdir()
        for name in ("pre-commit", "post-commit", "commit-msg", "prepare-commit-msg"):
            hook = hooks / name
            hook.write_text(f"#!/bin/sh\n{run}\n")
            hook.chmod(0o755)
    _everything(folder)
    assert not witness.exists()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../up",
        "a/../../up",
        "a//b",
        "./a",
        "a/",
        "C:/a",
        "a\\b",
        "a\nb",
        "a\x00b",
        "\ud800",
        "x" * 256,
        "a/" * 501,
        ".git/config",
        "sub/.git/hooks/post-checkout",
        ".GIT/config",
        ".Git",
        ".git./config",
        ".git /config",
        ".git::$INDEX_ALLOCATION/config",
        "GIT~1/config",
        "git~2",
        ".g\u200cit/config",
        "\ufeff.git/config",
    ],
)
def test_paths_that_leave_or_reach_git_are_refused(folder: Path, path: str):
    with pytest.raises(InvalidInput, match="cannot be a file of a project"):
        repository.write_tree(folder, "x", {path: b"x"}, "x", author=ADA, at=NOON)
    with pytest.raises(InvalidInput):
        repository.safe(path)


@pytest.mark.parametrize("path", [".gitignore", ".github/x.yml", "a b/ü.txt", "git", "con.py"])
def test_paths_that_only_look_like_it_are_kept(folder: Path, path: str):
    repository.write_tree(folder, "x", {path: b"x"}, "x", author=ADA, at=NOON)
    assert repository.read_tree(folder, "x") == {path: b"x"}


def _planted(folder: Path, name: bytes, mode: int, below: bytes | None = None) -> None:
    """A commit of the kind that only a hostile program writes."""
    repo = Repo(str(folder))
    blob = Blob.from_string(b"/etc/passwd")
    tree: Any = Tree()
    tree.add(below or name, mode, blob.id)
    repo.object_store.add_object(blob)
    repo.object_store.add_object(tree)
    top: Any = tree
    if below is not None:
        top = Tree()
        top.add(name, 0o40000, tree.id)
        repo.object_store.add_object(top)
    made: Any = Commit()
    made.tree, made.author, made.committer = top.id, b"E <e@x>", b"E <e@x>"
    made.commit_time = made.author_time = 1
    made.commit_timezone = made.author_timezone = 0
    made.message = b"evil"
    repo.object_store.add_object(made)
    cast("Any", repo.refs)[b"refs/heads/evil"] = made.id
    repo.close()


@pytest.mark.parametrize(
    ("name", "below"),
    [(b"..", b"x"), (b".git", b"config"), (b".GIT", b"config"), (b"git~1", b"config")],
)
def test_hostile_trees_are_not_read(folder: Path, name: bytes, below: bytes):
    _planted(folder, name, 0o100644, below)
    with pytest.raises(Conflict, match="cannot be read"):
        repository.read_tree(folder, "evil")
    with pytest.raises(Conflict, match="cannot be read"):
        repository.diff(folder, "main", "evil")


def test_links_and_submodules_of_a_tree_are_no_files(folder: Path):
    _planted(folder, b"link", 0o120000)
    assert repository.read_tree(folder, "evil") == {}
    _planted(folder, b"module", 0o160000)
    assert repository.read_tree(folder, "evil") == {}


def test_a_link_in_the_folder_is_not_followed(folder: Path, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "link").symlink_to(secret)
    with pytest.raises(InvalidInput, match="'link' is a link or a device"):
        repository.commit(folder, "x", author=ADA, at=NOON)
    (folder / "link").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(InvalidInput, match="'pipe' is a link or a device"):
        repository.status(folder)
    (folder / ".gitignore").write_text("pipe\n")
    assert repository.status(folder).modified == (".gitignore",)


def test_nothing_is_written_through_a_link(folder: Path, tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / ".gitignore").write_text("link\nlink/\n")
    repository.commit(folder, "Ignore.", author=ADA, at=NOON)
    (folder / "link").symlink_to(outside)
    with pytest.raises(Conflict, match="'link' is a link"):
        repository.write_tree(folder, "main", {"link/x": b"x"}, "x", author=ADA, at=NOON)
    assert list(outside.iterdir()) == []
    (folder / "link").unlink()
    (outside / "kept").write_text("kept")
    (folder / "link").symlink_to(outside / "kept")
    with pytest.raises(Conflict, match="stands in the folder already"):
        repository.write_tree(folder, "main", {"link": b"x"}, "x", author=ADA, at=NOON)
    assert (outside / "kept").read_text() == "kept"


def test_a_git_folder_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path):
    other = tmp_path / "other"
    repository.init(other, author=ADA, at=NOON, files={"private": b"x"})
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / ".git").symlink_to(other / ".git")
    with pytest.raises(Conflict, match="is no folder"):
        repository.read_tree(fresh)
    with pytest.raises(Conflict, match="is no folder"):
        repository.init(fresh, author=ADA, at=NOON)
    (fresh / ".git").unlink()
    (fresh / ".git").write_text(f"gitdir: {other}/.git\n")
    with pytest.raises(Conflict, match="is no folder"):
        repository.read_tree(fresh)
    alternates = folder / ".git" / "objects" / "info" / "alternates"
    alternates.write_text(f"{other}/.git/objects\n")
    with pytest.raises(Conflict, match="borrows from elsewhere"):
        repository.read_tree(folder)
    alternates.unlink()
    (folder / ".git" / "commondir").write_text(f"{other}/.git\n")
    with pytest.raises(Conflict, match="borrows from elsewhere"):
        repository.read_tree(folder)
    (folder / ".git" / "commondir").unlink()
    (folder / ".git" / "refs" / "heads" / "x").symlink_to(other / ".git" / "refs/heads/main")
    with pytest.raises(Conflict, match="symbolic link"):
        repository.branches(folder)


def test_a_damaged_repository_says_so(folder: Path):
    for found in (folder / ".git" / "objects").glob("??/*"):
        found.chmod(0o644)
        found.write_bytes(b"garbage")
    with pytest.raises(Conflict, match="damaged"):
        repository.read_tree(folder)
    (folder / ".git" / "HEAD").write_text("0" * 40)
    with pytest.raises(Conflict, match="on no branch"):
        repository.status(folder)


def test_a_folder_that_cannot_follow_stays_as_it_was(folder: Path):
    (folder / ".gitignore").write_text("kept\n")
    repository.commit(folder, "Ignore.", author=ADA, at=NOON)
    before = repository.read_tree(folder)
    (folder / "d" / "kept").write_text("in no commit")
    files = {".gitignore": b"kept\n", "a.txt": b"new\n", "d": b"a file\n", "c/e": b"e"}
    with pytest.raises(Conflict, match="stands in its way"):
        repository.write_tree(folder, "main", files, "x", author=ADA, at=NOON)
    assert repository.status(folder).clean
    assert repository.read_tree(folder) == before
    assert (folder / "d" / "kept").read_text() == "in no commit"
    assert not (folder / "c").exists()


def test_a_deep_folder_ends(folder: Path):
    deep = folder
    for _ in range(105):
        deep = deep / "d"
    deep.mkdir(parents=True)
    with pytest.raises(InvalidInput, match="deeper than 100 folders"):
        repository.status(folder)
