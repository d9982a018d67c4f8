"""Agents as callers see them: units that read."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.http import Listing, Page
from menon.core.runs.models import Run
from menon.features.agents import queries
from menon.features.agents.models import Agent, AgentVersion
from menon.features.agents.schemas import (
    AgentOut,
    ChangeOut,
    Configuration,
    DiffOut,
    ImportReview,
    LineOut,
    PastMessage,
    VersionOut,
)
from menon.features.agents.versions.rules import At, changes
from menon.kit.difference import difference
from menon.kit.pages import encode_cursor


def get(session: Session, who: Principal, name: str) -> AgentOut:
    """One agent with its current version."""
    agent = queries.get(session, who, name)
    return shown(session, who, agent)


def listing(  # noqa: PLR0917 - as `listing`
    session: Session,
    who: Principal,
    page: Page,
    active_only: bool,
    agent_type: str | None,
    skip: int,
) -> Listing[AgentOut]:
    """A page of agents, newest first."""
    rows = queries.page(
        session, who, page, active_only=active_only, agent_type=agent_type, skip=skip
    )
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    current = queries.current(session, kept)
    labels = queries.labels(session, [agent.id for agent in kept])
    items = [_shown(who, agent, current[agent.id], labels[agent.id]) for agent in kept]
    return Listing(items=items, next_cursor=more)


def versions(session: Session, who: Principal, name: str, page: Page) -> Listing[VersionOut]:
    """A page of an agent's versions."""
    agent = queries.get(session, who, name)
    rows = queries.versions(session, agent, page)
    kept = rows[: page.limit]
    labels = queries.labels(session, [agent.id])[agent.id]
    more = encode_cursor(kept[-1].number) if len(rows) > page.limit else None
    return Listing(items=[_version(agent, row, labels) for row in kept], next_cursor=more)


def version(session: Session, who: Principal, name: str, at: At) -> VersionOut:
    """One version of an agent."""
    agent = queries.get(session, who, name)
    labels = queries.labels(session, [agent.id])[agent.id]
    return _version(agent, queries.version(session, agent, at), labels)


def diff(session: Session, who: Principal, name: str, *, before: At, after: At) -> DiffOut:
    """What two versions of an agent do differently."""
    agent = queries.get(session, who, name)
    old, new = queries.version(session, agent, before), queries.version(session, agent, after)
    was, now = configuration(old).model_dump(), configuration(new).model_dump()
    lines = difference(was.pop("instructions").splitlines(), now.pop("instructions").splitlines())
    return DiffOut(
        agent_id=agent.id,
        before=old.number,
        after=new.number,
        changes=[ChangeOut.model_validate(change) for change in changes(was, now)],
        instructions=[LineOut.model_validate(line) for line in lines],
    )


def history(session: Session, who: Principal, name: str, limit: int) -> list[PastMessage]:
    """The principal's own latest messages with an agent, oldest first."""
    agent = queries.get(session, who, name)
    messages: list[PastMessage] = []
    for run in reversed(queries.runs(session, who, agent.id, (limit + 1) // 2)):
        said: list[tuple[Literal["user", "assistant"], str]] = [
            ("user", str(run.input.get("message", ""))),
            ("assistant", answer_text(run)),
        ]
        for role, content in said:
            if content:
                messages.append(
                    PastMessage(
                        run_id=run.id, role=role, content=content, created_at=run.created_at
                    )
                )
    return messages[-limit:]


def configuration(version: AgentVersion) -> Configuration:
    """A version's configuration as it goes over the wire."""
    return Configuration.model_validate(
        {
            "instructions": version.instructions,
            "model": version.model,
            "temperature": version.temperature,
            "max_tokens": version.limits.get("answer_tokens"),
            "tools": version.tools,
            "collections": version.collections,
            "capabilities": version.capabilities,
            "limits": version.limits,
            "policy": version.policy,
        }
    )


def shown(session: Session, who: Principal, agent: Agent) -> AgentOut:
    """An agent as this principal sees it, with its current version."""
    labels = queries.labels(session, [agent.id])[agent.id]
    return _shown(who, agent, queries.version(session, agent), labels)


def answer_text(run: Run) -> str:
    """What a run answered; empty where it answered nothing."""
    if not isinstance(run.output, dict):
        return ""
    return str(cast("dict[str, Any]", run.output).get("text", ""))


def _shown(who: Principal, agent: Agent, version: AgentVersion, labels: dict[str, int]) -> AgentOut:
    return AgentOut(
        id=agent.id,
        slug=agent.slug,
        name=agent.name,
        description=agent.description,
        agent_type=agent.agent_type,
        visibility=agent.visibility,
        is_active=agent.is_active,
        is_builtin=agent.is_builtin,
        defined_in=agent.defined_in,
        is_mine=agent.owner_id == who.user_id,
        status="active" if agent.is_active else "inactive",
        version=agent.version,
        labels=labels,
        review=ImportReview.model_validate(agent.imported) if agent.imported else None,
        configuration=configuration(version).model_dump(),
        created_at=agent.created_at,
        updated_at=agent.updated_at,
    )


def _version(agent: Agent, row: AgentVersion, labels: Mapping[str, int]) -> VersionOut:
    return VersionOut(
        number=row.number,
        labels=[name for name, number in labels.items() if number == row.number],
        is_current=row.number == agent.version,
        configuration=configuration(row).model_dump(),
        note=row.note,
        created_by=row.created_by,
        created_at=row.created_at,
    )
