"""The records that agents of declared types keep: each person's own, by typed fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput, ToolError
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.tools.schemas import misfits
from menon.features.agents import queries
from menon.features.agents.types.models import AgentRecord
from menon.features.agents.types.record_rules import unique_key
from menon.features.agents.types.schemas import RecordOut
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

_LARGEST = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What one run of an agent may keep and find: the port of its pipeline."""

    runtime: Runtime
    who: Principal
    agent_id: str
    run_id: str
    models: Mapping[str, Mapping[str, Any]]
    """By name: `schema`, `unique`."""

    async def add(self, model: str, values: Mapping[str, Any], *, over: bool) -> dict[str, Any]:
        """Keep a record.

        Raises:
            ToolError: the values do not fit, or one with the same unique values is there.
        """
        declared = self.models[model]
        fields: Mapping[str, Any] = declared["schema"]["properties"]
        preset = {name: one["default"] for name, one in fields.items() if "default" in one}
        whole = preset | dict(values)
        if wrong := misfits(declared["schema"], whole):
            what = "; ".join(str(fault) for fault in wrong)
            raise ToolError(f"The record does not fit the data model {model!r}: {what}")
        if len(str(whole)) > _LARGEST:
            raise ToolError(f"A record has at most {_LARGEST} characters.")
        now = self.runtime.clock.now()
        return await self.runtime.db.write(_add, self, model, whole, over=over, now=now)

    async def find(
        self, model: str, where: Mapping[str, Any], *, limit: int
    ) -> list[dict[str, Any]]:
        """The newest records of whom the run works for, with these values."""
        return await self.runtime.db.read(_find, self, model, where, limit)


async def listing(
    runtime: Runtime, who: Principal, agent: str, model: str | None, page: Page
) -> Listing[RecordOut]:
    """A page of the records that an agent keeps for somebody, newest first."""
    return await runtime.db.read(_listing, who, agent, model, page)


def readable(who: Principal) -> Select[AgentRecord]:
    """The records that somebody may see: those of their own runs; all for admins."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(AgentRecord)
    return select(AgentRecord).where(AgentRecord.owner_id == who.user_id)


def _add(
    session: Session, kept: Kept, model: str, values: dict[str, Any], *, over: bool, now: datetime
) -> dict[str, Any]:
    key = unique_key(kept.models[model]["unique"], values)
    row = session.scalar(_of(kept, model).where(AgentRecord.unique_key == key)) if key else None
    if row is not None and not over:
        fields = ", ".join(kept.models[model]["unique"])
        raise ToolError(f"There is a record of {model!r} with the same {fields} already.")
    if row is None:
        row = AgentRecord(
            id=new_id(),
            agent_id=kept.agent_id,
            owner_id=kept.who.user_id,
            model=model,
            unique_key=key,
            created_at=now,
        )
        session.add(row)
    row.values, row.run_id, row.updated_at = values, kept.run_id, now
    session.flush()
    return _plain(row)


def _find(
    session: Session, kept: Kept, model: str, where: Mapping[str, Any], limit: int
) -> list[dict[str, Any]]:
    query = _of(kept, model).order_by(AgentRecord.id.desc()).limit(limit)
    for name, value in where.items():
        query = query.where(_equals(name, value))
    return [_plain(row) for row in session.scalars(query)]


def _of(kept: Kept, model: str) -> Select[AgentRecord]:
    return select(AgentRecord).where(
        AgentRecord.agent_id == kept.agent_id,
        AgentRecord.owner_id == kept.who.user_id,
        AgentRecord.model == model,
    )


def _equals(name: str, value: Any) -> ColumnElement[bool]:
    field = AgentRecord.values[name]
    match value:
        case bool():
            return field.as_boolean() == value
        case int():
            return field.as_integer() == value
        case float():
            return field.as_float() == value
        case str():
            return field.as_string() == value
        case None:
            return field.as_string().is_(None)
        case _:
            raise InvalidInput(f"{name!r} is compared with a text, a number, a boolean or null.")


def _plain(row: AgentRecord) -> dict[str, Any]:
    return {"id": row.id, **row.values}


def _listing(
    session: Session, who: Principal, name: str, model: str | None, page: Page
) -> Listing[RecordOut]:
    agent = queries.get(session, who, name)
    query = readable(who).where(AgentRecord.agent_id == agent.id)
    if model is not None:
        query = query.where(AgentRecord.model == model)
    if after := page.after(1):
        query = query.where(AgentRecord.id < str(after[0]))
    rows = list(session.scalars(query.order_by(AgentRecord.id.desc()).limit(page.limit + 1)))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[RecordOut.model_validate(row) for row in kept], next_cursor=more)
