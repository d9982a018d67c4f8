"""What the pages of agents show, in the shapes that their templates declare."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.features.agents import service
from menon.features.agents.forms import AgentForm
from menon.features.agents.schemas import AgentOut
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import service as type_service
from menon.features.agents.versions import service as versions
from menon.features.catalog.service import Models
from menon.features.knowledge import collections

_SAMPLES = ["What can you help me with?", "What is 12% of 340?"]


async def listing(runtime: Runtime, who: Principal, q: str) -> dict[str, Any]:
    """The agents that one may use."""
    found = (await service.listing(runtime, who, Page(200))).items
    counts = await service.run_counts(runtime, [agent.id for agent in found])
    wanted = [a for a in found if q.lower() in f"{a.name} {a.description} {a.slug}".lower()]
    return {
        "agents": [_row(agent, counts) for agent in wanted],
        "query": {"q": q},
        "may_write": may_write(who),
        "total": len(found),
    }


async def edit(
    runtime: Runtime,
    who: Principal,
    agent: AgentOut | None,
    *,
    form: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The form of an agent, new or known, as typed where something was wrong with it."""
    values: dict[str, Any] = AgentForm.of(agent)
    for name, value in (form or {}).items():
        if name in values["limits"]:
            values["limits"][name] = value
        elif name in values:
            values[name] = value
    values["uses"] = [] if agent is None else _uses(runtime, agent)
    return {
        "agent": values,
        "errors": dict(errors or {}),
        "error": error,
        "models": await _models(runtime),
        "tools": _tools(runtime, values["tools"]),
        "types": await _types(runtime, who),
        "collections": [
            (one.id, one.name) for one in (await collections.listing(runtime, who, Page(200))).items
        ],
        "may_write": may_write(who) and (agent is None or agent.is_mine or agent.is_builtin),
        "samples": _SAMPLES,
        "has_secrets": agent is not None and keeps_secrets(who, agent),
    }


async def trial(runtime: Runtime, who: Principal, name: str) -> dict[str, Any]:
    """The page on which an agent is tried."""
    agent = await service.get(runtime, who, name)
    found = (await versions.listing(runtime, who, name, Page(50))).items
    return {
        "agent": agent.model_dump(),
        "versions": [(v.number, f"Version {v.number}") for v in found],
        "samples": _SAMPLES,
        "has_secrets": keeps_secrets(who, agent),
    }


def turn(runtime: Runtime, name: str, run_id: str, message: str) -> dict[str, Any]:
    """A question of a trial with its pending answer."""
    now = runtime.clock.now()
    return {
        "question": {"id": f"q-{run_id}", "text": message, "at": now},
        "answer": {
            "id": run_id,
            "agent": name,
            "model": "",
            "at": now,
            "html": Markup(),
            "citations": [],
            "steps": [],
            "run_id": run_id,
            "pending": True,
            "state": "completed",
            "error": None,
            "feedback": None,
            "feedback_note": "",
            "usage": None,
            "trace_id": run_id,
            "last": False,
        },
    }


def may_write(who: Principal) -> bool:
    """Whether somebody may have agents of their own."""
    return reach(who, Action.AUTHOR) is not Reach.NONE


def keeps_secrets(who: Principal, agent: AgentOut) -> bool:
    """Whether somebody may see which secrets an agent has."""
    granted = reach(who, Action.INTEGRATE)
    return granted is Reach.ANY or (granted is Reach.OWN and agent.is_mine)


def _row(agent: AgentOut, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": agent.id,
        "slug": agent.slug,
        "name": agent.name,
        "description": agent.description,
        "model": agent.configuration["model"],
        "version": agent.version,
        "state": "active" if agent.is_active else "paused",
        "pending": agent.review is not None and agent.review.state == "pending",
        "tools": agent.configuration["tools"],
        "collections": agent.configuration["collections"],
        "builtin": agent.is_builtin,
        "mine": agent.is_mine,
        "changed_at": agent.updated_at,
        "runs": counts.get(agent.id, 0),
    }


def _uses(runtime: Runtime, agent: AgentOut) -> list[dict[str, str]]:
    http = runtime.settings[HttpSettings]
    base = http.public_url or f"http://{http.host}:{http.port}"
    return [
        {"label": "REST", "value": f"{base}/api/v1/agents/{agent.slug}/run"},
        {"label": "Chat", "value": f"{base}/chat?agent={agent.slug}"},
    ]


def _tools(runtime: Runtime, granted: list[str]) -> list[dict[str, Any]]:
    """Those that are granted first, then by name."""
    tools = sorted(runtime[Toolbox], key=lambda tool: (tool.name not in granted, tool.name))
    return [
        {"name": tool.name, "description": tool.description, "effect": tool.effect.value}
        for tool in tools
    ]


async def _types(runtime: Runtime, who: Principal) -> list[tuple[str, str]]:
    found = (await type_service.listing(runtime, who, Page(200))).items
    return [("custom", "None"), *((one.agent_type, one.name) for one in found)]


async def _models(runtime: Runtime) -> list[tuple[str, str]]:
    named = [(c.qualified, c.qualified) for c in runtime[Models].cards if c.chat]
    return [("auto", "Automatic"), *named]
