"""What people do about their own account: register, look, change name and password."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import ANONYMOUS, Principal
from menon.core.errors import Conflict, Forbidden
from menon.core.limits import caller_address
from menon.core.runtime import Runtime
from menon.features.accounts import queries, rules
from menon.features.accounts.rules import Quota, check_password
from menon.features.accounts.schemas import (
    MeOut,
    PasswordChangeIn,
    PasswordPageIn,
    PasswordSetIn,
    ProfileIn,
    RegisterIn,
    UserIn,
    UserOut,
)
from menon.features.accounts.service import sessions, sign_in, tokens, users
from menon.features.accounts.service.cache import Credentials
from menon.features.accounts.service.passwords import Passwords
from menon.features.accounts.settings import AccountsSettings


async def register(runtime: Runtime, body: RegisterIn, *, address: str) -> UserOut:
    """An account that somebody makes for themselves.

    Raises:
        Forbidden: the operator has switched this off.
        InvalidInput: the password is too weak.
        Conflict: the user name or the email address is taken.
        RateLimited: too many registrations came from this address.
    """
    how = runtime.settings[AccountsSettings]
    if not how.registration:
        raise Forbidden("Registration is switched off here; ask an administrator for an account.")
    check_password(body.password, field="password")
    quota = Quota(
        subject=f"register from {caller_address(address)[:100]}",
        limit=how.registrations_address,
        window=timedelta(minutes=how.login_window_minutes),
    )
    await runtime.db.write(sign_in.count, quota, runtime.clock.now())
    made = UserIn(
        **body.model_dump(),
        roles=[how.registration_role],
    )
    return await users.create_user(runtime, made, who=ANONYMOUS)


async def me(runtime: Runtime, who: Principal) -> MeOut:
    """Who asks, and what they may do."""
    user = await users.get_user(runtime, who.user_id)
    return MeOut(
        **user.model_dump(),
        kind=who.kind,
        scopes=None if who.scopes is None else sorted(who.scopes),
        permissions=rules.permissions(who),
    )


async def update_profile(runtime: Runtime, who: Principal, body: ProfileIn) -> UserOut:
    """Change how oneself is called and reached.

    Raises:
        Conflict: somebody else has the email address.
        Forbidden: an API key without the right to write asks.
    """
    rules.check_may_manage(who, ())
    changed = await runtime.db.write(_update, who, body, now=runtime.clock.now())
    runtime[Credentials].forget(who.user_id)
    return changed


async def change_password(runtime: Runtime, who: Principal, body: PasswordChangeIn) -> None:
    """Change one's own password; all other sessions and tokens end.

    Raises:
        Unauthenticated: the current password is another one.
        InvalidInput: the fresh one is too weak.
        Forbidden: an API key without the right to write asks.
    """
    rules.check_may_manage(who, ())
    check_password(body.new_password, field="new_password")
    verified = await sign_in.check_own_password(runtime, who, body.current_password)
    hashed = await runtime[Passwords].hash(body.new_password)
    now = runtime.clock.now()
    await runtime.db.write(_set_password, who, who.user_id, hashed, now=now, verified=verified)
    runtime[Credentials].forget(who.user_id)


async def set_password(runtime: Runtime, who: Principal, body: PasswordSetIn) -> None:
    """Set anybody's password; their sessions and tokens end.

    Raises:
        NotFound: there is no such user.
        InvalidInput: the password is too weak.
    """
    check_password(body.new_password, field="new_password")
    if body.username:
        user = await users.get_user_named(runtime, body.username)
    else:
        user = await users.get_user(runtime, body.user_id or "")
    await _store_password(runtime, who, user.id, body.new_password)


async def set_password_of(
    runtime: Runtime, who: Principal, user_id: str, body: PasswordPageIn
) -> None:
    """Set the password of one user; their sessions and tokens end.

    Raises:
        NotFound: there is no such user.
        InvalidInput: the password is too weak.
    """
    check_password(body.password, field="password")
    await _store_password(runtime, who, user_id, body.password)


async def _store_password(runtime: Runtime, who: Principal, user_id: str, password: str) -> None:
    hashed = await runtime[Passwords].hash(password)
    await runtime.db.write(_set_password, who, user_id, hashed, now=runtime.clock.now())
    runtime[Credentials].forget(user_id)


def _update(session: Session, who: Principal, body: ProfileIn, *, now: datetime) -> UserOut:
    user = queries.user(session, who.user_id, lock=True)
    users.set_profile(session, user, name=body.name, email=body.email)
    user.updated_at = now
    audit.record(session, who, "user.profile_changed", subject=user.id, at=now)
    return UserOut.model_validate(user)


def _set_password(
    session: Session,
    who: Principal,
    user_id: str,
    hashed: str,
    *,
    now: datetime,
    verified: str | None = None,
) -> None:
    user = queries.user(session, user_id, lock=True)
    if verified is not None and user.password_hash != verified:
        raise Conflict("The password was changed a moment ago; sign in again.")
    user.password_hash, user.updated_at = hashed, now
    tokens.revoke_families(session, user.id, now, but=who.credential_id)
    sessions.end_sessions(session, user.id, but=who.credential_id)
    audit.record(session, who, "user.password_changed", subject=user.id, at=now)
