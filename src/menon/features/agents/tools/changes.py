"""Changing declared tools: units that write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.features.agents.tools import queries
from menon.features.agents.tools.models import HttpTool
from menon.features.agents.tools.rules import Definition
from menon.features.integrations import sealing
from menon.kit.ids import new_id


def add(
    session: Session, who: Principal, tools: Sequence[HttpTool], *, most: int, now: datetime
) -> None:
    """Write new tools, all or none.

    Raises:
        Conflict: a name is taken, or there are too many by now.
    """
    names = [tool.name for tool in tools]
    if taken := queries.taken(session, names):
        shown = ", ".join(map(repr, taken[:5]))
        raise Conflict(f"The name {shown} is taken; choose another name or prefix.")
    if queries.count(session, who.user_id) + len(tools) > most:
        raise Conflict(f"One has at most {most} declared tools; delete some first.")
    for tool in tools:
        session.add(tool)
        audit.record(
            session, who, "tool.declared", subject=tool.id, at=now, name=tool.name, url=tool.url
        )
    session.flush()


def update(
    session: Session,
    who: Principal,
    name: str,
    values: dict[str, Any],
    *,
    version: int,
    now: datetime,
) -> None:
    """Change a tool that stands at this version.

    Raises:
        Conflict: it was changed meanwhile.
    """
    tool = queries.writable(session, who, name)
    if tool.version != version:
        raise Conflict(f"The tool is at version {tool.version} by now; read it again.")
    changed = sorted(field for field, value in values.items() if getattr(tool, field) != value)
    for field in changed:
        setattr(tool, field, values[field])
    tool.version += 1
    tool.updated_at = now
    audit.record(session, who, "tool.changed", subject=tool.id, at=now, name=name, fields=changed)


def enable(
    session: Session, who: Principal, names: Sequence[str], *, on: bool, now: datetime
) -> None:
    """Switch tools on or off, all or none."""
    for name in names:
        tool = queries.writable(session, who, name)
        tool.enabled, tool.updated_at = on, now
        tool.version += 1
        word = "tool.enabled" if on else "tool.disabled"
        audit.record(session, who, word, subject=tool.id, at=now, name=name)


def delete(session: Session, who: Principal, name: str, *, now: datetime) -> str:
    """Delete a tool; answers where its secrets lie if nobody needs them any more, else nothing."""
    tool = queries.writable(session, who, name)
    session.delete(tool)
    audit.record(session, who, "tool.deleted", subject=tool.id, at=now, name=name)
    session.flush()
    return "" if queries.shares(session, tool.source_id) else tool.source_id


def row(who: Principal, definition: Definition, *, now: datetime, **more: Any) -> HttpTool:
    """The row of a new tool."""
    return HttpTool(
        id=new_id(),
        owner_id=who.user_id,
        name=definition.name,
        source_id=definition.source_id,
        version=1,
        created_at=now,
        updated_at=now,
        **columns(definition),
        **more,
    )


def columns(definition: Definition) -> dict[str, Any]:
    """What a row keeps of a definition."""
    output = definition.output_schema
    return {
        "method": definition.method,
        "url": definition.url,
        "arguments": {
            name: place.model_dump(by_alias=True) for name, place in definition.arguments.items()
        },
        "headers": sealing.stored(definition.headers),
        "input_schema": dict(definition.input_schema),
        "output_schema": None if output is None else dict(output),
        "timeout_s": definition.timeout_s,
    }
