"""Conflicts inside a specification, told by paths."""

from typing import Any

import pytest

from menon.apps.socratic.conflicts import of_specification
from menon.apps.socratic.specification.model import Specification


def told(**parts: Any) -> set[tuple[str, tuple[str, ...]]]:
    spec = Specification.model_validate({"project": {"name": "Shop"}, **parts})
    return {(one.type.value, one.statements) for one in of_specification(spec)}


INVOICE = {
    "name": "Invoice",
    "retention_days": 30,
    "fields": [{"name": "number", "unique": True, "required": True}],
    "relations": [{"name": "customer", "target": "Customer"}],
}
FEATURES = [
    {"id": "FR-001", "title": "Checkout", "priority": "P1", "depends_on": ["FR-003"]},
    {"id": "FR-002", "title": "Mobile app for iOS"},
    {"id": "FR-003", "title": "Vouchers", "priority": "P3"},
    {"id": "FR-004", "title": "Search", "priority": "P1", "depends_on": ["FR-002"]},
]


class TestSpecification:
    def test_without_contradictions_has_none(self):
        assert told(entities=[INVOICE], features=FEATURES[2:3]) == set()

    def test_is_searched_for_priorities_that_need_lower_ones(self):
        assert ("priority", ("features[0]", "features[2]")) in told(features=FEATURES)

    def test_is_searched_for_features_out_of_scope_and_what_needs_them(self):
        found = told(features=FEATURES, scope={"outside": ["Mobile app"]})
        assert ("scope", ("scope.outside[0]", "features[1]")) in found
        assert ("priority", ("features[1]", "features[3]")) in found

    def test_is_searched_for_too_many_firsts(self):
        titles = ("Checkout", "Search", "Reports", "Reviews", "Wish list")
        features = [
            {"id": f"FR-00{n}", "title": title, "priority": "P1"}
            for n, title in enumerate(titles, start=1)
        ]
        (conflict,) = told(features=features)
        assert conflict == ("priority", tuple(f"features[{n}]" for n in range(5)))

    @pytest.mark.parametrize(
        ("note", "kind", "path"),
        [
            ("Only admins may delete invoices.", "permission", "permissions[0]"),
            ("Invoices are kept for 7 years.", "data", "entities[0]"),
            ("An invoice may belong to several customers.", "data", "entities[0].relations[0]"),
            ("Two invoices may share the same number.", "data", "entities[0].fields[0]"),
        ],
    )
    def test_is_searched_for_notes_against_types(self, note: str, kind: str, path: str):
        right = {"actor": "customer", "entity": "Invoice", "actions": ["delete"]}
        assert told(entities=[INVOICE], permissions=[right], notes=[note]) == {
            (kind, ("notes[0]", path))
        }

    def test_is_searched_for_denied_permissions(self):
        rights = [
            {"actor": "clerk", "entity": "*", "actions": ["delete"], "effect": "deny"},
            {"actor": "clerk", "entity": "Invoice", "actions": ["delete"]},
        ]
        assert told(permissions=rights) == {("permission", ("permissions[0]", "permissions[1]"))}

    @pytest.mark.parametrize(
        ("one", "other", "met"),
        [
            (("latency_p95", "<=", 200, "ms"), ("latency_p95", ">=", 1, "s"), True),
            (("latency_p95", "<=", 200, "ms"), ("latency_p95", "<=", 0.2, "s"), False),
            (("concurrent_users", "<=", 50, ""), ("concurrent_users", ">=", 500, ""), True),
            (("availability", ">=", 99.9, "%"), ("availability", ">=", 99, "%"), False),
        ],
    )
    def test_is_searched_for_limits_that_exclude_each_other(
        self,
        one: tuple[str, str, float, str],
        other: tuple[str, str, float, str],
        met: bool,
    ):
        keys = ("metric", "operator", "value", "unit")
        nfr = [
            {"id": f"SC-00{n}", **dict(zip(keys, row, strict=True))}
            for n, row in enumerate((one, other), start=1)
        ]
        assert told(nfr=nfr) == ({("numeric", ("nfr[0]", "nfr[1]"))} if met else set())

    def test_is_searched_for_times_money_and_technology(self):
        found = told(
            constraints=[
                {"kind": "deadline", "text": "Done in 2 weeks"},
                {"kind": "budget", "text": "Budget", "value": 40_000, "unit": "USD"},
                {"kind": "other", "text": "The licence costs $60k."},
            ],
            milestones=[{"name": "Development", "days": 42}],
            architecture={"technologies": ["MongoDB"], "forbidden": ["MongoDB"]},
        )
        assert found == {
            ("timeline", ("constraints[0]", "milestones[0]")),
            ("budget", ("constraints[1]", "constraints[2]")),
            ("technology", ("architecture.technologies[0]", "architecture.forbidden[0]")),
        }
