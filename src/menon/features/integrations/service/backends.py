"""Model servers that administrators register at run time; the catalog routes to healthy ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Principal
from menon.core.errors import Conflict, MenonError, NotFound
from menon.core.events import publish
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Endpoint, Health, Outbound, Provider
from menon.features.integrations.backend_schemas import BackendIn, BackendOut, BackendStatsOut
from menon.features.integrations.events import BackendChanged
from menon.features.integrations.models import Backend
from menon.features.integrations.service.webhooks import admitted
from menon.features.integrations.settings import IntegrationSettings
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretScope
from menon.kit.discover import exported
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

_KEY = "api_key"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A model server as the catalog needs it."""

    name: str
    kind: str
    endpoint: Endpoint
    capabilities: tuple[str, ...]


async def register(runtime: Runtime, who: Principal, body: BackendIn) -> BackendOut:
    """Register a model server and look at it at once; an ill one is not routed to.

    Raises:
        Conflict: the name is taken.
        TargetRefused: the address is not public, and no operator permitted it.
    """
    if body.name in kinds():
        raise Conflict(f"{body.name!r} is the name of a provider; choose another.")
    url = (await admitted(runtime, body.url)).rstrip("/")
    backend_id, now = new_id(), runtime.clock.now()
    health = await _health(runtime, body.kind, Endpoint(base_url=url, api_key=body.api_key or ""))
    wanted = body.model_copy(update={"url": url})
    if body.api_key:
        await vault.put(runtime, SYSTEM, _place(backend_id), value=body.api_key)
    try:
        return await runtime.db.write(_create, who, backend_id, wanted, health=health, now=now)
    except Conflict:
        await _forget_key(runtime, backend_id)
        raise


async def unregister(runtime: Runtime, who: Principal, backend_id: str) -> None:
    """Route nothing to a model server any more."""
    await runtime.db.write(_delete, who, backend_id, now=runtime.clock.now())
    await _forget_key(runtime, backend_id)


async def stats(runtime: Runtime, page: Page) -> Listing[BackendStatsOut]:
    """A page of the registered model servers, by name."""
    return await runtime.db.read(_stats, page)


async def registered(runtime: Runtime) -> list[Registered]:
    """Every registered model server with its key, for the catalog; healthy or not."""
    found = await runtime.db.read(_all)
    return [await _with_key(runtime, backend) for backend in found]


async def check_due(runtime: Runtime) -> int:
    """Look at the model servers that nobody looked at lately; answers how many."""
    now, every = runtime.clock.now(), runtime.settings[IntegrationSettings].check_seconds
    if not await runtime.db.read(_all):
        return 0
    # Each is claimed by its time, so that of several processes one looks.
    due = await runtime.db.write(_claim, now - timedelta(seconds=every), now)
    for backend in due:
        known = await _with_key(runtime, backend)
        health = await _health(runtime, known.kind, known.endpoint)
        await runtime.db.write(_checked, backend.id, health, now=runtime.clock.now())
    return len(due)


def kinds() -> dict[str, Provider]:
    """The model providers of this house by name; the kinds of servers are among them."""
    found = exported("menon.engine.llm.providers", "provider", Provider)
    return {provider.name: provider for provider in found}


async def _forget_key(runtime: Runtime, backend_id: str) -> None:
    scope = SecretScope.INTEGRATION
    for found in await vault.list_secrets(runtime, SYSTEM, scope=scope, subject=backend_id):
        await vault.delete(runtime, SYSTEM, found.id)


async def _health(runtime: Runtime, kind: str, endpoint: Endpoint) -> Health:
    try:
        return await kinds()[kind].health(endpoint, runtime[Outbound])
    except MenonError as error:
        return Health(ok=False, detail=error.detail)


async def _with_key(runtime: Runtime, backend: BackendOut) -> Registered:
    key = await vault.find(runtime, SYSTEM, _place(backend.id))
    return Registered(
        name=backend.name,
        kind=backend.kind,
        endpoint=Endpoint(base_url=backend.url, api_key=key or ""),
        capabilities=tuple(backend.capabilities),
    )


def _place(backend_id: str) -> Place:
    return Place(scope=SecretScope.INTEGRATION, subject=backend_id, name=_KEY)


def _create(
    session: Session,
    who: Principal,
    backend_id: str,
    body: BackendIn,
    *,
    health: Health,
    now: datetime,
) -> BackendOut:
    backend = Backend(
        id=backend_id,
        name=body.name,
        kind=body.kind,
        url=body.url,
        capabilities=sorted(set(body.capabilities)),
        checks=0,
        checks_well=0,
        failures=0,
        healthy=False,
        checked_at=now,
        created_at=now,
        created_by=who.user_id,
    )
    _note(backend, health, now)
    session.add(backend)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"There is a backend {body.name!r} already; choose another name.") from error
    publish(session, BackendChanged(backend=body.name, healthy=backend.healthy), now=now)
    audit.record(
        session, who, "backend.registered", subject=backend_id, at=now, name=body.name, url=body.url
    )
    return BackendOut.model_validate(backend)


def _delete(session: Session, who: Principal, backend_id: str, *, now: datetime) -> None:
    backend = session.get(Backend, backend_id)
    if backend is None:
        raise NotFound
    session.execute(delete(Backend).where(Backend.id == backend_id))
    gone = BackendChanged(backend=backend.name, healthy=False, registered=False)
    publish(session, gone, now=now)
    audit.record(
        session, who, "backend.unregistered", subject=backend_id, at=now, name=backend.name
    )


def _stats(session: Session, page: Page) -> Listing[BackendStatsOut]:
    query = select(Backend).order_by(Backend.name).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(Backend.name > str(after[0]))
    rows = session.scalars(query).all()
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].name) if len(rows) > page.limit else None
    return Listing(items=[_figures(row) for row in kept], next_cursor=more)


def _all(session: Session) -> list[BackendOut]:
    rows = session.scalars(select(Backend).order_by(Backend.name).limit(1000))
    return [BackendOut.model_validate(row) for row in rows]


def _claim(session: Session, before: datetime, now: datetime) -> Sequence[BackendOut]:
    due = update(Backend).where(Backend.checked_at < before).values(checked_at=now)
    ids = session.scalars(due.returning(Backend.id)).all()
    rows = session.scalars(select(Backend).where(Backend.id.in_(ids)))
    return [BackendOut.model_validate(row) for row in rows]


def _checked(session: Session, backend_id: str, health: Health, *, now: datetime) -> None:
    backend = session.get(Backend, backend_id, with_for_update=True)
    if backend is None:
        return
    before = backend.healthy
    _note(backend, health, now)
    if backend.healthy != before:
        publish(session, BackendChanged(backend=backend.name, healthy=backend.healthy), now=now)


def _note(backend: Backend, health: Health, now: datetime) -> None:
    backend.healthy, backend.detail = health.ok, health.detail[:500]
    backend.latency_ms, backend.checked_at = health.latency_ms, now
    backend.checks += 1
    backend.checks_well += health.ok
    backend.failures = 0 if health.ok else backend.failures + 1


def _figures(row: Backend) -> BackendStatsOut:
    names = BackendStatsOut.model_fields.keys() - {"availability"}
    values = {name: getattr(row, name) for name in names}
    return BackendStatsOut(**values, availability=row.checks_well / max(1, row.checks))
