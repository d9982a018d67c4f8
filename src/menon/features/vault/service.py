"""Storing and reading secrets: `from menon.features.vault import service as vault`."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Action, Principal, authorize
from menon.core.errors import Conflict, InvalidInput, NotConfigured, NotFound
from menon.core.keys import Keys, decode_key
from menon.core.runtime import Runtime
from menon.features.vault import queries, rules
from menon.features.vault.models import Secret
from menon.features.vault.rules import About, Envelope
from menon.features.vault.schemas import Place, SecretOut, SecretScope
from menon.features.vault.settings import VaultSettings
from menon.kit.ids import new_id
from menon.kit.text import clean

_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """A value that is about to be stored, and the randomness for its envelope."""

    value: bytes
    hint: str
    description: str
    owner: str | None
    once: bool
    vault_key: bytes
    random: bytes


async def put(
    runtime: Runtime,
    who: Principal,
    place: Place,
    *,
    value: str,
    description: str = "",
    owner: str | None = None,
    once: bool = False,
) -> SecretOut:
    """Store a value in a place, as the next version where there is one.

    Args:
        runtime: the process.
        who: the principal.
        place: where it stands.
        value: the secret.
        description: what it is for.
        owner: whose it is from the start, when an administrator stores it for them.
        once: refuse where there is one.

    Raises:
        Forbidden: they may not keep secrets, or those of the server.
        InvalidInput: the value is empty or too large.
        Conflict: the place is somebody else's, or taken.
    """
    most = runtime.settings[VaultSettings].value_bytes
    raw = clean(value).encode()
    if not 1 <= len(raw) <= most:
        raise InvalidInput(f"A secret has between 1 and {most} bytes, this one {len(raw)}.")
    fresh = _Fresh(
        value=raw,
        hint=rules.hint(clean(value)),
        description=description,
        owner=owner,
        once=once,
        vault_key=runtime[Keys].vault,
        random=secrets.token_bytes(rules.RANDOM_BYTES),
    )
    return await runtime.db.write(_put, who, place, fresh, now=runtime.clock.now())


async def get(runtime: Runtime, who: Principal, place: Place) -> str:
    """The value in a place; reading is audited for everybody but the system itself.

    Raises:
        NotFound: there is none, or it is not theirs.
        VaultLocked: it was encrypted with a key that is not configured.
    """
    keys = vault_keys(runtime)
    if who.kind == "system":
        return await runtime.db.read(_value, who, place, keys)
    return await runtime.db.write(_read_by_person, who, place, keys, now=runtime.clock.now())


async def find(runtime: Runtime, who: Principal, place: Place) -> str | None:
    """The value in a place, or None where there is none.

    Raises:
        VaultLocked: it was encrypted with a key that is not configured.
    """
    try:
        return await get(runtime, who, place)
    except NotFound:
        return None


async def list_secrets(
    runtime: Runtime, who: Principal, *, scope: SecretScope, subject: str | None = None
) -> list[SecretOut]:
    """The secrets of a thing or of a scope, masked, by subject and name; 1,000 at most."""
    return await runtime.db.read(_list, who, scope, subject)


async def list_all(runtime: Runtime) -> list[SecretOut]:
    """The secrets of every scope, masked, for the operator."""
    found: list[SecretOut] = []
    for scope in SecretScope:
        found += await list_secrets(runtime, SYSTEM, scope=scope)
    return found


async def delete(runtime: Runtime, who: Principal, secret_id: str) -> None:
    """Take a secret out of use; its row stays for the record, its value is gone.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    await runtime.db.write(_delete, who, secret_id, now=runtime.clock.now())


async def rotate(runtime: Runtime, *, old: bytes, new: bytes) -> int:
    """Wrap every data key of the old vault key by the new one; says how many. May be repeated."""
    done = 0
    while moved := await runtime.db.write_bulk(_rewrap, old, new):
        done += moved
    return done


async def rotate_to_current(runtime: Runtime) -> int:
    """Wrap by the current vault key what the previous one wraps; says how many.

    Raises:
        NotConfigured: no previous key is set.
    """
    keys = vault_keys(runtime)
    if len(keys) == 1:
        raise NotConfigured(
            "Set MENON_VAULT__PREVIOUS_KEY to the key before, and MENON_VAULT_KEY to a fresh one"
            " (`openssl rand -base64 32`); a generated key lies in keys/vault_key of the data"
            " directory."
        )
    return await rotate(runtime, old=keys[1], new=keys[0])


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """What the vault holds about a user: which secrets, never their values."""
    return {"secrets": await runtime.db.read(_exported, subject)}


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's secrets; says how many."""
    return await runtime.db.write(_erase, subject)


def vault_keys(runtime: Runtime) -> tuple[bytes, ...]:
    """The vault key, and the one before it while secrets are still wrapped by that."""
    previous = runtime.settings[VaultSettings].previous_key
    own = runtime[Keys].vault
    return (own, decode_key("vault_key", previous)) if previous else (own,)


def _put(
    session: Session, who: Principal, place: Place, fresh: _Fresh, *, now: datetime
) -> SecretOut:
    ours = place.scope is SecretScope.SYSTEM
    if ours:
        authorize(who, Action.ADMIN)
    row = queries.at(session, who, place, lock=True)
    if row is not None and fresh.once:
        raise Conflict(f"There is a secret {place.name!r} already; replace its value instead.")
    if row is None:
        mine = who.user_id if fresh.owner is None else fresh.owner
        row = Secret(
            id=new_id(),
            scope=place.scope.value,
            subject=place.subject,
            name=place.name,
            owner_id="" if ours else mine,
            version=0,
            created_at=now,
            deleted_at=None,
        )
        session.add(row)
    row.version += 1
    about = About(owner_id=row.owner_id, secret_id=row.id, version=row.version)
    sealed = rules.seal(fresh.value, about, vault_key=fresh.vault_key, random=fresh.random)
    _set(row, sealed)
    row.description, row.hint, row.updated_at = fresh.description, fresh.hint, now
    audit.record(
        session, who, "secret.stored", subject=row.id, at=now, name=row.name, version=row.version
    )
    return shown(row)


def _value(session: Session, who: Principal, place: Place, keys: tuple[bytes, ...]) -> str:
    row = queries.at(session, who, place)
    if row is None:
        raise NotFound
    return opened(row, keys)


def _read_by_person(
    session: Session, who: Principal, place: Place, keys: tuple[bytes, ...], *, now: datetime
) -> str:
    value = _value(session, who, place, keys)
    where = f"{place.scope}/{place.subject}/{place.name}"
    audit.record(session, who, "secret.read", subject=where, at=now)
    return value


def _list(
    session: Session, who: Principal, scope: SecretScope, subject: str | None
) -> list[SecretOut]:
    query = queries.readable(who).where(Secret.scope == scope.value)
    if subject is not None:
        query = query.where(Secret.subject == subject)
    rows = session.scalars(query.order_by(Secret.subject, Secret.name).limit(1000))
    return [shown(row) for row in rows]


def _delete(session: Session, who: Principal, secret_id: str, *, now: datetime) -> None:
    row = session.scalar(queries.readable(who).where(Secret.id == secret_id))
    if row is None:
        raise NotFound
    empty(session, who, row, now)


def _rewrap(session: Session, old: bytes, new: bytes) -> int:
    query = select(Secret).where(Secret.key_id == rules.key_id(old), Secret.deleted_at.is_(None))
    rows = session.scalars(query.order_by(Secret.id).limit(_BATCH).with_for_update()).all()
    for row in rows:
        nonce = secrets.token_bytes(rules.NONCE_BYTES)
        _set(row, rules.rewrap(_envelope(row), _about(row), old=old, new=new, nonce=nonce))
    return len(rows)


def _exported(session: Session, subject: str) -> list[dict[str, Any]]:
    rows = session.scalars(select(Secret).where(Secret.owner_id == subject).order_by(Secret.id))
    return [shown(row).model_dump(mode="json", exclude={"masked"}) for row in rows]


def _erase(session: Session, subject: str) -> int:
    ids = session.scalars(select(Secret.id).where(Secret.owner_id == subject)).all()
    session.execute(delete_rows(Secret).where(Secret.id.in_(ids)))
    return len(ids)


def _about(row: Secret) -> About:
    return About(owner_id=row.owner_id, secret_id=row.id, version=row.version)


def _envelope(row: Secret) -> Envelope:
    return Envelope(ciphertext=row.ciphertext, wrapped_key=row.wrapped_key, key_id=row.key_id)


def _set(row: Secret, envelope: Envelope) -> None:
    row.ciphertext, row.wrapped_key = envelope.ciphertext, envelope.wrapped_key
    row.key_id = envelope.key_id


def empty(session: Session, who: Principal, row: Secret, now: datetime) -> None:
    """Take a secret out of use and its value away."""
    row.deleted_at, row.ciphertext, row.wrapped_key, row.hint = now, b"", b"", ""
    audit.record(session, who, "secret.deleted", subject=row.id, at=now, name=row.name)


def opened(row: Secret, keys: tuple[bytes, ...]) -> str:
    """The value of a secret.

    Raises:
        VaultLocked: it was encrypted with a key that is not configured.
    """
    return rules.open_envelope(_envelope(row), _about(row), vault_keys=keys).decode()


def shown(row: Secret) -> SecretOut:
    """A secret as it goes over the wire: never its value."""
    return SecretOut(
        id=row.id,
        scope=SecretScope(row.scope),
        subject=row.subject,
        name=row.name,
        description=row.description,
        version=row.version,
        masked=rules.masked(row.hint),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
