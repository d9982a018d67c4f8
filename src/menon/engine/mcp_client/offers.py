"""What an MCP server lists: bounded, named for models, and pinned by a digest.

A description is read by models as if we had written it, so that a server could change an accepted
tool into another one by changing its words: the digest covers all that a model is shown.
"""

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from menon.engine.tools.naming import apart
from menon.engine.tools.schemas import BadSchema, normalized, object_schema
from menon.kit.text import clean

PREFIX: Final = "mcp__"
DESCRIPTION: Final = 8_000


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A tool as a server lists it, word for word."""

    name: str
    title: str = ""
    description: str = ""
    input_schema: Mapping[str, Any] = field(default_factory=dict[str, Any])
    output_schema: Mapping[str, Any] | None = None
    hints: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the server says of its effects; nobody can rely on it."""

    @property
    def digest(self) -> str:
        """Of all that it says; SHA-256 in hex."""
        said = [
            self.name,
            self.title,
            self.description,
            self.input_schema,
            self.output_schema,
            self.hints,
        ]
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Plain:
    """What a model would be shown of a tool."""

    description: str
    schema: Mapping[str, Any]
    output_schema: Mapping[str, Any] | None


def plain(listed: Listed) -> Plain:
    """The tool as a model is shown it.

    Raises:
        BadSchema: a schema cannot be used, or the description is too long.
    """
    if len(listed.description) > DESCRIPTION:
        raise BadSchema(
            "/description",
            f"it has {len(listed.description)} characters, {DESCRIPTION} are accepted",
        )
    output = listed.output_schema
    return Plain(
        description=clean(listed.description or listed.title or listed.name),
        schema=object_schema(dict(listed.input_schema)),
        output_schema=None if output is None else normalized(dict(output)),
    )


def exposed(server: str, names: Sequence[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Names for models, `mcp__SERVER__TOOL`, of a server's tools."""
    return apart(f"{PREFIX}{server}__", names, taken)


def listed(tool: Any) -> Listed:
    """A tool of the library's, word for word but for what no database takes."""
    hints: dict[str, Any] = {}
    if tool.annotations:
        hints = tool.annotations.model_dump(exclude_none=True)
    return Listed(
        name=tool.name,
        title=_storable(tool.title or ""),
        description=_storable(tool.description or ""),
        input_schema=_storable(tool.input_schema),
        output_schema=_storable(tool.output_schema),
        hints=_storable(hints),
    )


def _storable(value: Any) -> Any:
    """JSON that every database takes."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(k)): _storable(v) for k, v in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_storable(each) for each in cast("list[Any]", value)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
