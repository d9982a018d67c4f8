"""Conversations: made, listed, read, changed, deleted; whole answers; retention."""

from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import Forbidden, NotFound
from menon.core.http import Listing, Page
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.features.agents.running import waits
from menon.features.catalog.service import Models
from menon.features.chat import queries, recording, rules, turns, views
from menon.features.chat.models import OPEN, Conversation, ConversationStatus, Message
from menon.features.chat.schemas import (
    ChatIn,
    ChatModelOut,
    CleanupOut,
    MessageOut,
    SendIn,
    SendOut,
    SessionIn,
    SessionOut,
    StatsOut,
    StatusIn,
)
from menon.features.chat.settings import ChatSettings
from menon.kit.ids import new_id

_BATCH = 100


async def create(runtime: Runtime, who: Principal, body: SessionIn) -> SessionOut:
    """Begin a conversation."""
    if body.user_id not in {None, who.user_id} and not who.is_admin:
        raise Forbidden("Only an administrator begins a conversation for somebody else.")
    keep = timedelta(days=runtime.settings[ChatSettings].retention_days)
    return await runtime.db.write(_create, who, body, runtime.clock.now(), keep)


async def listing(  # noqa: PLR0917 - the filters of the route
    runtime: Runtime,
    who: Principal,
    page: Page,
    user_id: str | None = None,
    kind: str | None = None,
    status: str | None = None,
    text: str | None = None,
) -> Listing[SessionOut]:
    """A page of conversations, the latest used first."""
    return await runtime.db.read(views.listing, who, page, user_id, kind, status, text)


async def get(runtime: Runtime, who: Principal, conversation: str) -> SessionOut:
    """One conversation."""
    return await runtime.db.read(views.get, who, conversation)


async def delete(runtime: Runtime, who: Principal, conversation: str) -> None:
    """Delete a conversation with its messages; an answer that is being made is cancelled."""
    for run_id in await runtime.db.write(_delete, who, conversation):
        await runtime[RunLog].cancel(run_id, who.name)


async def change(runtime: Runtime, who: Principal, conversation: str, body: StatusIn) -> SessionOut:
    """Set the status or the title of a conversation."""
    return await runtime.db.write(_change, who, conversation, body, runtime.clock.now())


async def messages(
    runtime: Runtime, who: Principal, conversation: str, *, all_branches: bool = False
) -> Listing[MessageOut]:
    """The messages of the shown branch, or of every branch, oldest first."""
    return await runtime.db.read(views.messages, who, conversation, all_branches)


async def message(
    runtime: Runtime, who: Principal, conversation: str, message_id: str
) -> MessageOut:
    """One message."""
    return await runtime.db.read(views.message, who, conversation, message_id)


async def message_alone(runtime: Runtime, who: Principal, message_id: str) -> MessageOut:
    """One message of any conversation that somebody may read."""
    return await runtime.db.read(views.message_alone, who, message_id)


async def answer_of(runtime: Runtime, who: Principal, ident: str) -> MessageOut:
    """A message by its id, or the answer of a run without a conversation by the run's id."""
    return await runtime.db.read(views.answer_of, who, ident)


async def fork(runtime: Runtime, who: Principal, message_id: str) -> SessionOut:
    """A conversation of its own that begins with everything up to a message."""
    return await runtime.db.write(recording.fork, who, message_id, runtime.clock.now())


async def show_branch(
    runtime: Runtime, who: Principal, conversation: str, message_id: str
) -> Listing[MessageOut]:
    """Show the branch that goes through a message, down to its latest leaf."""
    await runtime.db.write(_show_branch, who, conversation, message_id)
    return await messages(runtime, who, conversation)


async def stats(runtime: Runtime, who: Principal, conversation: str) -> StatsOut:
    """Counts and tokens of a conversation."""
    return await runtime.db.read(views.stats, who, conversation)


async def send(runtime: Runtime, who: Principal, conversation: str, body: SendIn) -> SendOut:
    """Ask in a conversation and wait for the whole answer, or until it waits for a person."""
    question = ChatIn(
        message=body.message,
        session_id=conversation,
        model=body.model_name,
        filters=body.filters,
    )
    begun = await turns.ask(runtime, who, question)
    async with aclosing(runtime[RunLog].follow(begun.run_id)) as batches:
        async for batch in batches:
            if any(waits(event.data) for event in batch):
                break
    answer = await message(runtime, who, conversation, begun.answer_id or "")
    return await runtime.db.read(views.sent, answer)


async def models(runtime: Runtime, who: Principal) -> Listing[ChatModelOut]:
    """The models that can chat here, the default marked."""
    del who
    catalog = runtime[Models]
    default = (await catalog.resolve("auto")).model.name
    return Listing(
        items=[
            ChatModelOut(
                name=card.qualified,
                provider=card.provider,
                tools=card.tools,
                context=card.context,
                is_default=card.qualified == default,
            )
            for card in catalog.cards
            if card.chat
        ]
    )


async def cleanup(runtime: Runtime) -> CleanupOut:
    """Delete the conversations that nobody touched within the retention, in small units."""
    now, deleted = runtime.clock.now(), 0
    while gone := await runtime.db.write_bulk(_expire, now):
        deleted += gone
    return CleanupOut(deleted=deleted, before=now)


async def export(runtime: Runtime, user_id: str) -> dict[str, Any]:
    """Everything that chat holds about a user."""
    return await runtime.db.read(views.everything, user_id)


async def erase(runtime: Runtime, user_id: str) -> int:
    """Forget a user's conversations; answers how many went."""
    return await runtime.db.write(_erase, user_id)


def _create(
    session: Session, who: Principal, body: SessionIn, now: datetime, keep: timedelta
) -> SessionOut:
    conversation = Conversation(
        id=new_id(),
        user_id=body.user_id or who.user_id,
        kind=body.session_type,
        status=ConversationStatus.ACTIVE,
        is_resumable=body.is_resumable,
        title=body.title,
        agent=body.agent,
        model=body.model_name,
        config=body.config,
        summary="",
        message_count=0,
        created_at=now,
        updated_at=now,
        expires_at=now + keep,
    )
    session.add(conversation)
    session.flush()
    return views.shown(conversation)


def _delete(session: Session, who: Principal, conversation_id: str) -> list[str]:
    conversation = queries.get(session, who, conversation_id, lock=True)
    open_runs = [
        message.run_id
        for message in queries.messages(session, conversation.id)
        if message.run_id and message.state in OPEN
    ]
    session.delete(conversation)
    return open_runs


def _change(
    session: Session, who: Principal, conversation_id: str, body: StatusIn, now: datetime
) -> SessionOut:
    conversation = queries.get(session, who, conversation_id, lock=True)
    if body.status is not None:
        resumable = body.status == "resumable"
        conversation.status = ConversationStatus.ACTIVE if resumable else body.status
        conversation.is_resumable = conversation.is_resumable or resumable
    if body.title is not None:
        conversation.title = body.title
    conversation.updated_at = now
    return views.shown(conversation)


def _show_branch(session: Session, who: Principal, conversation_id: str, message_id: str) -> None:
    conversation = queries.get(session, who, conversation_id, lock=True)
    queries.message(session, conversation_id, message_id)
    nodes = queries.messages(session, conversation_id)
    conversation.head_id = rules.leaf(
        [rules.Node(id=m.id, parent_id=m.parent_id, role=m.role, content="") for m in nodes],
        message_id,
    )


def _expire(session: Session, now: datetime) -> int:
    ids = queries.expired(session, now, _BATCH)
    session.execute(sql_delete(Message).where(Message.conversation_id.in_(ids)))
    session.execute(sql_delete(Conversation).where(Conversation.id.in_(ids)))
    return len(ids)


def _erase(session: Session, user_id: str) -> int:
    if not user_id:
        raise NotFound
    gone = session.execute(sql_delete(Conversation).where(Conversation.user_id == user_id))
    return int(getattr(gone, "rowcount", 0))
