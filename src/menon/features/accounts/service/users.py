"""Users: made, listed, changed, deactivated; the last administrator stays."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import SYSTEM, Principal, Role
from menon.core.errors import Conflict, InvalidInput, NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.accounts import queries, rules
from menon.features.accounts.models import User
from menon.features.accounts.rules import check_password
from menon.features.accounts.schemas import (
    RoleOut,
    RolesIn,
    UserIn,
    UserOut,
    UserPatch,
)
from menon.features.accounts.service import sessions, tokens
from menon.features.accounts.service.cache import Credentials
from menon.features.accounts.service.passwords import Passwords
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


async def create_user(runtime: Runtime, body: UserIn, *, who: Principal = SYSTEM) -> UserOut:
    """A user with these roles; for administrators, the command line and the first start.

    Raises:
        InvalidInput: the password is too weak.
        Conflict: the user name or the email address is taken.
    """
    check_password(body.password, field="password")
    hashed = await runtime[Passwords].hash(body.password)
    return await runtime.db.write(_insert, who, body, hashed, now=runtime.clock.now())


async def list_users(
    runtime: Runtime, page: Page, *, words: str = "", role: Role | None = None
) -> Listing[UserOut]:
    """Users in the order in which they came; `words` are looked for in names and addresses."""
    return await runtime.db.read(_list, page, words=words, role=role)


async def last_seen(runtime: Runtime, user_ids: Sequence[str]) -> dict[str, datetime]:
    """When these users were seen last, by a browser or a key; exact to a minute."""
    return await runtime.db.read(queries.last_seen, user_ids)


async def get_user(runtime: Runtime, user_id: str) -> UserOut:
    """One user.

    Raises:
        NotFound: there is none.
    """
    return await runtime.db.read(_get, user_id)


async def get_user_named(runtime: Runtime, name: str) -> UserOut:
    """One user by user name or email address.

    Raises:
        NotFound: there is none.
    """
    return await runtime.db.read(_get_named, name)


def roles() -> Listing[RoleOut]:
    """What each system role may do."""
    return Listing(
        items=[RoleOut(role=role, permissions=rules.role_permissions(role)) for role in Role]
    )


async def update_user(
    runtime: Runtime, who: Principal, user_id: str, *, patch: UserPatch
) -> UserOut:
    """Change roles, email address or whether the user may sign in.

    Raises:
        NotFound: there is no such user.
        Conflict: it is the last administrator, or the email address is taken.
    """
    changed = await runtime.db.write(_update, who, user_id, patch, now=runtime.clock.now())
    runtime[Credentials].forget(user_id)
    return changed


async def set_roles(runtime: Runtime, who: Principal, user_id: str, body: RolesIn) -> UserOut:
    """Set a user's roles; nobody takes the role of administrator from themselves.

    Raises:
        NotFound: there is no such user.
        InvalidInput: no role is left.
        Conflict: it is the last administrator.
    """
    kept = [Role.ADMIN] if user_id == who.user_id else []
    wanted = sorted({*body.roles, *kept})
    if not wanted:
        raise InvalidInput("Choose at least one role.")
    return await update_user(runtime, who, user_id, patch=UserPatch(roles=wanted))


async def deactivate_user(runtime: Runtime, who: Principal, user_id: str) -> None:
    """Shut a user out: tokens and sessions end, keys count for nothing.

    Raises:
        NotFound: there is no such user.
        Conflict: it is the last administrator.
    """
    await update_user(runtime, who, user_id, patch=UserPatch(is_active=False))


def check_free(session: Session, *, email: str | None, username: str | None = None) -> None:
    """Let a user name and an email address pass that nobody has.

    Raises:
        Conflict: somebody has one of them.
    """
    if username and queries.user_named(session, username):
        raise Conflict(f"The user name {username!r} is taken; choose another one.")
    if email and queries.user_named(session, email):
        raise Conflict(f"The email address {email!r} is taken; sign in, or use another one.")


def set_profile(session: Session, user: User, *, name: str | None, email: str | None) -> None:
    """Change how a user is called and reached.

    Raises:
        Conflict: somebody else has the email address.
    """
    if email and email != user.email:
        check_free(session, email=email)
        user.email = email
    if name is not None:
        user.name = name


def _insert(
    session: Session, who: Principal, body: UserIn, hashed: str, *, now: datetime
) -> UserOut:
    check_free(session, email=body.email, username=body.username)
    user = User(
        id=new_id(),
        username=body.username,
        username_key=body.username.lower(),
        name=body.name,
        email=body.email,
        password_hash=hashed,
        roles=sorted({role.value for role in body.roles}),
        is_active=True,
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    audit.record(session, who, "user.created", subject=user.id, at=now, roles=user.roles)
    return UserOut.model_validate(user)


def _list(session: Session, page: Page, *, words: str, role: Role | None) -> Listing[UserOut]:
    query = queries.users(words=words, role=role).order_by(User.id).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(User.id > str(after[0]))
    rows = session.scalars(query).all()
    shown = [UserOut.model_validate(row) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    return Listing(items=shown, next_cursor=encode_cursor(shown[-1].id) if more else None)


def _get(session: Session, user_id: str) -> UserOut:
    return UserOut.model_validate(queries.user(session, user_id))


def _get_named(session: Session, name: str) -> UserOut:
    user = queries.user_named(session, name)
    if user is None:
        raise NotFound(f"There is no user {name!r}.")
    return UserOut.model_validate(user)


def _update(
    session: Session, who: Principal, user_id: str, patch: UserPatch, *, now: datetime
) -> UserOut:
    admins = queries.active_admins(session)
    user = queries.user(session, user_id, lock=True)
    roles = user.roles if patch.roles is None else sorted({role.value for role in patch.roles})
    active = user.is_active if patch.is_active is None else patch.is_active
    if admins == {user.id} and not (active and Role.ADMIN in roles):
        raise Conflict("This is the last administrator; make somebody else one first.")
    set_profile(session, user, name=patch.name, email=patch.email)
    if user.is_active and not active:
        tokens.revoke_families(session, user.id, now)
        sessions.end_sessions(session, user.id)
    user.roles, user.is_active, user.updated_at = roles, active, now
    changes = patch.model_dump(mode="json", exclude_unset=True, exclude={"email", "name"})
    audit.record(session, who, "user.changed", subject=user.id, at=now, **changes)
    return UserOut.model_validate(user)
