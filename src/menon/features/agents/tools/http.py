"""Declared tools at work: a call becomes a request for the caller, its answer plain data."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.outbound import Fetched
from menon.engine.tools.foreign import ForeignTool
from menon.engine.tools.http_request import readable
from menon.engine.tools.schemas import problems
from menon.engine.tools.tool import Effect, Kind, ToolContext, ToolFailed, ToolRetry
from menon.features.agents.tools import queries
from menon.features.agents.tools.models import HttpTool
from menon.features.agents.tools.rules import READS, RESERVED, BadArgument, Definition, request
from menon.features.agents.tools.schemas import Place
from menon.features.agents.tools.toolbox import Offer
from menon.features.integrations import sealing
from menon.features.integrations.http_schemas import HttpIn, HttpOut
from menon.features.integrations.service import requests, sealed
from menon.kit.ids import new_id
from menon.kit.text import shorten

DISABLED = "It is switched off; its owner looks at it and enables it."
_LONGEST_S = 150.0
_TO_RETRY = frozenset({400, 404, 409, 422})
"""Statuses after which other arguments may help."""


def definition_of(row: HttpTool) -> Definition:
    """What a row says is sent."""
    return Definition(
        name=row.name,
        method=row.method,
        url=row.url,
        input_schema=row.input_schema,
        output_schema=row.output_schema,
        arguments={n: Place.model_validate(value) for n, value in row.arguments.items()},
        headers=sealing.read(row.headers),
        timeout_s=row.timeout_s,
        source_id=row.source_id,
        owner_id=row.owner_id,
    )


def tool_of(row: HttpTool) -> ForeignTool:
    """A declared tool as agents are granted it."""
    definition = definition_of(row)
    return ForeignTool(
        name=row.name,
        description=row.description,
        schema=row.input_schema,
        output_schema=row.output_schema,
        effect=Effect(row.effect),
        function=partial(_call, definition),
        kind=Kind.HTTP,
        idempotent=row.method in READS,
        timeout_s=min(3 * row.timeout_s + 5, _LONGEST_S),
    )


async def named(runtime: Runtime, who: Principal, names: Sequence[str]) -> Mapping[str, Offer]:
    """Those of the names that are declared tools which somebody may see."""
    wanted = [name for name in names if not name.startswith(RESERVED)]
    return await runtime.db.read(_named, who, wanted) if wanted else {}


def source_of(row: HttpTool, who: Principal) -> str:
    """Who declared it, as somebody sees that."""
    return "you" if row.owner_id == who.user_id else "shared"


def _named(session: Session, who: Principal, names: Sequence[str]) -> dict[str, Offer]:
    return {
        row.name: Offer(
            tool=tool_of(row),
            reason="" if row.enabled else DISABLED,
            source=source_of(row, who),
        )
        for row in queries.named(session, who, names)
    }


async def _call(definition: Definition, context: ToolContext, args: dict[str, Any]) -> Any:
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    try:
        sent = request(definition, args)
    except BadArgument as error:
        raise ToolRetry(f"{error}.") from error
    headers = sent.headers
    if definition.method not in READS:
        called = f"{context.run}:{context.call}" if context.call else new_id()
        headers["Idempotency-Key"] = context.key or called
    body = HttpIn.model_validate(
        {
            "method": definition.method,
            "url": sent.url,
            "headers": headers,
            "timeout": definition.timeout_s,
            **({"json": sent.content} if sent.has_content else {}),
        }
    )
    secret = await sealed.opened(runtime, definition.source_id, definition.headers)
    answer = await requests.request(runtime, who, body, sealed=secret)
    return _read(definition, answer)


def _read(definition: Definition, answer: HttpOut) -> Any:
    """The answer as data; raises what the model can do about a failure."""
    if not 200 <= answer.status_code < 300:
        said = shorten(answer.body, 500)
        detail = f"{definition.name!r} was answered with status {answer.status_code}: {said}"
        raise ToolRetry(detail) if answer.status_code in _TO_RETRY else ToolFailed(detail)
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    value: Any = None
    if media_type.endswith("json") and not answer.truncated:
        try:
            value = json.loads(answer.body) if answer.body else None
        except (ValueError, RecursionError) as error:
            raise ToolFailed(f"{definition.name!r} was answered with broken JSON.") from error
    elif answer.body:
        body = answer.body.encode()
        value = readable(
            Fetched(url=answer.url, status=answer.status_code, headers=answer.headers, body=body)
        )
    if definition.output_schema is not None:
        wrong = problems(definition.output_schema, value)
        if wrong:
            raise ToolFailed(f"The answer to {definition.name!r} does not fit: {'; '.join(wrong)}")
    return value
