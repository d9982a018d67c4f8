"""Repositories that git itself can read, the same each time; work is never lost."""

from pathlib import Path

from tests.apps.socratic.repository.making import ADA, NOON, commit, git, init, write

from menon.apps.socratic import repository


def test_init_makes_a_gitignore_and_a_first_commit(tmp_path: Path):
    made = init(tmp_path)
    assert made.made
    assert made.commit.parents == ()
    assert (made.commit.author, made.commit.email) == ("Ada Lovelace", "ada@example.org")
    assert made.commit.at == NOON
    assert repository.read_tree(tmp_path) == {
        ".gitignore": repository.GITIGNORE,
        "app/main.py": b"print(1)\n",
    }
    assert repository.status(tmp_path).clean
    assert repository.current(tmp_path) == "main"


def test_init_again_changes_nothing(tmp_path: Path):
    first = init(tmp_path)
    (tmp_path / "new.txt").write_text("x")
    again = repository.init(tmp_path, author=ADA, at=NOON)
    assert not again.made
    assert again.commit == first.commit
    assert repository.status(tmp_path).added == ("new.txt",)


def test_init_keeps_files_that_are_there(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("mine\n")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "a.log").write_text("x")
    init(tmp_path)
    assert repository.read_tree(tmp_path) == {".gitignore": b"*.log\n", "app/main.py": b"mine\n"}


def test_a_commit_takes_what_changed_and_a_second_one_nothing(tmp_path: Path):
    first = init(tmp_path)
    (tmp_path / "app" / "main.py").write_text("print(2)\n")
    (tmp_path / "app" / "new.py").write_text("x\n")
    (tmp_path / ".env").write_text("SECRET=1")
    state = repository.status(tmp_path)
    assert (state.added, state.modified, state.removed) == (("app/new.py",), ("app/main.py",), ())
    assert not state.clean
    made = commit(tmp_path, "Print two.")
    assert made.made
    assert made.commit.parents == (first.commit.id,)
    again = commit(tmp_path, "Nothing.", 2)
    assert not again.made
    assert again.commit == made.commit
    (tmp_path / "app" / "new.py").unlink()
    assert repository.status(tmp_path).removed == ("app/new.py",)
    assert commit(tmp_path, "Remove.", 3).made


def test_ignored_files_stay_out_and_tracked_ones_in(tmp_path: Path):
    init(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ".gitignore").write_text("*\n!keep.txt\n!.gitignore\n")
    (tmp_path / "data" / "keep.txt").write_text("x")
    (tmp_path / "data" / "drop.txt").write_text("x")
    assert repository.status(tmp_path).added == ("data/.gitignore", "data/keep.txt")
    commit(tmp_path, "Keep one.")
    (tmp_path / ".gitignore").write_text("app/\n")
    (tmp_path / "app" / "main.py").write_text("print(3)\n")
    (tmp_path / "app" / "other.py").write_text("x")
    assert repository.status(tmp_path).modified == (".gitignore", "app/main.py")
    assert repository.status(tmp_path).added == ()


def test_git_reads_what_was_written(tmp_path: Path):
    init(tmp_path)
    (tmp_path / "run.sh").write_bytes(b"#!/bin/sh\necho ok\n")
    (tmp_path / "grüße").mkdir()
    (tmp_path / "grüße" / "ä b.txt").write_text("ö")
    made = commit(tmp_path, "Add a script.\n\nWith a reason.")
    write(tmp_path, "generated", {"only.txt": b"x"}, 2)
    assert git(tmp_path, "status", "--porcelain") == ""
    assert git(tmp_path, "fsck", "--strict", "--full") == ""
    assert git(tmp_path, "rev-parse", "HEAD").strip() == made.commit.id
    assert git(tmp_path, "log", "--format=%an|%ae|%at|%s", "-1").strip() == (
        f"Ada Lovelace|ada@example.org|{int(NOON.timestamp()) + 60}|Add a script."
    )
    assert "100755 blob" in git(tmp_path, "ls-tree", "HEAD", "run.sh")
    assert git(tmp_path, "show", "HEAD:grüße/ä b.txt") == "ö"
    assert git(tmp_path, "branch", "--format=%(refname:short)").split() == ["generated", "main"]
    assert git(tmp_path, "ls-tree", "--name-only", "generated").split() == ["only.txt"]
    copy = tmp_path.parent / "copy"
    git(tmp_path, "clone", "-q", str(tmp_path), str(copy))
    assert (copy / "app" / "main.py").read_bytes() == b"print(1)\n"


def test_what_git_committed_is_read(tmp_path: Path):
    init(tmp_path)
    (tmp_path / "by_git.txt").write_text("x\n")
    git(tmp_path, "add", ".")
    who = ("-c", "user.name=Bob", "-c", "user.email=b@example.org")
    git(tmp_path, *who, "commit", "-qm", "By git.")
    git(tmp_path, "gc", "-q")
    assert repository.log(tmp_path)[0].author == "Bob"
    assert repository.read_tree(tmp_path)["by_git.txt"] == b"x\n"
    assert repository.status(tmp_path).clean
    (tmp_path / "by_git.txt").write_text("y\n")
    assert commit(tmp_path, "By us.", 5).made
    assert git(tmp_path, "status", "--porcelain") == ""


def test_the_same_input_gives_the_same_ids(tmp_path: Path):
    ids: list[list[str]] = []
    for name in ("one", "other"):
        folder = tmp_path / name
        init(folder)
        (folder / "b.txt").write_text("b")
        (folder / "a.txt").write_text("a")
        commit(folder, "Add.")
        files = {"z": b"1", "a/b": b"2"}
        write(folder, "generated", files if name == "one" else dict(reversed(files.items())), 2)
        ids.append([branch.commit for branch in repository.branches(folder)])
    assert ids[0] == ids[1]
