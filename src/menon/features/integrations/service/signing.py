"""The secrets of webhooks and hooks in the vault: made, shown once, rotated."""

import base64
import binascii
import secrets

from menon.core.auth import SYSTEM, Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.runtime import Runtime
from menon.features.integrations import rules
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretScope

_CURRENT, _PREVIOUS = "signing", "signing_previous"


async def create(runtime: Runtime, who: Principal, subject: str, given: str | None = None) -> str:
    """Keep a secret for a webhook or hook, a fresh one unless it is given, and show it once.

    Raises:
        InvalidInput: the given one is none.
    """
    secret = rules.secret_of(secrets.token_bytes(rules.SECRET_BYTES)) if given is None else given
    _check(secret)
    await vault.put(runtime, who, _place(subject, _CURRENT), value=secret)
    return secret


async def rotate(runtime: Runtime, who: Principal, subject: str) -> str:
    """Keep a fresh secret, the one before beside it, and show the fresh one once."""
    before = await vault.get(runtime, SYSTEM, _place(subject, _CURRENT))
    await vault.put(runtime, who, _place(subject, _PREVIOUS), value=before)
    return await create(runtime, who, subject)


async def secrets_of(runtime: Runtime, subject: str, *, both: bool = False) -> list[str]:
    """The secrets that sign: the current one, and the one before it where both do.

    Raises:
        NotFound: there is none.
        VaultLocked: it was encrypted with a key that is not configured.
    """
    current = await vault.find(runtime, SYSTEM, _place(subject, _CURRENT))
    if current is None:
        raise NotFound("The webhook has no secret; rotate it.")
    before = await vault.find(runtime, SYSTEM, _place(subject, _PREVIOUS)) if both else None
    return [current, before] if before else [current]


async def forget(runtime: Runtime, who: Principal, subject: str) -> None:
    """Drop the secrets of a webhook or hook."""
    scope = SecretScope.INTEGRATION
    for found in await vault.list_secrets(runtime, who, scope=scope, subject=subject):
        await vault.delete(runtime, who, found.id)


def _place(subject: str, name: str) -> Place:
    return Place(scope=SecretScope.INTEGRATION, subject=subject, name=name)


def _check(secret: str) -> None:
    try:
        key = base64.b64decode(secret.removeprefix(rules.PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith(rules.PREFIX) or not 24 <= len(key) <= 64:
        raise InvalidInput("A signing secret is 'whsec_' and 24 to 64 bytes in base64.")
