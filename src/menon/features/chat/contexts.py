"""What the pages of chat show, in the shapes that their templates declare."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.prose import Reference, rendered
from menon.features.agents import service as agents
from menon.features.catalog.service import Models
from menon.features.chat import service
from menon.features.chat.models import OPEN
from menon.features.chat.opinions import Opinion, opinions
from menon.features.chat.schemas import MessageOut, SessionOut
from menon.features.knowledge import collections

_STATES = {
    "complete": "completed",
    "streaming": "completed",
    "waiting": "completed",
    "partial": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}
_RAIL = 40
_LABELS = {
    "search_knowledge": "Searched the documents",
    "calculator": "Calculated",
    "current_time": "Looked at the clock",
}

SAMPLES = (
    {
        "question": "How many days of annual leave do I get in Norway?",
        "about": "Leave, by country",
    },
    {"question": "What is the per diem in Porto?", "about": "Travel and expenses"},
    {"question": "How is on-call work paid?", "about": "Engineering"},
)


async def page(
    runtime: Runtime, who: Principal, conversation: SessionOut | None, *, agent: str = ""
) -> dict[str, Any]:
    """The chat page, for a conversation or for a new one."""
    turns: list[dict[str, Any]] = []
    if conversation is not None:
        listed = await service.messages(runtime, who, conversation.id)
        turns = await thread(runtime, who, listed.items)
    held = await _filled(runtime, who)
    return {
        "chat": _chat(conversation, agent),
        "turns": turns,
        "agents": await _agents(runtime, who),
        "models": await _models(runtime),
        "samples": _proposed(held),
        "may_add": not held and reach(who, Action.AUTHOR) is not Reach.NONE,
        "sessions": await sessions(runtime, who, q="", cursor=None),
        "q": "",
    }


async def thread(
    runtime: Runtime, who: Principal, messages: Sequence[MessageOut]
) -> list[dict[str, Any]]:
    """Questions and answers of a branch."""
    spans = [message.span_id for message in messages if message.span_id]
    thumbs = await opinions(runtime, who, spans)
    shown: list[dict[str, Any]] = []
    for place, message in enumerate(messages):
        if message.role == "user":
            shown.append({"kind": "question", **question(message)})
        else:
            last = place == len(messages) - 1
            shown.append(
                {"kind": "answer", **answer(message, thumbs.get(message.span_id), last=last)}
            )
    return shown


def question(message: MessageOut) -> dict[str, Any]:
    """A question as the macros show it."""
    return {"id": message.id, "text": message.content, "at": message.created_at}


def answer(
    message: MessageOut,
    opinion: Opinion | None = None,
    *,
    last: bool = True,
    pending: bool | None = None,
) -> dict[str, Any]:
    """An answer as the macros show it."""
    open_ = message.state in OPEN if pending is None else pending
    return {
        "id": message.id,
        "agent": "Menon",
        "model": message.model,
        "at": message.created_at,
        "html": Markup() if open_ else prose(message.content, message.citations),
        "citations": [] if open_ else [citation(each) for each in message.citations],
        "steps": [] if open_ else [step(call) for call in message.tools],
        "run_id": message.run_id or "",
        "pending": open_,
        "state": _STATES.get(message.state, "completed"),
        "error": {**(message.error or _cut()), "trace_id": message.run_id or ""},
        "feedback": None if opinion is None else opinion.kind.removeprefix("thumbs_"),
        "feedback_note": "" if opinion is None else opinion.comment,
        "usage": message.usage,
        "trace_id": message.span_id or message.run_id or "",
        "last": last,
    }


def prose(text: str, citations: Sequence[Mapping[str, Any]]) -> Markup:
    """The answer's Markdown with its citations linked."""
    references = {
        int(cited["index"]): Reference(href=passage(cited), title=str(cited["title"]))
        for cited in citations
    }
    return rendered(text, references)


def citation(cited: Mapping[str, Any]) -> dict[str, Any]:
    """A source under an answer."""
    return {
        "index": cited["index"],
        "title": cited["title"],
        "source": cited["source"],
        "href": passage(cited),
    }


def passage(cited: Mapping[str, Any]) -> str:
    """The address of the passage that a citation names."""
    start, end = cited["span"]
    query = urlencode({"chunk": cited["chunk_id"], "start": start, "end": end})
    return f"/knowledge/documents/{cited['document_id']}?{query}"


def step(call: Mapping[str, Any]) -> dict[str, Any]:
    """A tool call, one quiet line that opens."""
    name, args = str(call["name"]), call.get("args", {})
    said = ", ".join(str(value) for value in args.values())
    return {
        "name": name,
        "label": f"{_LABELS.get(name, name)}: {said}" if said else _LABELS.get(name, name),
        "ok": bool(call.get("ok", True)),
        "input": json.dumps(args, ensure_ascii=False, indent=2),
        "output": str(call.get("summary", "")),
    }


async def sessions(
    runtime: Runtime, who: Principal, *, q: str, cursor: str | None, current: str = ""
) -> dict[str, Any]:
    """The list of conversations, grouped by when they were used."""
    listed = await service.listing(
        runtime, who, Page(_RAIL, cursor), user_id=who.user_id, status="active", text=q or None
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in listed.items:
        groups.setdefault(_when(row.updated_at, runtime.clock.now()), []).append(session(row))
    following = None
    if listed.next_cursor:
        query = urlencode({"q": q, "current": current, "cursor": listed.next_cursor})
        following = f"/chat/sessions?{query}"
    return {
        "groups": [{"heading": name, "rows": rows} for name, rows in groups.items()],
        "next": following,
    }


def session(row: SessionOut) -> dict[str, Any]:
    """A conversation in the list."""
    return {"id": row.id, "title": row.title or "New conversation", "busy": False}


def _chat(conversation: SessionOut | None, agent: str) -> dict[str, Any]:
    if conversation is None:
        slug = agent or "assistant"
        return {"id": None, "title": "", "archived": False, "agent_slug": slug, "model": "auto"}
    return {
        "id": conversation.id,
        "title": conversation.title or "New conversation",
        "archived": conversation.status == "archived",
        "agent_slug": conversation.agent or "assistant",
        "model": conversation.model or "auto",
    }


async def _agents(runtime: Runtime, who: Principal) -> list[tuple[str, str]]:
    listed = await agents.listing(runtime, who, Page(100), active_only=True)
    return sorted(
        ((row.slug, row.name) for row in listed.items), key=lambda pair: pair[0] != "assistant"
    )


async def _models(runtime: Runtime) -> list[tuple[str, str]]:
    catalog = runtime[Models]
    best = (await catalog.resolve("auto")).model.name
    named = [(card.qualified, card.qualified) for card in catalog.cards if card.chat]
    return [("auto", f"Auto ({best})"), *named]


async def samples(runtime: Runtime, who: Principal) -> list[dict[str, str]]:
    """The demo's questions, where the demo's documents are."""
    return _proposed(await _filled(runtime, who))


def _proposed(held: Collection[str]) -> list[dict[str, str]]:
    return list(SAMPLES) if "handbook" in held else []


async def _filled(runtime: Runtime, who: Principal) -> set[str]:
    """The collections that one may read and that hold something."""
    listed = await collections.listing(runtime, who, Page(100))
    return {one.slug for one in listed.items if one.documents}


def _when(at: datetime, now: datetime) -> str:
    days = (now.date() - at.date()).days
    if days <= 0:
        return "Today"
    if days == 1:
        return "Yesterday"
    if days < 7:
        return "This week"
    return f"{at:%B %Y}"


def _cut() -> dict[str, str]:
    return {"code": "MODEL_003", "detail": "The answer was cut off."}
