"""Expressions: what they say, and what hostile ones cannot do."""

import time
from typing import Any

import pytest

from menon.engine.steps.expressions import (
    LARGEST,
    ExpressionError,
    evaluate,
    holds,
    parse,
    reads,
    render,
    rendered,
)

SCOPE: dict[str, Any] = {
    "input": {"name": "Ada", "n": 3, "tags": ["a", "b"], "vip": True, "none": None, "": 1},
    "steps": {
        "fetch-1": {"output": {"body": {"id": 7, "in": "x", "rows": [{"v": 1.5}, {"v": 2}]}}},
        "skipped": {"output": None, "state": "skipped"},
    },
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-2.5", -2.5),
        ("'a' == \"a\"", True),
        (r"'it\'s'", "it's"),
        ("[1, 'x', null, input.n]", [1, "x", None, 3]),
        ("[]", []),
        ("input.name", "Ada"),
        ("input['name']", "Ada"),
        ("input.tags[1]", "b"),
        ("input.tags[-1]", "b"),
        ("steps.fetch-1.output.body.rows[1].v", 2),
        ("steps.fetch-1.output.body.in", "x"),
        ("steps['fetch-1'].output.body.id >= 7", True),
        ("input.n > 2 and input.n < 4", True),
        ("input.n > 5 or input.vip", True),
        ("not input.vip", False),
        ("not not input.n", True),
        ("not (input.n == 3 and false)", True),
        ("'a' in input.tags", True),
        ("'d' in 'Ada'", True),
        ("'name' in input", True),
        ("true == 1", False),
        ("[true] == [1]", False),
        ("null == input.none", True),
        ("1.0 == 1", True),
        ("'a' < 'b'", True),
        ("exists(input.missing)", False),
        ("exists(input.none)", False),
        ("exists(steps.fetch-1.output)", True),
        ("default(input.missing.deep, 'x')", "x"),
        ("default(input.n, 9)", 3),
        ("length(input.tags)", 2),
        ("upper(trim('  a '))", "A"),
        ("lower(input.name)", "ada"),
        ("contains(input.tags, 'b')", True),
        ("starts_with(input.name, 'A') and ends_with(input.name, 'a')", True),
        ("join(input.tags, '-')", "a-b"),
        ("first(input.tags)", "a"),
        ("last(input.tags)", "b"),
        ("keys(steps.skipped)", ["output", "state"]),
        ("json(input.tags)", '["a", "b"]'),
        ("number(' 42 ')", 42),
        ("number('4.5')", 4.5),
        ("text(3)", "3"),
        ("false and input.missing", False),
        ("true or input.missing", True),
    ],
)
def test_an_expression_has_its_value(text: str, value: Any):
    found = evaluate(text, SCOPE)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "ends where a value is expected"),
        ("input.", "too early"),
        ("input..name", "out of place"),
        ("(1", "')' is expected"),
        ("1 2", "out of place"),
        ("1 == 1 == 1", "out of place"),
        ("a = 1", "'= 1'"),
        ("input.name; import os", "'; import os'"),
        ("x if y else z", "out of place"),
        ("lambda: 1", "': 1'"),
        ("open('/etc/passwd')", "no function 'open'"),
        ("__import__('os')", "no function '__import__'"),
        ("input.name.upper()", "out of place"),
        ("input.name.__class__", "has no parts|which is"),
        ("input.name['__class__']", "which is"),
        ("input.tags.append", "which is"),
        ("input.tags[9]", "2 item"),
        ("input.tags['a']", "which is"),
        ("input[0]", "which is"),
        ("input.missing", "no 'missing', only 'name'"),
        ("missing", "no 'missing'"),
        ("steps.skipped.output.x", "which is null"),
        ("input.tags[1.5]", "not a position"),
        ("length()", "takes 1 argument"),
        ("length(1)", "length(1) has no value"),
        ("first([])", "has no value"),
        ("number('nan')", "has no value"),
        ("number('1e999')", "has no value"),
        ("number(true)", "has no value"),
        ("upper(1)", "has no value"),
        ("keys(1)", "has no value"),
        ("join('a', 'b')", "has no value"),
        ("1 < 'a'", "two numbers or two texts"),
        ("true < 2", "two numbers or two texts"),
        ("1 in 1", "contain something"),
        ("1 in 'a1'", "no text"),
        ("'unclosed", "not part of an expression"),
        ("(" * 30 + "1" + ")" * 30, "nested more than"),
        ("[" * 30 + "]" * 30, "nested more than"),
        ("1 or " * 500 + "1", "at most 2000 characters"),
        ("12345678901234567890123", "not part of an expression"),
        ("9**9", "not part of an expression"),
        ("\x00", "not part of an expression"),
    ],
)
def test_what_is_no_expression_is_refused_with_a_reason(text: str, part: str):
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, SCOPE)
    assert any(one in str(caught.value) for one in part.split("|")), str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("{{ input.n }}", 3),
        (" {{ input.tags }} ", ["a", "b"]),
        ("Hello {{ input.name }}, {{input.n}} times", "Hello Ada, 3 times"),
        ("{{ input.tags }}{{ input.vip }}{{ input.none }}", '["a", "b"]truenull'),
        ("{{ '}}' }}", "}}"),
        ("a {{ '{{' }} b", "a {{ b"),
        ("{ {input.n} }", "{ {input.n} }"),
    ],
)
def test_holes_in_texts_are_filled(text: str, value: Any):
    assert rendered(text, SCOPE) == value


@pytest.mark.parametrize("text", ["{{ input.n", "a {{ b }} {{ c", "{{ {{ input.n }} }}", "{{ }}"])
def test_malformed_holes_are_refused(text: str):
    with pytest.raises(ExpressionError):
        rendered(text, SCOPE)


def test_a_value_never_becomes_a_template_itself():
    scope = {"input": {"evil": "{{ secrets.key }}"}}
    assert rendered("x {{ input.evil }}", scope) == "x {{ secrets.key }}"
    assert rendered("{{ input.evil }}", scope) == "{{ secrets.key }}"


def test_a_template_cannot_grow_without_bound():
    scope = {"input": {"big": "x" * 1000}}
    with pytest.raises(ExpressionError, match="characters"):
        rendered("{{ input.big }}" * (LARGEST // 1000 + 1), scope)


def test_plain_json_is_filled_everywhere_but_in_its_keys():
    filled = render({"a": ["{{ input.n }}", {"{{ input.n }}": "n={{ input.n }}"}], "b": 1}, SCOPE)
    assert filled == {"a": [3, {"{{ input.n }}": "n=3"}], "b": 1}


def test_what_a_configuration_reads_is_known_before_it_runs():
    value = {"url": "http://{{ input.host }}/{{ steps.a.output.id }}", "n": ["{{ item['x y'] }}"]}
    assert [str(path) for path in reads(value)] == [
        "input.host",
        "steps.a.output.id",
        'item["x y"]',
    ]


def test_conditions_take_what_is_empty_for_false():
    assert not holds("input.none", SCOPE)
    assert holds("input.tags", SCOPE)


@pytest.mark.parametrize(
    "text",
    ["{{" * 20_000, "{{ '" + "\\'" * 20_000, "{" * 50_000, "{{" + "}" * 50_000, "{{ a" * 10_000],
)
def test_hostile_texts_cost_no_more_than_their_length(text: str):
    began = time.perf_counter()
    with pytest.raises(ExpressionError) if "{{" in text else pytest.MonkeyPatch.context():
        rendered(text, SCOPE)
    assert time.perf_counter() - began < 2


def test_a_path_shows_as_it_is_written():
    assert str(parse("input.a['b c'][0]")) == 'input.a["b c"][0]'
