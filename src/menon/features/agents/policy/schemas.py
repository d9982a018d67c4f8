"""Wire shapes of policy: rules, what was allowed for good, and the look before a call."""

from datetime import datetime
from typing import Annotated, Any, Self

import msgspec
from pydantic import ConfigDict, Field, field_validator, model_validator

from menon.core.http import Wire
from menon.engine.tools.policy import Outcome, Rule, Verdict
from menon.engine.tools.tool import Effect

_PATH = r"^[^.]+(\.[^.]+)*$"

Pattern = Annotated[str, Field(min_length=1, max_length=500)]
Path = Annotated[str, Field(min_length=1, max_length=200, pattern=_PATH)]


class PolicyRule(Wire):
    """One line of a policy; the first that fits a call decides."""

    # A field with a slip in its name would leave a rule that says something else.
    model_config = ConfigDict(extra="forbid")

    verdict: Annotated[
        Verdict, Field(description="`always` runs, `once` asks each time, `deny` never runs.")
    ]
    tool: Annotated[
        str,
        Field(min_length=1, max_length=200, description="A name or a pattern: `mail_*`, `*`."),
    ] = "*"
    effect: Annotated[Effect | None, Field(description="Only calls with this effect.")] = None
    args: dict[Path, Pattern] = Field(
        default={},
        max_length=20,
        description="Patterns by argument, inner ones by path: `options.to`. All must fit.",
    )
    even_if_tainted: Annotated[
        bool,
        Field(
            description="With `always`: also once the model has read text that a stranger may have"
            " written. Without it such calls are asked for."
        ),
    ] = False
    reason: Annotated[str, Field(max_length=300, description="Told to people and the model.")] = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.even_if_tainted and self.verdict is not Verdict.ALWAYS:
            raise ValueError(
                f"`even_if_tainted` goes with `always` alone; {self.verdict.value!r} holds in every"
                " context"
            )
        return self

    def rule(self) -> Rule:
        """The rule as the engine reads it."""
        return msgspec.convert(self.model_dump(mode="json"), Rule)


class GrantOut(Wire):
    """What you have allowed an agent for good."""

    id: str
    tool: str
    effect: str
    exact: bool
    """Only these arguments, whatever was read before; otherwise any, in a clean context."""
    args: Any
    """The arguments that you looked at; secrets are masked."""
    args_hash: str
    approval_id: str
    created_at: datetime


class PreflightIn(Wire):
    """A tool call that is not made."""

    tool: Annotated[str, Field(min_length=1, max_length=200)]
    args: dict[str, Any] = Field(default={}, max_length=200)
    agent: Annotated[
        str | None, Field(max_length=80, description="Id or slug of the agent that would call.")
    ] = None
    tainted: Annotated[
        bool,
        Field(description="As if the model had read text that a stranger may have written."),
    ] = False


class PreflightOut(Wire):
    """What would happen to it."""

    tool: str
    effect: Effect | None
    """Null where there is no such tool."""
    outcome: Outcome
    why: str
    may_remember: bool
    """Whether a yes could count for later calls too."""
    problems: list[str]
    """What is wrong with the arguments."""
    args_hash: str
    """By which an approval would be bound."""


class OperatorRule(PolicyRule):
    """A line of the operator's policy, which holds for every agent and is never more lenient."""

    @field_validator("verdict")
    @classmethod
    def _stricter(cls, verdict: Verdict) -> Verdict:
        if verdict is Verdict.ALWAYS:
            raise ValueError("the operator's rules can only be stricter: `once` or `deny`")
        return verdict
