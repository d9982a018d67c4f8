"""What of a file from elsewhere is taken over, and what is said of the rest: pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, cast

from pydantic import BaseModel, ValidationError

from menon.core.errors import InvalidInput
from menon.core.http.body import depth
from menon.features.agents.files.schemas import (
    AgentFile,
    FileAgent,
    FileCollection,
    FileSecret,
    FileTool,
    FileVersion,
)
from menon.features.agents.schemas import Configuration, LimitsIn
from menon.kit.text import clean, shorten
from menon.kit.yaml_text import read

_STARTS: Final = frozenset(
    {"mcp_servers", "mcpServers", "stdio", "command", "commands", "cmd", "exec", "script", "shell"}
)
"""Names under which other programs keep what they start."""
_MOST: Final = 50
_DEEPEST: Final = 64

_SHAPES: Final[Mapping[str, type[BaseModel]]] = {
    "": AgentFile,
    "agent": FileAgent,
    "configuration": Configuration,
    "limits": LimitsIn,
    "versions": FileVersion,
    "tools": FileTool,
    "collections": FileCollection,
    "secrets": FileSecret,
}


@dataclass(frozen=True, kw_only=True)
class Here:
    """What there is in this installation for whoever imports."""

    tools: frozenset[str]
    collections: frozenset[str]
    models: frozenset[str]
    types: frozenset[str]


def parsed(body: bytes, media_type: str) -> Any:
    """What a file says, as plain JSON.

    Raises:
        InvalidInput: it is neither JSON nor YAML, or more than that.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The file is not UTF-8: {error.reason}.") from error
    if depth(body) > _DEEPEST:
        raise InvalidInput(f"The file nests deeper than {_DEEPEST} levels.")
    try:
        if "json" in media_type or text.lstrip().startswith("{"):
            return json.loads(text, parse_constant=_no_number)
        return read(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The file cannot be read: {error}.") from error


def checked(raw: Any) -> AgentFile:
    """The file as its type.

    Raises:
        InvalidInput: it is no agent, or of a later format; each fault with its pointer.
    """
    try:
        return AgentFile.model_validate(raw)
    except ValidationError as error:
        faults = [
            {"pointer": clean("/" + "/".join(map(str, e["loc"]))), "detail": e["msg"]}
            for e in error.errors()[:_MOST]
        ]
        what = "; ".join(f"{f['pointer']}: {f['detail']}" for f in faults[:3])
        raise InvalidInput(f"This is no agent of this format: {what}", errors=faults) from error


def fitted(configuration: Configuration, here: Here) -> Configuration:
    """What of a configuration can be had here."""
    return configuration.model_copy(
        update={
            "tools": [name for name in configuration.tools if name in here.tools],
            "collections": [one for one in configuration.collections if one in here.collections],
        }
    )


def warnings(raw: Any, file: AgentFile, here: Here) -> list[str]:
    """What of a file is left out or does not work here, a sentence each."""
    every = [file.configuration, *(version.configuration for version in file.versions)]
    found = [
        *_missing(
            "The tool {} is not installed here and is left out.",
            {name for one in every for name in one.tools} - here.tools,
        ),
        *_missing(
            "The collection {} is not one that you may read and is left out.",
            {name for one in every for name in one.collections} - here.collections,
        ),
        *_missing(
            "The model {} is not there; answers fail until it is.",
            {one.model for one in every} - here.models,
        ),
        *_missing("The secret {} has to be stored anew.", {one.key for one in file.secrets}),
        *_missing(
            "There is no agent type {} here; it is a custom agent.",
            {file.agent.agent_type} - here.types,
        ),
        *(
            f"Its policy lets calls of {rule.tool!r} run unasked; read it before you approve."
            for rule in file.configuration.policy
            if rule.verdict == "always"
        ),
        *_left_out(raw, "", ""),
    ]
    more = [f"{len(found) - _MOST} more are not listed."] if len(found) > _MOST else []
    return [clean(shorten(text, 300)) for text in found[:_MOST]] + more


def _missing(sentence: str, names: Iterable[str]) -> Iterator[str]:
    return (sentence.format(repr(name)) for name in sorted(names))


def _left_out(raw: Any, name: str, pointer: str) -> Iterator[str]:
    """The fields that this format does not know."""
    if isinstance(raw, list):
        for n, item in enumerate(cast("list[Any]", raw)):
            yield from _left_out(item, name, f"{pointer}/{n}")
        return
    shape = _SHAPES.get(name)
    if not isinstance(raw, dict) or shape is None:
        return
    known = {field.alias or key for key, field in shape.model_fields.items()}
    for key, value in cast("dict[str, Any]", raw).items():
        here = f"{pointer}/{key}"
        if key in known:
            yield from _left_out(value, key, here)
        elif key in _STARTS or _starts(value):
            yield f"{here} is left out: nothing that is imported can start a program."
        else:
            yield f"{here} is left out: this format does not know it."


def _starts(value: Any) -> bool:
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value)
        return not _STARTS.isdisjoint(inner) or any(map(_starts, inner.values()))
    return isinstance(value, list) and any(map(_starts, cast("list[Any]", value)))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number that JSON knows")
