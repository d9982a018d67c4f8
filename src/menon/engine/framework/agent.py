"""An agent: instructions, a model and tools under a name; it holds no conversation."""

import functools
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypedDict, Unpack, overload

from menon.core.errors import MenonError
from menon.core.runs.events import Error, Event, Usage
from menon.engine.agents.state import RUNNING, State
from menon.engine.agents.turn import Limits, ResolvedModel, Turn
from menon.engine.framework import delegation
from menon.engine.framework.approving import Allow, Approving
from menon.engine.framework.conversation import Conversation, Memory, Past, Remembered, past
from menon.engine.framework.environment import house
from menon.engine.framework.errors import APPROVAL
from menon.engine.framework.models import AnyModel, ready, resolved
from menon.engine.framework.result import Result, Settled, Stream, T
from menon.engine.tools.shape import Shape, shape_of
from menon.engine.tools.tool import Tool, tool
from menon.kit.ids import new_id
from menon.kit.loading import loaded
from menon.kit.text import slug

if TYPE_CHECKING:
    from collections.abc import Callable

    from menon.engine.agents.house import House
    from menon.engine.llm.models import Resolved


class Options(TypedDict, total=False):
    """What a run may be told besides its message."""

    conversation: Conversation | str | None
    """What was said before: a value of yours, or the id of one in the agent's memory."""
    history: Past | None
    """What was said before that conversation."""
    approve: Allow | bool | None
    """Whether calls may be made that change something; the agent's own where it is left out."""
    limits: Limits | None


class Agent(Generic[T]):
    """An agent.

    Args:
        name: what people call it; its `id` is made of it.
        instructions: what the model is told first.
        model: `auto`, a name such as `openai:NAME`, or a model of pydantic-ai.
        tools: functions under `@tool`, plain functions, or names of built-in tools.
        output_type: what the answer has to be instead of text.
        limits: what one run may use, with all that it asks others.
        temperature: of the model.
        capabilities: what an `Orchestrator` may send it.
        handoffs: agents to which it may hand the conversation over.
        approve: asked before a tool writes, sends or executes; True allows all of it.
        memory: where conversations are kept that a run names by id.
        description: what others read of it: people, and agents that may ask it.
    """

    @overload
    def __init__(
        self: "Agent[str]",
        name: str,
        instructions: str = "",
        *,
        model: AnyModel = "auto",
        tools: "Sequence[Tool | Callable[..., Any] | str]" = (),
        output_type: None = None,
        limits: Limits | None = None,
        temperature: float | None = None,
        capabilities: Sequence[str] = (),
        handoffs: "Sequence[Agent[Any]]" = (),
        approve: Allow | bool | None = None,
        memory: Memory | None = None,
        description: str = "",
    ) -> None: ...
    @overload
    def __init__(
        self,
        name: str,
        instructions: str = "",
        *,
        model: AnyModel = "auto",
        tools: "Sequence[Tool | Callable[..., Any] | str]" = (),
        output_type: type[T],
        limits: Limits | None = None,
        temperature: float | None = None,
        capabilities: Sequence[str] = (),
        handoffs: "Sequence[Agent[Any]]" = (),
        approve: Allow | bool | None = None,
        memory: Memory | None = None,
        description: str = "",
    ) -> None: ...
    def __init__(
        self,
        name: str,
        instructions: str = "",
        *,
        model: AnyModel = "auto",
        tools: "Sequence[Tool | Callable[..., Any] | str]" = (),
        output_type: type[Any] | None = None,
        limits: Limits | None = None,
        temperature: float | None = None,
        capabilities: Sequence[str] = (),
        handoffs: "Sequence[Agent[Any]]" = (),
        approve: Allow | bool | None = None,
        memory: Memory | None = None,
        description: str = "",
    ) -> None:
        self.name = name
        self.id = slug(name) or "agent"
        self.description = description
        self.instructions = instructions
        self.model = model
        self.temperature = temperature
        self.limits = limits or Limits()
        self.capabilities = tuple(capabilities)
        self.handoffs = tuple(handoffs)
        self.approve = approve
        self.memory = memory
        self.output_type = output_type
        self._output = shape_of(output_type) if output_type not in (None, str) else None
        self._tools: tuple[Tool | str, ...] = ()
        for each in tools:
            self.add_tool(each)

    def __repr__(self) -> str:
        return f"Agent({self.name!r}, model={self.model!r}, tools={list(self.tool_names)!r})"

    @property
    def tools(self) -> tuple[Tool | str, ...]:
        """Its tools; built-in ones stand there by name."""
        return self._tools

    @property
    def tool_names(self) -> tuple[str, ...]:
        """The names of its tools."""
        return tuple(each if isinstance(each, str) else each.name for each in self._tools)

    def add_tool(self, added: "Tool | Callable[..., Any] | str") -> None:
        """Give it a tool; runs that have begun go on without.

        Raises:
            ValueError: it has one of this name.
            TypeError: the function cannot be described to a model.
        """
        made = added if isinstance(added, Tool | str) else tool(added)
        name = made if isinstance(made, str) else made.name
        if name in self.tool_names:
            raise ValueError(f"{self.name!r} has a tool {name!r} already; remove it first.")
        self._tools = (*self._tools, made)

    def remove_tool(self, name: str) -> None:
        """Take a tool away.

        Raises:
            ValueError: it has none of this name.
        """
        if name not in self.tool_names:
            known = ", ".join(map(repr, self.tool_names)) or "none"
            raise ValueError(f"{self.name!r} has no tool {name!r}; it has {known}.")
        self._tools = tuple(
            each for each in self._tools if name != (each if isinstance(each, str) else each.name)
        )

    async def run(self, message: str, **options: Unpack[Options]) -> Result[T]:
        """Answer a message.

        Raises:
            AgentError: one of its kinds, with what there was of an answer.
        """
        async with self.stream(message, **options) as stream:
            return await stream.result()

    def stream(self, message: str, **options: Unpack[Options]) -> Stream[T]:
        """Answer a message as events: the same that the server sends."""
        run = _Run(self, message, options)
        return Stream(run.events(), run.settled)

    def run_sync(self, message: str, **options: Unpack[Options]) -> Result[T]:
        """As `run`, for code that is not async."""
        from menon.engine.framework.sync import wait_for

        return wait_for(self.run(message, **options))

    def as_tool(self, name: str | None = None, description: str | None = None) -> Tool:
        """The agent as a tool of another one, which reads the answer and goes on."""
        return delegation.asking(self, name=name, description=description)

    @property
    def output(self) -> Shape | None:
        """What its answers have to be, where they are not text."""
        return self._output

    def granted(self, where: "House") -> tuple[Tool, ...]:
        """Its tools, those by name as they are there, and one for each agent to hand over to."""
        names = [each for each in self._tools if isinstance(each, str)]
        known = dict(zip(names, where.tools(names), strict=True)) if names else {}
        own = [known[each] if isinstance(each, str) else each for each in self._tools]
        return (*own, *map(delegation.handing_over, self.handoffs))

    async def resolved(self, where: "House") -> "Resolved":
        """Its model there, ready to answer."""
        needed = bool(self._tools or self.handoffs or self._output)
        return await resolved(self.own_model() or str(self.model), where, needs_tools=needed)

    def own_model(self) -> ResolvedModel | None:
        """The model that it brings along; None where it only names one."""
        return None if isinstance(self.model, str) else ready(self.model)

    async def turn(self, message: str, where: "House", **more: Any) -> Turn:
        """One question to this agent, ready to run."""
        model = await self.resolved(where)
        return Turn(
            agent=self.id,
            question=message,
            model=model.model,
            fallbacks=model.fallbacks,
            patience=model.patience,
            instructions=self.instructions,
            tools=self.granted(where),
            output=self._output,
            temperature=self.temperature,
            house=where,
            **more,
        )


class _Run:
    """One run of an agent: prepares the turn, and remembers what came of it."""

    def __init__(self, agent: Agent[Any], message: str, options: Options) -> None:
        self._agent = agent
        self._message = message
        self._options = options
        self._remembered = Remembered(options.get("conversation"), agent.memory)
        self._given = past(options.get("history") or ())
        self._approving = Approving(
            agent.approve if options.get("approve") is None else options.get("approve")
        )
        self._state: State | None = None
        self._error: Exception | None = None

    async def events(self) -> AsyncGenerator[Event]:
        """The events of the run, also where it does not come to begin."""
        # pydantic-ai comes with it, and takes a second to load: another thread does that.
        await loaded("menon.engine.agents.run")
        from menon.engine.agents.run import Stop, run

        try:
            turn = await self._turn()
        except MenonError as error:
            yield Usage()
            yield Error(code=error.code, detail=error.detail)
            return
        stop = Stop()
        self._approving.otherwise = functools.partial(stop.request, APPROVAL)
        self._state = State(turn=turn, parent=RUNNING.get())
        async with aclosing(run(turn, stop=stop, state=self._state)) as events:
            async for event in events:
                if event.type == "complete":
                    await self._remembered.append(self.settled([event]).messages)
                yield event

    async def _turn(self) -> Turn:
        parent = RUNNING.get()
        around = {} if parent is None else delegation.inherited(parent.turn)
        history = (*self._given, *await self._remembered.load())
        turn = await self._agent.turn(
            self._message,
            house(),
            run=new_id(),
            history=history,
            conversation=self._remembered.id,
            limits=self._options.get("limits") or self._agent.limits,
            **around,
        )
        if parent is not None and not self._approving.decided:
            return turn
        return replace(turn, approve=self._approving)

    def settled(self, events: Sequence[Event]) -> Settled:
        """What is known of the run besides its events."""
        del events
        if self._state is None:
            return Settled(error=self._error)
        from menon.engine.agents.history import recorded

        output = self._state.turn.output
        return Settled(
            messages=tuple(recorded(self._state.messages[self._state.past :])),
            read=output.read if output else None,
            wanting=tuple(self._approving.wanting),
        )
