"""Markdown: as it stands, its front matter taken off and understood."""

import re
from collections.abc import Iterator
from datetime import date
from math import isfinite
from typing import Any, Final, Literal, cast

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents.document import Draft, Reader, Source
from menon.kit.text import clean

_FRONT: Final = re.compile(
    r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_HEADING: Final = re.compile(r"^#{1,2}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_LINE: Final = re.compile(r"([\w][\w .-]{0,80}):[ \t]*(.*?)[ \t]*")
_FRONT_CHARS: Final = 32_768
_DEPTH: Final = 20


def _read(source: Source) -> Draft:
    text = source.text()
    front = _FRONT.match(text)
    metadata = _front_matter(front[1]) if front and len(front[1]) <= _FRONT_CHARS else None
    if front and metadata is not None:
        text = text[front.end() :].lstrip("\n")
    metadata = metadata or {}
    heading = _HEADING.search(text)
    title = metadata.pop("title", None) or (heading[1] if heading else None)
    return Draft(text=text, title=str(title) if title else None, metadata=metadata)


def _front_matter(block: str) -> dict[str, Any] | None:
    """The mapping between the first two rules; None when it is only text between rules."""
    import yaml

    _check_depth(block)
    try:
        tokens: Iterator[object] = cast("Any", yaml).scan(block)
        if any(isinstance(token, yaml.AliasToken) for token in tokens):
            raise ContentError("the front matter uses YAML aliases; write the values out")
        found = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError):
        found = _lines(block)
    if not isinstance(found, dict):
        return {} if found is None else None
    mapping = cast("dict[object, object]", found)
    return {str(name).strip().lower(): _json(value) for name, value in mapping.items()}


def _check_depth(block: str) -> None:
    """The YAML scanner takes quadratic time for open brackets."""
    depth = 0
    for mark in block:
        if mark in "[{":
            depth += 1
            if depth > _DEPTH:
                raise ContentBomb(f"the front matter is nested deeper than {_DEPTH} levels")
        elif mark in "]}":
            depth = max(0, depth - 1)


def _lines(block: str) -> dict[str, str] | Literal[False]:
    """`name: value` lines that are not quite YAML, as in `title: Noon: a history`."""
    matches = [_LINE.fullmatch(line) for line in block.splitlines() if line.strip()]
    found = {match[1]: match[2].strip("\"'") for match in matches if match}
    return found if len(found) == len(matches) else False


def _json(value: object) -> Any:
    """The value as JSON has it; what JSON has no word for becomes text, dates in ISO form."""
    match value:
        case dict():
            inner = cast("dict[object, object]", value)
            return {str(name): _json(item) for name, item in inner.items()}
        case list() | tuple() | set():
            return [_json(item) for item in cast("list[object]", value)]
        case date():
            return value.isoformat()
        case int() if abs(value) < 2**63:
            return value
        case float() if isfinite(value):
            return value
        case _:
            return None if value is None else clean(str(value))


reader = Reader(
    name="Markdown",
    kind="markdown",
    types={
        ".md": "text/markdown",
        ".markdown": "text/markdown",
        ".mdx": "text/markdown",
        ".qmd": "text/markdown",
    },
    read=_read,
)
