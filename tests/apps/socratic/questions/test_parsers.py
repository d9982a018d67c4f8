from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menon.apps.socratic.questions.parsers import PARSERS, Context, read
from menon.apps.socratic.questions.slots import Kind

KNOWN = Context(
    subject="Book",
    entities=("Book", "Member", "Loan", "OrderLine"),
    actors=("librarian", "member"),
    choices={"sqlite": ("lite", "file"), "postgresql": ("postgres",)},
    unit="users",
)


def value(kind: Kind, text: str, context: Context = KNOWN) -> Any:
    found = read(kind, text, context)
    return found.value if found else "unread"


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "amount", "currency", "operator"),
        [
            ("around 20,000 EUR", 20_000, "EUR", "<="),
            ("$5k", 5_000, "USD", "<="),
            ("1.5 million euros", 1_500_000, "EUR", "<="),
            ("at least 1.000,50 \u20ac", 1_000.5, "EUR", ">="),
            ("about 8000", 8_000, "", "<="),
            ("no more than ten thousand dollars", 10_000, "USD", "<="),
            ("more than 10k GBP", 10_000, "GBP", ">"),
        ],
    )
    def test_money(self, text: str, amount: float, currency: str, operator: str):
        assert value("money", text) == {
            "amount": amount,
            "currency": currency,
            "operator": operator,
        }

    @pytest.mark.parametrize(
        ("text", "seconds", "operator"),
        [
            ("at least 6 weeks", 3_628_800, ">="),
            ("p95 under 300 ms", 0.3, "<"),
            ("daily", 86_400, "="),
            ("half a day", 43_200, "="),
            ("two months or less", 5_184_000, "<="),
        ],
    )
    def test_durations(self, text: str, seconds: float, operator: str):
        found = value("duration", text)
        assert (found["seconds"], found["operator"]) == (seconds, operator)

    def test_for_ever_is_null_and_a_range_has_both_ends(self):
        assert value("duration", "kept forever") is None
        assert value("duration", "4-6 weeks")["most"] == 6 * 7 * 86_400

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("completed in 2 weeks", {"days": 14.0, "operator": "<="}),
            ("by 1 March 2027", {"date": "2027-03-01", "operator": "<="}),
            ("end of Q2 2027", {"date": "2027-06-30", "operator": "<="}),
            ("1.3.2027", {"date": "2027-03-01", "operator": "<="}),
            ("2027-02-30", "unread"),
            ("in 300 ms", "unread"),
        ],
    )
    def test_deadlines(self, text: str, wanted: object):
        assert value("deadline", text) == wanted

    @pytest.mark.parametrize(
        ("kind", "text", "wanted"),
        [
            ("percentage", "three nines", {"percent": 99.9, "operator": ">="}),
            ("percentage", "at most 5,5 %", {"percent": 5.5, "operator": "<="}),
            ("percentage", "300 %", "unread"),
            ("count", "about 200 users at once", {"count": 200, "operator": ">="}),
            ("volume", "100 per day", 36_500),
            ("yes_no", "yes, please", True),
            ("yes_no", "not needed", False),
            ("yes_no", "blue", "unread"),
            ("option", "2", "postgresql"),
            ("option", "a file", "sqlite"),
            ("option", "not sqlite but postgres", "postgresql"),
            ("option", "oracle", "unread"),
        ],
    )
    def test_small_answers(self, kind: Kind, text: str, wanted: object):
        assert value(kind, text) == wanted

    def test_people_are_added_up(self):
        people = Context(unit="people")
        assert value("count", "two developers and 1 designer", people)["count"] == 3
        assert value("count", "just me", people)["count"] == 1

    @pytest.mark.parametrize(
        ("text", "unit", "shown"),
        [
            ("just me", "people", "1 person"),
            ("3 developers", "people", "3 people"),
            ("1 user", "users", "1 user"),
            ("20 users", "users", "20 users"),
        ],
    )
    def test_one_is_told_as_one(self, text: str, unit: str, shown: str):
        found = read("count", text, Context(unit=unit))
        assert found is not None
        assert found.shown == shown

    def test_a_rate_has_a_period(self):
        assert value("rate", "500 orders a day") == {
            "value": 500,
            "unit": "orders",
            "per": "day",
            "operator": ">=",
        }


class TestFields:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("title", {"name": "title", "type": "string"}),
            ("isbn unique", {"name": "isbn", "type": "string", "unique": True}),
            ("price > 0", {"name": "price", "type": "decimal", "above": 0.0}),
            ("pages 1..500", {"name": "pages", "type": "integer", "min": 1.0, "max": 500.0}),
            ("width > 2.5", {"name": "width", "type": "decimal", "above": 2.5}),
            ("due date", {"name": "due_date", "type": "date"}),
            ("date of birth", {"name": "date_of_birth", "type": "date"}),
            ("phone number", {"name": "phone_number", "type": "string"}),
            ("unit price decimal", {"name": "unit_price", "type": "decimal"}),
            ("email", {"name": "email", "type": "email"}),
            ("hours > 0, max 24", {"name": "hours", "type": "decimal", "above": 0.0, "max": 24.0}),
            (
                "priority from 1 to 5",
                {"name": "priority", "type": "integer", "min": 1.0, "max": 5.0},
            ),
            (
                "name required max 100 characters",
                {"name": "name", "type": "string", "required": True, "max_length": 100},
            ),
            (
                "status (draft, sent) default draft",
                {
                    "name": "status",
                    "type": "enum",
                    "values": ["draft", "sent"],
                    "default": "draft",
                },
            ),
            (
                "available yes/no default yes",
                {"name": "available", "type": "boolean", "default": True},
            ),
            ("optional notes", {"name": "notes", "type": "text", "required": False}),
            (
                "code between 3 and 8 characters",
                {"name": "code", "type": "string", "min_length": 3, "max_length": 8},
            ),
        ],
    )
    def test_one_field(self, text: str, wanted: dict[str, Any]):
        assert value("fields", text)["fields"] == [wanted]

    @pytest.mark.parametrize("text", ["author: Member", "member", "belongs to Member"])
    def test_a_field_that_is_an_entity_points_at_it(self, text: str):
        found = value("fields", text)
        assert found["fields"] == []
        assert (found["relations"][0]["source"], found["relations"][0]["target"]) == (
            "Book",
            "Member",
        )

    def test_prose_is_no_field(self):
        text = "title, we should really talk about all of the other things next week"
        found = read("fields", text, KNOWN)
        assert found is not None
        assert [one["name"] for one in found.value["fields"]] == ["title"]
        assert found.rest == ("we should really talk about all of the other things next week",)


class TestEntities:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Book: title, isbn unique\nAuthor: name", ["Book", "Author"]),
            ("Book: title, isbn, Author: name", ["Book", "Author"]),
            ("We keep books, members and order lines.", ["Book", "Member", "OrderLine"]),
            ("Book(title, isbn), Author(name)", ["Book", "Author"]),
            ("Books (title, isbn) and authors (name)", ["Book", "Author"]),
            ("Each shelf has many books and each book has a title", ["Book", "Shelf"]),
            ("A book has a title and pages. Author has many Books.", ["Book", "Author"]),
        ],
    )
    def test_names(self, text: str, names: list[str]):
        found = value("entities", text)
        assert [one["name"] for one in found["entities"]] == names

    @pytest.mark.parametrize(
        ("text", "held"),
        [
            ("Loan belongs to Book and Member", [("Loan", "Book"), ("Loan", "Member")]),
            ("Author has many Books", [("Book", "Author")]),
            ("each Loan is for one Book", [("Loan", "Book")]),
            (
                "Author has many Books, Book belongs to Publisher optionally",
                [("Book", "Author"), ("Book", "Publisher")],
            ),
        ],
    )
    def test_relations_are_held_by_the_side_that_points(
        self, text: str, held: list[tuple[str, str]]
    ):
        found = value("relations", text)
        assert [(one["source"], one["target"]) for one in found] == held

    def test_a_relation_to_itself_is_a_parent_and_not_required(self):
        (one,) = value("relations", "Category belongs to Category")
        assert (one["name"], one["required"]) == ("parent", False)

    def test_many_to_many(self):
        (one,) = value("relations", "Book has and belongs to many Tags")
        assert (one["kind"], one["name"], one["inverse"]) == ("many_to_many", "tags", "books")


_NASTY = (
    *("a ", "(", "1,", " and ", "X: ", " has many ", "Given ", "as a x i want y ", '"', "\n"),
    *("->a", "1 week ", "1 a day ", "books may read books, ", "when a, ", "\u4e16\u754c ", " "),
)


class TestHostile:
    @pytest.mark.parametrize("kind", list(PARSERS))
    def test_long_repetitions_end(self, kind: Kind):
        for piece in _NASTY:
            read(kind, piece * (20_000 // len(piece)), KNOWN)

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=300))
    def test_no_text_breaks_a_parser(self, text: str):
        for kind in PARSERS:
            read(kind, text, KNOWN)
