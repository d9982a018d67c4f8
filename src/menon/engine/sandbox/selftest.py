"""Which walls hold here: those that stop a few real attacks, tried once in a process."""

import asyncio
import importlib
import json
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from menon.core.errors import SandboxUnavailable
from menon.engine.sandbox.outcome import Limits, Outcome, Written
from menon.engine.sandbox.running import Job, carry_out
from menon.engine.sandbox.view import INSIDE, View
from menon.engine.sandbox.walls import ALL, Walls

_LIMITS = Limits(
    seconds=10,
    memory_mb=128,
    processes=16,
    open_files=64,
    file_mb=1,
    disk_mb=4,
    output_bytes=4096,
    result_mb=1,
)
_QUOTE = 300
_REMEDY = (
    "It takes Linux 5.13 or newer on x86-64 or aarch64 with Landlock; with bubblewrap installed"
    " and user namespaces allowed it is strongest. See docs/sandbox.md."
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The strongest walls that hold, and what was wrong with stronger ones."""

    walls: Walls
    reasons: tuple[str, ...]


@cache
def verdict(seen: View, candidates: tuple[Walls, ...] = ALL) -> Verdict:
    """Try the walls from the strongest on; takes some 100 ms each, so call it in a thread.

    Raises:
        SandboxUnavailable: none hold; that is not remembered, it may have been a bad moment.
    """
    # Nobody else keeps the launcher's bytecode: inside walls it cannot be written.
    importlib.import_module("menon.engine.sandbox.inside.launch")
    reasons: list[str] = []
    for walls in candidates:
        wrong = _wrong(seen, walls)
        if not wrong:
            return Verdict(walls=walls, reasons=tuple(reasons))
        reasons.append(f"{walls.name}: {wrong}")
    raise SandboxUnavailable(
        f"Generated code is not run, since nothing confines it here ({'; '.join(reasons)})."
        f" {_REMEDY}"
    )


def _wrong(seen: View, walls: Walls) -> str:
    """What these walls let through, or why they cannot be put up."""
    with tempfile.TemporaryDirectory(prefix="menon-canary-") as folder:
        canary = Path(folder) / "canary"
        canary.write_text("x")
        # Permissions stop nobody here: the walls have to.
        canary.chmod(0o644)
        Path(folder).chmod(0o777)
        network = "loopback" if walls.walled else "none"
        words = [seen.python, "-I", f"{INSIDE}/probe.py", str(canary), folder, str(os.getpid())]
        job = Job(command=(*words, network), limits=_LIMITS, loopback=True)
        try:
            outcome = asyncio.run(carry_out(job, seen, walls))
        except SandboxUnavailable as error:
            return error.detail
        except OSError as error:
            return str(error)
    return _told(outcome, walls)


def _told(outcome: Outcome, walls: Walls) -> str:
    if not outcome.ok:
        return outcome.stderr.strip()[-_QUOTE:] or f"it ended with {outcome.exit}"
    through = list[str](json.loads(outcome.stdout))
    if not walls.walled and any(_lives(file) for file in outcome.files):
        through.append("leaves a process behind")
    return f"code inside {', '.join(through)}" if through else ""


def _lives(note: Written) -> bool:
    try:
        os.kill(int(note.content or b"0"), 0)
    except ProcessLookupError:
        return False
    return True
