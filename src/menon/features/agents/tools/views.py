"""Tools as callers see them: the catalogue of every kind, in pages, and one of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.engine.tools.tool import Effect, Kind, Taint, Tool
from menon.features.agents.tools import agents as tool_agents
from menon.features.agents.tools import queries
from menon.features.agents.tools.http import DISABLED, definition_of, source_of, tool_of
from menon.features.agents.tools.models import HttpTool
from menon.features.agents.tools.schemas import HttpDefinition, ToolDetail, ToolOut
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.integrations.mcp import service as mcp
from menon.features.integrations.service import sealed
from menon.kit.pages import encode_cursor

RIGHT: Final = "Tools that do more than read need the right 'run'; ask an administrator for it."


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tools a list shows."""

    kind: Kind | None = None
    effect: Effect | None = None
    words: str = ""


class Row(NamedTuple):
    """A tool and what the next page begins after."""

    key: str
    tool: ToolOut


Source = Callable[[Runtime, Principal, Wanted, str, int], Awaitable[Sequence[Row]]]


async def catalogue(
    runtime: Runtime, who: Principal, page: Page, wanted: Wanted | None = None
) -> Listing[ToolOut]:
    """A page of the tools that somebody may see.

    Installed ones, then declared ones, those of tool servers, and agents, each by name.
    """
    wanted = wanted or Wanted()
    begin, after = _begins(page)
    rows: list[tuple[int, Row]] = []
    for number, (kind, source) in enumerate(_SOURCES):
        if number < begin or wanted.kind not in {None, kind}:
            continue
        key = after if number == begin else ""
        room = page.limit + 1 - len(rows)
        rows += [(number, row) for row in await source(runtime, who, wanted, key, room)]
        if len(rows) > page.limit:
            break
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1][0], kept[-1][1].key) if len(rows) > page.limit else None
    return Listing(items=[_for(who, row.tool) for _, row in kept], next_cursor=more)


async def detail(runtime: Runtime, who: Principal, name: str) -> ToolDetail:
    """One tool.

    Raises:
        NotFound: there is none that they may see.
    """
    offer = (await runtime[Toolbox].look(who, [name])).get(name)
    if offer is None:
        raise NotFound(f"There is no tool {name!r}, or it is not yours.")
    shown = _for(who, out(offer.tool, reason=offer.reason, source=offer.source))
    definition = None
    if offer.tool.kind is Kind.HTTP:
        definition = await runtime.db.read(_definition, who, name)
        if definition is not None:
            stored = await sealed.names(runtime, definition[1])
            return ToolDetail(
                **shown.model_dump(),
                definition=definition[0].model_copy(update={"secrets": stored}),
            )
    return ToolDetail(**shown.model_dump())


async def own(runtime: Runtime, who: Principal, name: str) -> ToolDetail:
    """A declared tool that somebody may change.

    Raises:
        NotFound: there is none that is theirs.
    """
    found = await detail(runtime, who, name)
    if found.definition is None:
        raise NotFound(f"There is no declared tool {name!r} that is yours.")
    return found


def out(tool: Tool, *, reason: str = "", source: str = "menon") -> ToolOut:
    """A tool on the wire."""
    return ToolOut(
        name=tool.name,
        description=tool.description,
        kind=tool.kind,
        effect=tool.effect,
        input_schema=tool.schema,
        output_schema=tool.output_schema,
        untrusted=tool.taint is not Taint.NEVER,
        available=not reason,
        reason=reason,
        source=source,
    )


def _for(who: Principal, tool: ToolOut) -> ToolOut:
    if tool.available and tool.effect is not Effect.READ and reach(who, Action.RUN) is Reach.NONE:
        return tool.model_copy(update={"available": False, "reason": RIGHT})
    return tool


def _begins(page: Page) -> tuple[int, str]:
    after = page.after(2)
    if after is None:
        return 0, ""
    number, key = after
    if type(number) is not int or not 0 <= number < len(_SOURCES) or not isinstance(key, str):
        raise InvalidInput("The cursor is not one of this list; leave it out to begin.")
    return number, key


def _fits(wanted: Wanted, tool: Tool) -> bool:
    text = f"{tool.name} {tool.description}".lower()
    return wanted.effect in {None, tool.effect} and all(
        word in text for word in wanted.words.lower().split()
    )


async def _installed(
    runtime: Runtime, who: Principal, wanted: Wanted, after: str, limit: int
) -> Sequence[Row]:
    del who
    toolbox = runtime[Toolbox]
    found = sorted((tool for tool in toolbox if _fits(wanted, tool)), key=lambda tool: tool.name)
    rows = [Row(t.name, out(t, reason=toolbox.off.get(t.name, ""))) for t in found]
    return [row for row in rows if row.key > after][:limit]


async def _declared(
    runtime: Runtime, who: Principal, wanted: Wanted, after: str, limit: int
) -> Sequence[Row]:
    return await runtime.db.read(_declared_rows, who, wanted, after, limit)


def _declared_rows(
    session: Session, who: Principal, wanted: Wanted, after: str, limit: int
) -> list[Row]:
    rows = queries.after(session, who, after, limit, effect=wanted.effect or "", words=wanted.words)
    return [
        Row(
            row.name,
            out(
                tool_of(row),
                reason="" if row.enabled else DISABLED,
                source=source_of(row, who),
            ),
        )
        for row in rows
    ]


async def _served(
    runtime: Runtime, who: Principal, wanted: Wanted, after: str, limit: int
) -> Sequence[Row]:
    del who
    found = await mcp.offered(runtime, after, limit, effect=wanted.effect or "", words=wanted.words)
    return [Row(o.tool.name, out(o.tool, reason=o.reason, source=o.server)) for o in found]


async def _agents(
    runtime: Runtime, who: Principal, wanted: Wanted, after: str, limit: int
) -> Sequence[Row]:
    if wanted.effect not in {None, Effect.READ}:
        return []
    found = await tool_agents.offered(runtime, who, after, limit, words=wanted.words)
    return [Row(o.key, out(o.tool, reason=o.reason, source=o.agent_id)) for o in found]


_SOURCES: Final[tuple[tuple[Kind, Source], ...]] = (
    (Kind.PYTHON, _installed),
    (Kind.HTTP, _declared),
    (Kind.MCP, _served),
    (Kind.AGENT, _agents),
)


def _definition(session: Session, who: Principal, name: str) -> tuple[HttpDefinition, str] | None:
    """What a tool sends, for those who may change it, and where its secrets lie."""
    row = queries.get(session, who, name)
    if row.owner_id != who.user_id and not who.is_admin:
        return None
    return shown(row), row.source_id


def shown(row: HttpTool) -> HttpDefinition:
    """What a declared tool sends, with references to secrets and none of their values."""
    definition = definition_of(row)
    return HttpDefinition.model_validate(
        {
            "method": row.method,
            "url": row.url,
            "arguments": dict(definition.arguments),
            "headers": dict(definition.headers),
            "timeout": row.timeout_s,
            "visibility": row.visibility,
            "enabled": row.enabled,
            "secrets": [],
            "origin": row.origin,
            "version": row.version,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )
