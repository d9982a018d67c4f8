"""What is wrong with a declaration, and what a message says."""

import time
from typing import Any

import pytest
from pydantic import ValidationError
from tests.features.agents.invoices import INVOICE, changed

from menon.features.agents.types import document as type_document
from menon.features.agents.types.input import input_of
from menon.features.agents.types.rules import Checking, least
from menon.features.agents.types.schemas import TypeIn

TOOLS = ("calculator", "current_time")
STEPS = "processing_pipeline", "steps"


def _faults(body: dict[str, Any]) -> list[tuple[str, str]]:
    looked = Checking(TypeIn.model_validate(body), TOOLS)
    made = looked.checked()
    assert (made is None) == bool(looked.faults)
    return [(fault.pointer, fault.detail) for fault in looked.faults]


def _step(name: str, **config: Any) -> dict[str, Any]:
    return {"name": name, "type": "transform", "config": {"value": config or 1}}


def _bomb(levels: int) -> dict[str, Any]:
    steps = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 10} for n in range(levels)}
    return {"$ref": "#/$defs/a0", "$defs": {**steps, f"a{levels}": {"type": "string"}}}


def _deep(levels: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        found = {"type": "object", "properties": {"a": found}}
    return found


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (changed(agent_type="openai"), "/agent_type", "reserved"),
    (changed(agent_type="system"), "/agent_type", "reserved"),
    (changed("tools", to=["nothing"]), "/tools/0", "there is no tool 'nothing'"),
    (changed("tools", to=[]), "/processing_pipeline/steps/1/config", "add it to `tools`"),
    (changed("input_schema", "type", to="array"), "/input_schema/type", "an object"),
    (changed("input_schema", "type", to="thing"), "/input_schema/type", "not valid"),
    (
        changed("input_schema", "properties", "price", to={"$ref": "https://evil/x.json"}),
        "/input_schema/properties/price/$ref",
        "same document",
    ),
    (
        changed("input_schema", "properties", "price", to={"$ref": "#/$defs/none"}),
        "/input_schema/properties/price/$ref",
        "points at nothing",
    ),
    (changed(output_schema=_bomb(12)), "/output_schema", "more than 2000 parts"),
    (changed(output_schema=_deep(40)), "/output_schema/properties", "deeper than"),
    (
        changed("input_schema", "properties", "number", "pattern", to="(?=a)b"),
        "/input_schema/properties/number/pattern",
        "no pattern here",
    ),
    (
        changed("input_schema", "properties", "number", "pattern", to="a" * 501),
        "/input_schema/properties/number/pattern",
        "at most 500",
    ),
    (
        changed("data_models", "invoice", "fields", "id", to={"type": "string"}),
        "/data_models/invoice/fields/id",
        "reserved",
    ),
    (
        changed("data_models", "invoice", "fields", "state", "values", to=[]),
        "/data_models/invoice/fields/state/values",
        "an enum has `values`",
    ),
    (
        changed("data_models", "invoice", "fields", "state", "default", to="lost"),
        "/data_models/invoice/fields/state/default",
        "not one of",
    ),
    (
        changed(
            "data_models",
            "invoice",
            "fields",
            "n",
            to={"type": "integer", "minimum": 2, "maximum": 1},
        ),
        "/data_models/invoice/fields/n/minimum",
        "above",
    ),
    (
        changed("data_models", "invoice", "indexes", to=[{"fields": ["none"]}]),
        "/data_models/invoice/indexes/0/fields",
        "no field 'none'",
    ),
    (
        changed("data_models", "invoice", "indexes", to=[{"fields": ["due"], "unique": True}] * 2),
        "/data_models/invoice/indexes",
        "at most one",
    ),
    (
        changed(
            "data_models", "bill", to={"table_name": "invoices", "fields": {"a": {"type": "text"}}}
        ),
        "/data_models/bill/table_name",
        "is what 'invoice' is called",
    ),
    (changed(*STEPS, to=[_step("a"), _step("a")]), "/processing_pipeline/steps/1/name", "another"),
    (changed(*STEPS, to=[_step("input")]), "/processing_pipeline/steps/0/name", "reserved"),
    (
        changed("processing_pipeline", to={"steps": [{**_step("a"), "dependencies": ["z"]}]}),
        "/processing_pipeline/steps/0/dependencies/0",
        "no step 'z'",
    ),
    (
        changed(
            "processing_pipeline",
            to={
                "steps": [
                    {**_step("clean"), "dependencies": ["extract"]},
                    _step("extract", x="{{ steps.judge.output }}"),
                    _step("judge", x="{{ steps.clean.output }}"),
                ]
            },
        ),
        "/processing_pipeline/steps",
        "wait for each other: clean -> judge -> extract -> clean",
    ),
    (
        changed("processing_pipeline", to={"steps": [_step("a", x="{{ steps.b.output }}")]}),
        "/processing_pipeline/steps/0/config",
        "no step 'b'",
    ),
    (
        changed("processing_pipeline", to={"steps": [_step("a", x="{{ steps.a.state }}")]}),
        "/processing_pipeline/steps/0/config",
        "an `output`",
    ),
    (
        changed("processing_pipeline", to={"steps": [_step("a", x="{{ input.none }}")]}),
        "/processing_pipeline/steps/0/config",
        "declares no 'none'",
    ),
    (
        changed("processing_pipeline", to={"steps": [_step("a", x="{{ secrets.KEY }}")]}),
        "/processing_pipeline/steps/0/config",
        "none of agent, input, run, steps",
    ),
    (
        changed("processing_pipeline", to={"steps": [_step("a", x="{{ open")]}),
        "/processing_pipeline/steps/0/config",
        "not closed",
    ),
    (
        changed("processing_pipeline", to={"steps": [{**_step("a"), "when": "1 +"}]}),
        "/processing_pipeline/steps/0/when",
        "",
    ),
    (
        changed("processing_pipeline", to={"steps": [], "output": "{{ steps.a.output }}"}),
        "/processing_pipeline/output",
        "no step 'a'",
    ),
    (
        changed(*STEPS, 0, "config", "model", to="bill"),
        "/processing_pipeline/steps/0/config/model",
        "no data model 'bill'",
    ),
    (
        changed(*STEPS, 0, "config", "values", to={"number": "1", "colour": "red"}),
        "/processing_pipeline/steps/0/config/values/colour",
        "no such field",
    ),
    (
        changed(*STEPS, 0, "config", "values", to={"number": "1"}),
        "/processing_pipeline/steps/0/config/values",
        "'total' is required",
    ),
    (
        changed(*STEPS, 1, "config", to={"tool": "calculator", "args": {}}),
        "/processing_pipeline/steps/1/config/args",
        "not permitted",
    ),
    (
        changed(
            metadata={"description": "x" * 4000}, input_schema={"examples": ["x" * 60_000] * 4}
        ),
        "",
        "characters",
    ),
]


@pytest.mark.parametrize(("body", "pointer", "said"), WRONG)
def test_what_is_wrong_is_said_with_its_place(body: dict[str, Any], pointer: str, said: str):
    began = time.monotonic()
    found = _faults(body)
    assert any(at.startswith(pointer) and said in detail for at, detail in found), found
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        {"agent_type": "Not One"},
        {"agent_type": "a", "colour": "red"},
        {"agent_type": "a", "metadata": {"version": "1"}},
        {"agent_type": "a", "processing_pipeline": {"steps": [{"name": "a", "type": "shell"}]}},
        {"agent_type": "a", "data_models": {"m": {"fields": {"a": {"type": "blob"}}}}},
        {"agent_type": "a", "data_models": {"m": {"fields": {}}}},
    ],
)
def test_what_is_not_known_is_refused(body: dict[str, Any]):
    with pytest.raises(ValidationError):
        TypeIn.model_validate(body)


def test_the_steps_come_in_their_order_and_references_are_written_out():
    assert _faults(INVOICE) == []
    made = Checking(TypeIn.model_validate(INVOICE), TOOLS).checked()
    assert made is not None
    assert [step["name"] for step in made.steps] == ["sum", "keep", "known"]
    assert "$ref" not in str(made.input_schema)


ONE_TEXT = {"properties": {"whom": {"type": "string"}, "n": {"type": "integer", "default": 3}}}


@pytest.mark.parametrize(
    ("schema", "message", "given", "found"),
    [
        ({}, "hi", None, {"message": "hi"}),
        ({"properties": {"message": {}, "x": {"type": "string"}}}, "hi", None, {"message": "hi"}),
        (ONE_TEXT, "hi", None, {"whom": "hi", "n": 3}),
        (ONE_TEXT, '{"whom": "you", "n": 1}', None, {"whom": "you", "n": 1}),
        (ONE_TEXT, "{not json", None, {"whom": "{not json", "n": 3}),
        (ONE_TEXT, "hi", {"n": 2}, {"n": 2}),
        (
            {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["b"]},
            "hi",
            None,
            {"b": "hi"},
        ),
        ({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}, "hi", None, {}),
    ],
)
def test_what_a_message_says_of_the_input(
    schema: dict[str, Any], message: str, given: dict[str, Any] | None, found: dict[str, Any]
):
    assert input_of(schema, message, given) == found


def test_the_limits_of_an_agent_stay_within_those_of_its_type():
    agent = {"steps": 12, "seconds": 10.0, "money": None, "tool_seconds": 5}
    declared = {"steps": 4, "seconds": 20.0, "money": 1.0, "tokens": None}
    assert least(agent, declared) == {"steps": 4, "seconds": 10.0, "money": 1.0, "tool_seconds": 5}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 3}, 3),
        ({"default": "x", "type": "string"}, "x"),
        ({"enum": ["a", "b"]}, "a"),
        ({"examples": [7]}, 7),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"type": "array"}, []),
        ({"properties": {"a": {"type": "number"}, "b": True}}, {"a": 1.5, "b": "text"}),
        ({"type": "null"}, None),
    ],
)
def test_an_example_shows_the_shape(schema: dict[str, Any], value: Any):
    assert type_document.example(schema) == value
