"""What goes over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Problem(BaseModel):
    """What went wrong."""

    detail: str


class BookIn(BaseModel):
    """A book as it is sent."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9 ]+$")]
    isbn: Annotated[str, Field(pattern=r"^[0-9]{13}$")]
    copies: Annotated[int, Field(ge=0, le=1000, strict=True)] = 1


class BookOut(BookIn):
    """A book as it is answered."""

    model_config = ConfigDict(from_attributes=True)

    id: int


class Fine(BaseModel):
    """What is owed."""

    cents: int
