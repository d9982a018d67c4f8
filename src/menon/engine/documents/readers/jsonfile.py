"""JSON and JSON lines, indented so that each value stands beside its name."""

import json
import re
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, cast

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents.document import Draft, Reader, Source, check_length

# Strings are matched to be skipped over, an unterminated one to the end of the text.
_MARKS: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|([\[{])|([\]}])', re.DOTALL)
_LINES: Final = "application/jsonl"


def _read(source: Source) -> Draft:
    text = source.text()
    lines = text.splitlines() if source.media_type == _LINES else [text]
    values: list[Any] = [_parse(line, source) for line in lines if line.strip()]
    only = values[0] if len(values) == 1 else None
    title = cast("dict[str, Any]", only).get("title") if isinstance(only, dict) else None
    return Draft(
        text=_pretty(values, source),
        title=title if isinstance(title, str) else None,
        language="json",
    )


def _parse(text: str, source: Source) -> Any:
    source.tick()
    _check_depth(text, source.limits.depth)
    try:
        return json.loads(text)
    except ValueError as error:
        raise ContentError(f"{source.filename!r} is not JSON: {error}") from error


def _check_depth(text: str, limit: int) -> None:
    """Before parsing: the parser itself is recursive."""
    depth = 0
    for mark in _MARKS.finditer(text):
        if mark.lastindex == 1:
            depth += 1
            if depth > limit:
                raise ContentBomb(f"the JSON is nested deeper than {limit} levels")
        elif mark.lastindex == 2:
            depth -= 1


def _pretty(values: Iterable[Any], source: Source) -> str:
    encoder = json.JSONEncoder(indent=2, ensure_ascii=False)
    pieces: list[str] = []
    length = 0
    for value in values:
        for piece in chain(encoder.iterencode(value), "\n"):
            length += len(piece)
            check_length(length, source.limits)
            pieces.append(piece)
        source.tick()
    return "".join(pieces)


reader = Reader(
    name="JSON",
    kind="code",
    types={
        ".json": "application/json",
        ".geojson": "application/geo+json",
        ".jsonl": _LINES,
        ".ndjson": _LINES,
    },
    read=_read,
)
