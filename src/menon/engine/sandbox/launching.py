"""One launcher: started, given its plan, listened to, and ended whatever happens."""

import ast
import asyncio
import marshal
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from menon.core.errors import SandboxUnavailable
from menon.engine.sandbox.inside.box import remove
from menon.engine.sandbox.inside.plan import Plan

_PATIENCE_S = 10.0
"""The launcher ends the run in time; this is for a machine that is too busy to let it."""
_GRACE_S = 5.0
_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the launcher answers."""

    facts: dict[str, Any]
    contents: tuple[bytes, ...]
    """Output, errors, and the files that are carried."""


async def launch(command: Sequence[str], plan: Plan) -> Report:
    """Run a plan; when this is cancelled, all that it started ends.

    Raises:
        SandboxUnavailable: nothing was run, since a guard could not be put up.
    """
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={}, cwd="/", start_new_session=True
        )
    )
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # asyncio (seen in 3.11) never comes back from a start that is cancelled halfway.
        await _end(await starting, plan)
        raise
    except OSError as error:
        raise SandboxUnavailable(f"{command[0]} cannot be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(plan.seconds + _PATIENCE_S):
            report = await _exchange(process, plan)
    except TimeoutError as error:
        raise SandboxUnavailable("The launcher did not answer in time; ask again.") from error
    finally:
        await asyncio.shield(asyncio.ensure_future(_end(process, plan)))
    if failed := report.facts["failed"]:
        raise SandboxUnavailable(f"A guard could not be put up: {failed}")
    return report


async def _exchange(process: Process, plan: Plan) -> Report:
    to = cast("asyncio.StreamWriter", process.stdin)
    back = cast("asyncio.StreamReader", process.stdout)
    to.write(marshal.dumps(vars(plan)))
    with suppress(ConnectionError):
        await to.drain()
    try:
        head = await back.readexactly(int(await back.readline() or b"0"))
        facts = cast("dict[str, Any]", ast.literal_eval(head.decode() or "{}"))
        carried = [size for _, size, is_carried in facts.get("files", []) if is_carried]
        contents = [await back.readexactly(size) for size in (*facts.get("texts", []), *carried)]
    except (asyncio.IncompleteReadError, ValueError, SyntaxError):
        facts, contents = {}, []
    if "failed" not in facts:
        errors = await cast("asyncio.StreamReader", process.stderr).read()
        why = errors.decode(errors="replace").strip()[-_REASON:]
        facts = {"failed": why or "the launcher ended early"}
    return Report(facts=facts, contents=tuple(contents))


async def _end(process: Process, plan: Plan) -> None:
    """Closing its input tells the launcher to end everything; it is killed if it cannot."""
    cast("asyncio.StreamWriter", process.stdin).close()
    try:
        async with asyncio.timeout(_GRACE_S):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if not plan.walled:
        await asyncio.to_thread(_clear, Path(plan.box))


def _clear(box: Path) -> None:
    """A launcher that was killed has left it."""
    if box.exists():
        remove(str(box))
