"""What a repository tells: branches, commits, differences."""

from __future__ import annotations

import difflib
import heapq
from typing import TYPE_CHECKING, Final

from menon.apps.socratic.repository.objects import entries, get_commit
from menon.apps.socratic.repository.records import Branch, Commit, FileDiff
from menon.apps.socratic.repository.store import Store, opened
from menon.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PAGE: Final = 200
_PATCHED: Final = 500_000
"""Bytes of a file whose lines are compared; comparing takes its square."""
_LINES: Final = 10_000
_UNENDED: Final = "\n\\ No newline at end of file\n"


def current(folder: Path) -> str:
    """The name of the current branch.

    Raises:
        NotFound: there is no repository.
    """
    with opened(folder) as store:
        return store.head()


def branches(folder: Path) -> list[Branch]:
    """All branches by name.

    Raises:
        NotFound: there is no repository.
    """
    with opened(folder) as store:
        head = store.head()
        found: dict[bytes, bytes] = store.refs.as_dict(b"refs/heads")
        return [
            Branch(name=name.decode(), commit=tip.decode(), current=name.decode() == head)
            for name, tip in sorted(found.items())
        ]


def log(
    folder: Path, *, start: str = "HEAD", limit: int = 50, after: str | None = None
) -> list[Commit]:
    """Commits, the latest first; a page goes on behind the commit `after` of the page before.

    Args:
        folder: of the repository
        start: a branch or commit
        limit: 1 to 200
        after: the id of the last commit that is known

    Raises:
        NotFound: there is no repository, `start` is unknown, or `after` is none of its commits.
        InvalidInput: the limit is not allowed.
    """
    if not 1 <= limit <= _PAGE:
        raise InvalidInput(f"a page has 1 to {_PAGE} commits, not {limit}")
    page: list[Commit] = []
    with opened(folder) as store:
        waiting = after is not None
        for sha in _walk(store, store.resolve(start)):
            if not waiting:
                page.append(get_commit(store, sha))
                if len(page) == limit:
                    break
            elif sha.decode() == after:
                waiting = False
    if waiting:
        raise NotFound(f"The commit {after!r} is not part of {start!r}.")
    return page


def diff(folder: Path, old: str | None, new: str = "HEAD") -> list[FileDiff]:
    """The files that differ between two commits or branches; `old` None is the empty tree.

    Raises:
        NotFound: there is no repository, or one of the commits is unknown.
    """
    with opened(folder) as store:
        before = _files(store, store.resolve(old)) if old is not None else {}
        after = _files(store, store.resolve(new))
        return [
            _compared(store, path, before.get(path), after.get(path))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        ]


def base(folder: Path, one: str, other: str) -> str | None:
    """The latest commit that both have in their past; None where they share none.

    Raises:
        NotFound: there is no repository, or one of the commits is unknown.
    """
    with opened(folder) as store:
        past = set(_walk(store, store.resolve(one)))
        shared = (sha for sha in _walk(store, store.resolve(other)) if sha in past)
        found = next(shared, None)
        return found.decode() if found else None


def _walk(store: Store, start: bytes) -> Iterator[bytes]:
    """Commits from the latest to the first, each after all that come from it."""
    after = _children(store, start)
    ready = [(-_time(store, start), start)]
    while ready:
        _, sha = heapq.heappop(ready)
        yield sha
        for parent in _parents(store, sha):
            after[parent] -= 1
            if after[parent] == 0:
                heapq.heappush(ready, (-_time(store, parent), parent))


def _children(store: Store, start: bytes) -> dict[bytes, int]:
    """How many commits come directly from each."""
    count = {start: 0}
    left = [start]
    while left:
        for parent in _parents(store, left.pop()):
            if parent not in count:
                count[parent] = 0
                left.append(parent)
            count[parent] += 1
    return count


def _parents(store: Store, sha: bytes) -> list[bytes]:
    found = store.objects[sha].parents
    return list(dict.fromkeys(bytes(parent) for parent in found))


def _time(store: Store, sha: bytes) -> int:
    return int(store.objects[sha].commit_time)


def _files(store: Store, commit: bytes) -> dict[str, bytes]:
    return {path: sha for path, sha, _ in entries(store, commit)}


def _compared(store: Store, path: str, old: bytes | None, new: bytes | None) -> FileDiff:
    before, after = _data(store, old), _data(store, new)
    binary = any(b"\0" in each[:8_000] for each in (before, after))
    kind = "added" if old is None else "removed" if new is None else "modified"
    large = max(len(before), len(after)) > _PATCHED
    patch = "" if binary or large else _patch(path, before, after, kind)
    return FileDiff(path=path, kind=kind, patch=patch, binary=binary)


def _data(store: Store, sha: bytes | None) -> bytes:
    if sha is None or sha not in store.objects:
        return b""  # a submodule is a commit of elsewhere
    return bytes(store.objects[sha].as_raw_string())


def _patch(path: str, before: bytes, after: bytes, kind: str) -> str:
    old = before.decode("utf-8", "replace").splitlines(keepends=True)
    new = after.decode("utf-8", "replace").splitlines(keepends=True)
    if max(len(old), len(new)) > _LINES:
        return ""
    left = "/dev/null" if kind == "added" else f"a/{path}"
    right = "/dev/null" if kind == "removed" else f"b/{path}"
    lines = difflib.unified_diff(old, new, left, right)
    return "".join(line if line.endswith("\n") else f"{line}{_UNENDED}" for line in lines)
