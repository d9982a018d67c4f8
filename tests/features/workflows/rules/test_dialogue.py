"""What a creation dialogue says: JSON in it, and answers in words."""

import time
from typing import Any

import pytest

from menon.features.workflows.rules.dialogue import Said, agents_in_order, answers, objects


def talk(*lines: str) -> list[Said]:
    """A talk that the user begins."""
    return [Said(("user", "assistant")[n % 2], line) for n, line in enumerate(lines)]


FOUND: list[tuple[list[Said], list[Any]]] = [
    (talk("no object"), []),
    (talk('a {"x": 1} b'), [{"x": 1}]),
    (talk('{"x": {"y": {}}}'), [{"x": {"y": {}}}]),
    (talk('{"a": 1} {"b": 2}', '```json\n{"c": 3}\n```'), [{"c": 3}, {"b": 2}, {"a": 1}]),
    (talk('{"broken": {"in": 1}'), [{"in": 1}]),
    (talk("{not json} {}"), [{}]),
]


@pytest.mark.parametrize(("messages", "found"), FOUND)
def test_objects_come_last_first(messages: list[Said], found: list[Any]):
    assert list(objects(messages)) == found


def test_a_message_of_braces_costs_little():
    began = time.perf_counter()
    assert list(objects(talk("{" * 100_000, '{"a":' * 50_000))) == []
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        (
            talk("name: Helper\n- **Purpose**: to help"),
            {"name": "Helper", "description": "to help"},
        ),
        (talk("Name = A", "ok", "name: B"), {"name": "B"}),
        (talk("hi", "What is its name?", "Helper"), {"name": "Helper"}),
        (talk("hi", "What name and description?", "Helper"), {}),
        (talk("hi", "Tell me the name.", "Helper"), {}),
        (talk("hi", "Sure. Which tools may it use?", "calculator"), {"tools": "calculator"}),
        (talk("hi", "Its name?", "1. assistant: do it"), {}),
        (talk("hi", "name: NotTheUser"), {}),
        (talk("colour: red"), {}),
        (talk("see http://x/?name=y"), {}),
    ],
)
def test_answers_are_what_the_user_said(messages: list[Said], found: dict[str, str]):
    assert answers(messages) == found


def test_steps_are_lines_with_an_agent_and_a_task():
    messages = talk("1. old: x", "ok", "steps:\n1. assistant: Sum it up\n2) my-bot: Check: twice")
    assert agents_in_order(messages) == [
        {"agent": "assistant", "task": "Sum it up"},
        {"agent": "my-bot", "task": "Check: twice"},
    ]
    assert agents_in_order(talk("- name: Helper", "1. assistant: x")) == []
