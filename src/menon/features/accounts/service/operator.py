"""What the operator does on the command line, by names instead of ids."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from menon.core.auth import SYSTEM, Principal, Role
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.features.accounts.schemas import (
    ApiKeyCreated,
    ApiKeyIn,
    ApiKeyOut,
    PasswordSetIn,
    UserIn,
    UserOut,
)
from menon.features.accounts.service import keys, own, users

_ALL = Page(limit=10_000)

ModelT = TypeVar("ModelT", bound=BaseModel)


async def create_user_of(
    runtime: Runtime, *, username: str, email: str | None, password: str, roles: list[str]
) -> UserOut:
    """A user from words that somebody typed.

    Raises:
        InvalidInput: a word does not fit.
        Conflict: the user name or the email address is taken.
    """
    body = _checked(UserIn, username=username, email=email, password=password, roles=roles)
    return await users.create_user(runtime, body)


async def all_users(runtime: Runtime) -> list[UserOut]:
    """The users; 10,000 at most."""
    return (await users.list_users(runtime, _ALL)).items


async def principal_named(runtime: Runtime, name: str) -> Principal:
    """Somebody in person, for a command that acts with their rights.

    Raises:
        NotFound: there is no such user, or they are deactivated.
    """
    user = await users.get_user_named(runtime, name)
    if not user.is_active:
        raise NotFound(f"The user {name!r} is deactivated.")
    roles = frozenset(Role(role) for role in user.roles)
    return Principal(user_id=user.id, name=user.username, kind="token", roles=roles)


async def set_password_named(runtime: Runtime, name: str, password: str) -> None:
    """Set the password of the user of this name.

    Raises:
        NotFound: there is none.
        InvalidInput: the password is too weak.
    """
    await own.set_password(runtime, SYSTEM, PasswordSetIn(username=name, new_password=password))


async def create_key_of(
    runtime: Runtime, owner: str, *, name: str, scopes: list[str]
) -> ApiKeyCreated:
    """A key for the user of this name; with no scopes it may do all that its owner may.

    Raises:
        NotFound: there is no such user.
        InvalidInput: a word is no scope.
    """
    wanted = {"scopes": scopes} if scopes else {}
    return await keys.create_key(
        runtime, await _acting_for(runtime, owner), _checked(ApiKeyIn, name=name, **wanted)
    )


async def all_keys(runtime: Runtime, owner: str) -> list[ApiKeyOut]:
    """The keys of the user of this name.

    Raises:
        NotFound: there is no such user.
    """
    who = await _acting_for(runtime, owner)
    return (await keys.list_keys(runtime, who, _ALL)).items


async def revoke_key_of(runtime: Runtime, owner: str, known_as: str) -> ApiKeyOut:
    """Revoke the key with this id or prefix.

    Raises:
        NotFound: no key, or more than one, is meant by that.
    """
    who = await _acting_for(runtime, owner)
    listed = (await keys.list_keys(runtime, who, _ALL)).items
    found = [key for key in listed if known_as in {key.id, key.prefix}]
    if len(found) != 1:
        raise NotFound(f"{owner!r} has no key {known_as!r}; see `menon key list`.")
    await keys.revoke_key(runtime, who, found[0].id)
    return found[0]


async def _acting_for(runtime: Runtime, name: str) -> Principal:
    user = await users.get_user_named(runtime, name)
    return Principal(
        user_id=user.id, name=user.username, roles=frozenset(user.roles), kind="system"
    )


def _checked(shape: type[ModelT], **words: object) -> ModelT:
    try:
        return shape.model_validate(words)
    except ValidationError as error:
        what = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise InvalidInput(what) from error
