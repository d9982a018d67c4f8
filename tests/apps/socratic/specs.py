"""Specifications that the tests of the app begin with."""

from typing import Any

BOOKS: dict[str, Any] = {
    "schema_version": 1,
    "project": {"name": "Library", "description": "Lends books."},
    "actors": [{"name": "member"}, {"name": "librarian"}],
    "entities": [
        {
            "name": "Book",
            "fields": [
                {"name": "title", "type": "string", "required": True, "max_length": 200},
                {"name": "isbn", "type": "string", "unique": True, "max_length": 20},
                {"name": "price", "type": "decimal", "above": 0},
            ],
        },
        {
            "name": "Loan",
            "fields": [{"name": "due", "type": "date", "required": True}],
            "relations": [{"name": "book", "target": "Book", "required": True}],
        },
    ],
    "features": [
        {
            "id": "FR-001",
            "title": "Lend a book",
            "priority": "P1",
            "story": {"actor": "member", "want": "to lend a book", "benefit": "I can read it"},
            "ears": ["When a member asks for a book, the library shall lend it."],
            "scenarios": [
                {
                    "name": "Lend",
                    "given": ["a book"],
                    "when": ["a loan is made"],
                    "then": ["it is lent"],
                }
            ],
            "entities": ["Loan", "Book"],
        }
    ],
}

CONTRADICTORY: dict[str, Any] = BOOKS | {
    "constraints": [
        {"kind": "deadline", "text": "The project must be completed in 2 weeks.", "value": 2,
         "unit": "weeks"},
        {"kind": "other", "text": "Development takes at least 6 weeks."},
    ],
}  # fmt: skip

JDL = """
entity Author {
  name String required maxlength(100)
  born LocalDate
}
entity Book {
  title String required
  price BigDecimal min(0)
}
relationship OneToMany {
  Author{books} to Book{author(name) required}
}
paginate Book with pagination
"""
