"""The agent that says how the server is, and what was used of it."""

import os
import resource
import shutil
from typing import Any, cast

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool
from menon.features.catalog import service as catalog
from menon.features.monitor import service, watching

_MOST_DAYS = 366


@tool
async def check_health(context: ToolContext) -> dict[str, Any]:
    """Say whether everything that the server needs is there."""
    return await service.condition(cast("Runtime", context.runtime))


@tool
async def get_system_status(context: ToolContext) -> dict[str, Any]:
    """Say how the server is, and count its runs; for administrators."""
    authorize(cast("Principal", context.who), Action.ADMIN)
    return await service.status(cast("Runtime", context.runtime))


@tool
async def track_usage(  # noqa: D417 - a model does not see the context
    context: ToolContext, days: int = 30
) -> dict[str, Any]:
    """Say what was used of models by day: yours, or everybody's for administrators.

    Args:
        days: how many days back, 1 to 366.
    """
    used = await _used(context, days)
    return {"days": used.days, "by_day": [one.model_dump(mode="json") for one in used.by_day]}


@tool
async def api_usage_tracking(  # noqa: D417 - as above
    context: ToolContext, days: int = 30
) -> dict[str, Any]:
    """Say what was used of each model: requests, tokens, failures.

    Args:
        days: how many days back, 1 to 366.
    """
    used = await _used(context, days)
    return {"days": used.days, "by_model": [one.model_dump(mode="json") for one in used.by_model]}


@tool
async def analyze_costs(  # noqa: D417 - as above
    context: ToolContext, days: int = 30
) -> dict[str, Any]:
    """Say what the models cost, in all and by model, the dearest first.

    Args:
        days: how many days back, 1 to 366.
    """
    used = await _used(context, days)
    costs = sorted(((one.cost, one.key) for one in used.by_model), reverse=True)
    return {
        "days": used.days,
        "total": round(sum(cost for cost, _ in costs), 6),
        "by_model": [{"model": key, "cost": cost} for cost, key in costs],
    }


@tool
async def database_health(context: ToolContext) -> dict[str, Any]:
    """Say whether the database answers, and how much work waits for it; for administrators."""
    authorize(cast("Principal", context.who), Action.ADMIN)
    runtime = cast("Runtime", context.runtime)
    found = await service.condition(runtime)
    missing: dict[str, Any] = dict(found["missing"] or {})
    return {
        "kind": "sqlite" if runtime.db.sqlite else "postgresql",
        "healthy": "database" not in missing and "migrations" not in missing,
        "waiting": runtime.db.depths,
    }


@tool
async def resource_monitoring(context: ToolContext) -> dict[str, Any]:
    """Say what the server process uses of the machine; for administrators."""
    authorize(cast("Principal", context.who), Action.ADMIN)
    runtime = cast("Runtime", context.runtime)
    used = resource.getrusage(resource.RUSAGE_SELF)
    disk = shutil.disk_usage(runtime.settings.root.data_dir)
    return {
        "memory_peak_bytes": used.ru_maxrss * 1024,
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "load": [round(value, 2) for value in os.getloadavg()],
        "cores": os.cpu_count(),
        "disk_free_bytes": disk.free,
        "disk_total_bytes": disk.total,
    }


@tool
async def monitor_performance(  # noqa: D417 - as above
    context: ToolContext, days: int = 7
) -> dict[str, Any]:
    """Say how fast each operation of the agents is, and how often it succeeds, the slowest first.

    Args:
        days: how many days back, 1 to 366; of each operation the latest 1,000 count.
    """
    runtime, who = _world(context, Action.READ)
    return await watching.performance(runtime, who, _days(days))


@tool
async def generate_analytics(  # noqa: D417 - as above
    context: ToolContext, days: int = 30
) -> dict[str, Any]:
    """Count what was done by day, kind, agent and state: yours, or everybody's.

    Args:
        days: how many days back, 1 to 366.
    """
    runtime, who = _world(context, Action.READ)
    return await watching.analytics(runtime, who, _days(days))


@tool(effect="write")
async def alert_management(  # noqa: D417 - as above
    context: ToolContext, operation: str = "list", name: str = "", reason: str = ""
) -> dict[str, Any]:
    """List what is out of its bounds, acknowledge an alert or reopen it; for administrators.

    Args:
        operation: `list`, `acknowledge` or `reopen`.
        name: which alert.
        reason: why it is known.
    """
    runtime, who = _world(context, Action.ADMIN)
    if operation not in {"list", "acknowledge", "reopen"}:
        known = "list, acknowledge, reopen"
        raise InvalidInput(f"There is no operation {operation[:40]!r}; there are {known}.")
    if operation != "list":
        await watching.note(runtime, who, name, seen=operation == "acknowledge", why=reason)
    return await watching.alerts(runtime, who)


def _world(context: ToolContext, action: Action) -> tuple[Runtime, Principal]:
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    authorize(who, action)
    return runtime, who


def _days(days: int) -> int:
    return max(1, min(days, _MOST_DAYS))


async def _used(context: ToolContext, days: int) -> Any:
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    authorize(who, Action.MODELS_READ)
    return await catalog.usage_of_days(runtime, who, max(1, min(days, _MOST_DAYS)))


agent = AgentSpec(
    id="system_monitor",
    name="System monitor",
    description="Says how the server is, and what was used of it.",
    actions=(
        check_health,
        get_system_status,
        track_usage,
        api_usage_tracking,
        analyze_costs,
        database_health,
        resource_monitoring,
        monitor_performance,
        generate_analytics,
        alert_management,
    ),
)
