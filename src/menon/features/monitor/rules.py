"""What figures mean: how fast operations are, and which figures are alerts. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LATEST = 1_000
"""Of one operation: what is older does not count."""
ANY = "all actions"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """An action of an agent that has ended."""

    agent: str
    action: str
    ok: bool
    seconds: float
    model: str = ""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """From where on a figure is an alert."""

    least: int
    error_percent: float
    p95_seconds: float
    memory_warning_mb: float
    memory_critical_mb: float
    disk_free_mb: float


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A figure that is out of its bounds."""

    name: str
    """The same for the same cause, so that it can be acknowledged."""
    severity: str
    """`warning` or `critical`."""
    text: str
    value: float
    bound: float
    remedy: str

    def plain(self) -> dict[str, Any]:
        """As it is sent."""
        return {
            "name": self.name,
            "severity": self.severity,
            "text": self.text,
            "value": round(self.value, 3),
            "bound": self.bound,
            "remedy": self.remedy,
        }


def operations(found: Iterable[Measured]) -> list[dict[str, Any]]:
    """Each operation in figures, the slowest first; of each the latest ones.

    Args:
        found: the newest first.
    """
    by_name: dict[tuple[str, str], list[Measured]] = {}
    for one in found:
        held = by_name.setdefault((one.agent, one.action), [])
        if len(held) < LATEST:
            held.append(one)
    shown = [
        {"agent_id": agent, "action": action, **figures(held)}
        for (agent, action), held in by_name.items()
    ]
    return sorted(shown, key=lambda one: (-one["p95_seconds"], one["agent_id"], one["action"]))


def figures(held: Sequence[Measured]) -> dict[str, Any]:
    """Actions in figures; there is at least one."""
    times = sorted(one.seconds for one in held)
    return {
        "count": len(held),
        "success_rate": round(sum(one.ok for one in held) / len(held), 4),
        "mean_seconds": round(sum(times) / len(times), 4),
        "min_seconds": round(times[0], 4),
        "max_seconds": round(times[-1], 4),
        "p95_seconds": round(percentile(times, 95), 4),
        "p99_seconds": round(percentile(times, 99), 4),
    }


def percentile(ordered: Sequence[float], share: int) -> float:
    """The value that so many per cent do not exceed (nearest rank); there is at least one."""
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]


def alerts(
    found: Sequence[Measured],
    missing: Mapping[str, str],
    *,
    memory_mb: float,
    disk_mb: float,
    bounds: Bounds,
) -> list[Alert]:
    """What is out of its bounds, the critical first.

    Args:
        found: what agents did of late.
        missing: what the server needs and does not have, and why.
        memory_mb: what the process holds.
        disk_mb: what is free.
        bounds: from where on something is an alert.
    """
    told = [
        *(
            Alert(
                name=f"missing.{name}",
                severity="critical",
                text=why,
                value=1,
                bound=0,
                remedy="Look at `/ready`, and mend what it names.",
            )
            for name, why in missing.items()
        ),
        *_of_actions(found, bounds),
        *_of_machine(memory_mb, disk_mb, bounds),
    ]
    return sorted(told, key=lambda one: (one.severity != "critical", one.name))


def _of_actions(found: Sequence[Measured], bounds: Bounds) -> Iterator[Alert]:
    groups: dict[str, list[Measured]] = {ANY: list(found)}
    for one in found:
        if one.model:
            groups.setdefault(f"model {one.model}", []).append(one)
    for name, held in groups.items():
        if len(held) < bounds.least:
            continue
        said = figures(held)
        failed = 100 * (1 - said["success_rate"])
        key = "actions" if name == ANY else name.replace(" ", ".")
        if failed > bounds.error_percent:
            yield Alert(
                name=f"errors.{key}",
                severity="critical" if failed > 5 * bounds.error_percent else "warning",
                text=f"{failed:.1f} % of {len(held)} runs of {name} failed.",
                value=failed,
                bound=bounds.error_percent,
                remedy="Look at the activities that failed, and at what their errors say.",
            )
        if said["p95_seconds"] > bounds.p95_seconds:
            yield Alert(
                name=f"slow.{key}",
                severity="warning",
                text=f"95 % of {len(held)} runs of {name} take up to {said['p95_seconds']:.1f} s.",
                value=said["p95_seconds"],
                bound=bounds.p95_seconds,
                remedy="Ask `monitor_performance` which operation is slow.",
            )


def _of_machine(memory_mb: float, disk_mb: float, bounds: Bounds) -> Iterator[Alert]:
    if memory_mb > bounds.memory_warning_mb:
        critical = memory_mb > bounds.memory_critical_mb
        yield Alert(
            name="memory",
            severity="critical" if critical else "warning",
            text=f"The process holds {memory_mb:.0f} MB.",
            value=memory_mb,
            bound=bounds.memory_critical_mb if critical else bounds.memory_warning_mb,
            remedy="Lower the limits of what runs at once, or give the server more memory.",
        )
    if disk_mb < bounds.disk_free_mb:
        yield Alert(
            name="disk",
            severity="critical",
            text=f"{disk_mb:.0f} MB are free for data.",
            value=disk_mb,
            bound=bounds.disk_free_mb,
            remedy="Remove what is not needed, or give the server more space.",
        )
