"""Trees and commits as git's objects."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from menon.apps.socratic.repository.paths import consistent, safe
from menon.apps.socratic.repository.records import (
    LARGEST_FILE,
    MOST_BYTES,
    MOST_FILES,
    Author,
    Commit,
    Tree,
)
from menon.apps.socratic.repository.worktree import mode_of
from menon.core.errors import Conflict, InvalidInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from menon.apps.socratic.repository.store import Store

_DEEPEST: Final = 100


def put_tree(store: Store, files: Mapping[str, bytes]) -> bytes:
    """Store files as a tree; the id depends on paths and contents alone.

    Raises:
        InvalidInput: a path that a repository cannot keep.
        TooLarge: there are too many files, or too large ones.
    """
    from dulwich.index import commit_tree
    from dulwich.objects import Blob

    total = sum(map(len, files.values()))
    largest = max(map(len, files.values()), default=0)
    if len(files) > MOST_FILES or total > MOST_BYTES or largest > LARGEST_FILE:
        said = f"at most {MOST_FILES} files, {MOST_BYTES} bytes in all, {LARGEST_FILE} in one"
        raise TooLarge(f"the tree is too large: {said}")
    consistent(map(safe, files))
    entries: list[Any] = []
    for path, content in files.items():
        blob = Blob.from_string(content)
        if blob.id not in store.objects:
            store.objects.add_object(blob)
        entries.append((path.encode(), blob.id, mode_of(content)))
    return bytes(commit_tree(store.objects, entries))


def entries(store: Store, commit: bytes) -> Iterator[tuple[str, bytes, int]]:
    """Path, id and mode of every file of a commit.

    Raises:
        Conflict: the tree has paths that would leave its folder, or is too deep.
    """
    from dulwich.object_store import iter_tree_contents

    tree = store.objects[commit].tree
    for entry in iter_tree_contents(store.objects, tree, max_depth=_DEEPEST):
        path = (entry.path or b"").decode("utf-8", "surrogateescape")
        try:
            safe(path)
        except InvalidInput as error:
            raise Conflict(f"The commit cannot be read: {error.detail}.") from error
        yield path, bytes(entry.sha or b""), entry.mode or 0


def get_tree(store: Store, commit: bytes) -> Tree:
    """The files of a commit; links and submodules are left out.

    Raises:
        TooLarge: there are too many files, or too large ones.
    """
    files: Tree = {}
    total = 0
    for path, sha, mode in entries(store, commit):
        if not stat.S_ISREG(mode):
            continue
        files[path] = store.objects[sha].data
        total += len(files[path])
        if len(files) > MOST_FILES or total > MOST_BYTES:
            said = f"at most {MOST_FILES} files with {MOST_BYTES} bytes in all are read"
            raise TooLarge(f"the commit is too large: {said}")
    return files


def put_commit(
    store: Store,
    tree: bytes,
    parents: Sequence[bytes],
    message: str,
    *,
    author: Author,
    at: datetime,
) -> bytes:
    """Store a commit; the same tree, parents, message, author and second give the same id.

    Raises:
        InvalidInput: the time has no zone, or there is no message.
    """
    from dulwich.objects import Commit as GitCommit

    if at.tzinfo is None:
        raise InvalidInput("the time of a commit has no time zone; give an aware one")
    text = message.replace("\x00", "").strip()
    if not text:
        raise InvalidInput("the commit has no message; say in a sentence what it does")
    who = f"{_plain(author.name) or 'unknown'} <{_plain(author.email)}>".encode("utf-8", "replace")
    made: Any = GitCommit()
    made.tree, made.parents = tree, list(parents)
    made.author = made.committer = who
    made.author_time = made.commit_time = int(at.timestamp())
    made.author_timezone = made.commit_timezone = 0
    made.encoding = b"UTF-8"
    made.message = f"{text}\n".encode("utf-8", "replace")
    store.objects.add_object(made)
    return bytes(made.id)


def get_commit(store: Store, commit: bytes) -> Commit:
    """A commit as a record."""
    found = store.objects[commit]
    who = bytes(found.author).decode("utf-8", "replace")
    name, _, rest = who.partition(" <")
    return Commit(
        id=commit.decode(),
        parents=tuple(bytes(parent).decode() for parent in found.parents),
        author=name,
        email=rest.rstrip(">"),
        at=datetime.fromtimestamp(found.commit_time, UTC),
        message=bytes(found.message).decode("utf-8", "replace").rstrip("\n"),
    )


def _plain(text: str) -> str:
    """A name that cannot end its place in a commit."""
    return " ".join("".join(c for c in text if c.isprintable() and c not in "<>").split())
