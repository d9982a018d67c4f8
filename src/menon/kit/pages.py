"""Cursors: where the next page of a list begins, opaque to the caller."""

import base64
import binascii
import json
from typing import Any, cast


def encode_cursor(*parts: str | float | None) -> str:
    """A cursor that stands after a row with these sort values."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def decode_cursor(text: str, *, size: int) -> list[Any]:
    """The sort values in a cursor.

    Raises:
        ValueError: the text is no cursor of `size` values.
    """
    try:
        parts: Any = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise ValueError(f"{text!r} is not a cursor") from error
    if not isinstance(parts, list) or len(cast("list[Any]", parts)) != size:
        raise ValueError(f"{text!r} is not a cursor of this list")
    return cast("list[Any]", parts)
