"""OpenAPI documents: what operations there are, and each as a tool. Pure, and fetches nothing.

read ── the whole document, its operations by name
describe ── one operation: where its arguments go, and their schema, references followed within
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urljoin

from menon.engine.tools.naming import safe
from menon.engine.tools.openapi_arguments import Arguments, Where, parameters
from menon.engine.tools.openapi_nodes import BadOperation, mapping, resolved, text
from menon.engine.tools.schemas import BadSchema, object_schema
from menon.kit import yaml_text
from menon.kit.text import shorten

OPERATIONS: Final = 5_000
"""Of one document; more are no API for a model."""
NODES: Final = 1_000_000
"""Of a document in YAML, all parts counted."""
_METHODS: Final = ("get", "head", "post", "put", "patch", "delete")
_VERSION: Final = re.compile(r"3\.[012](\.\d+)?")
_DESCRIPTION: Final = 2_000


class BadDocument(ValueError):
    """The document cannot be read at all."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation as a list shows it."""

    id: str
    method: str
    path: str
    summary: str
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document that was read."""

    title: str
    version: str
    servers: tuple[str, ...]
    operations: Mapping[str, Operation]
    root: Mapping[str, Any] = field(repr=False)

    @property
    def tags(self) -> dict[str, int]:
        """How many operations each tag has, by name."""
        found: dict[str, int] = {}
        for operation in self.operations.values():
            for tag in operation.tags:
                found[tag] = found.get(tag, 0) + 1
        return dict(sorted(found.items()))


@dataclass(frozen=True, kw_only=True)
class Described:
    """An operation as a tool."""

    description: str
    method: str
    path: str
    schema: dict[str, Any]
    arguments: dict[str, tuple[Where, str]]
    """Where each argument goes, and what it is called there."""
    security: tuple[str, ...]
    """What it wants besides, in words."""


def read(source: str, *, base: str = "") -> Document:
    """A document from JSON or YAML.

    Args:
        source: the document.
        base: where it came from; its servers may be written relative to that.

    Raises:
        BadDocument: it is no OpenAPI document of a version that is read here.
    """
    root = _parsed(source)
    version = root.get("openapi", "")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        said = root.get("openapi") or root.get("swagger") or "nothing"
        raise BadDocument(f"OpenAPI 3.0 to 3.2 is read; this document says {str(said)[:40]!r}")
    paths = root.get("paths")
    if not isinstance(paths, dict):
        raise BadDocument("the document has no `paths`")
    info = mapping(root.get("info"))
    operations: dict[str, Operation] = {}
    for operation in _operations(root, cast("dict[str, Any]", paths)):
        operations[operation.id] = operation
        if len(operations) > OPERATIONS:
            raise BadDocument(f"the document has more than {OPERATIONS} operations")
    return Document(
        title=shorten(text(info.get("title")), 200) or "Untitled",
        version=shorten(text(info.get("version")), 60),
        servers=tuple(_servers(root, base)),
        operations=operations,
        root=root,
    )


def describe(document: Document, operation: Operation) -> Described:
    """An operation as a tool.

    Raises:
        BadOperation: it cannot be one; says why.
    """
    root = document.root
    item = _item(root, operation.path)
    node = mapping(item.get(operation.method.lower()))
    builder = Arguments(root)
    for parameter in parameters(root, item, node):
        builder.parameter(parameter)
    builder.body(resolved(root, node.get("requestBody")))
    try:
        schema = object_schema(builder.schema(), root=root)
    except BadSchema as error:
        raise BadOperation(f"its schema cannot be used: {error}") from error
    said = text(node.get("description")) or text(item.get("description"))
    summary = operation.summary
    words = f"{summary}\n\n{said}" if said and said != summary else summary
    return Described(
        description=(words or f"{operation.method} {operation.path}")[:_DESCRIPTION],
        method=operation.method,
        path=builder.renamed(operation.path),
        schema=schema,
        arguments=builder.places,
        security=tuple(_security(root, node)),
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        is_json = text.lstrip()[:1] == "{"
        found: Any = json.loads(text) if is_json else yaml_text.read(text, nodes=NODES)
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, ValueError) else "it nests too deep"
        raise BadDocument(f"the document is neither JSON nor YAML: {said[:200]}") from error
    if not isinstance(found, dict):
        raise BadDocument("the document is no object")
    return cast("dict[str, Any]", found)


def _operations(root: Mapping[str, Any], paths: Mapping[str, Any]) -> Iterator[Operation]:
    seen: set[str] = set()
    for path in paths:
        try:
            item = _item(root, str(path))
        except BadOperation:
            continue  # it points out of the document: there is nothing to list
        for method in _METHODS:
            node = item.get(method)
            if not isinstance(node, dict):
                continue
            found = cast("dict[str, Any]", node)
            given = shorten(text(found.get("operationId")), 200) or safe(f"{method}_{path}")
            name, number = given, 2
            while name in seen:
                name, number = f"{given}_{number}", number + 1
            seen.add(name)
            tags = found.get("tags")
            named = cast("list[Any]", tags) if isinstance(tags, list) else []
            yield Operation(
                id=name,
                method=method.upper(),
                path=str(path),
                summary=shorten(text(found.get("summary") or found.get("description")), 300),
                tags=tuple(shorten(text(tag), 100) for tag in named),
            )


def _item(root: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    return resolved(root, mapping(root.get("paths")).get(path))


def _servers(root: Mapping[str, Any], base: str) -> Iterator[str]:
    listed = root.get("servers") or [{"url": "/"}]
    for each in (cast("list[Any]", listed) if isinstance(listed, list) else [])[:20]:
        server = mapping(each)
        url = text(server.get("url"))
        if not url:
            continue
        for name, variable in mapping(server.get("variables")).items():
            url = url.replace(f"{{{name}}}", text(mapping(variable).get("default")))
        if base:
            url = urljoin(base, url)
        if url.startswith(("http://", "https://")):
            yield url.rstrip("/")


def _security(root: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[str]:
    wanted = node.get("security", root.get("security"))
    schemes = mapping(mapping(root.get("components")).get("securitySchemes"))
    names: dict[str, None] = {}
    for each in cast("list[Any]", wanted) if isinstance(wanted, list) else []:
        names |= dict.fromkeys(mapping(each))
    for name in names:
        scheme = mapping(schemes.get(name))
        match scheme.get("type"):
            case "http":
                yield f"header Authorization: {text(scheme.get('scheme'))} ({name})"
            case "apiKey":
                yield f"{text(scheme.get('in'))} {text(scheme.get('name'))} ({name})"
            case kind:
                yield f"{text(kind) or 'credentials'} ({name})"
