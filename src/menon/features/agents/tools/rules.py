"""What a declared tool may say, and the request that a call of it becomes: pure."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

from menon.engine.tools.tool import Effect
from menon.features.agents.tools.schemas import Place
from menon.features.integrations import sealing
from menon.features.integrations.calling import OWN_HEADERS
from menon.features.integrations.sealed_schemas import SecretRef
from menon.kit import ssrf

RESERVED: Final = ("mcp__", "agent__")
"""Prefixes of names that tool servers and agents have."""
READS: Final = frozenset({"GET", "HEAD"})

_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e]{0,2000}")
_CREDENTIALS: Final = sealing.CREDENTIALS | {"idempotency-key"}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What is sent to whom."""

    name: str
    method: str
    url: str
    input_schema: Mapping[str, Any]
    arguments: Mapping[str, Place] = field(default_factory=dict[str, Place])
    headers: Mapping[str, str | SecretRef] = field(default_factory=dict[str, "str | SecretRef"])
    output_schema: Mapping[str, Any] | None = None
    timeout_s: float = 20.0
    source_id: str = ""
    owner_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that is wrong with a definition."""

    pointer: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call, ready to be sent but for its secrets."""

    url: str
    headers: dict[str, str]
    content: Any = None
    has_content: bool = False


class BadArgument(ValueError):
    """An argument cannot stand where it has to."""


def default_effect(method: str) -> Effect:
    """Even a GET carries data out, in its address; other methods change something there."""
    return Effect.EGRESS if method in READS else Effect.WRITE


def placed(definition: Definition) -> dict[str, Place]:
    """Where each argument goes.

    As declared; else into the path where it stands in the address, else into the query of GET, HEAD
    and DELETE, else into the body.
    """
    slots = set(_SLOT.findall(definition.url))
    usual = "query" if definition.method in {*READS, "DELETE"} else "body"
    names: Mapping[str, Any] = definition.input_schema.get("properties", {})
    found: dict[str, Place] = {}
    for name in names:
        given = definition.arguments.get(name)
        if given is None:
            given = Place.model_validate({"in": "path" if name in slots else usual})
        found[name] = given.model_copy(update={"name": given.name or name})
    return found


def faults(definition: Definition, *, secrets: Collection[str]) -> list[Fault]:
    """Everything that is wrong with a definition.

    Args:
        definition: as it is to be stored; its schemas are plain.
        secrets: the names of secrets that will be there.
    """
    found = [*_address_faults(definition), *_argument_faults(definition)]
    found += [
        Fault(pointer=f"/headers/{name}", detail=detail)
        for name, detail in sealing.faults(definition.headers, secrets)
    ]
    return found


def request(definition: Definition, args: Mapping[str, Any]) -> Request:
    """What a call sends; the arguments fit the schema already.

    Raises:
        BadArgument: one of them cannot stand where it has to.
    """
    url, query, headers, body = definition.url, list[tuple[str, str]](), dict[str, str](), {}
    content, has_content = None, False
    places = placed(definition)
    for name, value in args.items():
        place = places.get(name) or Place.model_validate({"in": "body", "name": name})
        if place.at == "path":
            url = url.replace(f"{{{place.name}}}", _segment(name, value))
        elif place.at == "query":
            query += [(place.name, _text(one)) for one in _each(value)]
        elif place.at == "header":
            headers[place.name] = _header(name, value)
        elif place.at == "content":
            content, has_content = value, True
        else:
            body[place.name] = value
    if left := _SLOT.findall(url):
        raise BadArgument(f"{left[0]!r} stands in the address and was not given")
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    headers |= {name: text for name, text in definition.headers.items() if isinstance(text, str)}
    if body:
        content, has_content = body, True
    return Request(url=url, headers=headers, content=content, has_content=has_content)


def _address_faults(definition: Definition) -> list[Fault]:
    head, _, path = definition.url.partition("://")
    host = re.split(r"[/?#]", path, maxsplit=1)[0]
    if "{" in head + host:
        return [Fault(pointer="/url", detail="arguments stand in the path, never in the host")]
    try:
        target = ssrf.parse_target(_SLOT.sub("x", definition.url))
    except ssrf.Refused as refused:
        return [Fault(pointer="/url", detail=str(refused))]
    if "{" in target.path or "}" in target.path:
        return [Fault(pointer="/url", detail="braces stand around the name of an argument")]
    if "{" in definition.url.partition("?")[2]:
        return [Fault(pointer="/url", detail="arguments of the query go into `arguments`")]
    return []


def _argument_faults(definition: Definition) -> list[Fault]:
    known: Mapping[str, Any] = definition.input_schema.get("properties", {})
    needed: Sequence[str] = definition.input_schema.get("required", [])
    found = [
        Fault(pointer=f"/arguments/{name}", detail="the input schema has no such property")
        for name in definition.arguments
        if name not in known
    ]
    places = placed(definition)
    slots = _SLOT.findall(definition.url)
    in_path = {place.name: name for name, place in places.items() if place.at == "path"}
    for slot in slots:
        if slot not in in_path:
            detail = f"{{{slot}}} is no argument; add it to the input schema"
            found.append(Fault(pointer="/url", detail=detail))
        elif in_path[slot] not in needed:
            detail = f"{in_path[slot]!r} stands in the path, so it is required"
            found.append(Fault(pointer="/input_schema/required", detail=detail))
    for name, place in places.items():
        at = f"/arguments/{name}"
        if place.at == "path" and place.name not in slots:
            found.append(Fault(pointer=at, detail=f"the address has no {{{place.name}}}"))
        if place.at in {"body", "content"} and definition.method in READS:
            found.append(Fault(pointer=at, detail=f"a {definition.method} request has no body"))
        if place.at == "header":
            found += _header_faults(definition, at, place.name)
    whole = [name for name, place in places.items() if place.at == "content"]
    if whole and (len(whole) > 1 or any(place.at == "body" for place in places.values())):
        detail = "one argument is the whole body, or several are parts of it"
        found.append(Fault(pointer=f"/arguments/{whole[0]}", detail=detail))
    return found


def _header_faults(definition: Definition, at: str, header: str) -> list[Fault]:
    fixed = {name.lower() for name in definition.headers}
    if header.lower() in OWN_HEADERS | _CREDENTIALS | fixed:
        return [Fault(pointer=at, detail=f"a model does not choose the header {header!r}")]
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", header):
        return [Fault(pointer=at, detail=f"{header!r} cannot be a header")]
    return []


def _segment(name: str, value: Any) -> str:
    text = _text(value)
    # Servers read `.` and `..` as steps even where they are escaped.
    if text.strip(".") == "":
        raise BadArgument(f"{name!r} stands in the path: it is neither empty nor dots")
    return quote(text, safe="")


def _header(name: str, value: Any) -> str:
    text = _text(value)
    if not _HEADER_VALUE.fullmatch(text):
        raise BadArgument(f"{name!r} is sent as a header: printable ASCII on one line")
    return text


def _each(value: Any) -> list[Any]:
    return [*cast("list[Any]", value)] if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
