"""Graphs of steps: what stands before each, and where it is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from menon.features.workflows.rules.definition import Graph
from menon.kit.graph import levels


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a node is drawn: its level from the left, its row in that level."""

    id: str
    level: int
    row: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line between two nodes; `label` says when it is taken."""

    source: str
    target: str
    kind: Literal["dependency", "branch", "failure"]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A definition as a picture."""

    nodes: tuple[Placed, ...]
    lines: tuple[Line, ...]
    levels: int
    rows: int


def edges(graph: Graph) -> dict[str, tuple[str, ...]]:
    """What stands before each node, known nodes only."""
    return {key: tuple(b for b in node.before if b in graph) for key, node in graph.items()}


def layout(graph: Graph) -> Drawing:
    """Where to draw the nodes of an acyclic definition, by longest path and average parent row."""
    before = edges(graph)
    level = levels(before)
    columns: dict[int, list[str]] = {}
    row: dict[str, int] = {}
    for key in sorted(before, key=lambda k: level[k]):
        columns.setdefault(level[key], []).append(key)
    for _, column in sorted(columns.items()):
        middle = {k: sum(row[e] for e in before[k]) / max(1, len(before[k])) for k in column}
        row |= {key: n for n, key in enumerate(sorted(column, key=lambda k: middle[k]))}
    return Drawing(
        nodes=tuple(Placed(id=key, level=level[key], row=row[key]) for key in graph),
        lines=tuple(_lines(graph)),
        levels=len(columns),
        rows=max((len(column) for column in columns.values()), default=0),
    )


def _lines(graph: Graph) -> Iterable[Line]:
    for key, node in graph.items():
        for earlier in node.dependencies:
            yield Line(source=earlier, target=key, kind="dependency")
        for condition, branch in node.gates:
            yield Line(source=condition, target=key, kind="branch", label=branch)
        for failing in node.handles:
            yield Line(source=failing, target=key, kind="failure", label="on failure")
