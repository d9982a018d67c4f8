"""The form of an agent: its fields, and how they become what the API takes."""

from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from menon.core.http import Wire
from menon.engine.tools.policy import Verdict
from menon.engine.tools.tool import Effect
from menon.features.agents.models import Visibility
from menon.features.agents.policy.schemas import PolicyRule
from menon.features.agents.schemas import (
    AgentIn,
    AgentOut,
    AgentPatch,
    AgentType,
    Capability,
    Configuration,
    ModelName,
    Name,
    Slug,
)
from menon.features.vault.schemas import SecretName


class AgentForm(Wire):
    """The fields as the page names them."""

    name: Name
    slug: Slug | None = None
    description: Annotated[str, Field(max_length=1000)] = ""
    instructions: Annotated[str, Field(max_length=100_000)] = ""
    model: ModelName = "auto"
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    visibility: Visibility = Visibility.PRIVATE
    agent_type: AgentType = "custom"
    capabilities: list[Capability] = Field(default=[], max_length=64)
    tools: list[str] = Field(default=[], max_length=64)
    collections: list[str] = Field(default=[], max_length=64)
    tokens: Annotated[int | None, Field(ge=1, le=10_000_000)] = None
    steps: Annotated[int | None, Field(ge=1, le=200)] = None
    seconds: Annotated[float | None, Field(gt=0, le=86_400)] = None
    cost: Annotated[float | None, Field(ge=0, le=1_000_000)] = None

    @field_validator("capabilities", mode="before")
    @classmethod
    def apart(cls, given: list[str]) -> list[str]:
        """One field holds all of them."""
        return [word for text in given for word in text.replace(",", " ").split()]

    def configuration(self, before: Configuration | None = None) -> Configuration:
        """What a version keeps; what the form does not show stays as it was `before`."""
        base = before or Configuration()
        limits = {
            "tokens": self.tokens,
            "steps": self.steps,
            "seconds": self.seconds,
            "money": self.cost,
        }
        return base.model_copy(
            update={
                "instructions": self.instructions,
                "model": self.model,
                "temperature": self.temperature,
                "tools": self.tools,
                "collections": self.collections,
                "capabilities": self.capabilities,
                "limits": base.limits.model_copy(update=limits),
            }
        )

    def new(self) -> AgentIn:
        """A new agent."""
        return AgentIn(
            name=self.name,
            slug=self.slug,
            description=self.description,
            agent_type=self.agent_type,
            visibility=self.visibility,
            configuration=self.configuration(),
        )

    def patch(self, agent: AgentOut) -> AgentPatch:
        """A change of a known agent, with what the form does not show of it, such as its policy."""
        return AgentPatch(
            name=self.name,
            description=self.description,
            visibility=self.visibility,
            configuration=self.configuration(Configuration(**agent.configuration)),
        )

    @staticmethod
    def of(agent: AgentOut | None) -> dict[str, Any]:
        """The values that the form shows at first."""
        made = Configuration() if agent is None else Configuration(**agent.configuration)
        limits = made.limits
        return {
            "id": agent.id if agent else None,
            "slug": agent.slug if agent else "",
            "name": agent.name if agent else "",
            "description": agent.description if agent else "",
            "instructions": made.instructions,
            "model": made.model,
            "temperature": 0.3 if made.temperature is None else made.temperature,
            "agent_type": agent.agent_type if agent else "custom",
            "capabilities": made.capabilities,
            "tools": made.tools,
            "collections": made.collections,
            "limits": {
                "tokens": limits.tokens,
                "steps": limits.steps,
                "seconds": limits.seconds,
                "cost": 1.0 if limits.money is None else limits.money,
            },
            "visibility": agent.visibility if agent else Visibility.PRIVATE.value,
            "state": "active" if agent is None or agent.is_active else "paused",
            "version": agent.version if agent else 0,
            "builtin": bool(agent and agent.is_builtin),
            "pending": bool(agent and agent.review and agent.review.state == "pending"),
        }


class DraftForm(AgentForm):
    """The form as it stands, not saved, with a message to it."""

    name: Annotated[str, Field(max_length=100)] = "Draft"
    message: Annotated[str, Field(min_length=1, max_length=100_000)]


class SecretForm(Wire):
    """A new secret of an agent."""

    key: SecretName
    secret: SecretStr
    description: Annotated[str, Field(max_length=500)] = ""


class RuleForm(Wire):
    """A new rule of an agent's policy."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    verdict: Verdict
    tool: Annotated[str, Field(min_length=1, max_length=200)]
    effect: Effect | None = None
    argument: Annotated[str, Field(max_length=200)] = ""
    pattern: Annotated[str, Field(max_length=500)] = ""
    even_if_tainted: bool = False
    first: bool = False
    reason: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def whole(self) -> Self:
        """An argument without a pattern would fit every call, and nobody would see it."""
        if bool(self.argument) != bool(self.pattern):
            raise ValueError("An argument goes with a pattern; fill in both or neither")
        self.rule()
        return self

    def rule(self) -> PolicyRule:
        """The rule as a version keeps it."""
        return PolicyRule(
            verdict=self.verdict,
            tool=self.tool,
            effect=self.effect,
            args={self.argument: self.pattern} if self.argument else {},
            even_if_tainted=self.even_if_tainted,
            reason=self.reason,
        )


class TypeForm(Wire):
    """An agent schema as text."""

    text: Annotated[str, Field(max_length=200_000)] = ""
    force: bool = False
