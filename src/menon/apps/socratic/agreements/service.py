"""Versions of a project's specification: made, read, compared, approved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import conflicts, queries
from menon.apps.socratic.agreements import adjudicating, findings, verdicts
from menon.apps.socratic.agreements.findings import Found
from menon.apps.socratic.agreements.models import Approval, SpecificationVersion
from menon.apps.socratic.agreements.schemas import (
    ApproveIn,
    ComparedOut,
    DifferenceOut,
    SpecificationOut,
    SpecificationRow,
)
from menon.apps.socratic.agreements.wording import words_at
from menon.apps.socratic.conflicts import Statement
from menon.apps.socratic.events import SpecificationApproved, SpecificationCreated
from menon.apps.socratic.models import Project
from menon.apps.socratic.rules import Right
from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.content import digest
from menon.apps.socratic.specification.diff import differences
from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput, NotFound
from menon.core.events import publish
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """A specification that is to be kept, and where it comes from."""

    body: dict[str, Any]
    digest: str
    conflicts: list[Found]
    origin: str
    session_id: str | None = None
    note: str = ""


def new_version(
    spec: Specification, origin: str, *, session_id: str | None = None, note: str = ""
) -> NewVersion:
    """A specification with the contradictions that stand in it; pure, and slow for large ones."""
    contradictions = conflicts.of_specification(spec)
    named = {s.id: s for s in _quoted(spec, contradictions)}
    return NewVersion(
        body=spec.model_dump(mode="json", exclude_defaults=True),
        digest=digest(spec),
        conflicts=findings.found(contradictions, named),
        origin=origin,
        session_id=session_id,
        note=note,
    )


async def listing(
    runtime: Runtime, who: Principal, project_id: str, page: Page
) -> Listing[SpecificationRow]:
    """A page of a project's versions, newest first."""
    return await runtime.db.read(_listing, who, project_id, page)


async def get(runtime: Runtime, who: Principal, spec_id: str) -> SpecificationOut:
    """One version."""
    return await runtime.db.read(_get, who, spec_id)


async def add(
    runtime: Runtime, who: Principal, project_id: str, new: NewVersion
) -> SpecificationOut:
    """Keep a specification as the next version; one that changes nothing is the newest again."""
    found = await adjudicating.settled(runtime, who, project_id, new.conflicts)
    judged = replace(new, conflicts=found)
    return await runtime.db.write(add_version, who, project_id, judged, runtime.clock.now())


async def compare(
    runtime: Runtime, who: Principal, spec_id: str, before: int | None
) -> ComparedOut:
    """What changed between an earlier version, the one before by default, and this one."""
    new, old = await runtime.db.read(_pair, who, spec_id, before)
    changed = differences(read(old.body), read(new.body)) if old else []
    return ComparedOut(
        before=old.number if old else 0,
        after=new.number,
        differences=[DifferenceOut.model_validate(one) for one in changed],
    )


async def approve(
    runtime: Runtime, who: Principal, spec_id: str, body: ApproveIn
) -> SpecificationOut:
    """Agree to a version; code is made of approved ones only.

    Raises:
        Conflict: hard conflicts are open, and are not waived here.
    """
    return await runtime.db.write(_approve, who, spec_id, body, runtime.clock.now())


def read(body: Mapping[str, Any]) -> Specification:
    """A specification as it was stored."""
    return Specification.model_validate(body)


def visible(
    session: Session, who: Principal, spec_id: str, right: Right = Right.READ, *, lock: bool = False
) -> tuple[SpecificationVersion, Project]:
    """A version in whose project the caller may do something.

    Raises:
        NotFound: there is none that they may read.
        Forbidden: their role there does not allow that.
    """
    query = select(SpecificationVersion).where(SpecificationVersion.id == spec_id)
    row = session.scalar(query.with_for_update() if lock else query)
    missing = NotFound(f"There is no specification {spec_id!r}, or it is not yours.")
    if row is None:
        raise missing
    access = queries.access(session, who, row.project_id, right, missing=missing)
    return row, access.project


def latest(session: Session, project_id: str, *, approved: bool) -> SpecificationVersion | None:
    """The newest version of a project, or the newest that is approved."""
    query = select(SpecificationVersion).where(SpecificationVersion.project_id == project_id)
    if approved:
        query = query.where(SpecificationVersion.state == Approval.APPROVED)
    return session.scalar(query.order_by(SpecificationVersion.number.desc()).limit(1))


def add_version(
    session: Session, who: Principal, project_id: str, new: NewVersion, now: datetime
) -> SpecificationOut:
    """Write a version with its conflicts."""
    project = queries.access(session, who, project_id, Right.EDIT, lock=True).project
    before = latest(session, project_id, approved=False)
    if before is not None and before.digest == new.digest:
        return _shown(session, before)
    row = SpecificationVersion(
        id=new_id(),
        project_id=project_id,
        number=before.number + 1 if before else 1,
        digest=new.digest,
        body=new.body,
        origin=new.origin,
        session_id=new.session_id,
        note=new.note,
        state=Approval.DRAFT,
        created_by=who.name,
        created_at=now,
        approval_note="",
    )
    session.add(row)
    session.flush()
    findings.keep(session, project, _source(row), new.conflicts, who.name, now)
    session.flush()
    audit.record(session, who, "specification.created", subject=row.id, at=now, number=row.number)
    event = SpecificationCreated(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        specification_id=row.id,
        version=row.number,
    )
    publish(session, event, now=now)
    return _shown(session, row)


def _approve(
    session: Session, who: Principal, spec_id: str, body: ApproveIn, now: datetime
) -> SpecificationOut:
    row, project = visible(session, who, spec_id, Right.LEAD, lock=True)
    if row.state == Approval.APPROVED:
        return _shown(session, row)
    open_ones = findings.open_of(session, project.id, *_sources(row))
    unknown = body.waive.keys() - {one.id for one in open_ones}
    if unknown:
        raise InvalidInput(f"No open conflict of this version has the id {min(unknown)!r}.")
    for one in open_ones:
        if one.id in body.waive:
            verdicts.waive(session, who, one, body.waive[one.id], now)
    _gate([one for one in open_ones if one.grade == "hard" and one.id not in body.waive])
    row.state, row.approved_by, row.approved_at = Approval.APPROVED, who.name, now
    row.approval_note = body.note
    session.flush()
    audit.record(session, who, "specification.approved", subject=row.id, at=now, digest=row.digest)
    event = SpecificationApproved(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        specification_id=row.id,
        version=row.number,
        by=who.name,
    )
    publish(session, event, now=now)
    return _shown(session, row)


def _gate(blocking: list[Any]) -> None:
    if not blocking:
        return
    many = f"{len(blocking)} hard conflict{'s are' if len(blocking) > 1 else ' is'} open"
    raise Conflict(
        f"{many}: {blocking[0].why} Resolve them in a new version, or waive them with a reason.",
        errors=[{"pointer": f"/waive/{one.id}", "detail": one.why} for one in blocking[:100]],
    )


def _get(session: Session, who: Principal, spec_id: str) -> SpecificationOut:
    return _shown(session, visible(session, who, spec_id)[0])


def _pair(
    session: Session, who: Principal, spec_id: str, before: int | None
) -> tuple[SpecificationVersion, SpecificationVersion | None]:
    row, _ = visible(session, who, spec_id)
    wanted = row.number - 1 if before is None else before
    old = session.scalar(
        select(SpecificationVersion).where(
            SpecificationVersion.project_id == row.project_id,
            SpecificationVersion.number == wanted,
        )
    )
    if old is None and before is not None:
        raise NotFound(f"The project's specification has no version {wanted}.")
    return row, old


def _listing(
    session: Session, who: Principal, project_id: str, page: Page
) -> Listing[SpecificationRow]:
    queries.access(session, who, project_id)
    query = select(SpecificationVersion).where(SpecificationVersion.project_id == project_id)
    if after := page.after(1):
        if not isinstance(after[0], int) or abs(after[0]) > 2**31 - 1:
            raise InvalidInput("The cursor is not one of this list; leave it out to begin.")
        query = query.where(SpecificationVersion.number < after[0])
    ordered = query.order_by(SpecificationVersion.number.desc()).limit(page.limit + 1)
    kept = (rows := list(session.scalars(ordered)))[: page.limit]
    more = encode_cursor(kept[-1].number) if len(rows) > page.limit else None
    return Listing(items=[SpecificationRow(**_row(session, row)) for row in kept], next_cursor=more)


def _shown(session: Session, row: SpecificationVersion) -> SpecificationOut:
    body = read(row.body).model_dump(mode="json")
    return SpecificationOut(**_row(session, row), specification=body)


def _row(session: Session, row: SpecificationVersion) -> dict[str, Any]:
    counted = findings.counts(session, row.project_id, _sources(row)).values()
    return {
        "id": row.id,
        "specification_id": row.id,
        "project_id": row.project_id,
        "version": row.number,
        "digest": row.digest,
        "origin": row.origin,
        "session_id": row.session_id,
        "note": row.note,
        "state": row.state,
        "approved": row.state == Approval.APPROVED,
        "approved_by": row.approved_by,
        "approved_at": row.approved_at,
        "approval_note": row.approval_note,
        "conflicts": {name: sum(one[name] for one in counted) for name in ("open", "hard")},
        "created_by": row.created_by,
        "created_at": row.created_at,
    }


def _source(row: SpecificationVersion) -> str:
    return f"specification:{row.id}"


def _sources(row: SpecificationVersion) -> list[str]:
    """Where conflicts that concern a version stand: in itself, and in what was answered for it."""
    return [_source(row), *([f"session:{row.session_id}"] if row.session_id else [])]


def _quoted(spec: Specification, found: Any) -> list[Statement]:
    """The parts of a specification that contradictions name by their paths, in their words."""
    paths = sorted({path for each in found for path in each.statements})
    return [Statement(id=path, role="", text=words_at(spec, path)) for path in paths]
