"""Agent types: declaring, changing, reading and retiring them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.tools.schemas import ready
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import queries as type_queries
from menon.features.agents.types.compat import breaks
from menon.features.agents.types.models import AgentType, AgentTypeVersion
from menon.features.agents.types.record_rules import Fault
from menon.features.agents.types.rules import Checking, Compiled
from menon.features.agents.types.schemas import (
    TypeCapabilities,
    TypeIn,
    TypeOut,
    TypePut,
    TypeRemoved,
)
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


async def declare(runtime: Runtime, who: Principal, body: TypeIn) -> TypeOut:
    """Make a type.

    Raises:
        InvalidInput: something is wrong with it; all of that, each with its pointer.
        Conflict: one has a type of this name.
    """
    made = await checked(runtime, body)
    return await runtime.db.write(_declare, who, body, made, runtime.clock.now())


async def change(runtime: Runtime, who: Principal, name: str, body: TypePut) -> TypeOut:
    """Write the next version of a type.

    Raises:
        InvalidInput: something is wrong with it.
        Conflict: it breaks what callers or records rely on, and `force` was not said.
    """
    made = await checked(runtime, body)
    return await runtime.db.write(_change, who, name, body, made, now=runtime.clock.now())


async def get(
    runtime: Runtime, who: Principal, name: str, number: int | None = None
) -> tuple[TypeOut, TypeIn]:
    """A type with what it declares, references written out."""
    return await runtime.db.read(_get, who, name, number)


async def schema(runtime: Runtime, who: Principal, name: str) -> dict[str, Any]:
    """What a type declares, as it was sent."""
    return await runtime.db.read(_schema, who, name)


async def capabilities(runtime: Runtime, who: Principal, name: str) -> TypeCapabilities:
    """What agents of a type can be asked for."""
    return await runtime.db.read(_capabilities, who, name)


async def listing(
    runtime: Runtime, who: Principal, page: Page, *, deprecated: bool = False
) -> Listing[TypeOut]:
    """A page of types by name."""
    return await runtime.db.read(_listing, who, page, deprecated)


async def remove(runtime: Runtime, who: Principal, name: str) -> TypeRemoved:
    """Delete a type; one whose agents are there is deprecated instead."""
    return await runtime.db.write(_remove, who, name, runtime.clock.now())


async def checked(runtime: Runtime, body: TypeIn) -> Compiled:
    """What a declaration comes to.

    Raises:
        InvalidInput: something is wrong with it; all of that, each with its pointer.
    """
    await ready()
    looked = Checking(body, (tool.name for tool in runtime[Toolbox]))
    made = looked.checked()
    if made is None:
        raise InvalidInput(_said("The agent schema", looked.faults), errors=_told(looked.faults))
    return made


def shown(who: Principal, row: AgentType, version: AgentTypeVersion) -> TypeOut:
    """A type as this principal sees it."""
    body = TypeIn.model_validate(version.body)
    return TypeOut(
        id=row.id,
        agent_type=row.name,
        name=body.metadata.name,
        description=body.metadata.description,
        capabilities=body.metadata.capabilities,
        tools=body.tools,
        steps=[step["name"] for step in version.compiled["steps"]],
        visibility=row.visibility,
        is_mine=row.owner_id == who.user_id,
        is_deprecated=row.is_deprecated,
        version=version.number,
        breaking=version.breaking,
        documentation_url=f"/api/v1/agent-types/{row.name}/documentation",
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _declare(
    session: Session, who: Principal, body: TypeIn, made: Compiled, now: datetime
) -> TypeOut:
    taken = select(AgentType.id).where(
        AgentType.name == body.agent_type, AgentType.owner_id == who.user_id
    )
    if session.scalar(taken) is not None:
        raise Conflict(f"You have a type {body.agent_type!r} already; PUT writes its next version.")
    row = AgentType(
        id=new_id(),
        owner_id=who.user_id,
        name=body.agent_type,
        visibility=body.visibility,
        version=1,
        is_deprecated=False,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    version = _version(session, who, row, body, made, breaking=[], now=now)
    audit.record(session, who, "agent_type.declared", subject=row.id, at=now, name=row.name)
    return shown(who, row, version)


def _change(
    session: Session, who: Principal, name: str, body: TypePut, made: Compiled, *, now: datetime
) -> TypeOut:
    row = type_queries.writable(session, who, name)
    if body.agent_type != row.name:
        raise Conflict(f"The type is called {row.name!r}; declare another one for another name.")
    before = type_queries.version(session, row)
    old = TypeIn.model_validate(before.body)
    broken = breaks(old, body, before=before.compiled, after=made.plain())
    if broken and not body.force:
        what = _said("The change", broken, did="breaks what callers rely on")
        raise Conflict(f"{what}. Send `force: true` to do it all the same.", errors=_told(broken))
    row.version, row.visibility, row.updated_at = row.version + 1, body.visibility, now
    breaking = [f"{fault.pointer}: {fault.detail}" for fault in broken]
    version = _version(session, who, row, body, made, breaking=breaking, now=now)
    detail = {"version": row.version, "breaking": len(breaking)}
    audit.record(session, who, "agent_type.changed", subject=row.id, at=now, **detail)
    return shown(who, row, version)


def _version(
    session: Session,
    who: Principal,
    row: AgentType,
    body: TypeIn,
    made: Compiled,
    *,
    breaking: list[str],
    now: datetime,
) -> AgentTypeVersion:
    version = AgentTypeVersion(
        id=new_id(),
        type_id=row.id,
        number=row.version,
        body=body.model_dump(mode="json", exclude={"force"}, exclude_unset=True),
        compiled=made.plain(),
        breaking=breaking,
        created_by=who.user_id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _get(session: Session, who: Principal, name: str, number: int | None) -> tuple[TypeOut, TypeIn]:
    row = type_queries.get(session, who, name)
    version = type_queries.version(session, row, number)
    plain = {name: version.compiled[name] for name in ("input_schema", "output_schema")}
    return shown(who, row, version), TypeIn.model_validate({**version.body, **plain})


def _schema(session: Session, who: Principal, name: str) -> dict[str, Any]:
    row = type_queries.get(session, who, name)
    return type_queries.version(session, row).body


def _capabilities(session: Session, who: Principal, name: str) -> TypeCapabilities:
    row = type_queries.get(session, who, name)
    version = type_queries.version(session, row)
    body = TypeIn.model_validate(version.body)
    return TypeCapabilities(
        agent_type=row.name,
        version=version.number,
        capabilities=body.metadata.capabilities,
        actions=["run", "ask", *body.metadata.capabilities],
        tools=body.tools,
        input_schema=version.compiled["input_schema"],
        output_schema=version.compiled["output_schema"],
    )


def _listing(session: Session, who: Principal, page: Page, deprecated: bool) -> Listing[TypeOut]:
    rows = type_queries.page(session, who, page, deprecated=deprecated)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].name, kept[-1].id) if len(rows) > page.limit else None
    items = [shown(who, row, type_queries.version(session, row)) for row in kept]
    return Listing(items=items, next_cursor=more)


def _remove(session: Session, who: Principal, name: str, now: datetime) -> TypeRemoved:
    row = type_queries.writable(session, who, name)
    used = type_queries.agents(session, row.id) > 0
    if used:
        row.is_deprecated, row.updated_at = True, now
    else:
        session.delete(row)
    outcome = "deprecated" if used else "deleted"
    audit.record(session, who, f"agent_type.{outcome}", subject=row.id, at=now, name=row.name)
    return TypeRemoved(agent_type=row.name, outcome=outcome)


def _said(what: str, faults: list[Fault], *, did: str = "cannot be used") -> str:
    first = "; ".join(f"{fault.pointer or '/'}: {fault.detail}" for fault in faults[:3])
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    return f"{what} {did}: {first}{more}"


def _told(faults: list[Fault]) -> list[dict[str, Any]]:
    return [{"pointer": fault.pointer, "detail": fault.detail} for fault in faults[:100]]
