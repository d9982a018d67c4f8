"""Wire shapes of headers whose values lie in the vault."""

from typing import Annotated

from pydantic import Field

from menon.core.http import Wire

SecretName = Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$")]
SecretValue = Annotated[str, Field(min_length=1, max_length=8000, pattern=r"^[\x20-\x7e]+$")]
Secrets = Annotated[
    dict[SecretName, SecretValue],
    Field(max_length=20, description="Stored in the vault, and never shown again."),
]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
HeaderText = Annotated[str, Field(max_length=2000, pattern=r"^[\x20-\x7e]*$")]


class SecretRef(Wire):
    """A value that lies in the vault."""

    secret: SecretName
    prefix: Annotated[str, Field(max_length=40, pattern=r"^[\x20-\x7e]*$")] = ""
    """Put before it, such as `Bearer `."""


SealedHeaders = Annotated[dict[HeaderName, HeaderText | SecretRef], Field(max_length=30)]
