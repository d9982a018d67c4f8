"""Asking an agent for a client that waits: the run, its progress, and what it asks of people.

start or go on → follow to the end, or to a question → answer, or questions for the person

A run without a conversation lives with its call: who hangs up cancels it, unless it waits for a
person by then. What it waits for is asked at the client where that can ask; the decision is bound
to the arguments whose hash the client carries from the question to the answer.
"""

import contextlib
from collections.abc import Sequence

import msgspec

from menon.core.auth import Action, Reach, reach
from menon.core.errors import Conflict
from menon.core.runs.events import ApprovalRequired, Envelope
from menon.core.runs.log import RunLog
from menon.features.agents import running
from menon.features.agents.rules import Answer as Folded
from menon.features.agents.schemas import RunIn
from menon.features.chat import turns
from menon.features.chat.schemas import ChatIn
from menon.features.mcp import rules
from menon.features.mcp.arguments import AskArgs
from menon.features.mcp.offered import Call, Question, Questions, Replies
from menon.features.mcp.schemas import Answer
from menon.features.runs import inbox
from menon.features.runs import service as runs
from menon.features.runs.approval_schemas import DecisionIn
from menon.features.runs.pausing import Pause, until_pause


class Kept(msgspec.Struct, frozen=True):
    """What a client carries from a question to its answer, sealed on its way."""

    run_id: str
    hashes: dict[str, str]
    """Of the arguments that were asked about, by approval."""


async def ask(call: Call, args: AskArgs) -> Answer | Questions:
    """Ask an agent, or go on after what it asked was answered."""
    pause, folded = Pause(), Folded()
    if call.replies is None:
        kept = Kept(await _started(call, args), {})
    else:
        kept = msgspec.json.decode(call.replies.state, type=Kept)
        await _decide(call, kept, call.replies, pause)
    settled = False
    try:
        async for batch in until_pause(call.runtime, kept.run_id, pause):
            for event in batch:
                folded.add(event.data)
            await _tell(call, batch, folded)
        settled = True
    finally:
        if not settled and args.conversation_id is None:
            call.runtime[RunLog].leave(kept.run_id)
    # What a person closed without a word is not asked again.
    fresh = [each for each in pause.asked if each.approval_id not in kept.hashes]
    if fresh and call.can_ask and reach(call.who, Action.APPROVE) is not Reach.NONE:
        return await _questions(call, kept.run_id, fresh)
    state = (await runs.get(call.runtime, call.who, kept.run_id)).state
    where = rules.run_page(call.base_url, kept.run_id)
    return rules.answered(kept.run_id, state, folded, pause.asked, where=where)


async def _started(call: Call, args: AskArgs) -> str:
    # A model wrote the message, and nobody here knows what it had read: strangers' words, perhaps.
    if args.conversation_id is None:
        body = RunIn(message=args.message)
        return await running.start(call.runtime, call.who, args.agent, body, tainted=True)
    agent = args.agent if "agent" in args.model_fields_set else None
    question = ChatIn(message=args.message, session_id=args.conversation_id, agent=agent)
    return (await turns.ask(call.runtime, call.who, question, tainted=True)).run_id


async def _decide(call: Call, kept: Kept, replies: Replies, pause: Pause) -> None:
    """Hand on what the person said; what somebody else decided meanwhile stands."""
    await runs.get(call.runtime, call.who, kept.run_id)
    for approval_id, digest in kept.hashes.items():
        if (decision := replies.decisions.get(approval_id)) is None:
            continue
        body = DecisionIn(decision=decision, args_hash=digest)
        with contextlib.suppress(Conflict):
            await inbox.decide(call.runtime, call.who, approval_id, body)
        pause.decided.add(approval_id)


async def _tell(call: Call, batch: Sequence[Envelope], folded: Folded) -> None:
    for line in rules.lines([event.data for event in batch], len(folded.text)):
        await call.report(line)


async def _questions(call: Call, run_id: str, asked: Sequence[ApprovalRequired]) -> Questions:
    shown = [await inbox.get(call.runtime, call.who, each.approval_id) for each in asked]
    kept = Kept(run_id, {each.id: each.args_hash for each in shown})
    return Questions(
        questions=tuple(
            Question(approval_id=each.id, message=rules.question(each)) for each in shown
        ),
        state=msgspec.json.encode(kept).decode(),
    )
