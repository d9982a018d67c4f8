"""Asking on `/v1`: whom a model's name means, and a run of theirs.

A model that is an agent answers with its instructions, tools and limits, and the caller's own tools
beside them; any other model answers alone. Both are runs, so the same limits and records hold.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.agents.turn import lacking
from menon.engine.tools.policy import Policy
from menon.features.agents import execution, running
from menon.features.agents.rules import foreign
from menon.features.agents.service import Definition, definition
from menon.features.catalog.service import Resolved
from menon.features.chat.turns import admit
from menon.features.openai import rules
from menon.features.openai.rules import Wish

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A run that has begun to answer."""

    run_id: str
    agent: str
    """What the answer calls its model where that is an agent; empty for a plain model."""
    model: str
    """The plain model."""

    @property
    def name(self) -> str:
        """What the answer calls its model, before it is known which one speaks."""
        return self.agent or self.model


async def ask(
    runtime: Runtime,
    who: Principal,
    model: str,
    wish: Wish,
    *,
    also: Callable[[Session, Asked], object] | None = None,
) -> Asked:
    """Begin a run; its events are followed in the run log.

    Args:
        runtime: where.
        who: asks.
        model: as the caller names it.
        wish: what is asked.
        also: stores more in the unit that opens the run.

    Raises:
        NotFound: there is no such agent or model, or it is not theirs.
        InvalidInput: it cannot do what is asked.
        Overloaded: this process generates as many answers as it may.
    """
    admit(runtime)
    agent = await _agent(runtime, who, model)
    if clash := rules.clash(wish.tools, agent.tools):
        raise rules.wrong("tools", clash)
    if wish.settings.get("tool_choice") == "required" and not (wish.tools or agent.tools):
        raise rules.wrong("tool_choice", "There is no tool that could be required; send `tools`.")
    resolved = _able(await execution.resolve(runtime, None, agent.model), wish)
    name = f"{rules.AGENT}{agent.slug}@{agent.version}" if agent.id else ""
    about = partial(Asked, agent=name, model=resolved.model.name)
    asked = running.Asked(
        title=wish.title,
        history=wish.history,
        tainted=foreign((message.role for message in wish.history), {}),
        keep={"message": wish.title, "model": model},
        adjust=wish.adjust,
        also=also and (lambda session, run_id: also(session, about(run_id=run_id))),
    )
    return about(run_id=await running.begin(runtime, who, agent, resolved, asked))


async def attended(
    told: AsyncGenerator[T], receive: Receive, leave: Callable[[], object]
) -> list[T]:
    """Everything that is told; `leave` is called when whoever asked goes before its end.

    Raises:
        ClientDisconnect: they did.
    """

    async def collected() -> list[T]:
        async with aclosing(told):
            return [each async for each in told]

    answer, gone = asyncio.create_task(collected()), asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        raise ClientDisconnect
    finally:
        if not answer.done():
            leave()
        for task in (answer, gone):
            task.cancel()
        await asyncio.gather(answer, gone, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _agent(runtime: Runtime, who: Principal, model: str) -> Definition:
    named = rules.agent_named(model)
    if named is not None:
        return await runtime.db.read(definition, who, *named)
    return Definition(
        id="",
        slug="",
        name=model,
        version=0,
        instructions="",
        model=model,
        temperature=None,
        tools=(),
        collections=(),
        # How much a model reads that is asked alone is bounded by the request.
        limits={"tokens": None},
        policy=Policy(),
    )


def _able(resolved: Resolved, wish: Wish) -> Resolved:
    """The first of the models that can do what is asked, and those after it that can.

    Raises:
        InvalidInput: none can; says what the first one lacks.
    """
    lacks = [
        (each, lacking(each, tools=bool(wish.tools), images=wish.images, form=wish.form))
        for each in (resolved.model, *resolved.fallbacks)
    ]
    able = [each for each, lack in lacks if not lack]
    if not able:
        raise rules.wrong("model", lacks[0][1])
    return replace(resolved, model=able[0], fallbacks=tuple(able[1:]))
