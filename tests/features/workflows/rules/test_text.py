"""Definitions as text: what they say, and on which line something is wrong."""

import json
from typing import Any

import pytest

from menon.features.workflows.kinds import found, named
from menon.features.workflows.rules.guide import FIRST, guide
from menon.features.workflows.rules.text import line_of, lines, read_text, written
from menon.features.workflows.schemas import BodyIn

KINDS = named(found())


def test_each_part_has_its_line():
    text = '{\n "a": [\n  1,\n  {"b": "x, }:[",\n   "c": null}\n ],\n "d\\"e": {}\n}'
    assert json.loads(text)
    assert lines(text) == {
        "": 1,
        "/a": 2,
        "/a/0": 3,
        "/a/1": 4,
        "/a/1/b": 4,
        "/a/1/c": 5,
        '/d"e': 7,
    }


@pytest.mark.parametrize(
    ("pointer", "line"), [("/a/b", 3), ("/a/b/c/0", 3), ("/a", 2), ("/z", 1), ("", 1)]
)
def test_what_is_not_there_is_looked_for_where_it_would_stand(pointer: str, line: int):
    assert line_of({"": 1, "/a": 2, "/a/b": 3}, pointer) == line


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("{\n,", 2, "This is not JSON: "),
        ("[" * 100_000, 1, "This is not JSON: "),
        ('{"steps": {"a": Infinity}}', 1, "Infinity is no number"),
        ("3", 1, "A definition is an object"),
        ('{\n"steps": {\n"a": {"type": 3}}}', 3, "steps, a, type: "),
        ('{"steps": {},\n"colour": 1}', 2, "colour: Extra inputs"),
        ('{"steps": {\n"a": {"type": "wait",\n"config": {}}}}', 3, "Step 'a': "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str):
    wrong = read_text(text, KINDS).wrong
    assert wrong[0].line == line
    assert said in wrong[0].detail


def test_what_is_wrong_in_its_graph_can_still_be_drawn():
    read = read_text('{"steps": {"a": {"type": "nope"}}}', KINDS)
    assert read.wrong
    assert list(read.steps) == ["a"]


def test_what_is_written_is_read_back_the_same_and_says_nothing_twice():
    given: dict[str, Any] = {**FIRST, "priority": 3, "max_execution_time": None}
    body = BodyIn.model_validate(given).body()
    text = written(body)
    read = read_text(text, KINDS)
    assert read.wrong == ()
    assert read.body is not None
    assert read.body.body() == body
    for default in ("timeout_seconds", "max_retries", "trigger_config", "on_failure"):
        assert default not in text


def test_every_kind_is_explained_with_a_step_that_fits_it():
    kinds = guide(KINDS)
    assert {"agent", "http", "wait"} <= {kind.name for kind in kinds}
    for kind in kinds:
        assert kind.summary
        example = json.loads(kind.example)
        needed = {field.name for field in kind.fields if field.required}
        assert needed <= set(example["config"]), kind.name
        KINDS[kind.name].configured(example["config"])
    http = next(kind for kind in kinds if kind.name == "http")
    assert [(f.name, f.required, f.default) for f in http.fields][:2] == [
        ("url", True, ""),
        ("method", False, '"GET"'),
    ]
