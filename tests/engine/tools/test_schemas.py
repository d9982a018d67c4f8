"""Strangers' schemas: plain and bounded, or refused with the place that is wrong."""

import time
from typing import Any, cast

import pytest

from menon.engine.tools.foreign import ForeignTool
from menon.engine.tools.schemas import BadSchema, normalized, object_schema, problems
from menon.engine.tools.tool import Effect, Kind, ToolContext, ToolRetry

Json = dict[str, Any]

STEPS: Json = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 10} for n in range(12)}
BOMB: Json = {"$ref": "#/$defs/a0", "$defs": {**STEPS, "a12": {"type": "string"}}}


def deep(levels: int) -> Json:
    found: Json = {"type": "string"}
    for _ in range(levels):
        found = {"type": "array", "items": found}
    return found


@pytest.mark.parametrize(
    ("given", "plain"),
    cast(
        "list[tuple[Any, Json]]",
        [
            (True, {}),
            (False, {"not": {}}),
            ({"type": "string", "$id": "x", "$comment": "y"}, {"type": "string"}),
            (
                {"$ref": "#/$defs/a", "description": "mine", "$defs": {"a": {"type": "integer"}}},
                {"type": "integer", "description": "mine"},
            ),
            (
                {"$ref": "#/$defs/a~1b", "minimum": 3, "$defs": {"a/b": {"type": "integer"}}},
                {"minimum": 3, "allOf": [{"type": "integer"}]},
            ),
            ({"$ref": "#/anyOf/0", "anyOf": [True]}, {"anyOf": [True], "allOf": [{}]}),
            (
                {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "nullable": True},
                {"type": ["integer", "null"], "exclusiveMinimum": 1},
            ),
            ({"enum": ["a"], "nullable": True}, {"enum": ["a", None]}),
            ({"maximum": 2, "exclusiveMaximum": False}, {"maximum": 2}),
            (
                {"patternProperties": {"^x": {}}, "additionalProperties": False},
                {},
            ),
        ],
    ),
)
def test_a_schema_becomes_plain(given: object, plain: Json):
    assert normalized(given) == plain


def test_a_loop_is_cut_at_its_second_level():
    tree: Json = {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
            }
        },
    }
    found = normalized(tree)
    inner = found["properties"]["children"]["items"]
    assert inner == {"type": "object", "description": "As node above."}
    assert problems(found, {"children": [{"children": [1]}]}) == []
    assert normalized({"$ref": "#"}) == {"description": "As the whole above."}


@pytest.mark.parametrize(
    ("given", "pointer", "says"),
    [
        ([], "", "object"),
        ({"properties": {"a": 3}}, "/properties/a", "object"),
        ({"$ref": "http://127.0.0.1/x"}, "/$ref", "same document"),
        ({"$ref": "other.json#/a"}, "/$ref", "same document"),
        ({"$ref": 3}, "/$ref", "same document"),
        ({"$ref": "#/nowhere"}, "/$ref", "points at nothing"),
        ({"items": {"$dynamicRef": "#x"}}, "/items", "dynamic"),
        ({"type": "strange"}, "/type", "strange"),
        ({"pattern": "a" * 501}, "/pattern", "500"),
        ({"pattern": "("}, "/pattern", "regex"),
        ({"enum": list(range(3000))}, "/enum", "2000 parts"),
        ({"description": "x" * 70_000}, "", "65536"),
        ({"default": object()}, "", "JSON"),
        (deep(40), "/items" * 33, "deeper"),
        (BOMB, "", "2000 parts"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(given: object, pointer: str, says: str):
    began = time.monotonic()
    with pytest.raises(BadSchema) as refused:
        normalized(given)
    assert refused.value.pointer.startswith(pointer)
    assert says in str(refused.value)
    assert time.monotonic() - began < 2


def test_arguments_are_an_object():
    assert object_schema({}) == {"type": "object", "properties": {}}
    with pytest.raises(BadSchema, match="are an object"):
        object_schema({"type": "array"})


def test_checking_takes_linear_time():
    slow: Json = {"type": "string", "pattern": "(a+)+$"}
    for _ in range(20):
        slow = {"anyOf": [slow], "unevaluatedProperties": False}
    schema = object_schema({"properties": {"a": slow}})
    began = time.monotonic()
    assert len(problems(schema, {"a": "a" * 40 + "!"})) == 1
    assert problems(schema, {"a": "a" * 40}) == []
    assert time.monotonic() - began < 1
    assert len(problems({"items": {"type": "string"}}, [1] * 9)) == 5


async def test_a_foreign_tool_checks_what_it_is_given():
    async def echo(context: ToolContext, args: Json) -> Json:
        return {"run": context.run} | args

    tool = ForeignTool(
        name="echo",
        description="Echo.",
        schema=object_schema({"properties": {"n": {"type": "integer"}}, "required": ["n"]}),
        effect=Effect.EGRESS,
        function=echo,
        kind=Kind.HTTP,
    )
    context = ToolContext(run="r")
    assert await tool.call(context, {"n": 1}) == {"run": "r", "n": 1}
    for wrong, says in (
        ({"n": "1"}, "n: '1'"),
        ({}, "'n' is a required"),
        ({"n": 1, "x": "y" * 300_000}, "bytes"),
    ):
        with pytest.raises(ToolRetry, match=says):
            await tool.call(context, wrong)
