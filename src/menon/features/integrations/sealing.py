"""What is wrong with headers that refer to secrets, and how they are stored. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from menon.features.integrations.calling import OWN_HEADERS
from menon.features.integrations.sealed_schemas import SecretRef

CREDENTIALS: Final = frozenset({"authorization", "cookie", "x-api-key"})
"""Headers whose values are never written down in the open."""


def faults(
    headers: Mapping[str, str | SecretRef], secrets: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The headers that cannot be sent so, each with what is wrong.

    Args:
        headers: as they are to be stored.
        secrets: the names of the secrets that will be there.
    """
    for name, value in headers.items():
        if name.lower() in OWN_HEADERS:
            yield name, "the client sets this header itself"
        if isinstance(value, SecretRef) and value.secret not in secrets:
            yield name, f"there is no secret {value.secret!r}; send it in `secrets`"
        if isinstance(value, str) and name.lower() in CREDENTIALS:
            yield (
                name,
                'credentials lie in the vault: use {"secret": NAME} and send it in `secrets`',
            )


def stored(headers: Mapping[str, str | SecretRef]) -> dict[str, Any]:
    """Headers as a row keeps them."""
    return {n: v if isinstance(v, str) else v.model_dump() for n, v in headers.items()}


def read(kept: Mapping[str, Any]) -> dict[str, str | SecretRef]:
    """Headers as a row keeps them, read back."""
    return {
        name: value if isinstance(value, str) else SecretRef.model_validate(value)
        for name, value in kept.items()
    }
