"""Conversations as callers see them: units that read."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.http import Listing, Page
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runs.queries import readable
from menon.features.chat import queries, rules
from menon.features.chat.models import Conversation, Message
from menon.features.chat.schemas import MessageOut, SendOut, SessionOut, StatsOut
from menon.features.runs.approvals import pending
from menon.kit.pages import encode_cursor


def shown(conversation: Conversation) -> SessionOut:
    """A conversation as it goes over the wire."""
    same = set(SessionOut.model_fields) - {"session_type"}
    return SessionOut(
        session_type=conversation.kind, **{name: getattr(conversation, name) for name in same}
    )


def get(session: Session, who: Principal, conversation_id: str) -> SessionOut:
    """One conversation."""
    return shown(queries.get(session, who, conversation_id))


def listing(  # noqa: PLR0917 - the filters of the route
    session: Session,
    who: Principal,
    page: Page,
    user_id: str | None,
    kind: str | None,
    status: str | None,
    text: str | None,
) -> Listing[SessionOut]:
    """A page of conversations, the latest used first."""
    rows = queries.page(session, who, page, user_id, kind, status, text)
    kept, more = rows[: page.limit], None
    if len(rows) > page.limit:
        more = encode_cursor(kept[-1].updated_at.isoformat(), kept[-1].id)
    return Listing(items=[shown(row) for row in kept], next_cursor=more)


def messages(
    session: Session, who: Principal, conversation_id: str, all_branches: bool
) -> Listing[MessageOut]:
    """The messages of the shown branch, or of every branch, oldest first."""
    conversation = queries.get(session, who, conversation_id)
    rows = {row.id: row for row in queries.messages(session, conversation_id)}
    nodes = [_node(row) for row in rows.values()]
    branches = rules.siblings(nodes)
    path = nodes if all_branches else rules.branch(nodes, conversation.head_id)
    return Listing(items=[_message(rows[node.id], branches[node.id]) for node in path])


def message(session: Session, who: Principal, conversation_id: str, message_id: str) -> MessageOut:
    """One message of a conversation."""
    queries.get(session, who, conversation_id)
    row = queries.message(session, conversation_id, message_id)
    branches = rules.siblings([_node(m) for m in queries.messages(session, conversation_id)])
    return _message(row, branches.get(row.id, [row.id]))


def sent(session: Session, answer: MessageOut) -> SendOut:
    """A whole answer with its figures."""
    row = session.get_one(Message, answer.id)
    return SendOut(
        session_id=answer.session_id,
        message_id=answer.id,
        run_id=answer.run_id or "",
        response=answer.content,
        citations=answer.citations,
        model=answer.model,
        state=answer.state,
        error=answer.error,
        approvals=pending(session, answer.run_id) if answer.run_id else [],
        performance_metrics=dict(
            rules.metrics(seconds=row.seconds, prompt=row.input_tokens, response=row.output_tokens)
        ),
    )


def stats(session: Session, who: Principal, conversation_id: str) -> StatsOut:
    """Counts and tokens of a conversation."""
    queries.get(session, who, conversation_id)
    rows = queries.messages(session, conversation_id)
    times = [row.created_at for row in rows]
    return StatsOut(
        session_id=conversation_id,
        messages=len(rows),
        questions=sum(row.role == "user" for row in rows),
        answers=sum(row.role == "assistant" for row in rows),
        input_tokens=sum(row.input_tokens for row in rows),
        output_tokens=sum(row.output_tokens for row in rows),
        cost=sum(row.cost for row in rows),
        seconds=round(sum(row.seconds for row in rows), 3),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
    )


def everything(session: Session, user_id: str) -> dict[str, Any]:
    """A user's conversations with every message."""
    conversations = session.scalars(
        select(Conversation).where(Conversation.user_id == user_id).order_by(Conversation.id)
    )
    return {
        "conversations": [
            shown(one).model_dump(mode="json")
            | {
                "messages": [
                    _message(row, [row.id]).model_dump(mode="json")
                    for row in queries.messages(session, one.id)
                ]
            }
            for one in conversations
        ]
    }


def message_alone(session: Session, who: Principal, message_id: str) -> MessageOut:
    """One message of any readable conversation."""
    return alone(queries.readable_message(session, who, message_id))


def answer_of(session: Session, who: Principal, ident: str) -> MessageOut:
    """A message, or the answer of a run that has no conversation, as one."""
    run = session.scalar(readable(who).where(Run.id == ident))
    if run is None or run.kind != RunKind.AGENT:
        return message_alone(session, who, ident)
    states = {RunState.COMPLETED: "complete", RunState.FAILED: "partial"}
    output = cast("dict[str, Any]", run.output if isinstance(run.output, dict) else {})
    return MessageOut(
        id=run.id,
        session_id="",
        parent_id=None,
        role="assistant",
        content=str(output.get("text", "")),
        state=states.get(RunState(run.state), run.state),
        run_id=run.id,
        span_id=run.span_id,
        model=run.model,
        citations=output.get("citations", []),
        tools=[],
        error={"code": run.error_code, "detail": run.error_detail} if run.error_code else None,
        usage={
            "input_tokens": run.input_tokens,
            "output_tokens": run.output_tokens,
            "cost": run.cost,
            "seconds": 0.0,
        },
        created_at=run.created_at,
    )


def alone(row: Message) -> MessageOut:
    """A message outside of its conversation."""
    return _message(row, [row.id])


def _node(row: Message) -> rules.Node:
    return rules.Node(
        id=row.id, parent_id=row.parent_id, role=row.role, content=row.content, state=row.state
    )


def _message(row: Message, siblings: list[str]) -> MessageOut:
    return MessageOut(
        id=row.id,
        session_id=row.conversation_id,
        parent_id=row.parent_id,
        role=row.role,
        content=row.content,
        state=row.state,
        run_id=row.run_id,
        span_id=row.span_id,
        model=row.model,
        citations=row.citations,
        tools=row.tools,
        error=row.error,
        usage={
            "input_tokens": row.input_tokens,
            "output_tokens": row.output_tokens,
            "cost": row.cost,
            "seconds": row.seconds,
        },
        siblings=siblings,
        created_at=row.created_at,
    )
