"""What the command palette finds: conversations, documents, agents, and what features add."""

from dataclasses import asdict
from typing import Any

from menon.core.auth import Principal
from menon.core.feature import Installed
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.features.agents import service as agents
from menon.features.chat import service as conversations
from menon.features.knowledge import service as knowledge
from menon.features.knowledge.queries import Wanted

_FEW = Page(4)
_MOST = 12


async def find(runtime: Runtime, who: Principal, words: str) -> list[dict[str, Any]]:
    """At most twelve finds, each as `Command` has it; none for fewer than 2 letters."""
    words = words.strip()
    if len(words) < 2:
        return []
    talks = await conversations.listing(
        runtime, who, _FEW, user_id=who.user_id, status="active", text=words
    )
    documents = await knowledge.documents(runtime, who, _FEW, Wanted(text=words))
    listed = await agents.listing(runtime, who, Page(100), active_only=True)
    named = [agent for agent in listed.items if words.lower() in agent.name.lower()]
    found = [
        *(
            _entry(talk.title or "New conversation", f"/chat/{talk.id}", "Conversations")
            for talk in talks.items
        ),
        *(
            _entry(doc.title, f"/knowledge/documents/{doc.id}", "Documents", hint=doc.source)
            for doc in documents.items
        ),
        *(
            _entry(agent.name, f"/chat?agent={agent.slug}", "Agents", hint="Ask")
            for agent in named[: _FEW.limit]
        ),
    ]
    for feature in runtime[Installed].features:
        if feature.find is not None:
            found += [asdict(one) for one in await feature.find(runtime, who, words)]
    return found[:_MOST]


_ICONS = {"Conversations": "chat-left-text", "Documents": "file-earmark-text", "Agents": "cpu"}


def _entry(label: str, href: str, group: str, *, hint: str = "") -> dict[str, Any]:
    return {"label": label, "href": href, "icon": _ICONS[group], "group": group, "hint": hint}
