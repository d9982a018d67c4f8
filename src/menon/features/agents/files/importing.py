"""Taking in an agent from a file: it is data, and answers nobody until somebody has read it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, NotFound
from menon.core.runtime import Runtime
from menon.features.agents import changes, queries, rules, views
from menon.features.agents.files.rules import Here, checked, fitted, parsed, warnings
from menon.features.agents.files.schemas import AgentFile, FileVersion, ImportedOut
from menon.features.agents.models import AgentLabel, Visibility
from menon.features.agents.schemas import GENERIC, AgentIn, AgentOut
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import queries as type_queries
from menon.features.agents.versions.rules import check_label
from menon.features.catalog.service import Models
from menon.features.knowledge import collections


async def bring_in(
    runtime: Runtime, who: Principal, body: bytes, *, media_type: str = ""
) -> ImportedOut:
    """Make an inactive agent of a file in JSON or YAML, and say what of it is left out.

    Raises:
        InvalidInput: it cannot be read, or is no agent of this format.
    """
    raw = parsed(body, media_type)
    file = checked(raw)
    here = await _here(runtime, who, file)
    said = warnings(raw, file, here)
    agent = await runtime.db.write(_take, who, file, here, said, now=runtime.clock.now())
    return ImportedOut(agent=agent, warnings=said)


async def review(runtime: Runtime, who: Principal, agent: str) -> AgentOut:
    """Let an imported agent answer: somebody has read it.

    Raises:
        Conflict: it was not imported, or has been reviewed.
    """
    return await runtime.db.write(_review, who, agent, runtime.clock.now())


async def _here(runtime: Runtime, who: Principal, file: AgentFile) -> Here:
    wanted = {
        one
        for configuration in (file.configuration, *(v.configuration for v in file.versions))
        for one in configuration.collections
    }
    return Here(
        tools=frozenset(tool.name for tool in runtime[Toolbox]),
        collections=frozenset({one for one in wanted if await _readable(runtime, who, one)}),
        models=frozenset({"auto", *(card.qualified for card in runtime[Models].cards)}),
        types=await runtime.db.read(_types, who, file.agent.agent_type),
    )


def _types(session: Session, who: Principal, name: str) -> frozenset[str]:
    found = type_queries.find(session, who, name)
    return GENERIC | {name} if found and not found.is_deprecated else GENERIC


async def _readable(runtime: Runtime, who: Principal, collection_id: str) -> bool:
    try:
        return (await collections.get(runtime, who, collection_id)).id == collection_id
    except NotFound:
        return False


def _take(
    session: Session,
    who: Principal,
    file: AgentFile,
    here: Here,
    said: list[str],
    *,
    now: datetime,
) -> AgentOut:
    wanted = file.agent.slug or rules.slug(file.agent.name)
    resembles = changes.named(session, who, wanted)
    body = AgentIn(
        name=file.agent.name,
        description=file.agent.description,
        agent_type=file.agent.agent_type if file.agent.agent_type in here.types else "custom",
        visibility=Visibility.PRIVATE,
    )
    agent = changes.add(session, who, body, slug=_free(session, who, wanted), now=now)
    agent.is_active = False
    agent.imported = {
        "state": "pending",
        "imported_at": now.isoformat(),
        "warnings": said,
        "resembles": resembles,
    }
    last = FileVersion(configuration=file.configuration, note="Imported")
    kept = file.versions
    if not kept or kept[-1].configuration != file.configuration:
        kept = [*kept, last]
    labels: dict[str, int] = {}
    for version in kept:
        configuration = fitted(version.configuration, here)
        note = version.note or "Imported"
        changes.new_version(session, agent, configuration, who=who, now=now, note=note)
        labels |= dict.fromkeys(version.labels, agent.version)
    for name, number in labels.items():
        check_label(name)
        label = AgentLabel(agent_id=agent.id, name=name, number=number)
        label.moved_by, label.moved_at = who.user_id, now
        session.add(label)
    session.flush()
    audit.record(session, who, "agent.imported", subject=agent.id, at=now, slug=agent.slug)
    return views.shown(session, who, agent)


def _free(session: Session, who: Principal, slug: str) -> str:
    """The short name itself, or the first of `slug-2`, `slug-3` ... that is free."""
    taken = {changes.ASSISTANT, *queries.slugs(session, who, slug)}
    if slug not in taken:
        return slug
    numbered = (f"{slug[:75]}-{n}" for n in range(2, len(taken) + 3))
    return next(name for name in numbered if name not in taken)


def _review(session: Session, who: Principal, name: str, now: datetime) -> AgentOut:
    agent = changes.writable(session, who, name)
    imported: dict[str, Any] | None = agent.imported
    if imported is None or imported["state"] != "pending":
        raise Conflict("The agent waits for no review.")
    agent.imported = {**imported, "state": "done"}
    agent.is_active, agent.updated_at = True, now
    audit.record(session, who, "agent.reviewed", subject=agent.id, at=now, version=agent.version)
    return views.shown(session, who, agent)
