"""What changes a repository: every step keeps what was there, or does nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from menon.apps.socratic.repository import worktree
from menon.apps.socratic.repository.objects import (
    entries,
    get_commit,
    get_tree,
    put_commit,
    put_tree,
)
from menon.apps.socratic.repository.paths import branch_ref, safe
from menon.apps.socratic.repository.records import GITIGNORE, Author, Committed, Status, Tree
from menon.apps.socratic.repository.store import Store, created, locked, opened
from menon.core.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path


def init(
    folder: Path,
    *,
    author: Author,
    at: datetime,
    files: Mapping[str, bytes] | None = None,
    branch: str = "main",
    message: str = "Begin the project.",
) -> Committed:
    """Make a repository of a folder, with a `.gitignore` and a first commit of all that is there.

    A folder that is a repository already stays as it is: `made` is false.

    Args:
        folder: made if it is missing
        author: of the first commit
        at: its time, aware
        files: written into the folder first; files of the same path are kept as they are
        branch: the first one
        message: of the first commit

    Raises:
        InvalidInput: a path, the branch, the message or the time is not valid.
        Conflict: the folder has a `.git` that was not made here.
    """
    branch_ref(branch)
    folder.mkdir(parents=True, exist_ok=True)
    inside = folder / ".git"
    if not (inside / "HEAD").exists() and not inside.is_symlink() and not inside.is_file():
        created(folder, branch)
    with opened(folder), locked(folder), opened(folder) as store:
        tip = store.tip(store.head())
        if tip is not None:
            return Committed(commit=get_commit(store, tip), made=False)
        wanted: Tree = {".gitignore": GITIGNORE, **(files or {})}
        missing = {p: c for p, c in wanted.items() if not os.path.lexists(folder / safe(p))}
        worktree.write(folder, {}, missing)
        return _commit(store, message, author=author, at=at)


def commit(folder: Path, message: str, *, author: Author, at: datetime) -> Committed:
    """Commit everything that changed in the working folder; nothing to commit is a success.

    Raises:
        NotFound: there is no repository.
        InvalidInput: the folder has a file that cannot be kept; the message or time is not valid.
    """
    with opened(folder), locked(folder), opened(folder) as store:
        return _commit(store, message, author=author, at=at)


def status(folder: Path) -> Status:
    """What a commit would change; ignored files are not looked at.

    Raises:
        NotFound: there is no repository.
    """
    with opened(folder) as store:
        return _status(store)


def read_tree(folder: Path, name: str = "HEAD") -> Tree:
    """The files of a commit or branch.

    Raises:
        NotFound: there is no repository, branch or commit of that name.
    """
    with opened(folder) as store:
        return get_tree(store, store.resolve(name))


def write_tree(
    folder: Path,
    branch: str,
    files: Mapping[str, bytes],
    message: str,
    *,
    author: Author,
    at: datetime,
    merged: Sequence[str] = (),
    expected: str | None = None,
) -> Committed:
    """Commit exactly these files onto a branch, which begins at the current one if it is new.

    The working folder follows where the branch is the current one. Nothing changed: no commit.

    Args:
        folder: of the repository
        branch: its name
        files: the whole tree
        message: of the commit
        author: of the commit
        at: its time, aware
        merged: further parents, commits or branches that were merged into the tree
        expected: the commit that the branch must still be at

    Raises:
        NotFound: there is no repository, or a parent is unknown.
        InvalidInput: a path, the branch, the message or the time is not valid.
        Conflict: the branch moved on, or the working folder has changes that are not committed.
    """
    ref = branch_ref(branch)
    with opened(folder), locked(folder), opened(folder) as store:
        current = store.head()
        tip = store.tip(branch)
        if expected is not None and tip != expected.encode():
            raise Conflict(f"The branch {branch!r} has moved on; read it again and retry.")
        follows = branch == current
        if follows and not (state := _status(store)).clean:
            first = (*state.modified, *state.added, *state.removed)[0]
            said = f"The working folder has changes, such as {first!r}; commit them first."
            raise Conflict(said)
        start = tip or store.tip(current)
        parents = [start] if start is not None else []
        parents += [p for p in map(store.resolve, merged) if p not in parents]
        tree = put_tree(store, files)
        if tip is not None and len(parents) == 1 and _tree_of(store, tip) == tree:
            return Committed(commit=get_commit(store, tip), made=False)
        made = put_commit(store, tree, parents, message, author=author, at=at)
        if follows:
            before = get_tree(store, tip) if tip is not None else {}
            worktree.write(folder, before, files)
        _move(store, ref, tip, made)
        if follows:
            _index(store, files)
        return Committed(commit=get_commit(store, made), made=True)


def _commit(store: Store, message: str, *, author: Author, at: datetime) -> Committed:
    branch = store.head()
    tip = store.tip(branch)
    files = worktree.read(store.folder, _tracked(store, tip))
    tree = put_tree(store, files)
    if tip is not None and _tree_of(store, tip) == tree:
        return Committed(commit=get_commit(store, tip), made=False)
    parents = [tip] if tip is not None else []
    made = put_commit(store, tree, parents, message, author=author, at=at)
    _move(store, branch_ref(branch), tip, made)
    _index(store, files)
    return Committed(commit=get_commit(store, made), made=True)


def _status(store: Store) -> Status:
    branch = store.head()
    tip = store.tip(branch)
    old = get_tree(store, tip) if tip is not None else {}
    new = worktree.read(store.folder, frozenset(old))
    return Status(
        branch=branch,
        commit=tip.decode() if tip else "",
        added=tuple(sorted(new.keys() - old.keys())),
        modified=tuple(sorted(path for path in new.keys() & old.keys() if new[path] != old[path])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def _tracked(store: Store, tip: bytes | None) -> frozenset[str]:
    return frozenset(path for path, *_ in entries(store, tip)) if tip else frozenset()


def _tree_of(store: Store, commit: bytes) -> bytes:
    return bytes(store.objects[commit].tree)


def _move(store: Store, ref: bytes, old: bytes | None, new: bytes) -> None:
    refs = store.refs
    moved = refs.set_if_equals(ref, old, new) if old else refs.add_if_new(ref, new)
    if not moved:
        raise Conflict("The branch has moved on meanwhile; read it again and retry.")


def _index(store: Store, files: Mapping[str, bytes]) -> None:
    """Tell git that the working folder is what was committed."""
    from dulwich.index import Index, index_entry_from_stat
    from dulwich.objects import Blob

    index: Any = Index(store.folder / ".git" / "index", read=False)
    for path, content in sorted(files.items()):
        state = worktree.stats(store.folder, path)
        if state is not None:
            sha = Blob.from_string(content).id
            index[path.encode()] = index_entry_from_stat(state, sha, worktree.mode_of(content))
    index.write()
