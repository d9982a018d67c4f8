"""Workflow definitions: made, changed, read, deleted; another body is always a new version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.workflows import queries, views
from menon.features.workflows.errors import InvalidDefinition
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.models import Workflow, WorkflowVersion
from menon.features.workflows.rules.check import Fault, check
from menon.features.workflows.schemas import (
    DefinitionIn,
    DefinitionOut,
    DefinitionPatch,
    VersionOut,
)
from menon.kit.ids import new_id


async def create(runtime: Runtime, who: Principal, wanted: DefinitionIn) -> DefinitionOut:
    """Make a workflow with its first version.

    Raises:
        InvalidDefinition: it cannot run; every fault is named.
    """
    checked(runtime[Kinds], wanted.body())
    return await runtime.db.write(add, who, wanted, runtime.clock.now())


async def update(
    runtime: Runtime, who: Principal, workflow_id: str, patch: DefinitionPatch
) -> DefinitionOut:
    """Change a workflow; another body becomes its next version."""
    now = runtime.clock.now()
    return await runtime.db.write(_update, who, workflow_id, patch, runtime[Kinds], now)


async def get(
    runtime: Runtime, who: Principal, workflow_id: str, version: int | None = None
) -> DefinitionOut:
    """One workflow, in its current version or another."""
    return await runtime.db.read(views.get, who, workflow_id, version)


async def listing(runtime: Runtime, who: Principal, page: Page) -> Listing[DefinitionOut]:
    """A page of the workflows that somebody may execute."""
    return await runtime.db.read(views.listing, who, page)


async def versions(
    runtime: Runtime, who: Principal, workflow_id: str, page: Page
) -> Listing[VersionOut]:
    """A page of a workflow's versions, newest first."""
    return await runtime.db.read(views.versions, who, workflow_id, page)


async def delete(runtime: Runtime, who: Principal, workflow_id: str) -> None:
    """Delete a workflow with its versions; its executions have their snapshots and stay."""
    await runtime.db.write(_delete, who, workflow_id, runtime.clock.now())


def checked(kinds: Kinds, body: Mapping[str, Any]) -> None:
    """Let a definition pass that can run.

    Raises:
        InvalidDefinition: it cannot; every fault is named.
    """
    refuse("The workflow cannot run as it is written", check(body, kinds))


def refuse(what: str, faults: list[Fault]) -> None:
    """Raise what is wrong, where something is.

    Raises:
        InvalidDefinition: with the first faults in words and all of them as pointers.
    """
    if not faults:
        return
    words = "; ".join(fault.detail for fault in faults[:3])
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    raise InvalidDefinition(
        f"{what}: {words}{more}.",
        errors=[{"pointer": fault.pointer, "detail": fault.detail} for fault in faults[:100]],
    )


def add(session: Session, who: Principal, wanted: DefinitionIn, now: datetime) -> DefinitionOut:
    """Write a checked workflow with its first version."""
    workflow = Workflow(
        id=new_id(),
        owner_id=who.user_id,
        name=wanted.name,
        description=wanted.description,
        visibility=wanted.visibility,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(workflow)
    session.flush()
    version = _new_version(session, workflow, wanted.body(), who, now)
    audit.record(session, who, "workflow.created", subject=workflow.id, at=now)
    return views.shown(who, workflow, version)


def _update(  # noqa: PLR0917 - a unit and what it is given
    session: Session,
    who: Principal,
    workflow_id: str,
    patch: DefinitionPatch,
    kinds: Kinds,
    now: datetime,
) -> DefinitionOut:
    workflow = _writable(session, who, workflow_id)
    if patch.version is not None and patch.version != workflow.version:
        raise Conflict(f"The workflow is at version {workflow.version} by now; read it again.")
    current = queries.version(session, workflow)
    for name in ("name", "description", "visibility"):
        value = getattr(patch, name)
        if value is not None:
            setattr(workflow, name, value)
    workflow.updated_at = now
    body = {**current.body, **patch.changes()}
    if body != current.body:
        checked(kinds, body)
        workflow.version += 1
        current = _new_version(session, workflow, body, who, now)
        audit.record(
            session, who, "workflow.changed", subject=workflow.id, at=now, version=workflow.version
        )
    return views.shown(who, workflow, current)


def _delete(session: Session, who: Principal, workflow_id: str, now: datetime) -> None:
    workflow = _writable(session, who, workflow_id)
    audit.record(session, who, "workflow.deleted", subject=workflow.id, at=now, name=workflow.name)
    session.delete(workflow)


def _writable(session: Session, who: Principal, workflow_id: str) -> Workflow:
    workflow = queries.get(session, who, workflow_id, lock=True)
    authorize(who, Action.AUTHOR, owner=workflow.owner_id)
    return workflow


def _new_version(
    session: Session, workflow: Workflow, body: dict[str, Any], who: Principal, now: datetime
) -> WorkflowVersion:
    version = WorkflowVersion(
        id=new_id(),
        workflow_id=workflow.id,
        number=workflow.version,
        body=body,
        created_by=who.user_id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version
