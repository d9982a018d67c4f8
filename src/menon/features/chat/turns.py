"""One chat turn: gather (store the question, open a run), let the agent speak, record the answer.

    begin → RunLog.start(answer) → execution.speak → record, in one unit with the end of the run

A turn of a conversation goes on when its client leaves; one without lives with its connection.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Overloaded
from menon.core.instances import Self
from menon.core.runs import store
from menon.core.runs.events import Content, Event
from menon.core.runs.finishing import RunRow
from menon.core.runs.log import RunLog
from menon.core.runs.models import RunKind
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.core.telemetry import genai
from menon.core.telemetry.context import current_trace_id
from menon.engine.agents.turn import Turn
from menon.features.agents import execution
from menon.features.agents.policy import policies
from menon.features.agents.rules import Answer
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.catalog.service import Models, Resolved
from menon.features.chat import keeping, recording, rules
from menon.features.chat.recording import Begun
from menon.features.chat.schemas import ChatIn
from menon.features.chat.settings import ChatSettings
from menon.kit.ids import new_id


async def ask(runtime: Runtime, who: Principal, body: ChatIn, *, tainted: bool = False) -> Begun:
    """Begin a turn; its events are followed in the run log.

    Args:
        runtime: the process.
        who: whose rights it has.
        body: the question.
        tainted: whether it may hold the words of a stranger, such as another agent's.

    Raises:
        NotFound: the conversation, agent, model or message is not there, or not theirs.
        Conflict: the conversation is being answered already, or is closed.
        Overloaded: this process generates as many answers as it may.
    """
    admit(runtime)
    runs, now = runtime[RunLog], runtime.clock.now()
    wanted = await runtime[Models].resolve(body.model) if body.model else None
    span = genai.invocation()
    ids = store.NewRun(
        id=new_id(),
        kind=RunKind.CHAT,
        owner_id=who.user_id,
        trace_id=current_trace_id(),
        span_id=span.id,
        instance=runtime[Self].id,
    )
    keep = timedelta(days=runtime.settings[ChatSettings].retention_days)
    begun = await runtime.db.write(recording.begin, who, body, ids, now=now, keep=keep)
    if tainted and not begun.foreign:
        begun = replace(begun, foreign=True)
    filters = body.filters
    genai.invoked(span, agent=begun.agent.id, name=begun.agent.name)

    async def answer(writer: RunWriter) -> None:
        with span:
            await _answer(runtime, who, begun, writer, wanted=wanted, filters=filters)

    await runs.start(begun.run_id, answer, epoch=begun.epoch)
    return begun


def admit(runtime: Runtime) -> None:
    """Refuse another answer where this process generates as many as it may.

    Raises:
        Overloaded: it does.
    """
    if runtime[RunLog].open >= runtime.settings[ChatSettings].turns_at_once:
        raise Overloaded("The server answers as many questions as it may.", retry_after=2)


async def _answer(
    runtime: Runtime,
    who: Principal,
    begun: Begun,
    writer: RunWriter,
    *,
    wanted: Resolved | None,
    filters: Mapping[str, Any] | None,
) -> None:
    going_on = False

    async def prepare() -> Turn:
        nonlocal going_on
        resolved = wanted or await runtime[Models].resolve(begun.model)
        going_on = bool(begun.partial) and not resolved.model.name.startswith("offline:")
        if going_on:
            await writer.emit(Content(text=begun.partial))
        question, history = rules.asked(
            begun.question, begun.past, partial=begun.partial if going_on else ""
        )
        return await execution.turn(
            runtime,
            who,
            begun.agent,
            run_id=begun.run_id,
            question=question,
            history=history,
            resolved=resolved,
            conversation=begun.conversation_id,
            filters=filters,
            tainted=begun.foreign or policies.tainting(runtime[Toolbox], begun.tools),
            begun=begun.begun,
        )

    began = runtime.clock.now()

    def record(session: Session, run: RunRow, folded: Answer, ending: Event) -> None:
        said = begun.partial + folded.text if going_on else folded.text or begun.partial
        seconds = (runtime.clock.now() - began).total_seconds()
        keeping.record_answer(session, run, folded, ending=ending, said=said, seconds=seconds)

    await execution.speak(writer, prepare, record)
