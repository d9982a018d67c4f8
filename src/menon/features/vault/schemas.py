"""What the vault shows: where a secret stands and how it ends, never its value."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr

from menon.core.http import Wire


class SecretScope(StrEnum):
    """What kind of thing a secret belongs to."""

    AGENT = "agent"
    INTEGRATION = "integration"
    SYSTEM = "system"
    """The server's own, such as the keys of model providers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a secret stands; there is one secret in a place."""

    scope: SecretScope
    subject: str
    """An agent's or a connection's id, a provider's name."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A thing that has secrets of its own."""

    scope: SecretScope
    subject: str

    def place(self, name: str) -> Place:
        """Where its secret of this name stands."""
        return Place(scope=self.scope, subject=self.subject, name=name)


SecretName = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""As it stands in `{{ secrets.NAME }}`."""


class SecretIn(Wire):
    """A new secret."""

    key: SecretName
    value: SecretStr
    description: Annotated[str, Field(max_length=500)] = ""


class SecretPatch(Wire):
    """Another value; what is left out stays."""

    value: SecretStr
    description: Annotated[str | None, Field(max_length=500)] = None


class SecretValue(Wire):
    """A secret in clear; whoever reads it stands in the audit record."""

    key: str
    value: str


class SecretOut(Wire):
    """A secret without its value."""

    id: str
    scope: SecretScope
    subject: str
    name: str
    description: str
    version: int
    masked: str
    """Dots and, for long values, the last four characters."""
    created_at: datetime
    updated_at: datetime
