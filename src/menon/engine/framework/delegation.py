"""One agent to another: asked as a tool, or given the conversation."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from menon.engine.agents.state import DEEPEST, RUNNING
from menon.engine.agents.turn import Turn
from menon.engine.framework.environment import house
from menon.engine.framework.errors import AgentError
from menon.engine.tools.tool import Tool, ToolContext, ToolFailed, tool

if TYPE_CHECKING:
    from menon.engine.framework.agent import Agent

_DAY_S = 86_400.0


def asking(agent: "Agent[Any]", *, name: str | None, description: str | None) -> Tool:
    """A tool that asks an agent; its run counts for the one in which it is called."""

    async def ask(message: str) -> Any:
        try:
            result = await agent.run(message)
        except AgentError as error:
            raise ToolFailed(f"{agent.name} gave no answer: {error.detail}") from error
        return agent.output.write(result.output) if agent.output else result.text

    made = tool(
        name=name or f"ask_{agent.id.replace('-', '_')}",
        description=description or agent.description or f"Ask {agent.name}.",
        timeout_s=agent.limits.seconds or _DAY_S,
    )(ask)
    return replace(made, output_schema=agent.output.schema if agent.output else {"type": "string"})


def handing_over(agent: "Agent[Any]") -> Tool:
    """A tool that gives the conversation to another agent, who answers in this one's place."""

    async def hand_over(context: ToolContext, reason: str = "") -> str:
        del context, reason
        state = RUNNING.get()
        if state is None:
            raise ToolFailed("There is no conversation to hand over.")
        if state.handed >= DEEPEST:
            raise ToolFailed(f"It was handed over {DEEPEST} times already; answer yourself.")
        now = state.turn
        following = await agent.turn(
            now.question,
            now.house or house(),
            run=now.run,
            conversation=now.conversation,
            history=now.history,
            limits=now.limits,
            **inherited(now),
        )
        state.handed += 1
        state.following = following
        return f"{agent.name} goes on."

    about = agent.description or f"It is about what {agent.name} does."
    return tool(
        name=f"hand_over_to_{agent.id.replace('-', '_')}",
        description=f"Hand the conversation over to {agent.name}, who answers then. {about}",
        idempotent=False,
    )(hand_over)


def inherited(turn: Turn) -> dict[str, Any]:
    """What a run within another one has of it: rights, rules, time, place, and who is asked.

    It cannot wait for people who are away: where it stands within the other one is not kept, so
    what needs somebody is refused there.
    """
    return {
        "who": turn.who,
        "runtime": turn.runtime,
        "scope": turn.scope,
        "approve": turn.approve,
        "policy": turn.policy,
        "begun": turn.begun,
        "note": turn.note,
        "origin": turn.origin,
        # A model has written the question, and nobody knows what it had read before.
        "tainted": True,
        "zone": turn.zone,
        "clock": turn.clock,
    }
