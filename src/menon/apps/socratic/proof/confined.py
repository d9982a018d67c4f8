"""One run of the measuring side in the sandbox, and its report or the reason that there is none."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from menon.apps.socratic.proof.gates.reading import Report
from menon.apps.socratic.proof.model import Limits
from menon.core.errors import SandboxUnavailable
from menon.engine.sandbox import Limits as RunLimits
from menon.engine.sandbox import Outcome, Sandbox

_INSIDE: Final = Path(__file__).with_name("inside")
_TICKET: Final = ".menon-ticket.json"
_MARGIN: Final = 0.05
"""The measuring side ends by this part of the time earlier than its walls do, to say something."""
_LAST_WORDS = 600
_SAID: Final = {
    "time": "it did not end in time",
    "cpu": "it used up its processor time",
    "memory": "it used up its memory",
    "processes": "it started too many processes",
    "disk": "it filled the disk",
    "file size": "it wrote a file that is too large",
}


class NotRun(Exception):
    """There is no report; the message says why."""


async def report(
    part: str,
    tree: Mapping[str, bytes],
    ticket: Mapping[str, Any],
    *,
    sandbox: Sandbox,
    environment: Path,
    limits: Limits,
) -> Report:
    """Run one part of `inside` on a tree.

    Args:
        part: its module.
        tree: the files, contents by path.
        ticket: what it is told; the seconds that it has, and the name of its report, are added.
        sandbox: where it runs.
        environment: a prepared virtual environment.
        limits: what it may use.

    Raises:
        NotRun: it could not be confined, was ended, or left no report that is its own.
        InvalidInput: a path of the tree leads elsewhere, or the tree is larger than the disk.
    """
    name = secrets.token_hex(16)
    told = {**ticket, "ticket": name, "seconds": limits.seconds * (1 - _MARGIN)}
    try:
        outcome = await sandbox.run(
            ("python", "-I", "-B", str(_INSIDE / "main.py"), part),
            files={**tree, _TICKET: json.dumps(told).encode()},
            environment=environment,
            read_only=(_INSIDE,),
            limits=_limits(sandbox, limits),
        )
    except SandboxUnavailable as error:
        raise NotRun(error.detail) from error
    return _found(outcome, name)


def _limits(sandbox: Sandbox, limits: Limits) -> RunLimits:
    return replace(
        sandbox.limits,
        seconds=limits.seconds,
        memory_mb=limits.memory_mb,
        processes=limits.processes,
        disk_mb=limits.disk_mb,
        open_files=256,
        file_mb=max(1, limits.disk_mb // 4),
        output_bytes=16 << 10,
        result_mb=16,
    )


def _found(outcome: Outcome, name: str) -> Report:
    """The report under the name that only this run knows.

    Raises:
        NotRun: there is none, or it is another's.
    """
    if outcome.killed_by:
        why = _SAID.get(outcome.killed_by, f"it was ended by {outcome.killed_by}")
        raise NotRun(f"It was ended: {why}.")
    wanted = f"!menon-{name}.json"
    content = next((file.content for file in outcome.files if file.name == wanted), None)
    if content is None:
        last = outcome.stderr.strip()[-_LAST_WORDS:]
        raise NotRun(f"It ended with {outcome.exit} and left no report. {last}".rstrip())
    try:
        whole: Any = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotRun("Its report is no JSON.") from error
    told = cast("dict[str, Any]", whole) if isinstance(whole, dict) else {}
    found = told.get("report")
    if told.get("ticket") != name or not isinstance(found, dict):
        raise NotRun("Its report is not its own.")
    return cast("Report", found)
