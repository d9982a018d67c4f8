"""What another version of a type breaks of what callers and records rely on."""

from typing import Any

import pytest
from tests.features.agents.invoices import INVOICE, changed

from menon.features.agents.types.compat import breaks
from menon.features.agents.types.rules import Checking
from menon.features.agents.types.schemas import TypeIn

TOOLS = ("calculator", "current_time")


BREAKS: list[tuple[dict[str, Any], list[str]]] = [
    (changed(), []),
    (changed("metadata", "description", to="Other."), []),
    (changed("input_schema", "properties", "more", to={"type": "string"}), []),
    (
        changed(
            "input_schema", "properties", "count", to={"type": ["integer", "null"], "minimum": 1}
        ),
        [],
    ),
    (changed("input_schema", "properties", "count", "minimum", to=0), []),
    (changed("output_schema", "properties", "more", to={"type": "string"}), []),
    (changed("data_models", "invoice", "fields", "note", to={"type": "text"}), []),
    (
        changed(
            "data_models",
            "invoice",
            "fields",
            "note",
            to={"type": "text", "required": True, "default": "-"},
        ),
        [],
    ),
    (changed("data_models", "bill", to={"fields": {"a": {"type": "text"}}}), []),
    (changed("tools", to=["calculator", "current_time"]), []),
    (changed("input_schema", "properties", "keep", gone=True), ["/input_schema/properties/keep"]),
    (
        changed("input_schema", "properties", "count", "type", to="string"),
        ["/input_schema/properties/count"],
    ),
    (
        changed("input_schema", "required", to=["number", "price", "count", "keep"]),
        ["/input_schema/required"],
    ),
    (
        changed("input_schema", "additionalProperties", to=False),
        ["/input_schema/additionalProperties"],
    ),
    (
        changed("input_schema", "properties", "count", "minimum", to=2),
        ["/input_schema/properties/count/minimum"],
    ),
    (
        changed("input_schema", "properties", "count", "maximum", to=9),
        ["/input_schema/properties/count/maximum"],
    ),
    (
        changed("input_schema", "properties", "number", "pattern", to="^B"),
        ["/input_schema/properties/number/pattern"],
    ),
    (
        changed("input_schema", "properties", "number", "enum", to=["A-1"]),
        ["/input_schema/properties/number/enum"],
    ),
    (
        changed("output_schema", "properties", "known", gone=True),
        ["/output_schema/properties/known"],
    ),
    (changed("output_schema", "required", to=[]), ["/output_schema/required"]),
    (
        changed("output_schema", "properties", "total", "type", to=["string", "null"]),
        ["/output_schema/properties/total"],
    ),
    (changed(output_schema={}), ["/output_schema"]),
    (changed("data_models", "invoice", gone=True), ["/data_models/invoice"]),
    (
        changed("data_models", "invoice", "fields", "due", "type", to="integer"),
        ["/data_models/invoice/fields/due"],
    ),
    (
        changed("data_models", "invoice", "fields", "note", to={"type": "text", "required": True}),
        ["/data_models/invoice/fields/required"],
    ),
    (
        changed("data_models", "invoice", "fields", "state", "values", to=["open"]),
        ["/data_models/invoice/fields/state/enum"],
    ),
    (
        changed("data_models", "invoice", "indexes", 0, "fields", to=["due"]),
        ["/data_models/invoice/indexes"],
    ),
    (changed("metadata", "capabilities", to=[]), ["/metadata/capabilities"]),
]


@pytest.mark.parametrize(("body", "pointers"), BREAKS)
def test_what_another_version_breaks(body: dict[str, Any], pointers: list[str]):
    old, new = TypeIn.model_validate(INVOICE), TypeIn.model_validate(body)
    before = Checking(old, TOOLS).checked()
    looked = Checking(new, TOOLS)
    # What a step reads may be gone too: then the contract alone is compared.
    after = (
        looked.checked()
        or Checking(
            new.model_copy(
                update={"processing_pipeline": TypeIn(agent_type="a").processing_pipeline}
            ),
            TOOLS,
        ).checked()
    )
    assert before is not None
    assert after is not None
    found = breaks(old, new, before=before.plain(), after=after.plain())
    assert [fault.pointer for fault in found] == pointers


def test_items_of_lists_are_compared_too():
    def body(items: dict[str, Any]) -> TypeIn:
        listed = {"type": "object", "properties": {"all": {"type": "array", "items": items}}}
        return TypeIn(agent_type="a", input_schema=listed, output_schema=listed)

    old, new = body({"type": "integer"}), body({"type": "number"})
    plain = [Checking(one, ()).checked() for one in (old, new)]
    assert plain[0] is not None
    assert plain[1] is not None
    found = breaks(old, new, before=plain[0].plain(), after=plain[1].plain())
    assert [(fault.pointer, fault.detail) for fault in found] == [
        (
            "/output_schema/properties/all/items",
            "the type changed from integer to integer or number",
        )
    ]
