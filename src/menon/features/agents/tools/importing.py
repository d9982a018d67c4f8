"""OpenAPI documents as tools: looked at first, then imported, switched off until reviewed."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, MenonError
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import fetch
from menon.engine.tools import openapi
from menon.engine.tools.naming import apart
from menon.engine.tools.openapi import BadDocument, BadOperation, Document, Operation
from menon.engine.tools.schemas import ready
from menon.features.agents.tools import changes, rules
from menon.features.agents.tools.import_schemas import (
    DocumentIn,
    ImportIn,
    ImportOut,
    OperationOut,
    PreviewOut,
    Skipped,
)
from menon.features.agents.tools.rules import Definition
from menon.features.agents.tools.schemas import Place
from menon.features.agents.tools.service import check_name, store
from menon.features.agents.tools.settings import ToolSettings
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor


@dataclass(frozen=True, kw_only=True)
class _Made:
    """An operation that can be a tool."""

    operation: Operation
    definition: Definition
    description: str


async def preview(
    runtime: Runtime, body: DocumentIn, page: Page, *, tag: str = "", words: str = ""
) -> PreviewOut:
    """A page of what a document has, each operation with why it cannot be a tool.

    Raises:
        InvalidInput: it is no document that is read here.
    """
    document = await _document(runtime, body)
    after = _position(page)
    fitting = [
        operation
        for operation in document.operations.values()
        if (not tag or tag in operation.tags)
        and all(
            word in f"{operation.id} {operation.path} {operation.summary}".lower()
            for word in words.lower().split()
        )
    ]
    shown = fitting[after : after + page.limit]
    end = after + page.limit
    await ready()
    return PreviewOut(
        title=document.title,
        version=document.version,
        servers=list(document.servers),
        total=len(document.operations),
        tags=document.tags,
        items=await asyncio.to_thread(lambda: [_listed(document, each) for each in shown]),
        next_cursor=encode_cursor(end) if end < len(fitting) else None,
    )


async def take(runtime: Runtime, who: Principal, body: ImportIn) -> ImportOut:
    """Make tools of the chosen operations; they are off until somebody has looked at them.

    Raises:
        InvalidInput: nothing is chosen, or too much, or it cannot be read.
        Conflict: a name is taken.
    """
    document = await _document(runtime, body)
    chosen = _chosen(document, body, most=runtime.settings[ToolSettings].imported)
    server = _server(document, body)
    await ready()
    source = new_id()
    found, skipped = await asyncio.to_thread(
        _definitions, document, chosen, body, server=server, source=source, owner=who.user_id
    )
    for made in found:
        check_name(runtime, made.definition.name, field="prefix")
    now = runtime.clock.now()
    rows = [
        changes.row(
            who,
            made.definition,
            now=now,
            description=made.description,
            effect=rules.default_effect(made.definition.method),
            visibility=body.visibility,
            enabled=False,
            origin=f"{document.title} {document.version}: {made.operation.id}"[:300],
        )
        for made in found
    ]
    if rows:
        await store(runtime, who, rows, source, body.secrets)
    names = [made.definition.name for made in found]
    return ImportOut(title=document.title, server=server, tools=names, skipped=skipped)


async def _document(runtime: Runtime, body: DocumentIn) -> Document:
    text = await _text(runtime, body)
    try:
        return await asyncio.to_thread(openapi.read, text, base=body.url or "")
    except BadDocument as error:
        raise InvalidInput(
            f"The document cannot be imported: {error}.",
            errors=[{"pointer": "/document", "detail": str(error)}],
        ) from error


async def _text(runtime: Runtime, body: DocumentIn) -> str:
    if body.url is None:
        given = body.document
        return given if isinstance(given, str) else json.dumps(given)
    most = runtime.settings[ToolSettings].document_bytes
    try:
        answer = await fetch(runtime[Outbound].client, body.url, max_bytes=most)
    except MenonError as error:
        raise InvalidInput(
            f"The document cannot be fetched: {error.detail}",
            errors=[{"pointer": "/url", "detail": error.detail}],
        ) from error
    if answer.status != 200:
        raise InvalidInput(f"The document cannot be fetched: status {answer.status}.")
    return answer.body.decode(errors="replace")


def _position(page: Page) -> int:
    after = page.after(1)
    if after is None:
        return 0
    if type(after[0]) is not int or not 0 <= after[0] <= openapi.OPERATIONS:
        raise InvalidInput("The cursor is not one of this list; leave it out to begin.")
    return after[0]


def _chosen(document: Document, body: ImportIn, *, most: int) -> list[Operation]:
    known = document.operations
    if unknown := [name for name in body.operations if name not in known]:
        raise InvalidInput(f"The document has no operation {', '.join(map(repr, unknown[:5]))}.")
    tags = set(body.tags)
    if unknown := sorted(tags - document.tags.keys()):
        raise InvalidInput(f"The document has no tag {', '.join(map(repr, unknown[:5]))}.")
    wanted = set(body.operations)
    everything = not wanted and not tags
    chosen = [
        operation
        for operation in known.values()
        if everything or operation.id in wanted or tags & set(operation.tags)
    ]
    if not chosen or len(chosen) > most:
        raise InvalidInput(
            f"The document has {len(known)} operations and {len(chosen)} are chosen; an import"
            f" takes 1 to {most}. Choose by `operations` or `tags`;"
            " POST /api/v1/tools/import/preview lists them."
        )
    return chosen


def _server(document: Document, body: ImportIn) -> str:
    server = body.server or next(iter(document.servers), "")
    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InvalidInput(
            "The document names no server that can be called; send its address in `server`.",
            errors=[{"pointer": "/server", "detail": "an http(s) address"}],
        )
    return server.rstrip("/")


def _definitions(
    document: Document,
    chosen: list[Operation],
    body: ImportIn,
    *,
    server: str,
    source: str,
    owner: str,
) -> tuple[list[_Made], list[Skipped]]:
    names = apart(f"{body.prefix}__", [operation.id for operation in chosen])
    found: list[_Made] = []
    skipped: list[Skipped] = []
    for operation in chosen:
        try:
            described = openapi.describe(document, operation)
            fixed = {name.lower() for name in body.headers}
            arguments = {
                name: Place.model_validate({"in": where, "name": place})
                for name, (where, place) in described.arguments.items()
                if not (where == "header" and place.lower() in fixed)
            }
            definition = Definition(
                name=names[operation.id],
                method=described.method,
                url=server + described.path,
                input_schema=_without(described.schema, arguments),
                arguments=arguments,
                headers=body.headers,
                timeout_s=body.timeout,
                source_id=source,
                owner_id=owner,
            )
            if wrong := rules.faults(definition, secrets=body.secrets.keys()):
                raise BadOperation("; ".join(f"{w.pointer}: {w.detail}" for w in wrong[:3]))
        except BadOperation as error:
            skipped.append(Skipped(operation=operation.id, reason=str(error)[:500]))
        else:
            found.append(
                _Made(operation=operation, definition=definition, description=described.description)
            )
    return found, skipped


def _without(schema: dict[str, Any], kept: dict[str, Place]) -> dict[str, Any]:
    """The schema without the headers that the importer has fixed."""
    return {
        **schema,
        "properties": {n: part for n, part in schema["properties"].items() if n in kept},
        "required": [name for name in schema.get("required", []) if name in kept],
    }


def _listed(document: Document, operation: Operation) -> OperationOut:
    problem, arguments, security = "", list[str](), list[str]()
    try:
        described = openapi.describe(document, operation)
        arguments, security = list(described.arguments), list(described.security)
    except BadOperation as error:
        problem = str(error)[:500]
    return OperationOut(
        id=operation.id,
        method=operation.method,
        path=operation.path,
        summary=operation.summary,
        tags=list(operation.tags),
        effect=rules.default_effect(operation.method),
        arguments=arguments,
        security=security,
        problem=problem,
    )
