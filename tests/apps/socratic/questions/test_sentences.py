from typing import Any

import pytest

from menon.apps.socratic.questions.parsers import Context, read
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


class TestSentences:
    def test_stories_in_several_forms(self):
        text = (
            "As a member I want to borrow a book so that I can read it. "
            "Librarians can add books. P3: As an admin, I want to see reports"
        )
        assert [
            (one["actor"], one["want"], one["benefit"], one["priority"])
            for one in value("stories", text)
        ] == [
            ("member", "borrow a book", "I can read it", None),
            ("librarian", "add books", "", None),
            ("admin", "see reports", "", "P3"),
        ]

    @pytest.mark.parametrize(
        ("text", "pattern", "wanted"),
        [
            (
                "When a loan is overdue, the system must send a mail.",
                "event",
                "When a loan is overdue, the system shall send a mail.",
            ),
            (
                "If payment fails then the order shall be cancelled",
                "unwanted",
                "If payment fails, then the order shall be cancelled.",
            ),
            ("the shop should keep records", "ubiquitous", "The shop shall keep records."),
            (
                "the shop must warn when stock is low",
                "event",
                "When stock is low, the shop shall warn.",
            ),
        ],
    )
    def test_ears(self, text: str, pattern: str, wanted: str):
        assert value("ears", text) == [{"pattern": pattern, "text": wanted}]

    def test_scenarios_in_a_line_and_in_gherkin(self):
        line = "Given a member, when she borrows a book, then the book is lent"
        gherkin = "Scenario: lend\nGiven a member\nWhen she borrows\nThen it is lent\nAnd it is due"
        (one,), (two,) = value("scenario", line), value("scenario", gherkin)
        assert (one["when"], one["then"]) == (["she borrows a book"], ["the book is lent"])
        assert (two["name"], two["then"]) == ("lend", ["it is lent", "it is due"])

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            (
                "librarians may create and delete books, members may only read",
                [
                    ("librarian", "Book", ["create", "delete"], "all", "allow"),
                    ("member", "Book", ["read"], "all", "allow"),
                ],
            ),
            (
                "members may read books and create their own loans",
                [
                    ("member", "Book", ["read"], "all", "allow"),
                    ("member", "Loan", ["create"], "own", "allow"),
                ],
            ),
            (
                "members can update loans but cannot delete books",
                [
                    ("member", "Loan", ["update"], "all", "allow"),
                    ("member", "Book", ["delete"], "all", "deny"),
                ],
            ),
            (
                "Members: read-only on books",
                [("member", "Book", ["read"], "all", "allow")],
            ),
            (
                "admins can do everything",
                [("admin", "*", ["create", "read", "update", "delete"], "all", "allow")],
            ),
        ],
    )
    def test_permissions(self, text: str, wanted: list[tuple[Any, ...]]):
        keys = ("actor", "entity", "actions", "scope", "effect")
        found = value("permissions", text)
        assert [tuple(one[key] for key in keys) for one in found] == wanted

    def test_states_with_branches_and_actors(self):
        found = value("states", "draft -> sent -> paid or lost by manager; lost -> draft")
        moves = [(one["source"], one["target"], one["by"]) for one in found["transitions"]]
        assert found["initial"] == "draft"
        assert ("sent", "lost", ["manager"]) in moves
        assert ("lost", "draft", []) in moves

    def test_what_is_left_out(self):
        text = "no mobile app, without payments and not a marketplace"
        assert value("scope", text) == ["mobile app", "payments", "marketplace"]
