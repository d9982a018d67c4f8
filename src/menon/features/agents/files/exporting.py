"""An agent as one file that another installation can read."""

import json
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.features.agents import queries, views
from menon.features.agents.files.schemas import FORMAT, FileCollection, FileSecret
from menon.features.agents.models import Agent, AgentVersion
from menon.features.agents.secrets import service as secrets
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.knowledge import collections
from menon.kit.yaml_text import write

Format = Literal["json", "yaml"]
_MOST = 100
"""Versions and secrets in one file; of more versions the latest."""


async def export(
    runtime: Runtime, who: Principal, agent: str, *, format_: Format, history: bool
) -> tuple[str, str]:
    """An agent's definition as text, and the name of its file: no secrets, no ids of people."""
    file = await runtime.db.read(_file, who, agent, history=history)
    slug, granted = file["agent"]["slug"], file["configuration"]["tools"]
    file["tools"] = [
        {
            "name": tool.name,
            "description": tool.description,
            "effect": tool.effect.value,
            "schema": tool.schema,
        }
        for tool in await runtime[Toolbox].find(who, granted)
    ]
    searched = file["configuration"]["collections"]
    file["collections"] = [await _collection(runtime, who, one) for one in searched]
    file["secrets"] = await _needed(runtime, who, agent)
    if format_ == "yaml":
        return write(file), f"{slug}.agent.yaml"
    return json.dumps(file, ensure_ascii=False, indent=2) + "\n", f"{slug}.agent.json"


async def _collection(runtime: Runtime, who: Principal, collection_id: str) -> dict[str, Any]:
    try:
        name = (await collections.get(runtime, who, collection_id)).name
    except NotFound:
        name = ""
    return FileCollection(id=collection_id, name=name).model_dump()


async def _needed(runtime: Runtime, who: Principal, agent: str) -> list[dict[str, Any]]:
    """What the agent's secrets are called, where its owner asks."""
    if reach(who, Action.INTEGRATE) is Reach.NONE:
        return []
    try:
        kept = await secrets.listing(runtime, who, agent, Page(_MOST))
    except NotFound:
        return []
    return [
        FileSecret(key=one.name, description=one.description).model_dump() for one in kept.items
    ]


def _file(session: Session, who: Principal, name: str, *, history: bool) -> dict[str, Any]:
    agent = queries.get(session, who, name)
    return {
        "format": FORMAT,
        "schema_version": 1,
        "agent": {
            "name": agent.name,
            "slug": agent.slug,
            "description": agent.description,
            "agent_type": agent.agent_type,
        },
        "configuration": _plain(queries.version(session, agent)),
        "versions": _versions(session, agent) if history else [],
    }


def _versions(session: Session, agent: Agent) -> list[dict[str, Any]]:
    labels = queries.labels(session, [agent.id])[agent.id]
    latest = (
        select(AgentVersion)
        .where(AgentVersion.agent_id == agent.id)
        .order_by(AgentVersion.number.desc())
        .limit(_MOST)
    )
    return [
        {
            "configuration": _plain(row),
            "note": row.note,
            "labels": [label for label, number in labels.items() if number == row.number],
        }
        for row in reversed(session.scalars(latest).all())
    ]


def _plain(version: AgentVersion) -> dict[str, Any]:
    return views.configuration(version).model_dump(mode="json")
