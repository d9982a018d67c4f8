"""The data model reads as cards of records."""

from menon.apps.socratic.agreements.records import cards
from menon.apps.socratic.specification import Specification

SHOP = {
    "project": {"name": "Shop"},
    "enums": [{"name": "Size", "values": ["s", "m"], "labels": {"s": "small"}}],
    "entities": [
        {
            "name": "Book",
            "fields": [
                {"name": "title", "required": True, "unique": True, "max_length": 80},
                {"name": "price", "type": "decimal", "above": 0, "max": 99.5},
                {"name": "size", "type": "enum", "enum": "Size", "default": "m"},
            ],
        },
        {"name": "Loan", "relations": [{"name": "book", "target": "Book", "required": True}]},
    ],
}


def test_fields_and_relations_are_told_in_words():
    book, loan = cards(Specification.model_validate(SHOP))["entities"]
    assert [(one["type"], one["facts"]) for one in book["fields"]] == [
        ("string", ["required", "unique", "up to 80 characters"]),
        ("decimal", ["at most 99.5", "above 0"]),
        ("Size", ["small, m", "at first m"]),
    ]
    (relation,) = loan["relations"]
    assert (relation["words"], relation["target"]) == ("belongs to", "Book")


def test_a_thousand_are_not_all_shown():
    many = [{"name": f"Thing{n}", "fields": [{"name": "name"}]} for n in range(205)]
    shown = cards(Specification.model_validate(SHOP | {"entities": many}))
    assert (len(shown["entities"]), shown["hidden"]) == (200, 5)
