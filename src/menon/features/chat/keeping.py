"""Units that store answers: with the end of their run, while it waits, or where nobody ended it."""

from sqlalchemy.orm import Session

from menon.core.runs.events import Event
from menon.core.runs.finishing import RunRow
from menon.core.runs.models import Run, RunState
from menon.core.runs.store import Spent
from menon.features.agents.rules import Answer
from menon.features.agents.running import store_abandoned
from menon.features.catalog.service import record_usage
from menon.features.chat import queries, rules
from menon.features.chat.models import OPEN, Message, MessageState


def record_answer(
    session: Session,
    run: RunRow,
    folded: Answer,
    *,
    ending: Event,
    said: str,
    seconds: float,
) -> None:
    """Store what was streamed in the run, and in the conversation where there is one.

    Stands in the unit that ends the run, or that has it wait.
    """
    run.output = {"text": said, "citations": folded.citations}
    run.model = folded.model or run.model
    record_usage(session, run, first=folded.first_at, waited=folded.waited)
    message = queries.of_run(session, run)
    if message is None:
        return
    message.content, message.state = said, rules.ended(ending)
    message.model, message.citations, message.tools = (
        folded.model,
        folded.citations,
        folded.tools,
    )
    error = folded.error
    message.error = {"code": error.code, "detail": error.detail} if error else None
    message.seconds += seconds
    if message.state != MessageState.WAITING:
        _spend(message, folded.spent)


def went_on(session: Session, run: RunRow, folded: Answer, ending: Event, seconds: float) -> None:
    """Store an answer that went on after it had waited: its log holds all of it."""
    record_answer(session, run, folded, ending=ending, said=folded.text, seconds=seconds)


def abandoned(session: Session, run: Run, folded: Answer) -> None:
    """Keep what an answer had said when its process died, or when it was cancelled as it waited."""
    store_abandoned(session, run, folded)
    message = queries.of_run(session, run)
    if message is None or message.state not in OPEN:
        return
    message.content = folded.text or message.content
    message.citations, message.tools = folded.citations, folded.tools
    message.model = folded.model
    cancelled = run.state == RunState.CANCELLED
    message.state = MessageState.CANCELLED if cancelled else MessageState.INTERRUPTED
    _spend(message, folded.spent)


def _spend(message: Message, spent: Spent) -> None:
    message.input_tokens += spent.input_tokens
    message.output_tokens += spent.output_tokens
    message.cost += spent.cost
