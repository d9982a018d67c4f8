"""The first start: an administrator whose credentials are shown once."""

import secrets
import string
from dataclasses import dataclass

from menon.core.auth import Principal, Role
from menon.core.errors import Conflict
from menon.core.runtime import Runtime
from menon.features.accounts import queries, rules
from menon.features.accounts.schemas import ApiKeyIn, UserIn
from menon.features.accounts.service import keys, users

_PUNCTUATION = "-_.:+=@%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """The first user's credentials: printed once, stored as digests alone."""

    username: str
    password: str
    api_key: str


async def bootstrap(runtime: Runtime) -> Bootstrap | None:
    """Make the administrator `admin` where there is no user yet; None where there is one."""
    if await runtime.db.read(queries.count_users):
        return None
    password = new_password()
    body = UserIn(username="admin", password=password, roles=[Role.ADMIN])
    try:
        user = await users.create_user(runtime, body)
    except Conflict:
        return None  # another process was first, and prints its own
    who = Principal(user_id=user.id, name=user.username)
    key = await keys.create_key(runtime, who, ApiKeyIn(name="first start"))
    return Bootstrap(username=user.username, password=password, api_key=key.key)


def new_password() -> str:
    """A random password of about 117 bits that keeps the rules and is easy to copy."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, _PUNCTUATION)
    while True:
        password = "".join(secrets.choice("".join(kinds)) for _ in range(19))
        if not rules.lacking(password):
            return password
