"""What a tool is: a typed function whose docstring the model reads, under `@tool`."""

import functools
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, overload

import msgspec

from menon.engine.tools.docstring import described
from menon.engine.tools.shape import Misfit, plain
from menon.engine.tools.signature import inspected, signature_of
from menon.kit.clock import Clock, SystemClock
from menon.kit.threads import TooManyThreads, in_thread

if TYPE_CHECKING:
    from pydantic_ai.tools import ToolDefinition

    from menon.engine.agents.turn import Meter

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What every model server accepts."""


class Effect(StrEnum):
    """What a tool may do to the world."""

    READ = "read"
    WRITE = "write"
    EGRESS = "egress"
    EXEC = "exec"


class Kind(StrEnum):
    """Where a tool's work is done."""

    PYTHON = "python"
    """Here, by an installed function."""
    HTTP = "http"
    """By a server that somebody declared."""
    MCP = "mcp"
    """By a tool server."""
    AGENT = "agent"
    """By another agent."""


class Taint(StrEnum):
    """What of a tool may be the words of a stranger, who may want something else than the user."""

    NEVER = "never"
    """Nothing: it computes, and repeats what it was given at most."""
    RESULT = "result"
    """What it answers: a page, a passage, a row that anybody may have written."""
    ALWAYS = "always"
    """Its description too, so that it taints every context in which it is offered."""


EffectName = Effect | Literal["read", "write", "egress", "exec"]


class ToolRetry(Exception):
    """The model should call again with other arguments; the message tells it how."""


class ToolFailed(Exception):
    """The tool cannot do it now, whatever the arguments; the message tells the model why."""


@dataclass(frozen=True, kw_only=True)
class ToolContext:
    """The world of one tool call: all that the model does not choose."""

    run: str
    who: Any = None
    """Whose rights the tool has; opaque to the engine."""
    runtime: Any = None
    """What a product's tool needs, such as units of work; opaque to the engine."""
    scope: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the tool may look at (collections, filters)."""
    call: str = ""
    """The id of this call within the run: together they tell an outward effect apart."""
    model: str = ""
    """Who reads the result, qualified: an `offline:` model wants quotes picked for it."""
    zone: str = "UTC"
    clock: Clock = field(default_factory=SystemClock)
    key: str = ""
    """The same whenever this very call is made again: an `Idempotency-Key`; empty where it never
    is."""
    depth: int = 0
    """How many agents handed the question over before this one."""
    meter: "Meter | None" = None
    """What the run may still use; a tool that runs an agent takes it from there."""


def _unread(args: Any) -> dict[str, Any]:
    return dict(args)


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool as the model, the run loop and the list of parts see it."""

    name: str
    description: str
    schema: dict[str, Any]
    """JSON Schema of the arguments, an object."""
    effect: Effect
    function: Callable[..., Awaitable[Any]]
    """Takes the context, then the arguments by name."""
    read: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _unread
    """Checks arguments that came as JSON; raises `Misfit`."""
    write: Callable[[Any], Any] | None = None
    """Makes JSON of the result; raises `Misfit` where it is not what the tool says."""
    output_schema: dict[str, Any] | None = None
    """JSON Schema of the result, where it is known."""
    idempotent: bool = False
    timeout_s: float | None = None
    taint: Taint = Taint.RESULT
    kind: Kind = Kind.PYTHON
    unavailable: Callable[[Any], str] | None = None
    """Says of a runtime why the tool cannot be used there; empty where it can."""
    written: Callable[..., Any] | None = None
    """The function as it was written, where there is one."""

    @functools.cached_property
    def definition(self) -> "ToolDefinition":
        """What a model is shown of it; made once, for it goes into every request."""
        from pydantic_ai.tools import ToolDefinition

        return ToolDefinition(
            name=self.name,
            description=self.description,
            parameters_json_schema=self.schema,
        )

    def fit(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as the function takes them.

        Raises:
            ToolRetry: they do not fit.
        """
        try:
            return dict(self.read(args))
        except Misfit as error:
            raise ToolRetry(f"The arguments of {self.name!r} do not fit: {error}") from error

    async def call(self, context: ToolContext, args: Mapping[str, Any]) -> Any:
        """Check the arguments and run the function; passages come back as such, the rest as JSON.

        Raises `ToolRetry` where the arguments do not fit, `TypeError` where the result is not what
        the function says, and what the function raises.
        """
        return self._plain(await self.function(context, **self.fit(args)))

    def _plain(self, value: Any) -> Any:
        if value is None or isinstance(value, str | msgspec.Struct):
            return value
        if self.write is None:
            return plain(value)
        try:
            return self.write(value)
        except Misfit as error:
            raise TypeError(
                f"{self.name!r} returned something else than it says: {error}"
            ) from error

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function as it was written answers: nothing is checked, no model is asked."""
        return (self.written or self.function)(*args, **kwargs)


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...
@overload
def tool(
    *,
    effect: EffectName = Effect.READ,
    idempotent: bool | None = None,
    timeout_s: float | None = None,
    name: str | None = None,
    description: str | None = None,
    taint: Taint = Taint.RESULT,
    unavailable: Callable[[Any], str] | None = None,
) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    effect: EffectName = Effect.READ,
    idempotent: bool | None = None,
    timeout_s: float | None = None,
    name: str | None = None,
    description: str | None = None,
    taint: Taint = Taint.RESULT,
    unavailable: Callable[[Any], str] | None = None,
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Make a `Tool` of a typed function, async or not.

    The schemas come from its signature; the description, and those of the arguments, from its
    docstring. A first parameter of the type `ToolContext` is filled by the run, never by the model.
    What only reads is idempotent unless told otherwise. A function that is not async runs in a
    thread.

    Raises:
        TypeError: the function cannot be described to a model; says what is in the way.
    """

    def make(written: Callable[..., Any]) -> Tool:
        called = _named(name or getattr(written, "__name__", ""))
        summary, notes = described(inspect.getdoc(written) or "")
        function, kind = _one_value(written, called), Effect(effect)
        signature = signature_of(written, called, notes, ToolContext)
        return Tool(
            name=called,
            description=summary if description is None else description,
            schema=signature.arguments.schema,
            effect=kind,
            function=_adapted(function, called, takes_context=signature.context),
            read=signature.arguments.read,
            write=signature.result.write if signature.result else None,
            output_schema=signature.result.schema if signature.result else None,
            idempotent=kind is Effect.READ if idempotent is None else idempotent,
            timeout_s=timeout_s,
            taint=taint,
            unavailable=unavailable,
            written=written,
        )

    return make(function) if function is not None else make


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise TypeError(
            f"{name!r} cannot be the name of a tool; give it one of letters, digits, _ and -, at"
            " most 64: @tool(name=...)."
        )
    return name


def _one_value(written: Callable[..., Any], name: str) -> Callable[..., Any]:
    target = inspected(written)
    if inspect.isasyncgenfunction(target) or inspect.isgeneratorfunction(target):
        raise TypeError(f"The tool {name!r} yields; a tool returns one value.")
    return written


def _adapted(
    written: Callable[..., Any], name: str, *, takes_context: bool
) -> Callable[..., Awaitable[Any]]:
    """The function with a context that it may not want, async in any case."""

    def bound(context: ToolContext, arguments: Mapping[str, Any]) -> Callable[[], Any]:
        return functools.partial(written, *((context,) if takes_context else ()), **arguments)

    if inspect.iscoroutinefunction(inspected(written)):

        async def wait(context: ToolContext, /, **arguments: Any) -> Any:
            return await bound(context, arguments)()

        return wait

    async def aside(context: ToolContext, /, **arguments: Any) -> Any:
        try:
            return await in_thread(bound(context, arguments))
        except TooManyThreads as error:
            raise ToolFailed(f"{name!r} cannot begin: {error}") from error

    return aside
