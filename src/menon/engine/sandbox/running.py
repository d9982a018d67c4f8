"""One run between given walls: from a job to its outcome."""

import contextlib
import itertools
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from menon.core.errors import InvalidInput
from menon.engine.sandbox.inside.box import DEPTH
from menon.engine.sandbox.inside.plan import Plan
from menon.engine.sandbox.launching import Report, launch
from menon.engine.sandbox.outcome import Limits, Outcome, Written
from menon.engine.sandbox.view import View
from menon.engine.sandbox.walls import Walls

_USERS = range(61184, 65520)
"""Ids that systemd lends to services for as long as they run: nobody has files under one."""
_turn = itertools.count()

_ENVIRON = {
    "USER": "sandbox",
    "LOGNAME": "sandbox",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",  # each arena takes 64 MB of the address space
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
}
_PATH = "/usr/bin:/bin"
_NAME = 255
"""Bytes of one part of a path."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to run."""

    command: tuple[str, ...]
    limits: Limits
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    environ: Mapping[str, str] = field(default_factory=dict[str, str])
    loopback: bool = False


async def carry_out(job: Job, seen: View, walls: Walls) -> Outcome:
    """Run it.

    Raises:
        SandboxUnavailable: nothing was run, since a guard could not be put up.
    """
    plan = _plan(job, seen, walls)
    report = await launch(walls.command(seen, disk_bytes=plan.disk_bytes), plan)
    return _outcome(report, walls, loopback=walls.walled and job.loopback)


def checked(files: Mapping[str, bytes], limits: Limits) -> Mapping[str, bytes]:
    """The files of a job.

    Raises:
        InvalidInput: a name leads elsewhere, or together they are larger than the disk.
    """
    for name in files:
        if not _leads_inside(name):
            raise InvalidInput(f"{name!r} is not a path below the working directory.")
        if any(str(above) in files for above in PurePosixPath(name).parents):
            raise InvalidInput(f"{name!r} lies in a file.")
    _fit(limits, (limits.disk_mb << 20) - sum(map(len, files.values())))
    _fit(limits, limits.disk_files - len(files))
    return files


def _leads_inside(name: str) -> bool:
    path = PurePosixPath(name)
    parts = path.parts
    try:
        fits = len(parts) <= DEPTH and max(len(part.encode()) for part in parts) <= _NAME
    except ValueError:  # no parts, or no text
        return False
    return fits and str(path) == name and parts[0] != "/" and ".." not in parts and "\0" not in name


def packed(folder: Path, limits: Limits) -> dict[str, bytes]:
    """The plain files below a folder; links are not followed, and `.git` stays.

    Raises:
        InvalidInput: together they are larger than the disk.
    """
    found: dict[str, bytes] = {}
    room = limits.disk_mb << 20
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(names):
            path = Path(above) / name
            with contextlib.suppress(OSError):
                file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                with os.fdopen(file, "rb") as reader:
                    seen = os.fstat(file)
                    if stat.S_ISREG(seen.st_mode):
                        room -= seen.st_size
                        _fit(limits, room)
                        found[path.relative_to(folder).as_posix()] = reader.read(seen.st_size)
    return found


def _fit(limits: Limits, room: int) -> None:
    if room < 0:
        raise InvalidInput(f"The files are larger than the run's {limits.disk_mb} MB of disk.")


def _plan(job: Job, seen: View, walls: Walls) -> Plan:
    users = len(_USERS)
    user = _USERS[(os.getpid() * 64 + next(_turn)) % users] if os.geteuid() == 0 else 0
    path = f"{Path(seen.python).parent}:{_PATH}"
    command = [seen.python if job.command[0] == "python" else job.command[0], *job.command[1:]]
    return Plan(
        command=command,
        environ={**_ENVIRON, "PATH": path, **job.environ},
        files=list(job.files.items()),
        read=list(seen.read),
        links=list(seen.links),
        walls=walls.kind,
        box=walls.box,
        uid=user,
        loopback=job.loopback,
        **job.limits.fields(),
    )


def _outcome(report: Report, walls: Walls, *, loopback: bool) -> Outcome:
    facts = report.facts
    out, err, *carried = report.contents
    contents = iter(carried)
    files = [
        Written(name=_clean(name), size=size, content=next(contents) if is_carried else None)
        for name, size, is_carried in facts["files"]
    ]
    return Outcome(
        exit=facts["exit"],
        stdout=_text(out),
        stderr=_text(err),
        left_out=sum(facts["left_out"]),
        killed_by=facts["killed_by"],
        seconds=facts["seconds"],
        cpu_seconds=facts["cpu_seconds"],
        tier=walls.tier,
        loopback=loopback,
        files=tuple(files),
        more_files=facts["more_files"],
    )


def _text(output: bytes) -> str:
    """Without what is no text: not every database keeps a NUL."""
    return output.decode(errors="replace").replace("\0", "\ufffd")


def _clean(name: str) -> str:
    """Names are bytes; what is no text in them gets a sign in its place."""
    return os.fsencode(name).decode(errors="replace")
