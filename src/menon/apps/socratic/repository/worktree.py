"""The files of the working folder, read and written without following a link."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from menon.apps.socratic.repository.paths import is_git, safe
from menon.apps.socratic.repository.records import LARGEST_FILE, MOST_BYTES, MOST_FILES, Tree
from menon.core.errors import (
    Conflict,
    InvalidInput,
    MenonError,
    NotConfigured,
    StorageFull,
    TooLarge,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from dulwich.ignore import IgnoreFilter

_DEEPEST: Final = 100
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_IN_THE_WAY: Final = {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST}
_IGNORE: Final = ".gitignore"

_Filters = tuple[tuple[str, "IgnoreFilter"], ...]
"""The rules of each folder on the way down, with the path of that folder."""


def read(folder: Path, tracked: frozenset[str] = frozenset()) -> Tree:
    """Every file but the ignored ones; those that are `tracked` are never ignored, as in git.

    Raises:
        InvalidInput: a name or a kind of file that a repository cannot keep, such as a link.
        TooLarge: there are too many files, or too large ones.
    """
    files: Tree = {}
    total = 0
    kept = tracked | {
        "/".join(parts[:count])
        for parts in (path.split("/") for path in tracked)
        for count in range(1, len(parts))
    }
    for path, content in _below(folder, "", (), kept):
        files[path] = content
        total += len(content)
        if len(files) > MOST_FILES or total > MOST_BYTES:
            said = f"at most {MOST_FILES} files with {MOST_BYTES} bytes in all are kept"
            raise TooLarge(f"the working folder is too large: {said}; add to .gitignore")
    return files


def write(folder: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Make the files of `new` out of those of `old`; other files stay as they are.

    Raises:
        Conflict: something that is not part of `old` stands in the way; all is as it was.
        StorageFull: the disk is full; all is as it was, as far as there is room.
    """
    folders = {path.rpartition("/")[0] for path in old}
    for path in sorted(new.keys() - old.keys() - folders):
        _free(folder, path, new[path])
    done: list[str] = []
    try:
        for path in sorted(old.keys() - new.keys(), reverse=True):
            done.append(path)
            _remove(folder, path)
        for path in sorted(new):
            if old.get(path) != new[path]:
                _put(folder, path, new[path])
                done.append(path)
    except (MenonError, OSError):
        for path in reversed(done):
            with suppress(MenonError, OSError):
                _put(folder, path, old[path]) if path in old else _remove(folder, path)
        raise


def stats(folder: Path, path: str) -> os.stat_result | None:
    """The state of a file that is no link."""
    found = os.lstat(folder / path)
    return found if stat.S_ISREG(found.st_mode) else None


def mode_of(content: bytes) -> int:
    """Scripts can be run; decided by the content, so that the same files give the same tree."""
    return 0o100755 if content.startswith(b"#!") else 0o100644


def _below(
    folder: Path, prefix: str, filters: _Filters, kept: frozenset[str]
) -> Iterator[tuple[str, bytes]]:
    if prefix.count("/") > _DEEPEST:
        raise InvalidInput(f"{prefix!r} is deeper than {_DEEPEST} folders; move it up")
    here = folder / prefix if prefix else folder
    with os.scandir(here) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    if any(entry.name == _IGNORE and entry.is_file(follow_symlinks=False) for entry in entries):
        filters = (*filters, (prefix, _filter(_content(here / _IGNORE))))
    for entry in entries:
        if is_git(entry.name):
            continue
        path = f"{prefix}{entry.name}"
        is_folder = entry.is_dir(follow_symlinks=False)
        if path not in kept and _ignored(path + "/" if is_folder else path, filters):
            continue
        safe(path)
        if is_folder:
            yield from _below(folder, f"{path}/", filters, kept)
        elif entry.is_file(follow_symlinks=False):
            yield path, _content(here / entry.name)
        else:
            said = "a link or a device, which a project does not keep; remove or ignore it"
            raise InvalidInput(f"{path!r} is {said}")


def _content(path: Path) -> bytes:
    handle = os.open(path, _READ)
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise InvalidInput(f"{path.name!r} is no file any more; try again")
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise TooLarge(f"{path.name!r} has more than {LARGEST_FILE} bytes; add it to .gitignore")
    return content


def _filter(content: bytes) -> IgnoreFilter:
    try:
        from dulwich.ignore import IgnoreFilter
    except ImportError as error:
        said = "Repositories need dulwich; install it with: uv pip install 'menon[studio]'"
        raise NotConfigured(said) from error
    lines = [line.rstrip(b"\r") for line in content[:100_000].split(b"\n")[:2_000]]
    return IgnoreFilter([line for line in lines if line.strip() and not line.startswith(b"#")])


def _ignored(path: str, filters: _Filters) -> bool:
    """The rules of the nearest folder that say anything decide."""
    for prefix, rules in reversed(filters):
        said = rules.is_ignored(path.removeprefix(prefix))
        if said is not None:
            return said
    return False


@contextmanager
def _parent(folder: Path, path: str, *, make: bool) -> Generator[tuple[int, str]]:
    """The folder of a file as an open handle, reached without following a link."""
    *folders, name = safe(path).split("/")
    handle = os.open(folder, _FOLDER)
    try:
        for part in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=handle)
            below = os.open(part, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle, name
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull from error
        if error.errno not in _IN_THE_WAY:
            raise
        said = f"{path!r} cannot be written, since something else stands in its way"
        raise Conflict(f"{said} ({error.strerror or error}); remove that") from error
    finally:
        os.close(handle)


def _free(folder: Path, path: str, content: bytes) -> None:
    """Refuse to write over what no commit has: an ignored file, a link, a folder."""
    place = folder / safe(path)
    for above in place.relative_to(folder).parents:
        if (folder / above).is_symlink():
            raise Conflict(f"{path!r} cannot be written, since {str(above)!r} is a link; remove it")
    if not os.path.lexists(place):
        return
    same = place.is_file() and not place.is_symlink() and _content(place) == content
    if not same:
        said = "stands in the folder already and is in no commit; move or rename it"
        raise Conflict(f"{path!r} {said}")


def _put(folder: Path, path: str, content: bytes) -> None:
    with _parent(folder, path, make=True) as (parent, name):
        new = f".{name[:100]}.menon-new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(new, flags, mode_of(content) & 0o777, dir_fd=parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            os.replace(new, name, src_dir_fd=parent, dst_dir_fd=parent)
        except OSError:
            os.unlink(new, dir_fd=parent)
            raise


def _remove(folder: Path, path: str) -> None:
    try:
        with _parent(folder, path, make=False) as (parent, name):
            os.unlink(name, dir_fd=parent)
    except FileNotFoundError:
        return
    for above in list((folder / path).relative_to(folder).parents)[:-1]:
        try:
            (folder / above).rmdir()  # only an empty one goes
        except OSError:
            return
