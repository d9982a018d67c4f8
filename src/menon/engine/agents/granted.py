"""The tools that a run was granted, called with time, size and every error caught.

sorted_out: each call is refused, may run, or needs a person → answers: those that need none
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic_ai.messages import ToolCallPart, ToolReturnPart
from pydantic_ai.tools import ToolDefinition

from menon.core.errors import MenonError
from menon.core.runs.events import ToolCall, ToolResult
from menon.core.telemetry import genai, names
from menon.engine.agents.paused import Resumed, Said, Wanted
from menon.engine.agents.results import Result, refused, shown_result, told
from menon.engine.agents.turn import Turn
from menon.engine.tools.citations import Sources
from menon.engine.tools.policy import Asked, Decision, Outcome, decide
from menon.engine.tools.tool import Effect, Taint, Tool, ToolContext, ToolFailed, ToolRetry
from menon.kit.digest import json_digest
from menon.kit.text import storable, storable_json

_CALLS = 64
"""Calls of one response; more are refused."""
_AT_ONCE = 16
_ASKED = 8
"""Calls of one response that people are asked about."""
_SHOWN = 64 * 1024
"""Characters of arguments above which nobody could tell what they approve."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A call that is to be made, or why it cannot be."""

    call: ToolCallPart
    tool: Tool | None = None
    args: dict[str, Any]
    decision: Decision | None = None
    problem: ToolRetry | ToolFailed | None = None


class Granted:
    """The tools of one run."""

    def __init__(self, turn: Turn, *, context: ToolContext, sources: Sources) -> None:
        self._turn = turn
        self._tools = {tool.name: tool for tool in turn.tools}
        self._context = context
        self._sources = sources
        self._places = asyncio.Semaphore(_AT_ONCE)
        self.tainted = _tainted(turn)
        """Whether text of strangers stands in the context."""

    @property
    def definitions(self) -> list[ToolDefinition]:
        """What the model is shown of them."""
        return [tool.definition for tool in self._tools.values()]

    def announced(self, call: ToolCallPart) -> ToolCall:
        """The call as people see it; arguments that are no JSON stand under INVALID_JSON."""
        tool = self._tools.get(call.tool_name)
        return ToolCall(
            call_id=call.tool_call_id,
            name=storable(call.tool_name),
            args=storable_json(call.args_as_dict()),
            effect=str(tool.effect) if tool else "unknown",
        )

    def sorted_out(self, calls: Sequence[ToolCallPart]) -> tuple[list[Ready], list[Wanted]]:
        """What of a response runs now, and what a person must allow first.

        The context that made the calls decides, not what the first of them will bring.
        """
        ready: list[Ready] = []
        wanted: list[Wanted] = []
        for number, call in enumerate(calls):
            args: dict[str, Any] = {}
            try:
                tool, args = self._known(call, number)
                decision = self._decided(tool, args)
                if decision.outcome is Outcome.ASK and self._turn.approve is None:
                    wanted.append(self._wanted(call, tool, args, decision, before=len(wanted)))
                else:
                    ready.append(Ready(call=call, tool=tool, args=args, decision=decision))
            except (ToolRetry, ToolFailed) as error:
                ready.append(Ready(call=call, args=args, problem=error))
        return ready, wanted

    def decided_by_people(self, resumed: Resumed) -> Iterator[Ready]:
        """The calls of a pause, with what was said about each."""
        for wanted in resumed.paused.wanted:
            args = wanted.args
            call = ToolCallPart(tool_name=wanted.name, args=args, tool_call_id=wanted.call_id)
            said = resumed.said.get(wanted.call_id, Said(approved=False))
            try:
                if not said.approved:
                    raise ToolFailed(
                        said.note or f"Nobody has allowed this call of {wanted.name!r}."
                    )
                tool, _ = self._known(call, 0)
                decision = self._decided(tool, args)
                if decision.outcome is not Outcome.DENY:
                    decision = Decision(outcome=Outcome.ALLOW, why="A person has approved it.")
                yield Ready(call=call, tool=tool, args=args, decision=decision)
            except (ToolRetry, ToolFailed) as error:
                yield Ready(call=call, args=args, problem=error)

    async def answers(
        self, ready: Sequence[Ready]
    ) -> AsyncGenerator[tuple[ToolReturnPart, ToolResult]]:
        """Make the calls at the same time; their results as they come."""
        tasks = {asyncio.create_task(self._traced(each)): each.call for each in ready}
        pending = set(tasks)
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in (task for task in tasks if task in done):
                    yield told(tasks[task], task.result())
        finally:
            for task in pending:
                task.cancel()
            if pending:
                await asyncio.wait(pending)

    def _known(self, call: ToolCallPart, number: int) -> tuple[Tool, dict[str, Any]]:
        """The tool and its arguments.

        Raises:
            ToolRetry: there is no such tool, or the arguments do not fit.
        """
        if number >= _CALLS:
            raise ToolRetry(f"At most {_CALLS} calls at once; make this one in the next round.")
        tool = self._tools.get(call.tool_name)
        if tool is None:
            offered = ", ".join(map(repr, self._tools)) or "none"
            raise ToolRetry(f"There is no tool {storable(call.tool_name)!r}; there are: {offered}.")
        try:
            args = storable_json(call.args_as_dict(raise_if_invalid=True))
            json_digest(args)
        except (ValueError, AssertionError) as error:
            raise ToolRetry(f"The arguments of {tool.name!r} are no JSON object.") from error
        tool.fit(args)
        return tool, args

    def _decided(self, tool: Tool, args: dict[str, Any]) -> Decision:
        asked = Asked(
            tool=tool.name,
            effect=tool.effect,
            args=args,
            tainted=self.tainted,
            begun=bool(self._turn.begun) and (tool.name, json_digest(args)) in self._turn.begun,
        )
        return decide(asked, self._turn.policy)

    def _wanted(
        self,
        call: ToolCallPart,
        tool: Tool,
        args: dict[str, Any],
        decision: Decision,
        *,
        before: int,
    ) -> Wanted:
        if self._turn.wait is None:
            raise ToolFailed(f"{tool.name!r} needs a person's approval; nobody can be asked.")
        if before >= _ASKED:
            raise ToolRetry(f"People are asked about {_ASKED} calls at once; call this one later.")
        if len(str(args)) > _SHOWN:
            raise ToolRetry(f"Nobody can look at so much; {_SHOWN} characters are the limit.")
        return Wanted(
            call_id=call.tool_call_id,
            name=tool.name,
            effect=tool.effect.value,
            args=args,
            why=decision.why,
            tainted=self.tainted,
            may_remember=decision.may_remember,
        )

    async def _traced(self, ready: Ready) -> Result:
        async with self._places:
            call = ready.call
            with genai.tool_execution(storable(call.tool_name), call.tool_call_id) as span:
                result = await self._result(ready)
                if result.status != "success":
                    span.set_attribute(names.ERROR, result.status)
                return result

    async def _result(self, ready: Ready) -> Result:
        name = ready.call.tool_name
        try:
            return shown_result(await self._made(ready), self._sources)
        except ToolRetry as error:
            return refused("retried", str(error))
        except ToolFailed as error:
            return refused("failed", str(error))
        except MenonError as error:
            return refused("failed", error.detail)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            return refused("failed", f"{name!r} failed: it was cancelled within.")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a tool may be anybody's: its bug
            # ends no run, and its exit no server.
            _log.exception("the tool %r failed", name)
            return refused("failed", f"{name!r} failed: {type(error).__name__}.")

    async def _made(self, ready: Ready) -> Any:
        tool, decision = ready.tool, ready.decision
        if ready.problem is not None:
            raise ready.problem
        if tool is None or decision is None:
            raise ToolFailed("The call was never looked at.")
        await self._let(ready.call, tool, decision)
        seconds = tool.timeout_s or self._turn.limits.tool_seconds
        context = replace(self._context, call=ready.call.tool_call_id)
        try:
            async with asyncio.timeout(seconds):
                return await tool.call(context, ready.args)
        except TimeoutError as error:
            raise ToolFailed(f"{tool.name!r} took longer than {seconds:g} s.") from error
        finally:
            # Also where it failed: what it says of that may be a stranger's words.
            self.tainted = self.tainted or tool.taint is not Taint.NEVER

    async def _let(self, call: ToolCallPart, tool: Tool, decision: Decision) -> None:
        """Ask whoever is there, and write down what comes of it before it does.

        Raises:
            ToolFailed: it may not be called like this.
        """
        if decision.outcome is Outcome.ASK and self._turn.approve is not None:
            if not await self._turn.approve(self.announced(call)):
                raise ToolFailed(f"A person has refused this call of {tool.name!r}.")
            decision = replace(decision, outcome=Outcome.ALLOW)
        denied = decision.outcome is not Outcome.ALLOW
        if self._turn.note is not None and (denied or tool.effect is not Effect.READ):
            await self._turn.note(self.announced(call), decision)
        if denied:
            raise ToolFailed(f"{tool.name!r} may not be used like this: {decision.why}")


def _tainted(turn: Turn) -> bool:
    if turn.resumed is not None and turn.resumed.paused.tainted:
        return True
    return turn.tainted or any(tool.taint is Taint.ALWAYS for tool in turn.tools)
