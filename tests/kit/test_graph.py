"""Directed graphs: cycles, order, what follows what."""

import pytest

from menon.kit.graph import ancestors, cycle, downstream, order


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ({}, []),
        ({"a": (), "b": ("a",)}, []),
        ({"a": ("a",)}, ["a", "a"]),
        ({"a": ("b",), "b": ("a",)}, ["a", "b", "a"]),
        ({"x": (), "a": ("x", "c"), "b": ("a",), "c": ("b",), "z": ("c",)}, ["a", "b", "c", "a"]),
    ],
)
def test_a_cycle_is_found_in_its_order(before: dict[str, tuple[str, ...]], found: list[str]):
    assert cycle(before) == found


def test_what_follows_and_what_came_before():
    before: dict[str, tuple[str, ...]] = {"a": (), "b": ("a",), "c": ("b",), "z": ("a",)}
    assert downstream(before, "b") == {"b", "c"}
    assert ancestors(before, "c") == {"a", "b"}


def test_each_comes_after_those_before_it_and_else_as_given():
    assert order({"d": ("c", "a"), "c": ("b",), "b": (), "a": ()}) == ["b", "a", "c", "d"]
