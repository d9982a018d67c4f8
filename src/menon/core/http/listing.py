"""Wire shapes: cleaned text in, one list shape out."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from menon.core.errors import InvalidInput
from menon.kit.pages import decode_cursor
from menon.kit.text import clean

T = TypeVar("T")

Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
"""An integer that both databases can store."""

PathText = Annotated[str, Path(max_length=200), AfterValidator(clean)]
"""A part of a path; cleaned like a body, so that a hostile id is just an unknown one."""


class Wire(BaseModel):
    """A request or response body; inbound text is cleaned, so that every store accepts it."""

    model_config = ConfigDict(from_attributes=True)

    @model_validator(mode="before")
    @classmethod
    def clean_text(cls, data: Any) -> Any:
        return _cleaned(data) if isinstance(data, dict) else data


class Listing(BaseModel, Generic[T]):
    """A page of a list; ask again with `cursor=next_cursor` until that is null."""

    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    limit: int = 50
    cursor: str | None = None

    def after(self, size: int) -> list[Any] | None:
        """The sort values of the last row seen, or None for the first page.

        Raises:
            InvalidInput: the cursor is not one of this list.
        """
        if self.cursor is None:
            return None
        try:
            return cast("list[Any]", _cleaned(decode_cursor(self.cursor, size=size)))
        except ValueError as error:
            raise InvalidInput(f"{error}; leave it out for the first page") from error


async def _page(
    limit: Annotated[int, Query(ge=1, le=200, description="Items on a page.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=500, description="The `next_cursor` of the page before.")
    ] = None,
) -> Page:
    return Page(limit, cursor)


PageQuery = Annotated[Page, Depends(_page)]


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        # Python reads them, but they are no JSON: PostgreSQL refuses them, and so do clients.
        raise ValueError(f"{value} is not a number that JSON knows")
    if isinstance(value, list):
        return [_cleaned(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value).items()
        return {_cleaned(key): _cleaned(item) for key, item in items}
    return value
