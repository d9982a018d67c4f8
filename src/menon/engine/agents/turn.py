"""A turn: everything that a run needs, gathered before the model speaks, and frozen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from menon.core.runs.events import ToolCall, Usage
from menon.engine.agents.brought import NOTHING, Brought, Form
from menon.engine.agents.paused import Paused, Resumed
from menon.engine.llm.patience import Breaker, Patience
from menon.engine.tools.policy import Decision, Policy
from menon.kit.clock import Clock, SystemClock

if TYPE_CHECKING:
    from pydantic_ai.models import Model

    from menon.engine.agents.house import House
    from menon.engine.agents.pipeline import Pipeline
    from menon.engine.llm.provider import ModelCard
    from menon.engine.tools.shape import Shape
    from menon.engine.tools.tool import Tool


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call that an assistant message made."""

    call_id: str
    name: str
    args: dict[str, Any]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of the past."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    images: tuple[str, ...] = ()
    """On `user` messages: addresses of pictures, `https:` or `data:`."""
    calls: tuple[Call, ...] = ()
    """On `assistant` messages; each is answered by a `tool` message."""
    call_id: str = ""
    name: str = ""
    """On `tool` messages: which call of which tool they answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a run may use; None is no limit."""

    tokens: int | None = 200_000
    """Input and output of all requests together."""
    steps: int | None = 12
    """Requests to the model."""
    seconds: float | None = 300.0
    money: float | None = None
    """US dollars."""
    answer_tokens: int | None = None
    """Output of one request."""
    tool_seconds: float = 30.0
    """One tool call, unless the tool sets its own."""


def exceeded(limits: Limits, used: Usage, *, before: bool = False) -> str:
    """Which limit a run ran into, as a sentence; empty while there is room.

    `before` another request, the steps are counted too.
    """
    advice = "raise the agent's limits or ask for less"
    if before and limits.steps is not None and used.requests >= limits.steps:
        return f"The run used up its {limits.steps} steps; {advice}."
    tokens = used.input_tokens + used.output_tokens
    if limits.tokens is not None and tokens > limits.tokens:
        return f"The run used {tokens} of its {limits.tokens} tokens; {advice}."
    if limits.money is not None and used.cost > limits.money:
        return f"The run used {used.cost:g} of its {limits.money:g} US dollars; {advice}."
    return ""


@dataclass(frozen=True, kw_only=True)
class ResolvedModel:
    """A model ready to answer; the catalog builds it once per endpoint and keeps it."""

    card: "ModelCard"
    model: "Model"
    breaker: Breaker = field(default_factory=Breaker)

    @property
    def name(self) -> str:
        """Qualified: `openai:NAME`."""
        return self.card.qualified


class Meter(Protocol):
    """What a run and those above it may still use together."""

    def rest(self) -> Limits:
        """What is left."""
        ...

    def charge(self, run: str, used: Usage) -> str:
        """Note what a run below has used up to now; answers which limit that broke, if any."""
        ...


Approve = Callable[[ToolCall], Awaitable[bool]]
"""Whether a person allows this very call, arguments and all."""

Note = Callable[[ToolCall, Decision], Awaitable[None]]


def lacking(model: ResolvedModel, *, tools: bool, images: bool, form: Form | None) -> str:
    """What a model cannot do of what is asked of it, as a sentence; empty where it can do it."""
    profile = model.model.profile
    needed = "object" if form and form.schema is None else "schema"
    checks = (
        (model.card.chat, "chat"),
        (not tools or model.card.tools, "call tools"),
        (not images or model.card.vision, "see images"),
        (not form or profile.get(f"supports_json_{needed}_output"), "answer in a form of JSON"),
    )
    missing = next((ability for able, ability in checks if not able), "")
    return f"{model.name} cannot {missing}; choose a model that can." if missing else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One question to one agent."""

    run: str
    agent: str
    model: ResolvedModel
    question: str
    """Empty where the history ends with what is to be answered, such as the result of a tool."""
    version: int | None = None
    conversation: str | None = None
    instructions: str = ""
    fallbacks: tuple[ResolvedModel, ...] = ()
    """Tried in order, and only before anything of an answer was seen."""
    history: tuple[Message, ...] = ()
    tools: "tuple[Tool, ...]" = ()
    """Those that the caller may use; others are not shown to the model."""
    output: "Shape | None" = None
    """What the answer has to be, where it is not text."""
    brought: Brought = NOTHING
    """What the caller brings along."""
    pipeline: "Pipeline | None" = None
    """What is done instead of asking the model the question."""
    limits: Limits = field(default_factory=Limits)
    patience: Patience = field(default_factory=Patience)
    temperature: float | None = None
    who: Any = None
    """Whose rights tools have; opaque here."""
    runtime: Any = None
    """What the product's tools need (units of work, settings); opaque here."""
    scope: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What tools may look at (collections, filters): set by the caller, never by the model."""
    policy: Policy = field(default_factory=Policy)
    """Which calls run, which need a person, and which never run."""
    tainted: bool = False
    """Whether the question, the past or the instructions may hold the words of a stranger."""
    begun: frozenset[tuple[str, str]] = frozenset()
    """Effects of an earlier attempt, by tool and digest of arguments: none runs again unasked."""
    wait: Callable[[Paused], None] | None = None
    """Takes where the run stands when it must wait for people; then it ends without an end."""
    approve: Approve | None = None
    """Asks a person who is there, while the run goes on. Without it and without `wait` nobody can
    be asked, and what needs somebody is refused."""
    resumed: Resumed | None = None
    """The pause after which the run goes on."""
    note: Note | None = None
    """Told of each effect before it begins, and of each refusal; what it cannot record does not
    begin."""
    origin: Any = None
    """By what the product knows the turn; opaque here."""
    house: "House | None" = None
    """What names mean to agents that this one asks or hands over to."""
    above: Meter | None = None
    """Of the run whose agent asks, where that has a run of its own."""
    depth: int = 0
    """How many agents stand above this one."""
    zone: str = "UTC"
    """The IANA zone of the person who asks."""
    clock: Clock = field(default_factory=SystemClock)
