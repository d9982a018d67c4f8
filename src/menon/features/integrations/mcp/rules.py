"""What is decided about MCP tools: whether they can be used, and what a refresh changes. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from menon.engine.mcp_client.offers import Listed, exposed, plain
from menon.engine.tools.schemas import BadSchema
from menon.features.integrations.mcp.schemas import McpToolState
from menon.kit.text import clean

NEW: Final = "Nobody has accepted it yet; an administrator does so on the page of MCP servers."
CHANGED: Final = "Its server describes it otherwise than was accepted; an administrator looks."
GONE: Final = "Its server does not list it any more."
OFF: Final = "Its server is switched off."
_NAME: Final = 200


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A tool of a listing, ready to be stored."""

    name: str
    digest_of_name: str
    exposed: str
    listed: dict[str, Any]
    digest: str
    problem: str


def state(*, problem: str, gone: bool, digest: str, accepted_digest: str) -> McpToolState:
    """Where a tool stands."""
    if problem:
        return "refused"
    if gone:
        return "gone"
    if not accepted_digest:
        return "new"
    return "accepted" if digest == accepted_digest else "changed"


def reason(found: McpToolState, *, problem: str, enabled: bool) -> str:
    """Why a tool cannot be used; empty where it can."""
    if not enabled:
        return OFF
    match found:
        case "accepted":
            return ""
        case "refused":
            return f"It cannot be used: {problem}"
        case "gone":
            return GONE
        case "new":
            return NEW
        case "changed":
            return CHANGED


def name_digest(name: str) -> str:
    """What a name, however long, is found by."""
    return hashlib.sha256(name.encode(errors="replace")).hexdigest()


def seen(server: str, listed: Sequence[Listed], known: Mapping[str, str]) -> list[Seen]:
    """What a listing says.

    Args:
        server: its name.
        listed: its tools.
        known: the names for models of those that were listed before, by `name_digest`.
    """
    fresh = [tool.name for tool in listed if name_digest(tool.name) not in known]
    names = exposed(server, fresh, set(known.values()))
    return [_seen(tool, names.get(tool.name) or known[name_digest(tool.name)]) for tool in listed]


def _seen(tool: Listed, name: str) -> Seen:
    problem = ""
    kept: dict[str, Any] = {**asdict(tool), "plain": {}}
    try:
        made = plain(tool)
        kept["plain"] = {
            "description": made.description,
            "schema": dict(made.schema),
            "output_schema": None if made.output_schema is None else dict(made.output_schema),
        }
    except BadSchema as error:
        problem = str(error)[:500]
    if len(tool.name) > _NAME or clean(tool.name) != tool.name:
        problem = "its name is too long, or has characters that no database keeps"
    return Seen(
        name=clean(tool.name)[:_NAME],
        digest_of_name=name_digest(tool.name),
        exposed=name,
        listed=_small(tool) if problem else kept,
        digest=tool.digest,
        problem=problem,
    )


def _small(tool: Listed) -> dict[str, Any]:
    """What is kept of a tool that cannot be used: it may be huge."""
    return {
        "name": clean(tool.name)[:_NAME],
        "title": tool.title[:_NAME],
        "description": tool.description[:500],
        "input_schema": {},
        "output_schema": None,
        "hints": {},
        "plain": {},
    }
