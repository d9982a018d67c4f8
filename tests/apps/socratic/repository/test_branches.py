"""Trees on branches, merges, history, differences; one writer at a time."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.apps.socratic.repository.making import ADA, NOON, commit, git, init, write

from menon.apps.socratic import repository
from menon.apps.socratic.repository import Author
from menon.core.errors import Conflict, InvalidInput, NotConfigured, NotFound, TooLarge


def test_a_tree_on_a_branch(tmp_path: Path):
    first = init(tmp_path)
    files = {"app/main.py": b"generated\n", "docs/a.md": b"# A\n"}
    made = write(tmp_path, "generated", files)
    assert made.commit.parents == (first.commit.id,)
    assert repository.read_tree(tmp_path, "generated") == files
    assert repository.read_tree(tmp_path, made.commit.id) == files
    assert repository.read_tree(tmp_path)["app/main.py"] == b"print(1)\n"
    assert repository.status(tmp_path).clean
    assert not write(tmp_path, "generated", files, 2).made
    assert [(b.name, b.current) for b in repository.branches(tmp_path)] == [
        ("generated", False),
        ("main", True),
    ]


def test_a_tree_on_the_current_branch_reaches_the_folder(tmp_path: Path):
    init(tmp_path)
    (tmp_path / ".env").write_text("A=1")
    write(tmp_path, "main", {"app": b"file\n", "x/y": b"y", ".gitignore": b".env\n"})
    assert repository.status(tmp_path).clean
    assert (tmp_path / "app").read_bytes() == b"file\n"
    assert (tmp_path / ".env").read_text() == "A=1"
    write(tmp_path, "main", {"app/main.py": b"and back\n", ".gitignore": b".env\n"}, 2)
    assert (tmp_path / "app" / "main.py").read_bytes() == b"and back\n"
    assert not (tmp_path / "x").exists()
    assert git(tmp_path, "status", "--porcelain") == ""


def test_work_that_is_in_no_commit_is_never_overwritten(tmp_path: Path):
    init(tmp_path)
    (tmp_path / "app" / "main.py").write_text("my work\n")
    with pytest.raises(Conflict, match=r"'app/main\.py'; commit them first"):
        write(tmp_path, "main", {"app/main.py": b"x"})
    commit(tmp_path, "My work.")
    (tmp_path / ".env").write_text("SECRET=1")
    before = repository.branches(tmp_path)
    with pytest.raises(Conflict, match=r"'\.env' stands in the folder already"):
        write(tmp_path, "main", {".env": b"x", "a": b"y"}, 2)
    assert (tmp_path / ".env").read_text() == "SECRET=1"
    assert (tmp_path / "app" / "main.py").read_text() == "my work\n"
    assert repository.branches(tmp_path) == before


def test_a_branch_that_moved_is_not_overwritten(tmp_path: Path):
    first = init(tmp_path)
    write(tmp_path, "generated", {"a": b"1"})
    with pytest.raises(Conflict, match="has moved on"):
        repository.write_tree(
            tmp_path, "generated", {"a": b"2"}, "x", author=ADA, at=NOON, expected=first.commit.id
        )


def test_a_merge_has_both_parents_and_a_base(tmp_path: Path):
    first = init(tmp_path)
    theirs = write(tmp_path, "generated", {"a": b"1"})
    (tmp_path / "mine").write_text("m")
    ours = commit(tmp_path, "Mine.", 2)
    assert repository.base(tmp_path, "main", "generated") == first.commit.id
    merged = repository.write_tree(
        tmp_path,
        "main",
        {"a": b"1", "mine": b"m"},
        "Merge.",
        author=ADA,
        at=NOON + timedelta(minutes=3),
        merged=["generated"],
    )
    assert merged.commit.parents == (ours.commit.id, theirs.commit.id)
    assert repository.base(tmp_path, "main", "generated") == theirs.commit.id
    history = [commit.message for commit in repository.log(tmp_path)]
    assert history == ["Merge.", "Mine.", "Generate.", "Begin the project."]


def test_the_log_comes_in_pages(tmp_path: Path):
    init(tmp_path)
    for number in range(7):
        (tmp_path / "n").write_text(str(number))
        commit(tmp_path, f"Step {number}.", number + 1)
    seen: list[str] = []
    after = None
    while page := repository.log(tmp_path, limit=3, after=after):
        seen += [commit.message for commit in page]
        after = page[-1].id
    assert seen == [*(f"Step {n}." for n in reversed(range(7))), "Begin the project."]
    with pytest.raises(NotFound, match="is not part of"):
        repository.log(tmp_path, after="0" * 40)
    with pytest.raises(InvalidInput, match="1 to 200"):
        repository.log(tmp_path, limit=0)


def test_differences_of_files(tmp_path: Path):
    first = init(tmp_path)
    (tmp_path / "app" / "main.py").write_text("print(2)")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0\1")
    (tmp_path / ".gitignore").unlink()
    second = commit(tmp_path, "Change.")
    found = repository.diff(tmp_path, first.commit.id, second.commit.id)
    assert [(each.path, each.kind, each.binary) for each in found] == [
        (".gitignore", "removed", False),
        ("app/main.py", "modified", False),
        ("logo.png", "added", True),
    ]
    assert found[1].patch == (
        "--- a/app/main.py\n+++ b/app/main.py\n@@ -1 +1 @@\n-print(1)\n+print(2)\n"
        "\\ No newline at end of file\n"
    )
    assert [each.kind for each in repository.diff(tmp_path, None, first.commit.id)] == ["added"] * 2
    assert repository.diff(tmp_path, "main", "HEAD") == []


def test_many_writers_lose_nothing(tmp_path: Path):
    init(tmp_path)

    def one(number: int) -> None:
        write(tmp_path, f"b{number % 3}", {f"f{number}": str(number).encode()}, number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    counts = [len(repository.log(tmp_path, start=f"b{n}")) for n in range(3)]
    assert counts == [9, 9, 9]
    assert git(tmp_path, "fsck", "--strict", "--full") == ""


def test_processes_wait_for_each_other(tmp_path: Path):
    init(tmp_path)
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from menon.apps.socratic import repository as r\n"
        "for n in range(5):\n"
        "    r.write_tree(Path(sys.argv[1]), 'all', {sys.argv[2] + str(n): b'x'}, 'x',\n"
        "        author=r.Author('A', 'a@b'), at=datetime(2027, 1, 1, tzinfo=UTC))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(repository.log(tmp_path, start="all")) == 11


@pytest.mark.parametrize("name", ["", "-x", "a..b", "a/", "/a", "a.lock", "a b", "ä", "a" * 201])
def test_bad_branches_are_refused(tmp_path: Path, name: str):
    init(tmp_path)
    with pytest.raises(InvalidInput, match="is no name of a branch"):
        write(tmp_path, name, {"a": b"x"})


def test_what_is_missing_or_wrong_is_told(tmp_path: Path):
    with pytest.raises(NotFound, match="no repository yet"):
        repository.status(tmp_path)
    init(tmp_path)
    with pytest.raises(NotFound, match="no branch or commit 'nope'"):
        repository.read_tree(tmp_path, "nope")
    with pytest.raises(NotFound, match="no branch or commit"):
        repository.read_tree(tmp_path, "0" * 40)
    (tmp_path / "a").write_text("x")
    with pytest.raises(InvalidInput, match="no message"):
        commit(tmp_path, "  ")
    with pytest.raises(InvalidInput, match="no time zone"):
        repository.commit(tmp_path, "x", author=ADA, at=datetime(2027, 1, 1))  # noqa: DTZ001
    with pytest.raises(TooLarge, match="the tree is too large"):
        write(tmp_path, "b", {f"f{n}": b"" for n in range(20_001)})
    with pytest.raises(InvalidInput, match="cannot be a file and the folder"):
        write(tmp_path, "b", {"a": b"", "a/b": b""})


def test_an_author_cannot_forge_a_line(tmp_path: Path):
    evil = Author("Eve\ncommitter Root <root@x> 1 +0000", "e@x>\n")
    made = repository.init(tmp_path, author=evil, at=NOON)
    assert made.commit.author == "Evecommitter Root root@x 1 +0000"
    assert git(tmp_path, "fsck", "--strict") == ""


def test_a_missing_library_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    init(tmp_path)
    monkeypatch.setitem(sys.modules, "dulwich.errors", None)
    with pytest.raises(NotConfigured, match=r"menon\[studio\]"):
        repository.status(tmp_path)
