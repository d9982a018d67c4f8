"""Several agents as one: side by side, or one after the other.

A team is an agent whose model is a rule: it calls its members as tools, then says what they said.
So a team streams, counts, stops and is served like any other agent.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from menon.engine.agents.turn import Limits, ResolvedModel
from menon.engine.framework.agent import Agent
from menon.engine.llm.provider import ModelCard

if TYPE_CHECKING:
    from menon.engine.framework.rule import Rule

PROVIDER = "team"

Join = Callable[[Mapping[str, str]], str]
"""Makes one answer of those of the members, by their names."""


class Team(Agent[str]):
    """A team: made by `Team.parallel` or `Team.sequential`, asked like an agent."""

    def __init__(
        self,
        name: str,
        members: Sequence[Agent[Any]],
        rule: "Callable[[Sequence[str]], Rule]",
        *,
        limits: Limits | None,
        description: str,
    ) -> None:
        if not members:
            raise ValueError("A team needs members.")
        ids = [member.id for member in members]
        if len(set(ids)) < len(ids):
            raise ValueError(f"The members of a team have different names; these are {ids}.")
        super().__init__(
            name,
            # The steps of the members count: what bounds those is enough.
            limits=limits or Limits(steps=None),
            description=description,
            tools=[member.as_tool() for member in members],
        )
        self.members = tuple(members)
        self._rule = rule
        self._ready: ResolvedModel | None = None

    @classmethod
    def parallel(
        cls,
        members: Sequence[Agent[Any]],
        *,
        name: str = "team",
        join: Join | None = None,
        limits: Limits | None = None,
        description: str = "",
    ) -> "Team":
        """All members answer the message at the same time.

        Args:
            members: at least one.
            name: of the team.
            join: makes one answer of theirs; by default each stands under its member's name.
            limits: what all of them together may use.
            description: for agents that may ask the team.
        """

        def rule(tools: Sequence[str]) -> "Rule":
            from menon.engine.framework.rule import Parallel

            return Parallel(dict(zip(tools, (m.name for m in members), strict=True)), join)

        return cls(name, members, rule, limits=limits, description=description)

    @classmethod
    def sequential(
        cls,
        members: Sequence[Agent[Any]],
        *,
        name: str = "team",
        limits: Limits | None = None,
        description: str = "",
    ) -> "Team":
        """The first member answers the message, each other one what the one before it said."""

        def rule(tools: Sequence[str]) -> "Rule":
            from menon.engine.framework.rule import Sequential

            return Sequential(dict(zip(tools, (m.name for m in members), strict=True)))

        return cls(name, members, rule, limits=limits, description=description)

    def own_model(self) -> ResolvedModel:
        """The rule as a model, made when it is wanted: pydantic-ai comes with it."""
        if self._ready is None:
            from menon.engine.framework.rule import RuleModel

            rule = self._rule(self.tool_names)
            card = ModelCard(provider=PROVIDER, name=rule.name, tools=True, local=True)
            self._ready = ResolvedModel(card=card, model=RuleModel(rule))
        return self._ready
