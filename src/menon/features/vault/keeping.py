"""The secrets of one thing (an agent, a user): listed, stored once, replaced, used by reference."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Principal
from menon.core.errors import NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.vault import queries, service
from menon.features.vault.models import Secret
from menon.features.vault.schemas import SecretIn, SecretOut, SecretPatch, SecretScope, Whose
from menon.kit.pages import encode_cursor


async def listing(runtime: Runtime, who: Principal, whose: Whose, page: Page) -> Listing[SecretOut]:
    """A page of the secrets of a thing, masked, by name."""
    return await runtime.db.read(_listing, who, whose, page)


async def get(runtime: Runtime, who: Principal, whose: Whose, secret_id: str) -> SecretOut:
    """One secret of a thing, without its value.

    Raises:
        NotFound: it has none of this id, or it is not theirs.
    """
    return await runtime.db.read(_get, who, whose, secret_id)


async def store(
    runtime: Runtime, who: Principal, whose: Whose, body: SecretIn, *, owner: str
) -> SecretOut:
    """Store a secret of a thing that belongs to somebody.

    Raises:
        Conflict: it has one of this name.
    """
    return await service.put(
        runtime,
        who,
        whose.place(body.key),
        value=body.value.get_secret_value(),
        description=body.description,
        owner=owner,
        once=True,
    )


async def replace(
    runtime: Runtime, who: Principal, whose: Whose, secret_id: str, body: SecretPatch
) -> SecretOut:
    """Give a secret another value, as its next version; the one before cannot be read again."""
    found = await get(runtime, who, whose, secret_id)
    told = found.description if body.description is None else body.description
    value = body.value.get_secret_value()
    place = whose.place(found.name)
    return await service.put(runtime, who, place, value=value, description=told)


async def remove(runtime: Runtime, who: Principal, whose: Whose, secret_id: str) -> None:
    """Take a secret out of use; its row stays for the record, its value is gone."""
    await get(runtime, who, whose, secret_id)
    await service.delete(runtime, who, secret_id)


async def use(
    runtime: Runtime, who: Principal, whose: Whose, names: Iterable[str], *, run: str
) -> dict[str, str]:
    """The values that work in the name of somebody needs; what for is recorded, by the run.

    Whoever may run a thing uses its secrets through it, without reading them.

    Raises:
        NotFound: there is none of a name.
        VaultLocked: one was encrypted with a key that is not configured.
    """
    wanted = sorted(set(names))
    keys = service.vault_keys(runtime)
    now = runtime.clock.now()
    return await runtime.db.write(_use, who, whose, wanted, keys, run=run, now=now)


def own(who: Principal) -> Whose:
    """Where somebody's own secrets stand, which their workflows name."""
    return Whose(scope=SecretScope.INTEGRATION, subject=who.user_id)


def forget(session: Session, who: Principal, whose: Whose, now: datetime) -> None:
    """Take every secret of a thing out of use, in the unit in which the thing goes."""
    rows = select(Secret).where(
        Secret.scope == whose.scope.value,
        Secret.subject == whose.subject,
        Secret.deleted_at.is_(None),
    )
    for row in session.scalars(rows):
        service.empty(session, who, row, now)


def _of(who: Principal, whose: Whose) -> Select[Secret]:
    return queries.readable(who).where(
        Secret.scope == whose.scope.value, Secret.subject == whose.subject
    )


def _listing(session: Session, who: Principal, whose: Whose, page: Page) -> Listing[SecretOut]:
    query = _of(who, whose).order_by(Secret.name).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(Secret.name > str(after[0]))
    rows = list(session.scalars(query))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].name) if len(rows) > page.limit else None
    return Listing(items=[service.shown(row) for row in kept], next_cursor=more)


def _get(session: Session, who: Principal, whose: Whose, secret_id: str) -> SecretOut:
    row = session.scalar(_of(who, whose).where(Secret.id == secret_id))
    if row is None:
        raise NotFound
    return service.shown(row)


def _use(
    session: Session,
    who: Principal,
    whose: Whose,
    names: list[str],
    keys: tuple[bytes, ...],
    *,
    run: str,
    now: datetime,
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        row = queries.at(session, SYSTEM, whose.place(name))
        if row is None:
            raise NotFound(f"There is no secret {name!r}; store it first.")
        found[name] = service.opened(row, keys)
        audit.record(session, who, "secret.used", subject=row.id, at=now, name=name, run=run)
    return found
