"""Where boxes and curves of a definition are drawn."""

from typing import Any

import pytest

from menon.features.workflows.rules.definition import read
from menon.features.workflows.rules.picture import Box, Picture, picture


def drawn(steps: dict[str, Any], *, down: bool = False) -> Picture:
    found = picture(read({"steps": steps}), {"a": "completed"}, down=down)
    assert found is not None
    return found


def step(*after: str, **more: Any) -> dict[str, Any]:
    return {"type": "transform", "config": {"value": 1}, "dependencies": list(after), **more}


DIAMOND = {"a": step(), "b": step("a"), "c": step("a"), "d": step("b", "c", "a")}


@pytest.mark.parametrize("down", [False, True])
def test_every_box_lies_within_and_none_on_another(*, down: bool):
    found = drawn(DIAMOND, down=down)
    places = {(box.x, box.y) for box in found.boxes}
    assert len(places) == 4
    for box in found.boxes:
        assert box.x >= 0
        assert box.x + 188 <= found.width
        assert box.y >= 0
        assert box.y + 54 <= found.height


def test_a_level_with_fewer_boxes_stands_in_the_middle():
    a, b, c, d = drawn(DIAMOND).boxes
    assert a.y == d.y == (b.y + c.y) // 2
    assert a.x < b.x == c.x < d.x


def test_downwards_the_levels_follow_below_each_other():
    a, b, c, d = drawn(DIAMOND, down=True).boxes
    assert a.y < b.y == c.y < d.y


def test_a_dependency_that_follows_from_others_has_no_line():
    assert len(drawn(DIAMOND).curves) == 4


def test_branches_and_failures_are_told_apart():
    choose = {"expression": "input.x", "then": ["b"], "else": []}
    steps = {
        "a": {"type": "condition", "config": choose},
        "b": step("a", on_failure="c"),
        "c": step(),
    }
    found = drawn(steps)
    assert [(c.kind, c.label) for c in found.curves] == [
        ("branch", "then"),
        ("failure", "on failure"),
    ]


def test_a_box_says_its_kind_and_state():
    (box,) = drawn({"a": step(name="First")}).boxes
    assert box == Box(id="a", label="First", kind="transform", state="completed", x=14, y=14)


@pytest.mark.parametrize("steps", [{}, {"a": step("a")}, {"a": step("b"), "b": step("a")}])
def test_what_cannot_run_is_not_drawn(steps: dict[str, Any]):
    assert picture(read({"steps": steps}), {}) is None
