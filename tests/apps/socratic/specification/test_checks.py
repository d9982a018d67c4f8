"""What keeps a specification from being built, each at its exact place."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError
from tests.apps.socratic.specification.shop import plain, shop

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.checks import MOST, Problem, problems


def test_a_sound_specification_has_no_problem():
    assert problems(shop()) == []
    assert problems(Specification.model_validate({"project": {"name": "Empty"}})) == []


def _set(path: str, value: Any) -> Specification:
    """The shop with one value replaced or, at a list's end, added."""
    document: Any = deepcopy(plain())
    *parents, last = path.strip("/").split("/")
    at = document
    for part in parents:
        at = at[int(part) if part.isdigit() else part]
    if last.isdigit() and int(last) == len(at):
        at.append(value)
    else:
        at[int(last) if last.isdigit() else last] = value
    return Specification.model_validate(document)


_BOOK, _ORDER = "/entities/0", "/entities/1"

CASES: list[tuple[str, Any, str, str, str]] = [
    (f"{_ORDER}/fields/1/enum", "OrderStat", "", "unknown_enum", "mean 'OrderState'?"),
    (f"{_ORDER}/relations/0/target", "Boook", "", "unknown_entity", "did you mean 'Book'?"),
    (f"{_BOOK}/display", "titel", "", "unknown_field", "did you mean 'title'?"),
    (f"{_BOOK}/fields/0/enum", "OrderState", "", "misplaced_enum", "make the type `enum`"),
    (f"{_BOOK}/fields/0/type", "enum", f"{_BOOK}/fields/0/enum", "missing_enum", "in `enum`"),
    (f"{_BOOK}/fields/0/min", 1, "", "misplaced_limit", "`min` is for numbers"),
    (f"{_BOOK}/fields/3/max_length", 1, "", "misplaced_limit", "`max_length` is for text"),
    (f"{_BOOK}/fields/3/min", 10_000, "", "limits_crossed", "`min` is 10000 and `max` is 9999"),
    (f"{_BOOK}/fields/2/below", 0, f"{_BOOK}/fields/2/above", "limits_crossed", "nothing"),
    (f"{_BOOK}/fields/1/pattern", "[a-", "", "bad_pattern", "no regular expression"),
    (f"{_BOOK}/fields/1/pattern", "a{99999999999999999999}", "", "bad_pattern", "too large"),
    (f"{_BOOK}/fields/1/pattern", "^[[:alpha:]]+$", "", "bad_pattern", "write `[A-Za-z]`"),
    (f"{_BOOK}/fields/1/pattern", "/^abc$/i", "", "bad_pattern", "leave them away"),
    (f"{_BOOK}/fields/3/default", -1, "", "default_outside", "less than `min` 0"),
    (f"{_BOOK}/fields/3/default", 1.5, "", "default_outside", "no whole number"),
    (f"{_BOOK}/fields/3/default", "many", "", "default_outside", "no number"),
    (f"{_BOOK}/fields/2/default", 0, "", "default_outside", "not above 0"),
    (f"{_BOOK}/fields/0/default", "x" * 201, "", "default_outside", "longer than"),
    (f"{_BOOK}/fields/0/default", True, "", "default_outside", "no text"),
    (f"{_ORDER}/fields/0/default", "soon", "", "default_outside", "no datetime"),
    (f"{_ORDER}/fields/1/default", "gone", "", "default_outside", "no value of 'OrderState'"),
    (f"{_ORDER}/life_cycle/field", "stat", "", "unknown_field", "did you mean 'state'?"),
    (f"{_ORDER}/life_cycle/field", "placed_at", "", "not_enum", "make it an `enum`"),
    (f"{_ORDER}/life_cycle/initial", "drft", "", "unknown_state", "did you mean 'draft'?"),
    (f"{_ORDER}/life_cycle/transitions/1/target", "x", "", "unknown_state", "'OrderState'"),
    (f"{_ORDER}/life_cycle/transitions/1/by/0", "clark", "", "unknown_actor", "'clerk'?"),
    (f"{_BOOK}/fields/1/name", "title", "", "duplicate_name", "two fields"),
    (f"{_BOOK}/fields/1/name", "Title", "", "same_safe_name", "both be 'title' in code"),
    (f"{_BOOK}/fields/1/name", "tïtle", "", "same_safe_name", "both be 'title' in code"),
    (f"{_BOOK}/fields/1/name", "orders", f"{_ORDER}/relations/0/inverse", "duplicate_name", ""),
    (f"{_ORDER}/name", "order_state", "/enums/0/name", "same_safe_name", "'order_state'"),
    ("/enums/0/labels/x", "X", "/enums/0/labels", "unknown_value", "remove the label"),
    ("/enums/0/values/3", "draft", "", "duplicate_name", "values of 'OrderState'"),
    ("/actors/1/name", "customer", "", "duplicate_name", "two actors"),
    ("/features/1/id", "FR-001", "", "duplicate_id", "the id FR-001"),
    ("/features/0/story/actor", "custom", "", "unknown_actor", "did you mean 'customer'?"),
    ("/features/0/entities/0", "Ordr", "", "unknown_entity", "did you mean 'Order'?"),
    ("/features/1/depends_on/0", "FR-999", "", "unknown_requirement", "FR-999"),
    ("/permissions/1/actor", "boss", "", "unknown_actor", "clerk, customer"),
    ("/permissions/0/entity", "Cart", "", "unknown_entity", "Book, Order"),
    ("/milestones/0/date", "2027-02-30", "", "bad_date", "no date"),
]


@pytest.mark.parametrize(("path", "value", "at", "code", "said"), CASES)
def test_a_fault_is_told_at_its_place(path: str, value: Any, at: str, code: str, said: str):
    found = problems(_set(path, value))
    wanted = [each for each in found if (each.path, each.code) == (at or path, code)]
    assert len(wanted) == 1, found
    assert said in wanted[0].text
    assert wanted[0].text[-1] in ".?"


def _field(**parts: Any) -> list[str]:
    """The codes of the faults of one field."""
    given = {"name": "A", "fields": [{"name": "x", **parts}]}
    made = {"project": {"name": "Fields"}, "entities": [given]}
    return [each.code for each in problems(Specification.model_validate(made))]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"above": 0, "below": 1}, ["limits_crossed"]),
        ({"above": 0, "below": 2}, []),
        ({"min": 0.2, "max": 0.8}, ["limits_crossed"]),
        ({"min": 0.2, "max": 1}, []),
        ({"above": 1, "max": 1.5}, ["limits_crossed"]),
        ({"min": 1, "below": 1.5}, []),
    ],
)
def test_whole_numbers_need_one_between_their_limits(limits: dict[str, float], found: list[str]):
    assert _field(type="integer", **limits) == found
    assert _field(type="float", **limits) == []


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"min_length": 8}, ["bad_pattern"]),
        ({"max_length": 5}, ["bad_pattern"]),
        ({"min_length": 6, "max_length": 6}, []),
        ({"default": "12345"}, ["default_outside"]),
        ({"default": "123456"}, []),
    ],
)
def test_a_pattern_agrees_with_lengths_and_default(parts: dict[str, Any], found: list[str]):
    assert _field(pattern="^[0-9]{6}$", **parts) == found


def test_values_that_differ_by_a_sign_are_two():
    grades = {"name": "Grade", "values": ["A", "A+", "A-", "a", "<", ">"]}
    assert problems(shop(enums=[*shop().model_dump()["enums"], grades])) == []


def test_a_fault_causes_no_second_one():
    follow = {"/enums", "/entities/1/life_cycle", "/actors"}
    for path, value, *_ in CASES:
        if not any(path.startswith(each) for each in follow) and path != f"{_ORDER}/name":
            assert len(problems(_set(path, value))) <= 2, path


def _needing(*pairs: tuple[str, str]) -> Specification:
    names = sorted({name for pair in pairs for name in pair})
    return Specification.model_validate(
        {
            "project": {"name": "Circles"},
            "entities": [
                {
                    "name": name,
                    "relations": [
                        {"name": f"to_{other.lower()}", "target": other, "required": True}
                        for one, other in pairs
                        if one == name
                    ],
                }
                for name in names
            ],
        }
    )


@pytest.mark.parametrize(
    ("pairs", "way"),
    [
        ([("A", "B"), ("B", "A")], {"A -> B -> A", "B -> A -> B"}),
        ([("A", "A")], {"A -> A"}),
        ([("A", "B"), ("B", "C"), ("C", "A")], {"A -> B -> C -> A", "B -> C -> A -> B"}),
    ],
)
def test_required_circles_are_named(pairs: list[tuple[str, str]], way: set[str]):
    (found,) = problems(_needing(*pairs))
    assert found.code == "circular_required"
    assert any(each in found.text for each in way), found.text


def test_each_circle_is_told_and_a_way_without_return_is_none():
    found = problems(_needing(("A", "B"), ("B", "A"), ("C", "D"), ("D", "C"), ("A", "C")))
    assert [each.code for each in found] == ["circular_required"] * 2
    assert problems(_needing(("A", "B"), ("B", "C"), ("A", "C"))) == []


def test_requirements_that_wait_for_each_other_are_named():
    features: Any = [
        {"id": f"FR-00{n}", "title": "x", "depends_on": [f"FR-00{n % 3 + 1}"]} for n in (1, 2, 3)
    ]
    (found,) = problems(shop(features=features))
    assert found.code == "circular_dependency"
    assert "FR-001 -> FR-002 -> FR-003 -> FR-001" in found.text
    assert found.path == "/features/0/depends_on"


def test_a_relation_that_both_sides_declare_is_one():
    spec = Specification.model_validate(
        {
            "project": {"name": "Both"},
            "entities": [
                {
                    "name": "A",
                    "relations": [
                        {"name": "b", "target": "B", "kind": "one_to_one", "inverse": "a"}
                    ],
                },
                {
                    "name": "B",
                    "relations": [
                        {"name": "a", "target": "A", "kind": "one_to_one", "inverse": "b"}
                    ],
                },
            ],
        }
    )
    assert problems(spec) == []


def _large(target: str) -> Specification:
    return Specification.model_validate(
        {
            "project": {"name": "Large"},
            "entities": [
                {
                    "name": f"Thing{n}",
                    "fields": [{"name": f"field_{i}"} for i in range(10)],
                    "relations": [
                        {
                            "name": "next",
                            "target": target.format(n=(n + 1) % 1000),
                            "required": True,
                        }
                    ],
                }
                for n in range(1000)
            ],
        }
    )


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_cannot_write_are_refused(number: float):
    with pytest.raises(ValidationError, match="finite number"):
        _set("/entities/0/fields/3/max", number)


def test_a_thousand_entities_have_their_faults_told():
    circle = problems(_large("Thing{n}"))
    unknown = problems(_large("Thin{n}"))
    assert [each.code for each in circle] == ["circular_required"]
    assert len(unknown) == MOST
    assert isinstance(unknown[0], Problem)
