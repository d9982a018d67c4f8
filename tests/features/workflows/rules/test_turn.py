"""Whose turn it is, decided from where nodes stand."""

from typing import Any

import pytest

from menon.features.workflows.models import NodeState
from menon.features.workflows.rules.definition import read
from menon.features.workflows.rules.turn import Seen, failure, moves, over, possible, sinks

C, F, S, R, W = (
    NodeState.COMPLETED,
    NodeState.FAILED,
    NodeState.SKIPPED,
    NodeState.RUNNING,
    NodeState.WAITING,
)

GRAPH = read(
    {
        "steps": {
            "a": {"type": "transform"},
            "b": {"type": "http", "dependencies": ["a"], "on_failure": "h"},
            "h": {"type": "transform"},
            "c": {
                "type": "condition",
                "dependencies": ["a"],
                "config": {"expression": "x", "then": ["t"], "else": ["e"]},
            },
            "t": {"type": "transform"},
            "e": {"type": "transform"},
            "j": {"type": "transform", "dependencies": ["b", "h", "t", "e"]},
        }
    }
)


@pytest.mark.parametrize(
    ("stands", "ready", "skipped"),
    [
        ({}, "a", ""),
        ({"a": R}, "", ""),
        ({"a": W}, "", ""),
        ({"a": C}, "bc", ""),
        ({"a": S}, "", "bc"),
        ({"a": F}, "", ""),
        ({"a": C, "b": C, "c": R}, "", "h"),
        ({"a": C, "b": F, "c": R}, "h", ""),
        ({"a": C, "b": R, "c": C}, "t", "e"),
        ({"a": C, "b": F, "h": C, "c": C, "t": S, "e": S}, "j", ""),
        ({"a": C, "b": S, "h": S, "c": S, "t": S, "e": S}, "", "j"),
        ({"a": C, "b": C, "h": S, "c": F, "t": S, "e": S}, "", ""),
    ],
)
def test_the_next_moves(stands: dict[str, NodeState], ready: str, skipped: str):
    seen = {key: Seen(state, "then" if key == "c" else "") for key, state in stands.items()}
    found = moves(GRAPH, seen)
    assert ("".join(found.ready), "".join(found.skipped)) == (ready, skipped)


def test_a_failure_counts_where_nothing_answers_for_it():
    assert failure(GRAPH, {"b": Seen(F)}) is None
    assert failure(GRAPH, {"b": Seen(F), "h": Seen(F)}) == "h"


def test_it_is_over_when_all_have_ended_and_gives_what_its_last_steps_give():
    assert not over(GRAPH, {key: Seen(C) for key in "abhct"})
    assert over(GRAPH, {key: Seen(S) for key in GRAPH})
    assert sinks(GRAPH) == ["j"]


@pytest.mark.parametrize(
    ("never", "found"),
    [
        (set[str](), "abcehjt"),
        ({"a"}, ""),
        ({"c:else"}, "abchjt"),
        ({"c:else", "c:then", "b"}, "ac"),
    ],
)
def test_what_some_run_can_come_to(never: set[str], found: str):
    assert "".join(sorted(possible(GRAPH, never))) == found


def test_a_graph_of_anything_is_walked_to_its_end():
    steps: dict[str, Any] = {
        f"s{n}": {"type": "transform", "dependencies": [f"s{m}" for m in range(n) if (n * m) % 3]}
        for n in range(30)
    }
    graph, seen = read({"steps": steps}), dict[str, Seen]()
    while not over(graph, seen):
        found = moves(graph, seen)
        assert found.ready or found.skipped
        seen |= {key: Seen(C) for key in found.ready} | {key: Seen(S) for key in found.skipped}
