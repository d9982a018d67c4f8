"""Agents as tools: `agent__SLUG` hands a question to another agent, with the caller's rights.

The other agent has a run of its own below, within what is left of the run above; agents hand over
three levels deep at most, so that two that ask each other come to an end.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.engine.tools.foreign import ForeignTool
from menon.engine.tools.tool import Effect, Kind, ToolContext, ToolFailed
from menon.features.agents import queries, running
from menon.features.agents.models import Agent
from menon.features.agents.rules import Answer, Below
from menon.features.agents.schemas import RunIn
from menon.features.agents.tools.toolbox import Offer

PREFIX: Final = "agent__"
DEEPEST: Final = 3
_LONGEST_S: Final = 3600.0
"""The run above ends it earlier."""
_LONGEST_SLUG: Final = 64 - len(PREFIX)
_MARKER: Final = re.compile(r" ?\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")
_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "question": {
            "type": "string",
            "minLength": 1,
            "maxLength": 20_000,
            "description": "The whole question: the agent sees nothing of this conversation.",
        }
    },
    "required": ["question"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class Offered:
    """An agent in the catalogue of tools."""

    key: str
    """What lists are in the order of."""
    tool: ForeignTool
    reason: str
    agent_id: str


async def named(runtime: Runtime, who: Principal, names: Sequence[str]) -> Mapping[str, Offer]:
    """Those of the names that are agents which somebody may use."""
    slugs = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    return await runtime.db.read(_named, who, slugs) if slugs else {}


async def offered(
    runtime: Runtime, who: Principal, after: str, limit: int, *, words: str = ""
) -> list[Offered]:
    """The next agents in the order of their slugs."""
    return await runtime.db.read(_offered, who, after, limit, words)


def _named(session: Session, who: Principal, slugs: Sequence[str]) -> dict[str, Offer]:
    return {
        (tool := _tool(agent)).name: Offer(tool=tool, reason=_reason(agent), source=agent.id)
        for agent in queries.by_slug(session, who, slugs)
    }


def _offered(session: Session, who: Principal, after: str, limit: int, words: str) -> list[Offered]:
    return [
        Offered(key=agent.slug, tool=_tool(agent), reason=_reason(agent), agent_id=agent.id)
        for agent in queries.after_slug(session, who, after, limit, words=words)
    ]


def _reason(agent: Agent) -> str:
    if not agent.is_active:
        return f"The agent {agent.name!r} is switched off."
    if len(agent.slug) > _LONGEST_SLUG:
        return f"Its short name has more than {_LONGEST_SLUG} characters, too many for a tool."
    return ""


def _tool(agent: Agent) -> ForeignTool:
    about = f" {agent.description}" if agent.description else ""
    return ForeignTool(
        name=PREFIX + agent.slug,
        description=f"Ask the agent {agent.name!r} and get its answer.{about}",
        schema=_SCHEMA,
        effect=Effect.READ,
        function=partial(_ask, agent.id, agent.name),
        kind=Kind.AGENT,
        timeout_s=_LONGEST_S,
    )


async def _ask(agent_id: str, name: str, context: ToolContext, args: dict[str, Any]) -> str:
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    below = _below(context)
    # Whoever asks is a model, which may repeat the words of a stranger.
    run_id = await running.start(
        runtime, who, agent_id, RunIn(message=args["question"]), tainted=True, below=below
    )
    answer, left, waits = Answer(), True, False
    try:
        async with aclosing(runtime[RunLog].follow(run_id)) as batches:
            async for batch in batches:
                for event in batch:
                    answer.add(event.data)
                waits = any(running.waits(event.data) for event in batch)
                if waits:
                    break
        left = False
    finally:
        if left:
            await asyncio.shield(runtime[RunLog].cancel(run_id, "the run above it ended"))
    if waits:
        raise ToolFailed(
            f"The agent {name!r} waits for a person before it goes on; its answer will stand in its"
            f" own run, {run_id}. Say so, and answer without it."
        )
    if answer.error is not None:
        raise ToolFailed(f"The agent {name!r} failed: {answer.error.detail}")
    return _told(answer)


def _below(context: ToolContext) -> Below | None:
    """What the other agent may use: within the budget of the run that asks.

    Raises:
        ToolFailed: agents ask each other too deep, or nothing is left.
    """
    if context.depth >= DEEPEST:
        raise ToolFailed(f"Agents hand over {DEEPEST} levels deep at most; answer this yourself.")
    if context.meter is None:
        return None
    rest = context.meter.rest()
    if any(left is not None and left <= 0 for left in (rest.tokens, rest.seconds)):
        raise ToolFailed("Nothing is left of this run's limits for another agent.")
    return Below(run_id=context.run, depth=context.depth + 1, meter=context.meter)


def _told(answer: Answer) -> str:
    """The answer without its numbers, which mean other passages here, and its sources by name."""
    text = _MARKER.sub("", answer.text).strip() or "The agent said nothing."
    names = dict.fromkeys(f"{c['title']} ({c['source']})" for c in answer.citations)
    return f"{text}\n\nIts sources: {'; '.join(names)}" if names else text
