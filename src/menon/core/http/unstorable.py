"""Refuses text that no store can keep, before an endpoint sees it.

PostgreSQL takes no NUL and UTF-8 no half of a surrogate pair. What people upload is cleaned of them
(`menon.kit.text.clean`); a request that brings them is told where they stand, for nothing of what
somebody sent is dropped behind their back.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, cast
from urllib.parse import parse_qsl

from menon.core.errors import InvalidInput
from menon.kit.text import shorten, storable

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\xed[\xa0-\xbf]|\x00")
"""Escaped, or raw as Python's decoder lets them pass; halves of a pair that is whole are too."""
_TOLD, _SHOWN = 20, 60
"""Places that are told of, and characters of each name on the way to one."""
_LOOKED_AT = (str, list, dict)
UNSTORABLE = "holds a NUL character or half of a surrogate pair, which no database keeps"

Way = tuple["Way | None", str | int]
"""How a value is reached: what holds it, and its name or number there."""


def refuse_unstorable(body: bytes) -> None:
    """Let a JSON document pass whose texts can be stored, and any that is no JSON.

    Raises:
        InvalidInput: with a pointer to each text, or to the object whose member is named so.
    """
    if not _SUSPECT.search(body):
        return
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # the endpoint says what is wrong with it
        return
    if not _keeps(document):
        _refuse(map(_pointer, _odd(document)))


def refuse_unstorable_query(query: bytes) -> None:
    """The same for the parameters of an address."""
    if b"%00" in query:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        _refuse(f"/query/{_shown(name)}" for name, value in pairs if "\x00" in name + value)


def _refuse(pointers: Iterator[str]) -> None:
    errors = [{"pointer": pointer, "detail": UNSTORABLE} for pointer in islice(pointers, _TOLD)]
    if errors:
        raise InvalidInput(
            f"The request {UNSTORABLE}; `errors` says where: take it out.", errors=errors
        )


def _keeps(document: Any) -> bool:
    """Whether it is plain that all can be stored: writing it anew takes a tenth of a walk."""
    text = json.dumps(document, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text


def _odd(document: Any) -> Iterator[Way]:
    """Where such texts stand. Pointers are made of those alone: most documents have none."""
    waiting: list[tuple[Any, Way]] = [(document, (None, "body"))]
    while waiting:
        value, way = waiting.pop()
        if isinstance(value, str):
            if storable(value) != value:
                yield way
            continue
        items: Iterable[tuple[str | int, Any]] = enumerate(cast("list[Any]", value))
        if isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            items = named.items()
            if any(storable(name) != name for name in named):
                yield way
        inner: list[tuple[Any, Way]] = [
            (item, (way, name)) for name, item in items if isinstance(item, _LOOKED_AT)
        ]
        waiting += reversed(inner)


def _pointer(way: Way | None) -> str:
    names: list[str] = []
    while way is not None:
        way, name = way
        names.append(_shown(str(name)))
    return "/" + "/".join(reversed(names))


def _shown(name: str) -> str:
    return shorten(storable(name), _SHOWN)
