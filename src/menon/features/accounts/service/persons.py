"""All that this installation holds of a person: handed out, or forgotten."""

from collections.abc import Mapping
from typing import Any

from menon.core.errors import Conflict
from menon.core.feature import Installed
from menon.core.runtime import Runtime
from menon.features.accounts import queries
from menon.features.accounts.service import users


async def export_person(runtime: Runtime, name: str) -> Mapping[str, Any]:
    """What each feature holds of the user of this name.

    Raises:
        NotFound: there is none.
    """
    user = await users.get_user_named(runtime, name)
    return {
        feature.name: await feature.export(runtime, user.id)
        for feature in runtime[Installed].features
        if feature.export is not None
    }


async def erase_person(runtime: Runtime, name: str) -> Mapping[str, int]:
    """Forget the user of this name everywhere; says how many rows each feature forgot.

    The account goes last, so that a stopped erasure can be asked for again.

    Raises:
        NotFound: there is none.
        Conflict: they are the last administrator.
    """
    user = await users.get_user_named(runtime, name)
    if await runtime.db.write(queries.active_admins) == {user.id}:
        raise Conflict("This is the last administrator; make somebody else one first.")
    return {
        feature.name: await feature.erase(runtime, user.id)
        for feature in reversed(runtime[Installed].features)
        if feature.erase is not None
    }
