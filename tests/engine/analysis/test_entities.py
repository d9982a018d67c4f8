import pytest

from menon.engine.analysis.entities import entities
from menon.engine.analysis.text import Text


def _found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in entities(Text(text)).entities]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("It opened on 12 March 2026.", "date", "12 March 2026"),
        ("It opens March 3rd, 2027 again.", "date", "March 3rd, 2027"),
        ("It closes 2026-04-01 at noon.", "date", "2026-04-01"),
        ("It was on 24.12.2025 already.", "date", "24.12.2025"),
        ("It was on 5/12/2026 already.", "date", "5/12/2026"),
        ("It costs $1,250.50 now.", "money", "$1,250.50"),
        ("It costs 1.150,00 EUR now.", "money", "1.150,00 EUR"),
        ("It costs €5 million now.", "money", "€5 million"),
        ("It costs 3 million dollars now.", "money", "3 million dollars"),
        ("Write to anna.b+x@mail.example.org.", "email", "anna.b+x@mail.example.org"),
        ("See https://example.org/a?b=1, please.", "url", "https://example.org/a?b=1"),
        ("See (www.example.org/x).", "url", "www.example.org/x"),
        ("Call +49 89 1234-5678 today.", "phone", "+49 89 1234-5678"),
        ("Call (555) 123-4567 today.", "phone", "(555) 123-4567"),
        ("Yesterday Dr. Anna Berger spoke.", "person", "Dr. Anna Berger"),
        ("It was Peter Jones's idea.", "person", "Peter Jones"),
        ("He joined Siemens AG early.", "organization", "Siemens AG"),
        ("She works at the University of Oslo.", "organization", "University of Oslo"),
        ("It was Johnson and Johnson Inc. again.", "organization", "Johnson and Johnson Inc"),
        ("They met in Lisbon again.", "name", "Lisbon"),
    ],
)
def test_a_thing_is_known_by_its_form(said: str, kind: str, text: str):
    assert _found(said) == [(kind, text)]


@pytest.mark.parametrize(
    "said",
    [
        "Version 1.2.3 has 1234567 lines.",
        "The cat sat there.",
        "Nothing happened on Monday in March.",
        "What a day!",
        "It is 99.5 or 2026/x.",
        "user@host and @someone",
        "Der Pegel misst die Tide in dem Hafen und das ist gut.",
    ],
)
def test_what_is_nothing_is_left_out(said: str):
    assert _found(said) == []


def test_each_stands_where_it_says_and_names_its_basis():
    said = "Mr Smith paid $5 to Acme Ltd."
    found = entities(Text(said)).entities
    assert [said[e.start : e.end] for e in found] == [e.text for e in found]
    assert [(e.kind, e.basis) for e in found] == [
        ("person", "title"),
        ("money", "pattern"),
        ("organization", "company form"),
    ]


def test_two_people_are_two():
    assert _found("It was between Anna Berg and Peter Jones then.") == [
        ("person", "Anna Berg"),
        ("person", "Peter Jones"),
    ]


def test_many_are_counted_and_the_first_are_shown():
    found = entities(Text(" ".join(f"a{n}@example.org" for n in range(500))))
    assert (len(found.entities), found.found) == (200, 500)
