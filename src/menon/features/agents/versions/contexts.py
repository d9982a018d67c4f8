"""What the page of an agent's versions shows."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.features.agents import service
from menon.features.agents.contexts import keeps_secrets, may_write
from menon.features.agents.schemas import AgentOut, ChangeOut, DiffOut, VersionOut
from menon.features.agents.versions import service as versions
from menon.features.agents.versions.rules import Change
from menon.kit.difference import Line, side_by_side

_SETTINGS = {
    "capabilities": "Can be asked for",
    "collections": "Documents",
    "model": "Model",
    "temperature": "Temperature",
    "tools": "Tools",
    "limits/answer_tokens": "Longest answer",
    "limits/money": "Most US dollars",
    "limits/seconds": "Most seconds",
    "limits/steps": "Most steps",
    "limits/tokens": "Most tokens",
}


_TWICE = "/max_tokens"
"""Another name of `/limits/answer_tokens`."""


async def page(
    runtime: Runtime, who: Principal, name: str, *, old: str | None, new: str | None
) -> dict[str, Any]:
    """The versions of an agent, two of them compared."""
    agent = await service.get(runtime, who, name)
    found = (await versions.listing(runtime, who, agent.id, Page(100))).items
    compared = None
    if old is not None and new is not None:
        compared = await versions.diff(runtime, who, agent.id, before=old, after=new)
    return {
        "agent": agent.model_dump(),
        "versions": [_row(who, agent, version) for version in found],
        "compared": _compared(compared) if compared else None,
        "may_write": may_write(who) and agent.is_mine and not agent.is_builtin,
        "has_secrets": keeps_secrets(who, agent),
    }


def _row(who: Principal, agent: AgentOut, version: VersionOut) -> dict[str, Any]:
    by = "Menon" if agent.is_builtin else "somebody else"
    return {
        "number": version.number,
        "at": version.created_at,
        "by": "you" if version.created_by == who.user_id else by,
        "model": version.configuration["model"],
        "note": version.note,
        "labels": version.labels,
        "current": version.is_current,
    }


def _compared(diff: DiffOut) -> dict[str, Any]:
    lines = [Line(kind=o.kind, old=o.old, new=o.new, text=o.text) for o in diff.instructions]
    return {
        "old": diff.before,
        "new": diff.after,
        "settings": settings(diff.changes),
        "lines": side_by_side(lines),
    }


def settings(found: Sequence[Change | ChangeOut]) -> list[dict[str, str]]:
    """Settings that differ, in words."""
    shown = [change for change in found if change.pointer != _TWICE]
    return [_words(change.pointer, change.before, change.after) for change in shown]


def settings_of(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, dict[str, str]]]:
    """Every setting of two configurations in words, by its pointer."""
    was = {f"/{name}": value for name, value in _flat(before).items()}
    now = {f"/{name}": value for name, value in _flat(after).items()}
    return [(at, _words(at, was.get(at), value)) for at, value in now.items() if at != _TWICE]


def _flat(configuration: Mapping[str, Any], at: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in configuration.items():
        if isinstance(value, dict):
            found |= _flat(cast("dict[str, Any]", value), f"{at}{name}/")
        else:
            found[f"{at}{name}"] = value
    return found


def _words(pointer: str, before: Any, after: Any) -> dict[str, str]:
    name = _SETTINGS.get(pointer[1:], pointer[1:])
    return {"name": name, "before": _shown(before), "after": _shown(after)}


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[Any]", value))) or "none"
    return str(value)
