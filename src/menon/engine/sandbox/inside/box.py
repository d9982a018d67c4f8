"""The folder in which a run writes: filled before, read after, and taken away.

What a program leaves is hostile: links, pipes, depth, odd names. It is read and removed when the
processes are dead, so that nothing changes underneath; only plain files are opened, through no
link, and nothing recurses.
"""

from __future__ import annotations

import os
import stat

from .plan import Plan

DEPTH = 32
"""Folders inside each other; deeper ones end the run, and are not read."""

_NAMED = 1000
"""Files that are told by name."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_BLOCK = 512

Seen = dict[str, tuple[int, int, int]]
"""Inode, time of change and size of plain files by name."""


def fill(plan: Plan) -> Seen:
    """Make the folders and the files of this run, and tell what they look like."""
    os.makedirs(plan.box, mode=0o711, exist_ok=True)
    made = dict.fromkeys([plan.work, f"{plan.box}/{'shm' if plan.walled else 'tmp'}"])
    for name, _ in plan.files:
        parts = name.split("/")[:-1]
        made |= dict.fromkeys(f"{plan.work}/{'/'.join(parts[: n + 1])}" for n in range(len(parts)))
    for folder in made:
        os.mkdir(folder, mode=0o700)
        _give(plan, folder)
    for name, data in plan.files:
        file = os.open(f"{plan.work}/{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        with open(file, "wb", closefd=True) as writer:
            writer.write(data)
        _give(plan, f"{plan.work}/{name}")
    return {name: _look(found) for name, found in _files(plan.work)}


def changed(plan: Plan, before: Seen) -> tuple[list[tuple[str, int, bytes | None]], int]:
    """Name, size and content of files that are new or not as before, and how many more there are.

    The content is left out where it is larger than what is left of the room for results.
    """
    new = [(name, found) for name, found in _files(plan.work) if before.get(name) != _look(found)]
    told: list[tuple[str, int, bytes | None]] = []
    room = plan.result_bytes
    for name, found in sorted(new, key=lambda one: one[0])[:_NAMED]:
        fits = found.st_size <= room
        content = _read(f"{plan.work}/{name}", found.st_size) if fits else None
        room -= len(content or b"")
        told.append((name, found.st_size, content))
    return told, max(0, len(new) - _NAMED)


def used(plan: Plan) -> tuple[int, int]:
    """Bytes and files in the box; more than any limit where it is deeper than `DEPTH`."""
    if plan.walled:
        size = os.statvfs(plan.box)
        return (size.f_blocks - size.f_bfree) * size.f_frsize, size.f_files - size.f_ffree
    total, count = 0, 0
    for folder in (plan.work, plan.temporary):
        for _, found in _walk(folder):
            if found is None:
                return plan.disk_bytes + 1, plan.disk_files + 1
            total += found.st_blocks * _BLOCK
            count += 1
    return total, count


def remove(box: str) -> None:
    """Take the box away, however deep it is: each folder is moved to the top before it is read."""
    waiting = [box]
    moved = 0
    while waiting:
        folder = waiting[-1]
        os.chmod(folder, 0o700)
        inner: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.path)
                else:
                    os.unlink(entry.path)
        if not inner:
            os.rmdir(waiting.pop())
        for path in inner:
            if folder == box:
                waiting.append(path)
                continue
            moved += 1
            os.chmod(path, 0o700)
            os.rename(path, f"{box}/.{moved}")
            waiting.append(f"{box}/.{moved}")


def _look(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_ctime_ns, found.st_size


def _give(plan: Plan, path: str) -> None:
    if plan.uid:
        os.chown(path, plan.uid, plan.uid)


def _files(folder: str) -> list[tuple[str, os.stat_result]]:
    """Plain files of one name each; another name might be one outside."""
    return [
        (path[len(folder) + 1 :], found)
        for path, found in _walk(folder)
        if found and stat.S_ISREG(found.st_mode) and found.st_nlink == 1
    ]


def _walk(top: str) -> list[tuple[str, os.stat_result | None]]:
    """Everything below a folder, through no link; None stands for what is too deep or closed."""
    seen: list[tuple[str, os.stat_result | None]] = []
    try:
        open_folders = [(top, os.open(top, _FOLDER))]
    except OSError:  # moved away, or a link by now
        return []
    waiting = [_inside(*open_folders[0], seen)]
    while waiting:
        if not waiting[-1]:
            waiting.pop()
            os.close(open_folders.pop()[1])
            continue
        name = waiting[-1].pop()
        above, folder = open_folders[-1]
        path = f"{above}/{name}"
        try:
            opened = os.open(name, _FOLDER, dir_fd=folder) if len(waiting) <= DEPTH else -1
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            opened = -1
        if opened < 0:
            seen.append((path, None))
            continue
        open_folders.append((path, opened))
        waiting.append(_inside(path, opened, seen))
    return seen


def _inside(path: str, folder: int, seen: list[tuple[str, os.stat_result | None]]) -> list[str]:
    """Note what is in an open folder; the names of folders in it."""
    below: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            seen.append((f"{path}/{entry.name}", found))
            if stat.S_ISDIR(found.st_mode):
                below.append(entry.name)
    return below


def _read(path: str, size: int) -> bytes | None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(file, "rb") as reader:
        return reader.read(size)
