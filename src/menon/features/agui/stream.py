"""One AG-UI run: begun or gone on with, and told to its end or to a question for people."""

import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ag_ui.core import BaseEvent, RunAgentInput
from ag_ui.encoder import EventEncoder

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict, InvalidInput, NotFound
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.engine.agents.brought import Brought
from menon.engine.agents.turn import lacking
from menon.features.agents import execution, queries, running
from menon.features.agents import service as agents
from menon.features.agents.rules import foreign
from menon.features.agui import asked
from menon.features.agui.projection import Projection
from menon.features.runs import inbox
from menon.features.runs import service as runs
from menon.features.runs.approval_schemas import ApprovalOut, DecisionIn
from menon.features.runs.models import ApprovalState
from menon.features.runs.pausing import Pause, until_pause

_encode = EventEncoder().encode


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A run of ours that an AG-UI run tells."""

    run_id: str
    given: RunAgentInput
    pause: Pause


async def begin(runtime: Runtime, who: Principal, agent: str, body: Mapping[str, Any]) -> Begun:
    """Start a run, or go on with the one whose questions the request answers.

    Raises:
        NotFound: the agent or an approval is not there, or not theirs.
        InvalidInput: the request does not fit, or answers questions of several runs.
        Conflict: it answers a question about other arguments.
    """
    given = asked.read(body)
    if given.resume:
        run_id, decided = await _resumed(runtime, who, agent, asked.decisions(given.resume))
        return Begun(run_id=run_id, given=given, pause=Pause(decided=decided))
    run_id = await _started(runtime, who, agent, asked.wish(given))
    return Begun(run_id=run_id, given=given, pause=Pause())


async def told(runtime: Runtime, who: Principal, begun: Begun) -> AsyncGenerator[bytes]:
    """The events of an AG-UI run; who leaves before its end cancels the run."""
    pause = begun.pause
    projection = Projection(begun.given, begun.run_id, after=frozenset(pause.decided))
    settled = False
    try:
        yield _encoded(projection.begin())
        async for batch in until_pause(runtime, begun.run_id, pause):
            if piece := _encoded([each for event in batch for each in projection.feed(event)]):
                yield piece
        if pause.asked:
            details = await inbox.of_run(runtime, who, begun.run_id)
            yield _encoded(projection.pause(pause.asked, {each.id: each for each in details}))
        settled = True
    finally:
        if not settled:  # nobody can come back to this stream
            runtime[RunLog].leave(begun.run_id)


async def _started(runtime: Runtime, who: Principal, agent: str, wish: asked.Wish) -> str:
    """Begin a run with the application's tools beside the agent's own."""
    found = await runtime.db.read(agents.definition, who, agent)
    names = [*found.tools, *(tool.name for tool in wish.tools)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidInput(f"There is more than one tool {', '.join(map(repr, twice))}; rename it.")
    resolved = await execution.resolve(runtime, None, found.model)
    lacks = partial(lacking, tools=bool(wish.tools), images=False, form=None)
    if lack := lacks(resolved.model):
        raise InvalidInput(lack)
    able = tuple(each for each in resolved.fallbacks if not lacks(each))
    roles = [message.role for message in wish.history]
    question = running.Asked(
        title=wish.title,
        question=wish.question,
        history=wish.history,
        keep={"message": wish.title, "context": wish.context},
        tainted=foreign(roles, wish.context),
        adjust=partial(replace, brought=Brought(tools=wish.tools)),
    )
    return await running.begin(runtime, who, found, replace(resolved, fallbacks=able), question)


async def _resumed(
    runtime: Runtime, who: Principal, agent: str, wanted: Mapping[str, DecisionIn | None]
) -> tuple[str, set[str]]:
    """Decide what was asked, and answer the run that goes on."""
    authorize(who, Action.APPROVE)
    found = [await inbox.get(runtime, who, approval_id) for approval_id in wanted]
    if len({each.run_id for each in found}) > 1:
        raise InvalidInput("The answers belong to several runs; send one request for each.")
    run = await runs.get(runtime, who, found[0].run_id)
    if run.subject != queries.subject((await agents.get(runtime, who, agent)).id):
        raise NotFound("There is no such question of this agent.")
    replies = [(each, _reply(each, wanted[each.id])) for each in found]
    for approval, reply in replies:
        if approval.state is ApprovalState.WAITING:
            with contextlib.suppress(Conflict):  # what somebody else decided meanwhile stands
                await inbox.decide(runtime, who, approval.id, reply)
    return run.id, set(wanted)


def _reply(approval: ApprovalOut, given: DecisionIn | None) -> DecisionIn:
    """What is decided; who turned away from the question has not allowed it."""
    if given is None:
        digest, comment = approval.args_hash, "The application left the question unanswered."
        return DecisionIn(decision="deny", args_hash=digest, comment=comment)
    if given.args_hash != approval.args_hash:
        raise Conflict("These are not the arguments that the run waits with; look at them again.")
    return given


def _encoded(events: Sequence[BaseEvent]) -> bytes:
    return "".join(map(_encode, events)).encode()
