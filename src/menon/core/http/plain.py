"""Refuses text that no store can keep, before an endpoint sees it.

PostgreSQL takes no NUL and UTF-8 no half of a surrogate pair. What people upload is cleaned of them
(`menon.kit.text.clean`); a request that brings them is told where they stand, for nothing of what
somebody sent is dropped behind their back.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast
from urllib.parse import parse_qsl

from menon.core.errors import InvalidInput
from menon.kit.text import storable

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\xed[\xa0-\xbf]|\x00")
"""Escaped, or raw as Python's decoder lets them pass; halves of a pair that is whole are too."""
_TOLD = 20
_WHAT = "holds a NUL character or half of a surrogate pair, which no database keeps"


def refuse_unstorable(body: bytes) -> None:
    """Let a JSON document pass whose texts can be stored, and any that is no JSON.

    Raises:
        InvalidInput: with a pointer to each text, or to the object whose member is named so.
    """
    if not _SUSPECT.search(body):
        return
    try:
        document = json.loads(body)
    except ValueError:  # the endpoint says what is wrong with it
        return
    _refuse(_odd(document, "/body"))


def refuse_unstorable_query(query: bytes) -> None:
    """The same for the parameters of an address."""
    if b"%00" in query:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        _refuse(f"/query/{storable(name)}" for name, value in pairs if "\x00" in name + value)


def _refuse(pointers: Iterator[str]) -> None:
    errors = [{"pointer": pointer, "detail": _WHAT} for pointer in islice(pointers, _TOLD)]
    if errors:
        raise InvalidInput(f"{errors[0]['pointer']} {_WHAT}; take it out.", errors=errors)


def _odd(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, str):
        if storable(value) != value:
            yield at
    elif isinstance(value, list):
        for number, item in enumerate(cast("list[Any]", value)):
            yield from _odd(item, f"{at}/{number}")
    elif isinstance(value, dict):
        for name, item in cast("dict[str, Any]", value).items():
            if storable(name) != name:
                yield at
            yield from _odd(item, f"{at}/{storable(name)}")
