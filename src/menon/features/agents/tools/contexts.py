"""What the pages of tools show, as their templates declare it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.engine.tools.tool import Effect, Kind
from menon.features.agents.contexts import may_write
from menon.features.agents.tools import views
from menon.features.agents.tools.forms import ToolForm, written
from menon.features.agents.tools.import_schemas import ImportOut, PreviewOut
from menon.features.agents.tools.schemas import InvokeOut, InvokeWaits, ToolDetail, ToolOut

KINDS = (
    ("", "Every kind"),
    (Kind.PYTHON.value, "Installed"),
    (Kind.HTTP.value, "Declared"),
    (Kind.MCP.value, "MCP servers"),
    (Kind.AGENT.value, "Agents"),
)
EFFECTS = (
    ("", "by the method"),
    (Effect.EGRESS.value, "sends something out"),
    (Effect.WRITE.value, "changes something"),
    (Effect.EXEC.value, "runs code"),
    (Effect.READ.value, "only reads (administrators)"),
)
_ROWS = 30


async def listing(
    runtime: Runtime, who: Principal, *, kind: str, q: str, cursor: str | None
) -> dict[str, Any]:
    """A page of the catalogue."""
    wanted = views.Wanted(kind=Kind(kind) if kind else None, words=q)
    found = await views.catalogue(runtime, who, Page(_ROWS, cursor), wanted)
    query = {"kind": kind, "q": q, "cursor": found.next_cursor}
    return {
        "tools": [_row(tool) for tool in found.items],
        "next": f"/tools?{urlencode(query)}" if found.next_cursor else None,
        "query": {"q": q, "kind": kind},
        "kinds": KINDS,
        "may_write": may_write(who),
    }


def form(
    tool: ToolDetail | None,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The form of a declared tool, as typed where something was wrong with it."""
    return {
        "form": {**ToolForm.of(tool), **(values or {})},
        "stored": tool.definition.secrets if tool and tool.definition else [],
        "known": tool.name if tool else "",
        "effects": EFFECTS,
        "errors": dict(errors or {}),
        "error": error,
    }


async def tool(
    runtime: Runtime,
    who: Principal,
    name: str,
    *,
    args: str = "",
    errors: Mapping[str, str] | None = None,
    error: str = "",
    outcome: InvokeOut | InvokeWaits | None = None,
) -> dict[str, Any]:
    """A tool with the form in which it is tried."""
    found = await views.detail(runtime, who, name)
    definition = found.definition
    return {
        "tool": _row(found),
        "schema": written(found.input_schema),
        "output_schema": written(found.output_schema) if found.output_schema else "",
        "definition": definition.model_dump(by_alias=True, mode="json") if definition else None,
        "args": args or written(_sample(found.input_schema)),
        "errors": dict(errors or {}),
        "error": error,
        "outcome": _outcome(outcome),
    }


def importing(
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    error: str = "",
    found: PreviewOut | None = None,
) -> dict[str, Any]:
    """The form of an import, with what the document has once it was looked at."""
    blank = {
        "url": "",
        "document": "",
        "q": "",
        "prefix": "",
        "server": "",
        "header": "Authorization",
        "operations": list[str](),
    }
    return {
        "form": {**blank, **(values or {})},
        "errors": dict(errors or {}),
        "error": error,
        "found": found.model_dump(mode="json") if found else None,
    }


def review(made: ImportOut, tools: Sequence[ToolDetail]) -> dict[str, Any]:
    """What an import made, to be looked at before it is switched on."""
    return {
        "title": made.title,
        "server": made.server,
        "skipped": [each.model_dump() for each in made.skipped],
        "tools": [
            _row(each)
            | {
                "method": each.definition.method if each.definition else "",
                "url": each.definition.url if each.definition else "",
                "schema": written(each.input_schema),
            }
            for each in tools
        ],
    }


def _row(tool: ToolOut) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "kind": tool.kind.value,
        "effect": tool.effect.value,
        "available": tool.available,
        "reason": tool.reason,
        "untrusted": tool.untrusted,
        "source": tool.source,
    }


def _outcome(outcome: InvokeOut | InvokeWaits | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    if isinstance(outcome, InvokeWaits):
        return {"waits": True, "run_id": outcome.run_id, "ok": False, "text": ""}
    output = outcome.output if outcome.ok else (outcome.error or {}).get("detail", "")
    text = output if isinstance(output, str) else written({"output": output})
    return {"waits": False, "run_id": outcome.run_id, "ok": outcome.ok, "text": text}


def _sample(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The required arguments, each with something of its type."""
    blank: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    parts: Mapping[str, Any] = schema.get("properties", {})
    return {
        name: blank.get(str(parts.get(name, {}).get("type")), "")
        for name in schema.get("required", [])
    }
