"""A declared type to test with: reckons without a model, keeps what it reckoned."""

import copy
from typing import Any

INVOICE: dict[str, Any] = {
    "agent_type": "invoice_reader",
    "metadata": {
        "name": "Invoice reader",
        "description": "Reckons invoices.",
        "capabilities": ["reckon_invoice"],
    },
    "data_models": {
        "invoice": {
            "table_name": "invoices",
            "fields": {
                "number": {"type": "string", "required": True, "description": "As printed."},
                "total": {"type": "string", "required": True},
                "due": {"type": "date"},
                "state": {"type": "enum", "values": ["open", "paid"], "default": "open"},
            },
            "indexes": [{"fields": ["number"], "unique": True}],
        }
    },
    "tools": ["calculator"],
    "processing_pipeline": {
        "steps": [
            {
                "name": "keep",
                "type": "record",
                "when": "input.keep",
                "config": {
                    "model": "invoice",
                    "values": {
                        "number": "{{ input.number }}",
                        "total": "{{ text(steps.sum.output) }}",
                    },
                    "replace": True,
                },
            },
            {
                "name": "sum",
                "type": "tool",
                "description": "Multiply.",
                "config": {
                    "tool": "calculator",
                    "arguments": {"expression": "{{ input.price }} * {{ input.count }}"},
                },
            },
            {
                "name": "known",
                "type": "find",
                "config": {"model": "invoice", "where": {"number": "{{ input.number }}"}},
                "dependencies": ["keep"],
            },
        ],
        "output": {
            "total": "{{ text(steps.sum.output) }}",
            "known": "{{ length(steps.known.output) }}",
        },
    },
    "input_schema": {
        "type": "object",
        "required": ["number", "price", "count"],
        "properties": {
            "number": {
                "type": "string",
                "pattern": "^[A-Z]+-[0-9]+$",
                "description": "Its number.",
            },
            "price": {"$ref": "#/$defs/money"},
            "count": {"type": "integer", "minimum": 1},
            "keep": {"type": "boolean", "default": False},
        },
        "$defs": {"money": {"type": "number", "minimum": 0}},
    },
    "output_schema": {
        "type": "object",
        "required": ["total"],
        "properties": {"total": {"type": "string"}, "known": {"type": "integer"}},
    },
    "limits": {"steps": 4, "seconds": 20},
}


def changed(*path: str | int, to: Any = None, gone: bool = False, **more: Any) -> dict[str, Any]:
    """The declaration with one part replaced, or taken away."""
    whole: dict[str, Any] = copy.deepcopy(INVOICE)
    part: Any = whole
    for name in path[:-1]:
        part = part[name]
    if gone:
        del part[path[-1]]
    elif path:
        part[path[-1]] = to
    return whole | more
