"""Runs Python that a model wrote, in the sandbox."""

import mimetypes
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

import msgspec

from menon.core.errors import SandboxUnavailable
from menon.engine.tools.tool import Effect, ToolContext, ToolFailed, ToolRetry, tool

if TYPE_CHECKING:
    from menon.core.runtime import Runtime
    from menon.engine.sandbox import Outcome, Sandbox, Written

_CODE = 100_000
_FILES = 20
_INLINE = 2_000
"""Bytes of a small text, which the model sees at once."""
_TIMEOUT_S = 120.0
"""More than a run may take: others may run before it."""


class File(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that the code wrote."""

    name: str
    size: int
    type: str
    text: str = ""
    """All of it, where it is a small text."""


class Ran(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the code went."""

    exit: int
    stdout: str
    stderr: str = ""
    stopped_by: str = ""
    """The limit that ended it: time, cpu, memory, processes, disk or file size."""
    files: tuple[File, ...] = ()
    more_files: int = 0
    tier: str
    """How it was confined."""


@tool(effect=Effect.EXEC, timeout_s=_TIMEOUT_S)
async def run_python(context: ToolContext, code: str) -> Ran:
    """Run Python code in a sandbox without network and return what it printed and wrote.

    Each call starts anew in an empty folder: nothing is kept from the call before. Print what you
    want to see; texts and images that the code writes into its folder are listed. It has some
    seconds, little memory, and the standard library.

    Args:
        context: where the sandbox comes from.
        code: a whole program, for example `print(sum(range(10)))`.
    """
    if not code.strip():
        raise ToolRetry("There is no code; send a whole program.")
    if len(code) > _CODE:
        raise ToolRetry(f"The code has {len(code)} characters; send at most {_CODE}.")
    try:
        return _told(await _sandbox(context).run(code))
    except SandboxUnavailable as error:
        raise ToolFailed(error.detail) from error


def _sandbox(context: ToolContext) -> "Sandbox":
    """The server's; where an agent runs without one, one with the usual limits."""
    from menon.engine.sandbox import Sandbox

    runtime = cast("Runtime | None", context.runtime)
    return (runtime and runtime.get(Sandbox)) or Sandbox()


def _told(outcome: "Outcome") -> Ran:
    return Ran(
        exit=outcome.exit,
        stdout=outcome.stdout,
        stderr=outcome.stderr,
        stopped_by=outcome.killed_by,
        files=tuple(_file(written) for written in outcome.files[:_FILES]),
        more_files=max(0, len(outcome.files) - _FILES) + outcome.more_files,
        tier=outcome.tier,
    )


def _file(written: "Written") -> File:
    content = written.content
    # `guess_type` would read the machine's own tables first.
    kind = mimetypes.types_map.get(PurePath(written.name).suffix, "application/octet-stream")
    try:
        text = content.decode() if content and len(content) <= _INLINE else ""
    except UnicodeDecodeError:
        text = ""
    return File(name=written.name, size=written.size, type=kind, text=text)
