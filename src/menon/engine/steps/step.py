"""What a workflow step is: a function of its configuration under `@step`, one kind a file.

A step answers plain JSON, or says what it waits for: a time (`Until`), a person (`Ask`), a run that
goes on by itself (`Elsewhere`), or steps below it (`Below`), which the interpreter runs, records
and gathers.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar, cast

import msgspec


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration of a kind; texts may hold `{{ expressions }}`, which are filled before."""


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """The world of one attempt at a step."""

    run_id: str
    node: str
    attempt: int
    now: datetime
    scope: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What its expressions see."""
    client: Any = None
    """The guarded HTTP client."""
    who: Any = None
    """Whose rights the step has; opaque to the engine."""
    runtime: Any = None
    """What a product's step needs; opaque to the engine."""

    @property
    def key(self) -> str:
        """The same for every attempt: what an outward effect is told apart by."""
        return f"{self.run_id}:{self.node}"


@dataclass(frozen=True, kw_only=True)
class Until:
    """Nothing to do before this time."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A person must allow it, with exactly these arguments."""

    what: str
    args: Any
    expires_at: datetime | None = None
    delegate: str | None = None
    """The id of another user who may decide."""


@dataclass(frozen=True, kw_only=True)
class Branch:
    """Steps below a step."""

    name: str
    """Follows the step's own id: `[3]`, `.left`."""
    body: Mapping[str, Any]
    """A definition with its `steps`."""
    sees: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What its expressions see besides, such as `item`."""
    input: Mapping[str, Any] | None = None
    """Its own input; without one it sees all that the step sees."""
    workflow_id: str | None = None
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Below:
    """Branches to run; their outputs are gathered in the order that they are declared in."""

    branches: tuple[Branch, ...]
    shape: Literal["list", "object", "one"] = "list"
    at_once: int | None = None


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A run that goes on by itself; its end is that of the step."""

    run_id: str


Outcome = Any
"""Plain JSON, or `Until`, `Ask`, `Below`, `Elsewhere`."""

C = TypeVar("C", bound=Config)
StepFunction = Callable[[StepContext, C], Awaitable[Outcome]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A kind of step, as the interpreter and the validation see it."""

    name: str
    summary: str
    config: type[Config]
    run: Callable[[StepContext, Any], Awaitable[Outcome]]
    raw: frozenset[str]
    """Fields that the step fills itself, such as an expression."""
    pure: bool
    """Answers from its configuration alone, at once: no record is needed before it runs."""
    parks: bool
    """May wait for something, so that below another step it needs a run of its own."""
    heavy: bool
    """Takes a model; few of them run at the same time."""
    check: Callable[[Any], list[str]]
    """What is wrong with a configuration beyond its types, a sentence each."""

    def configured(self, config: Mapping[str, Any]) -> Config:
        """The configuration as its type.

        Raises:
            ValueError: it does not fit.
        """
        return msgspec.convert(dict(config), self.config)

    def schema(self) -> dict[str, Any]:
        """JSON schema of the configuration, for editors."""
        return msgspec.json.schema(self.config)


def _nothing_wrong(_config: Any) -> list[str]:
    return []


def step(
    name: str,
    *,
    raw: tuple[str, ...] = (),
    pure: bool = False,
    parks: bool = False,
    heavy: bool = False,
    check: Callable[[Any], list[str]] = _nothing_wrong,
) -> Callable[[StepFunction[Any]], Step]:
    """Make a kind of step of `async def name(context, config) -> output`.

    The type of its second parameter says what it is configured by; its docstring's first line is
    what people read.
    """

    def declare(function: StepFunction[Any]) -> Step:
        hints = list(function.__annotations__.values())
        return Step(
            name=name,
            summary=(function.__doc__ or "").strip().partition("\n")[0],
            config=cast("type[Config]", hints[1]),
            run=function,
            raw=frozenset(raw),
            pure=pure,
            parks=parks,
            heavy=heavy,
            check=check,
        )

    return declare
