"""A specification that has everything, for tests of checks, differences and renderers."""

from typing import Any

from menon.apps.socratic.specification import Specification


def shop(**changes: Any) -> Specification:
    """A small shop; `changes` replace its parts."""
    return Specification.model_validate({**plain(), **changes})


def plain() -> dict[str, Any]:
    """The shop as JSON."""
    return {
        "project": {
            "name": "Corner shop",
            "description": "Sells books to people nearby.",
            "problem": "Orders arrive by telephone and are forgotten.",
            "success": ["90 % of orders arrive on the web within a year"],
        },
        "actors": [
            {"name": "customer", "description": "Buys books"},
            {"name": "clerk", "description": "Packs and sends"},
        ],
        "enums": [
            {
                "name": "OrderState",
                "values": ["draft", "paid", "sent"],
                "labels": {"draft": "Not yet paid"},
            }
        ],
        "entities": [
            {
                "name": "Book",
                "description": "What is sold.",
                "search": True,
                "display": "title",
                "fields": [
                    {"name": "title", "required": True, "max_length": 200},
                    {"name": "isbn", "unique": True, "pattern": r"^\d{13}$"},
                    {"name": "price", "type": "decimal", "required": True, "above": 0},
                    {"name": "stock", "type": "integer", "min": 0, "max": 9999, "default": 0},
                    {"name": "contact", "type": "email"},
                ],
            },
            {
                "name": "Order",
                "owned": True,
                "fields": [
                    {"name": "placed_at", "type": "datetime", "required": True},
                    {"name": "state", "type": "enum", "enum": "OrderState", "default": "draft"},
                ],
                "relations": [
                    {
                        "name": "books",
                        "target": "Book",
                        "kind": "many_to_many",
                        "inverse": "orders",
                    }
                ],
                "life_cycle": {
                    "field": "state",
                    "initial": "draft",
                    "transitions": [
                        {"source": "draft", "target": "paid"},
                        {"source": "paid", "target": "sent", "by": ["clerk"]},
                    ],
                },
            },
        ],
        "features": [
            {
                "id": "FR-001",
                "title": "Order books",
                "priority": "P1",
                "story": {"actor": "customer", "want": "to order a book", "benefit": "I can read"},
                "ears": ["When an order is placed, the shop shall keep it as a draft."],
                "scenarios": [
                    {
                        "name": "One book",
                        "given": ["a book in stock"],
                        "when": ["I order it", "I confirm"],
                        "then": ["the order is a draft"],
                    }
                ],
                "entities": ["Order", "Book"],
                "source": "Q-7",
            },
            {
                "id": "FR-002",
                "title": "Send orders",
                "priority": "P2",
                "story": {"actor": "clerk", "want": "to mark an order as sent"},
                "ears": ["If an order is unpaid, the shop shall refuse to send it."],
                "entities": ["Order"],
                "depends_on": ["FR-001"],
            },
        ],
        "permissions": [
            {"actor": "customer", "entity": "Order", "actions": ["create", "read"], "scope": "own"},
            {"actor": "clerk", "entity": "*", "actions": ["read", "update"]},
        ],
        "nfr": [
            {"id": "SC-001", "metric": "latency_p95", "value": 300, "unit": "ms", "scope": "search"}
        ],
        "constraints": [{"kind": "budget", "text": "At most 20,000 EUR", "value": 20000}],
        "milestones": [{"name": "First sale", "days": 30, "date": "2027-03-01"}],
        "scope": {"inside": ["books"], "outside": ["e-books"]},
        "assumptions": [{"slot": "quality.languages", "text": "English only"}],
        "clarifications": [
            {"id": "Q-7", "role": "developer", "question": "Who orders?", "answer": "Customers"}
        ],
        "conflicts": [
            {"type": "budget", "grade": "warn", "why": "Two sums", "state": "resolved"},
        ],
        "glossary": [{"term": "Draft", "meaning": "An order that is not paid."}],
        "notes": ["Please make it nice."],
    }
