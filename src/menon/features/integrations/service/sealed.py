"""Secrets of headers: they lie in the vault, under the thing that sends them."""

from collections.abc import Mapping

from menon.core.auth import SYSTEM, Principal
from menon.core.errors import ToolError
from menon.core.runtime import Runtime
from menon.features.integrations.sealed_schemas import SecretRef
from menon.features.vault import service as vault
from menon.features.vault.schemas import Place, SecretScope

_SCOPE = SecretScope.INTEGRATION


async def names(runtime: Runtime, subject: str) -> list[str]:
    """The names of the secrets that are there."""
    found = await vault.list_secrets(runtime, SYSTEM, scope=_SCOPE, subject=subject)
    return [secret.name for secret in found]


async def keep(runtime: Runtime, who: Principal, subject: str, given: Mapping[str, str]) -> None:
    """Store secrets, or their next versions."""
    for name, value in given.items():
        await vault.put(runtime, who, _place(subject, name), value=value)


async def forget(runtime: Runtime, subject: str) -> None:
    """Take out of use what nothing sends any more."""
    for secret in await vault.list_secrets(runtime, SYSTEM, scope=_SCOPE, subject=subject):
        await vault.delete(runtime, SYSTEM, secret.id)


async def opened(
    runtime: Runtime, subject: str, headers: Mapping[str, str | SecretRef]
) -> dict[str, str]:
    """The headers whose values lie in the vault, with these.

    Raises:
        ToolError: a secret is gone.
    """
    found: dict[str, str] = {}
    for header, ref in headers.items():
        if isinstance(ref, str):
            continue
        value = await vault.find(runtime, SYSTEM, _place(subject, ref.secret))
        if value is None:
            raise ToolError(
                f"The secret {ref.secret!r} for the header {header!r} is gone; store it again."
            )
        found[header] = ref.prefix + value
    return found


def _place(subject: str, name: str) -> Place:
    return Place(scope=_SCOPE, subject=subject, name=name)
