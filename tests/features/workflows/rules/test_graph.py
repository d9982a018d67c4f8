"""Graphs of steps: where each is drawn."""

from typing import Any

from menon.features.workflows.rules import graph
from menon.features.workflows.rules.definition import Graph, read


def made(**steps: list[str]) -> Graph:
    return read({"steps": {k: {"type": "transform", "dependencies": v} for k, v in steps.items()}})


def test_a_drawing_puts_each_node_behind_those_before_it():
    drawing = graph.layout(made(a=[], b=["a"], c=["a"], d=["b", "c"], e=["a", "d"], z=[]))
    assert {n.id: (n.level, n.row) for n in drawing.nodes} == {
        "a": (0, 0),
        "b": (1, 0),
        "c": (1, 1),
        "d": (2, 0),
        "e": (3, 0),
        "z": (0, 1),
    }
    assert (drawing.levels, drawing.rows) == (4, 2)
    assert ("d", "e", "dependency") in {(x.source, x.target, x.kind) for x in drawing.lines}


def test_branches_and_failures_are_lines_of_their_own():
    steps: dict[str, Any] = {
        "c": {"type": "condition", "config": {"expression": "1", "then": ["t"]}, "on_failure": "f"},
        "t": {"type": "transform"},
        "f": {"type": "transform"},
    }
    lines = graph.layout(read({"steps": steps})).lines
    assert {(x.source, x.target, x.kind, x.label) for x in lines} == {
        ("c", "t", "branch", "then"),
        ("c", "f", "failure", "on failure"),
    }


def test_two_hundred_steps_in_every_order_are_drawn_quickly():
    steps = {f"s{n}": [f"s{n + 1}"] for n in range(199)} | {"s199": []}
    assert graph.layout(made(**steps)).levels == 200
