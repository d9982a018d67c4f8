"""What the dashboard shows, gathered from the features that it arranges."""

from typing import Any

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.feature import Installed
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.frame import FirstStep
from menon.features.catalog.service import Models
from menon.features.chat import contexts as chat
from menon.features.chat import service as conversations
from menon.features.knowledge import service as knowledge
from menon.features.runs import service as runs
from menon.features.runs.queries import Filter

_RECENT = Page(5)


async def page(runtime: Runtime, who: Principal) -> dict[str, Any]:
    """The whole page."""
    talks = (await conversations.listing(runtime, who, _RECENT, user_id=who.user_id)).items
    documents = (await knowledge.documents(runtime, who, _RECENT)).items
    latest = (await runs.listing(runtime, who, Filter(owner=who.user_id), _RECENT)).items
    answering = (await runtime[Models].resolve("auto")).model.name
    return {
        "greeting": f"Hello, {who.name}",
        "samples": await chat.samples(runtime, who),
        "steps": [
            *_steps(who, asked=bool(talks), read=bool(documents), model=answering),
            *await _brought(runtime, who),
        ],
        "chats": [
            {"id": t.id, "title": t.title or "New conversation", "at": t.updated_at} for t in talks
        ],
        "documents": [
            {"id": d.id, "title": d.title, "state": d.status, "at": d.updated_at} for d in documents
        ],
        "runs": [
            {"id": r.id, "title": r.title or r.kind, "kind": r.kind, "state": r.state}
            for r in latest
        ],
        "figures": [],
    }


def _steps(who: Principal, *, asked: bool, read: bool, model: str) -> list[FirstStep]:
    """The first minute; a step that one may not take is left out."""
    steps = [
        FirstStep(
            done=asked,
            title="Ask a question",
            text="Answers come with the passages that they rest on.",
            href="/chat",
            action="Ask",
            icon="chat-left-text",
        )
    ]
    if reach(who, Action.AUTHOR) is not Reach.NONE:
        steps.append(
            FirstStep(
                done=read,
                title="Add your documents",
                text="PDF, Word, Excel, PowerPoint, HTML, Markdown, text or code.",
                href="/knowledge",
                action="Add documents",
                icon="cloud-arrow-up",
            )
        )
    if who.is_admin:
        steps.append(
            FirstStep(
                done=not model.startswith("offline:"),
                title="Connect a language model",
                text="The offline engine quotes; a language model explains. Set one of"
                " OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL and start again.",
                href="/admin/models",
                action="See models",
                icon="plug",
                setting="OLLAMA_BASE_URL=http://127.0.0.1:11434",
            )
        )
    return steps


async def _brought(runtime: Runtime, who: Principal) -> list[FirstStep]:
    """The steps that the other features propose."""
    features = runtime[Installed].features
    return [step for one in features if one.steps for step in await one.steps(runtime, who)]
