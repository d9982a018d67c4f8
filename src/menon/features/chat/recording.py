"""Units of a chat turn: the question stored with its run, the answer stored with the run's end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.runs import store
from menon.core.runs.models import ENDED, Run
from menon.engine.agents.turn import Message as PastMessage
from menon.features.agents.policy import effects
from menon.features.agents.rules import foreign
from menon.features.agents.service import Definition, definition
from menon.features.chat import queries, rules, views
from menon.features.chat.models import (
    OPEN,
    Conversation,
    ConversationStatus,
    Message,
    MessageState,
)
from menon.features.chat.schemas import ChatIn, SessionOut
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A turn whose question is stored and whose run is open."""

    run_id: str
    epoch: int
    """Where a new run has begun; 0 for one that goes on."""
    span_id: str
    agent: Definition
    model: str
    question: str
    past: Sequence[PastMessage]
    conversation_id: str | None = None
    answer_id: str | None = None
    partial: str = ""
    """What an interrupted answer had said already."""
    tools: frozenset[str] = frozenset()
    """Names of those that the past was made with."""
    foreign: bool = False
    """The past came from the caller, with words that were not theirs."""
    begun: frozenset[tuple[str, str]] = frozenset()
    """Effects that an interrupted answer had begun."""


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """Where in the conversation the answer goes, and what it answers."""

    question: str
    parent_id: str
    """The question's message."""
    path: Sequence[rules.Node]
    answer: Message | None = None
    """The interrupted answer to go on with."""


def begin(
    session: Session,
    who: Principal,
    body: ChatIn,
    new: store.NewRun,
    *,
    now: datetime,
    keep: timedelta,
) -> Begun:
    """Store the question and open the run: the unit in which a turn is acknowledged."""
    if body.session_id is None:
        return _alone(session, who, body, new, now=now)
    conversation = queries.get(session, who, body.session_id, lock=True)
    if conversation.status in {ConversationStatus.ARCHIVED, ConversationStatus.COMPLETED}:
        raise Conflict(f"The conversation is {conversation.status}; set it to active first.")
    _refuse_second_answer(session, conversation)
    agent = definition(session, who, body.agent or conversation.agent or None)
    wish = _wish(session, who, conversation, body, now=now)
    if wish.answer is not None and wish.answer.run_id is not None:
        run_id, answer, partial = wish.answer.run_id, wish.answer, wish.answer.content
        begun = effects.begun(session, run_id)
        answer.state = MessageState.STREAMING
        epoch = 0
        store.queue_again(session, run_id, instance=new.instance)
    else:
        subject = queries.subject(conversation.id)
        epoch = store.create(session, _described(new, wish.question, subject, agent), now)
        run_id, partial, begun = new.id, "", frozenset[tuple[str, str]]()
        answer = _add(session, conversation, now, role="assistant", parent=wish.parent_id)
        answer.run_id, answer.span_id, answer.state = run_id, new.span_id, MessageState.STREAMING
    path = [*wish.path, *([_node(wish.answer)] if wish.answer else [])]
    conversation.head_id = answer.id
    conversation.updated_at, conversation.expires_at = now, now + keep
    conversation.title = conversation.title or rules.title(wish.question)
    return Begun(
        run_id=run_id,
        epoch=epoch,
        span_id=answer.span_id,
        agent=agent,
        model=conversation.model or agent.model,
        question=wish.question,
        past=rules.past(wish.path),
        conversation_id=conversation.id,
        answer_id=answer.id,
        partial=partial,
        tools=frozenset(name for node in path for name in node.tools),
        begun=begun,
    )


def _alone(
    session: Session, who: Principal, body: ChatIn, new: store.NewRun, *, now: datetime
) -> Begun:
    """A turn without a conversation: its past comes along."""
    agent = definition(session, who, body.agent)
    question = body.message or ""
    epoch = store.create(session, _described(new, question, "", agent), now)
    past = [PastMessage(role=m.role, content=m.content) for m in body.history if m.content.strip()]
    return Begun(
        run_id=new.id,
        epoch=epoch,
        span_id=new.span_id,
        agent=agent,
        model=agent.model,
        question=question,
        past=past,
        foreign=foreign((m.role for m in body.history), {}),
    )


def fork(session: Session, who: Principal, message_id: str, now: datetime) -> SessionOut:
    """Copy the branch up to a message into a conversation of its own."""
    last = queries.readable_message(session, who, message_id)
    old = queries.get(session, who, last.conversation_id)
    rows = {row.id: row for row in queries.messages(session, old.id)}
    path = rules.branch([_node(row) for row in rows.values()], last.id)
    made = Conversation(
        id=new_id(),
        user_id=who.user_id,
        kind=old.kind,
        status=ConversationStatus.ACTIVE,
        is_resumable=True,
        title=f"{old.title[:190]} (branch)",
        agent=old.agent,
        model=old.model,
        config=old.config,
        summary="",
        message_count=0,
        created_at=now,
        updated_at=now,
        expires_at=now + (old.expires_at - old.updated_at),
    )
    session.add(made)
    session.flush()
    copied = ("content", "state", "span_id", "model", "citations", "tools", "error")
    for node in path:
        row = rows[node.id]
        copy = _add(session, made, now, role=row.role, parent=made.head_id)
        for name in copied:
            setattr(copy, name, getattr(row, name))
        made.head_id = copy.id
    return views.shown(made)


def _node(row: Message) -> rules.Node:
    return rules.Node(
        id=row.id,
        parent_id=row.parent_id,
        role=row.role,
        content=row.content,
        state=row.state,
        tools=tuple(str(call["name"]) for call in row.tools),
    )


def _wish(
    session: Session, who: Principal, conversation: Conversation, body: ChatIn, *, now: datetime
) -> _Wish:
    nodes = [_node(row) for row in queries.messages(session, conversation.id)]
    path_to = partial(rules.branch, nodes)
    if body.message is not None:
        parent = None if body.first else body.parent_id or conversation.head_id
        if parent is not None:
            queries.message(session, conversation.id, parent)
        question = _add(session, conversation, now, role="user", parent=parent)
        question.content, question.user_id = body.message, who.user_id
        return _Wish(question=body.message, parent_id=question.id, path=path_to(parent))
    answer = queries.message(session, conversation.id, body.regenerate or body.resume or "")
    if answer.role != "assistant" or answer.parent_id is None:
        raise Conflict("Only an answer can be made anew or gone on with.")
    asked = queries.message(session, conversation.id, answer.parent_id)
    if body.resume and answer.state not in {MessageState.INTERRUPTED, MessageState.PARTIAL}:
        raise Conflict("The answer is not interrupted; ask for another one with regenerate.")
    return _Wish(
        question=asked.content,
        parent_id=asked.id,
        path=path_to(asked.parent_id),
        answer=answer if body.resume else None,
    )


def _add(
    session: Session,
    conversation: Conversation,
    now: datetime,
    *,
    role: str,
    parent: str | None,
) -> Message:
    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        user_id=conversation.user_id,
        parent_id=parent,
        role=role,
        content="",
        state=MessageState.COMPLETE,
        input_tokens=0,
        output_tokens=0,
        cost=0.0,
        seconds=0.0,
        created_at=now,
    )
    session.add(message)
    session.flush()
    conversation.message_count += 1
    return message


def _refuse_second_answer(session: Session, conversation: Conversation) -> None:
    # Any branch counts, not only the one that is shown.
    open_run = session.scalar(
        select(Run.id)
        .join(Message, Message.run_id == Run.id)
        .where(
            Message.conversation_id == conversation.id,
            Message.state.in_(OPEN),
            Run.state.not_in(ENDED),
        )
    )
    if open_run is not None:
        raise Conflict(
            f"The conversation is being answered by run {open_run}; follow or cancel that first, or"
            " decide what it waits for."
        )


def _described(new: store.NewRun, question: str, subject: str, agent: Definition) -> store.NewRun:
    return replace(
        new,
        title=rules.title(question),
        subject=subject or f"agent:{agent.id}",
        agent_id=agent.id,
        input={"message": question, "agent": agent.slug, "version": agent.version},
    )
