"""One call of a tool outside of an agent's turn: in its time, in its size, every failure typed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import structlog

from menon.core.auth import Principal
from menon.core.errors import MenonError, ToolError
from menon.core.runs.events import ToolCall, ToolResult
from menon.core.runtime import Runtime
from menon.engine.tools.citations import Sources
from menon.engine.tools.passages import Passages, shown
from menon.engine.tools.tool import Tool, ToolContext, ToolFailed, ToolRetry
from menon.features.runs.rules import shown_args
from menon.kit.text import clean, shorten

CALL: Final = "call"
"""The id of the call in the events of its run."""
SECONDS: Final = 30.0
BYTES: Final = 524_288
"""Of an output; more is cut, as text."""
_SUMMARY: Final = 300

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a call."""

    output: Any = None
    code: str = ""
    """Of the failure; empty where there was none."""
    detail: str = ""

    @property
    def ok(self) -> bool:
        return not self.code

    @property
    def event(self) -> ToolResult:
        """What people see of it."""
        said = self.detail if self.code else _text(self.output)
        return ToolResult(call_id=CALL, ok=self.ok, summary=shorten(said, _SUMMARY))


def announced(tool: Tool, args: Mapping[str, Any]) -> ToolCall:
    """What people see of a call; secrets are masked."""
    return ToolCall(
        call_id=CALL, name=tool.name, args=shown_args(dict(args)), effect=tool.effect.value
    )


def context(runtime: Runtime, who: Principal, run_id: str, *, key: str = "") -> ToolContext:
    """The world of a call that somebody makes themselves."""
    return ToolContext(run=run_id, who=who, runtime=runtime, clock=runtime.clock, key=key)


async def called(tool: Tool, world: ToolContext, args: Mapping[str, Any]) -> Outcome:
    """Call a tool; whatever it does comes back as an outcome."""
    seconds = tool.timeout_s or SECONDS
    try:
        async with asyncio.timeout(seconds):
            value = await tool.call(world, args)
        return Outcome(output=_plain(value))
    except TimeoutError:
        detail = f"{tool.name!r} took longer than {seconds:g} s."
        return Outcome(code=ToolError.code, detail=detail)
    except (ToolRetry, ToolFailed) as error:
        return Outcome(code=ToolError.code, detail=str(error))
    except MenonError as error:
        return Outcome(code=error.code, detail=error.detail)
    except Exception as error:
        log.exception("tool.failed", tool=tool.name, run_id=world.run)
        detail = f"{tool.name!r} failed: {type(error).__name__}."
        return Outcome(code=ToolError.code, detail=detail)


def _plain(value: Any) -> Any:
    """JSON that every wire and database takes, cut where it is too large."""
    if isinstance(value, Passages):
        value = shown(Sources().number(value))
    encoded = msgspec.json.encode(value, enc_hook=str)
    if len(encoded) > BYTES:
        text = value if isinstance(value, str) else encoded.decode()
        return clean(f"{text[:BYTES]}\n[cut: {len(text)} characters in all]")
    return msgspec.json.decode(clean(encoded.decode().replace("\\u0000", "")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
