"""Menon: a self-hosted agent server that asks before it builds, and its agents as a library.

Importing it loads nothing else: each name below comes with what it needs when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from menon import errors, events
    from menon.client import AsyncClient, Client
    from menon.engine.agents.turn import Limits
    from menon.engine.framework.agent import Agent
    from menon.engine.framework.conversation import Conversation, InMemory
    from menon.engine.framework.documents import document_search
    from menon.engine.framework.errors import AgentError
    from menon.engine.framework.orchestrator import Orchestrator
    from menon.engine.framework.result import Result
    from menon.engine.framework.team import Team
    from menon.engine.tools.tool import Tool, ToolContext, tool

__all__ = [
    "Agent",
    "AgentError",
    "AsyncClient",
    "Client",
    "Conversation",
    "InMemory",
    "Limits",
    "Orchestrator",
    "Result",
    "Team",
    "Tool",
    "ToolContext",
    "document_search",
    "errors",
    "events",
    "tool",
]

_HOMES = {
    "Agent": "menon.engine.framework.agent",
    "AgentError": "menon.engine.framework.errors",
    "AsyncClient": "menon.client",
    "Client": "menon.client",
    "Conversation": "menon.engine.framework.conversation",
    "InMemory": "menon.engine.framework.conversation",
    "Limits": "menon.engine.agents.turn",
    "Orchestrator": "menon.engine.framework.orchestrator",
    "Result": "menon.engine.framework.result",
    "Team": "menon.engine.framework.team",
    "Tool": "menon.engine.tools.tool",
    "ToolContext": "menon.engine.tools.tool",
    "document_search": "menon.engine.framework.documents",
    "tool": "menon.engine.tools.tool",
}


def __getattr__(name: str) -> Any:
    if name in {"errors", "events"}:
        return importlib.import_module(f"menon.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
