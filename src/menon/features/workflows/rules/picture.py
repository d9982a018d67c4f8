"""A definition as boxes and curves in pixels: what the pages draw."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from menon.features.workflows.rules.definition import Graph
from menon.features.workflows.rules.graph import Line, Placed, edges, layout
from menon.kit.graph import Edges, ancestors, cycle

WIDTH: Final = 188
HEIGHT: Final = 54
MARGIN: Final = 14
BETWEEN_LEVELS: Final = 64
BETWEEN_ROWS: Final = 22


@dataclass(frozen=True, kw_only=True)
class Box:
    """A step: its upper left corner in pixels, and where it stands."""

    id: str
    label: str
    kind: str
    state: str
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A line from one box to another as an SVG path; its label stands at x, y."""

    path: str
    kind: str
    label: str
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class Picture:
    """All of a definition; sizes in pixels."""

    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    width: int
    height: int


def picture(graph: Graph, states: Mapping[str, str], *, down: bool = False) -> Picture | None:
    """Draw a graph with the states of its steps, to the right or downwards.

    None where its steps wait for each other.
    """
    before = edges(graph)
    if not graph or cycle(before):
        return None
    drawn = layout(graph)
    size = Counter(node.level for node in drawn.nodes)
    at = {node.id: _corner(node, drawn.rows - size[node.level], down) for node in drawn.nodes}
    boxes = tuple(
        Box(
            id=node.id,
            label=graph[node.id].name,
            kind=graph[node.id].kind,
            state=states.get(node.id, ""),
            x=at[node.id][0],
            y=at[node.id][1],
        )
        for node in drawn.nodes
    )
    curves = tuple(
        _curve(at[line.source], at[line.target], line, down)
        for line in drawn.lines
        if line.source in at and not _said_otherwise(line, graph, before)
    )
    across, along = (drawn.rows, drawn.levels) if down else (drawn.levels, drawn.rows)
    gaps = (BETWEEN_ROWS, BETWEEN_LEVELS) if down else (BETWEEN_LEVELS, BETWEEN_ROWS)
    return Picture(
        boxes=boxes,
        curves=curves,
        width=2 * MARGIN + across * (WIDTH + gaps[0]) - gaps[0],
        height=2 * MARGIN + along * (HEIGHT + gaps[1]) - gaps[1],
    )


def _corner(node: Placed, missing: int, down: bool) -> tuple[int, int]:
    """Where a box begins; a level with fewer boxes than the largest stands in the middle."""
    if down:
        row, level = WIDTH + BETWEEN_ROWS, HEIGHT + BETWEEN_LEVELS
        return MARGIN + node.row * row + missing * row // 2, MARGIN + node.level * level
    row, level = HEIGHT + BETWEEN_ROWS, WIDTH + BETWEEN_LEVELS
    return MARGIN + node.level * level, MARGIN + node.row * row + missing * row // 2


def _curve(source: tuple[int, int], target: tuple[int, int], line: Line, down: bool) -> Curve:
    if down:
        x1, y1 = source[0] + WIDTH // 2, source[1] + HEIGHT
        x2, y2 = target[0] + WIDTH // 2, target[1]
        bend = (y2 - y1) // 2
        path = f"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
    else:
        x1, y1 = source[0] + WIDTH, source[1] + HEIGHT // 2
        x2, y2 = target[0], target[1] + HEIGHT // 2
        bend = (x2 - x1) // 2
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    middle = ((x1 + x2) // 2, (y1 + y2) // 2 + 4)
    return Curve(path=path, kind=line.kind, label=line.label, x=middle[0], y=middle[1])


def _said_otherwise(line: Line, graph: Graph, before: Edges) -> bool:
    """Whether a dependency follows from another line to the same step, and needs none."""
    if line.kind != "dependency":
        return False
    target = graph[line.target]
    if line.source in {*target.handles, *(condition for condition, _ in target.gates)}:
        return True
    others = (other for other in before[line.target] if other != line.source)
    return any(line.source in ancestors(before, other) for other in others)
