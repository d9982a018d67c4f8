"""A definition as the interpreter reads it: nodes, and what stands before each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

DEFAULT_STEP_S: Final = 300.0
DEFAULT_RETRIES: Final = 3
DEFAULT_RUN_S: Final = 3600.0


class StepBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step as it is written."""

    type: str
    id: str = ""
    name: str = ""
    config: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    dependencies: list[str] = msgspec.field(default_factory=list[str])
    timeout_seconds: float | None = DEFAULT_STEP_S
    max_retries: int = DEFAULT_RETRIES
    on_failure: str | None = None
    conditions: list[str] = msgspec.field(default_factory=list[str])


@dataclass(frozen=True, kw_only=True)
class Node:
    """A step in its graph."""

    id: str
    name: str
    kind: str
    config: Mapping[str, Any]
    dependencies: tuple[str, ...] = ()
    timeout_s: float | None = DEFAULT_STEP_S
    retries: int = DEFAULT_RETRIES
    on_failure: str | None = None
    conditions: tuple[str, ...] = ()
    gates: tuple[tuple[str, str], ...] = ()
    """Condition steps that choose it, each with the branch (`then`, `else`) that it stands in."""
    handles: tuple[str, ...] = ()
    """Steps whose failure it answers."""

    @property
    def before(self) -> tuple[str, ...]:
        """Every step that must have ended before this one can begin."""
        gates = (condition for condition, _ in self.gates)
        return tuple(dict.fromkeys((*self.dependencies, *gates, *self.handles)))


Graph = Mapping[str, Node]
"""Nodes by id, in the order that they are declared in."""


def read(body: Mapping[str, Any]) -> Graph:
    """The graph of a definition.

    Raises:
        ValueError: a step is not written as one; the message names it.
    """
    steps = cast("Mapping[str, Any]", body.get("steps", {}))
    return connected({key: step_of(raw) for key, raw in steps.items()})


def step_of(raw: Any) -> StepBody:
    """One step as it is written.

    Raises:
        ValueError: it is not written as one.
    """
    return msgspec.convert(raw, StepBody)


def connected(steps: Mapping[str, StepBody]) -> Graph:
    """The nodes of these steps, each knowing what stands before it."""
    gates: dict[str, list[tuple[str, str]]] = {}
    handles: dict[str, list[str]] = {}
    for key, step in steps.items():
        for branch in ("then", "else") if step.type == "condition" else ():
            for chosen in _names(step.config.get(branch)):
                gates.setdefault(chosen, []).append((key, branch))
        if step.on_failure is not None:
            handles.setdefault(step.on_failure, []).append(key)
    return {
        key: Node(
            id=key,
            name=step.name or key,
            kind=step.type,
            config=step.config,
            dependencies=tuple(step.dependencies),
            timeout_s=step.timeout_seconds,
            retries=step.max_retries,
            on_failure=step.on_failure,
            conditions=tuple(step.conditions),
            gates=tuple(gates.get(key, ())),
            handles=tuple(handles.get(key, ())),
        )
        for key, step in steps.items()
    }


def _names(value: Any) -> list[str]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]
