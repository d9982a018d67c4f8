"""Finds the agent for a message: by its id, or by what it can do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Unpack

from menon.engine.framework.agent import Agent, Options
from menon.engine.framework.errors import UnknownAgent
from menon.engine.framework.result import Result, Stream


class Orchestrator:
    """Agents by id and by capability.

    Args:
        agents: those to begin with, each with the capabilities that it names itself.
    """

    def __init__(self, agents: Sequence[Agent[Any]] = ()) -> None:
        self._agents: dict[str, Agent[Any]] = {}
        self._able: dict[str, list[str]] = {}
        for agent in agents:
            self.register(agent)

    def __iter__(self) -> Iterator[Agent[Any]]:
        return iter(self._agents.values())

    def __len__(self) -> int:
        return len(self._agents)

    @property
    def capabilities(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the agents that can do each thing, in the order of their registration."""
        return {name: tuple(ids) for name, ids in sorted(self._able.items())}

    def register(self, agent: Agent[Any], *, capabilities: Sequence[str] = ()) -> str:
        """Take an agent in, for what it names itself and for what is named here; answers its id.

        Raises:
            ValueError: another one has this id.
        """
        if self._agents.get(agent.id, agent) is not agent:
            raise ValueError(f"There is another agent {agent.id!r}; give this one another name.")
        self._agents[agent.id] = agent
        for capability in (*agent.capabilities, *capabilities):
            able = self._able.setdefault(capability, [])
            if agent.id not in able:
                able.append(agent.id)
        return agent.id

    def unregister(self, agent_id: str) -> None:
        """Let an agent go.

        Raises:
            UnknownAgent: there is none of this id.
        """
        del self._agents[self.agent(agent_id).id]
        for able in self._able.values():
            if agent_id in able:
                able.remove(agent_id)
        self._able = {name: ids for name, ids in self._able.items() if ids}

    def agent(self, agent_id: str) -> Agent[Any]:
        """The agent of an id.

        Raises:
            UnknownAgent: naming those that there are.
        """
        if agent_id not in self._agents:
            known = ", ".join(map(repr, self._agents)) or "none"
            raise UnknownAgent(f"There is no agent {agent_id!r}; there are {known}.")
        return self._agents[agent_id]

    def able(self, capability: str) -> Agent[Any]:
        """The agent that was registered first for a capability.

        Raises:
            UnknownAgent: naming the capabilities that there are.
        """
        if capability not in self._able:
            known = ", ".join(map(repr, sorted(self._able))) or "none"
            raise UnknownAgent(f"No agent can {capability!r}; there are {known}.")
        return self._agents[self._able[capability][0]]

    async def run(self, agent_id: str, message: str, **options: Unpack[Options]) -> Result[Any]:
        """Ask an agent by its id."""
        return await self.agent(agent_id).run(message, **options)

    def run_sync(self, agent_id: str, message: str, **options: Unpack[Options]) -> Result[Any]:
        """As `run`, for code that is not async."""
        return self.agent(agent_id).run_sync(message, **options)

    def stream(self, agent_id: str, message: str, **options: Unpack[Options]) -> Stream[Any]:
        """Ask an agent by its id, as events."""
        return self.agent(agent_id).stream(message, **options)

    async def route(
        self,
        *,
        message: str,
        capability: str | None = None,
        agent_id: str | None = None,
        **options: Unpack[Options],
    ) -> Result[Any]:
        """Ask the agent of an id, or the one that has a capability; the result says who it was.

        Raises:
            UnknownAgent: there is none.
            ValueError: neither is given, or both.
        """
        if (capability is None) == (agent_id is None):
            raise ValueError("Name the agent by `agent_id`, or what it can do by `capability`.")
        found = self.able(capability or "") if agent_id is None else self.agent(agent_id)
        return await found.run(message, **options)
