"""Settings of the vault."""

from typing import ClassVar

from pydantic import SecretStr

from menon.core.settings import Section, setting


class VaultSettings(Section):
    """How secrets are kept; the key itself is `vault_key`."""

    name: ClassVar[str] = "vault"

    previous_key: SecretStr | None = setting(
        None, "The vault key before this one: still read, until `menon vault rotate` has run."
    )
    value_bytes: int = setting(65_536, "Largest secret in bytes.", ge=1024, le=1_048_576)
