"""What all parts of a specification share: how they are named, and how long they may be."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

ENTITIES: Final = 1_000
"""As many as the generator is tried with."""


class Part(BaseModel):
    """Frozen; an unknown key is an error, since a misspelt one would be lost without a word."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )


TypeName = Annotated[
    str,
    Field(min_length=1, max_length=80, description="A singular noun, such as `OrderLine`."),
]
"""As people wrote it, of any script; the generator makes a safe name of it."""

Identifier = Annotated[
    str, Field(min_length=1, max_length=80, description="Such as `unit_price` or `unitPrice`.")
]

Line = Annotated[str, Field(max_length=1_000)]
Paragraph = Annotated[str, Field(max_length=20_000)]
