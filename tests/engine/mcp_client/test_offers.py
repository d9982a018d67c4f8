"""What servers list: named for models, and pinned so that any other word is another digest."""

from dataclasses import replace
from typing import Any

import pytest

from menon.engine.mcp_client.offers import Listed, exposed, plain
from menon.engine.tools.schemas import BadSchema

TOOL = Listed(name="add", description="Add.", input_schema={"type": "object"})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "sub"},
        {"title": "T"},
        {"description": "Add. "},
        {"input_schema": {"type": "object", "properties": {}}},
        {"output_schema": {}},
        {"hints": {"read_only_hint": True}},
    ],
)
def test_any_other_word_is_another_digest(change: dict[str, Any]):
    assert replace(TOOL, **change).digest != TOOL.digest


def test_the_order_of_keys_is_none_of_the_words():
    one = replace(TOOL, input_schema={"type": "object", "title": "x"})
    other = replace(TOOL, input_schema={"title": "x", "type": "object"})
    assert one.digest == other.digest


def test_names_are_safe_short_and_apart():
    names = ["add", "a.b", "a/b", "x" * 200, "x" * 201, "", "\u00e9"]
    found = exposed("desk", names)
    assert found["add"] == "mcp__desk__add"
    assert len(set(found.values())) == len(names)
    for name in found.values():
        assert name.startswith("mcp__desk__")
        assert len(name) <= 64
        assert name.replace("_", "").replace("-", "").isalnum()
        assert name.isascii()
    assert exposed("desk", ["add"], {"mcp__desk__add"})["add"] != "mcp__desk__add"


def test_what_a_model_is_shown():
    shown = plain(replace(TOOL, description="", title="Adding", output_schema={"a": 1}))
    assert shown.description == "Adding"
    assert shown.schema == {"type": "object", "properties": {}}
    assert shown.output_schema == {"a": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"description": "x" * 8001},
        {"input_schema": {"$ref": "http://127.0.0.1/"}},
        {"input_schema": {"type": "string"}},
        {"output_schema": {"type": "nothing"}},
    ],
)
def test_what_no_model_is_shown(change: dict[str, Any]):
    with pytest.raises(BadSchema):
        plain(replace(TOOL, **change))
