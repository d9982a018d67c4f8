"""The inside of `.git`: opened with care, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from menon.apps.socratic.repository.paths import branch_ref
from menon.core.errors import Conflict, NotConfigured, NotFound, Overloaded

if TYPE_CHECKING:
    from collections.abc import Generator

_LOCK: Final = "menon.lock"
_AT_WORK: Final = b"a writer is at work\n"
_WAIT_S: Final = 30.0
_PAUSE_S: Final = 0.02

CONFIG: Final = b"""\
[core]
\trepositoryformatversion = 0
\tfilemode = false
\tbare = false
"""
"""For git itself; never read here."""


@dataclass(frozen=True, slots=True)
class Store:
    """The objects and branches of a repository."""

    folder: Path
    objects: Any
    refs: Any
    """dulwich tells ids and names of branches from bytes, which only its own types know."""

    def head(self) -> str:
        """The name of the current branch."""
        target = self.refs.read_loose_ref(b"HEAD") or b""
        prefix = b"ref: refs/heads/"
        if not target.startswith(prefix):
            raise Conflict("The repository is on no branch; check one out with git first.")
        return target.removeprefix(prefix).strip().decode("utf-8", "replace")

    def tip(self, branch: str) -> bytes | None:
        """The id of the last commit of a branch; None where there is no such branch."""
        return self.refs.read_ref(branch_ref(branch))

    def resolve(self, name: str) -> bytes:
        """The id of a commit by its id, its branch, or `HEAD`.

        Raises:
            NotFound: there is none.
        """
        from dulwich.objects import Commit

        found: bytes | None = None
        if name == "HEAD":
            found = self.tip(self.head())
        elif len(name) == 40 and all(char in "0123456789abcdef" for char in name):
            found = name.encode()
            if found not in self.objects or not isinstance(self.objects[found], Commit):
                found = None
        else:
            found = self.tip(name)
        if found is None:
            raise NotFound(f"The repository has no branch or commit {name!r}.")
        return found


@contextmanager
def opened(folder: Path) -> Generator[Store]:
    """The store of a repository, for reading.

    Raises:
        NotFound: there is no repository.
        Conflict: it is one that was not made here, or it is damaged.
        NotConfigured: dulwich is not installed.
    """
    try:
        from dulwich.errors import ChecksumMismatch, FileFormatException, ObjectFormatException
        from dulwich.object_store import DiskObjectStore
        from dulwich.refs import DiskRefsContainer
    except ImportError as error:
        said = "Repositories need dulwich; install it with: uv pip install 'menon[studio]'"
        raise NotConfigured(said) from error
    inside = folder / ".git"
    if not os.path.lexists(inside):
        raise NotFound("There is no repository yet; initialise it first.")
    _trusted(inside)
    store = DiskObjectStore(inside / "objects")
    try:
        yield Store(folder, store, DiskRefsContainer(inside))
    except (
        ChecksumMismatch,
        FileFormatException,
        ObjectFormatException,
        KeyError,
        zlib.error,
    ) as error:
        said = f"The repository is damaged ({type(error).__name__}); restore it from a backup."
        raise Conflict(said) from error
    finally:
        store.close()


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Only one process and thread at a time writes to a repository.

    A mark in the lock's file tells of a writer that was killed: what dulwich had locked then stays
    locked for ever, since the names of objects come back.

    Raises:
        Overloaded: another holds the lock for half a minute.
    """
    path = folder / ".git" / _LOCK
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + _WAIT_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    said = "Somebody else writes to the repository; try again in a moment."
                    raise Overloaded(said) from None
                time.sleep(_PAUSE_S)
        if os.fstat(handle).st_size:
            _unlock(folder / ".git")
        os.pwrite(handle, _AT_WORK, 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _unlock(inside: Path) -> None:
    """Remove the locks of a writer that was killed."""
    for left in inside.rglob("*.lock"):
        if left != inside / _LOCK:
            left.unlink(missing_ok=True)


def created(folder: Path, branch: str) -> None:
    """Make an empty `.git` with nothing in it that could run."""
    ref = branch_ref(branch)
    inside = folder / ".git"
    for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "info"):
        (inside / name).mkdir(parents=True, exist_ok=True)
    (inside / "config").write_bytes(CONFIG)
    (inside / "HEAD").write_bytes(b"ref: " + ref + b"\n")


def _trusted(inside: Path) -> None:
    """Refuse what leads out of `.git`: links, borrowed objects, a directory elsewhere."""
    said = "the repository was not made here and is not opened; clone its files instead"
    if inside.is_symlink() or not inside.is_dir():
        raise Conflict(f"`.git` is no folder: {said}.")
    for name in ("commondir", "objects/info/alternates", "objects/info/http-alternates"):
        if os.path.lexists(inside / name):
            raise Conflict(f"`.git/{name}` borrows from elsewhere: {said}.")
    left = [str(inside)]
    while left:
        with os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_symlink():
                    raise Conflict(f"`.git` has the symbolic link {entry.name!r}: {said}.")
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
