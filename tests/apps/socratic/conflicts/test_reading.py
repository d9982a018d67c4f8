"""Numbers, dates, bounds and the matrix, as tables."""

import math
from datetime import date

import pytest

from menon.apps.socratic.conflicts.detectors import detectors
from menon.apps.socratic.conflicts.detectors.technology import rules
from menon.apps.socratic.conflicts.lexicon import document
from menon.apps.socratic.conflicts.model import ConflictType, Grade, Interval
from menon.apps.socratic.conflicts.quantities import Quantity, quantities
from menon.apps.socratic.conflicts.words import sentences, stem, tokens

INF = math.inf


def read(text: str) -> Quantity:
    (quantity,) = quantities(tokens(text), frozenset())
    return quantity


class TestQuantities:
    @pytest.mark.parametrize(
        ("text", "dim", "unit", "low", "high"),
        [
            ("$40k", "money", "USD", 40_000, 40_000),
            ("EUR 40,000", "money", "EUR", 40_000, 40_000),
            ("EUR 40.000", "money", "EUR", 40_000, 40_000),
            ("forty thousand dollars", "money", "USD", 40_000, 40_000),
            ("1.5M euros", "money", "EUR", 1_500_000, 1_500_000),
            ("two hundred and fifty pounds", "money", "GBP", 250, 250),
            ("up to 99,9 %", "percent", "%", -INF, 99.9),
            ("within 200 ms", "time", "ms", -INF, 0.2),
            ("a fortnight", "time", "fortnight", 1_209_600, 1_209_600),
            ("at least half an hour", "time", "h", 1_800, INF),
            ("one and a half hours", "time", "h", 5_400, 5_400),
            ("5 to 10 minutes", "time", "min", 300, 600),
            ("between 5 and 10 minutes", "time", "min", 300, 600),
            ("no more than 10 MB", "bytes", "MB", -INF, 10_000_000),
            ("60 requests per minute", "rate", "", 1, 1),
            ("30 person days", "effort", "person day", 240, 240),
            ("12 characters or more", "count", "", 12, INF),
            ("not less than 3 kg", "weight", "kg", 3, INF),
            ("it must never take longer than 5 seconds", "time", "s", -INF, 5),
        ],
    )
    def test_are_read_in_base_units(self, text: str, dim: str, unit: str, low: float, high: float):
        quantity = read(text)
        assert (quantity.dim, quantity.unit) == (dim, unit)
        assert quantity.interval[:2] == pytest.approx((low, high))

    @pytest.mark.parametrize(
        ("text", "low", "high"),
        [
            ("by 1 March 2027", None, date(2027, 3, 1)),
            ("before March 2027", None, date(2027, 2, 28)),
            ("in Q3 2027", date(2027, 7, 1), date(2027, 9, 30)),
            ("not before 2027-06-15", date(2027, 6, 15), None),
            ("on 1.3.2027", date(2027, 3, 1), date(2027, 3, 1)),
            ("no later than the end of 2027", None, date(2027, 12, 31)),
        ],
    )
    def test_of_dates_are_days(self, text: str, low: date | None, high: date | None):
        interval = read(text).interval
        assert interval.low == (low.toordinal() if low else -INF)
        assert interval.high == (high.toordinal() if high else INF)

    @pytest.mark.parametrize("text", ["ISO 27001", "24/7", "port 8080", "TLS 1.2", "9" * 400])
    def test_are_not_names(self, text: str):
        assert quantities(tokens(text), frozenset()) == []


class TestIntervals:
    @pytest.mark.parametrize(
        ("one", "other", "slack", "apart"),
        [
            (Interval(high=2), Interval(low=6), 0, True),
            (Interval(high=6), Interval(low=6), 0, False),
            (Interval(high=6, high_open=True), Interval(low=6), 0, True),
            (Interval(28, 28), Interval(30.4, 30.4), 0.1, False),
            (Interval(low=1), Interval(low=9), 0, False),
        ],
    )
    def test_are_apart_or_meet(self, one: Interval, other: Interval, slack: float, apart: bool):
        assert one.apart(other, slack) is apart
        assert other.apart(one, slack) is apart


class TestWords:
    @pytest.mark.parametrize(
        "forms",
        [
            ("delete", "deletes", "deleted", "deleting", "deletion"),
            ("invoice", "invoices", "invoiced"), ("stop", "stopped", "stopping"),
            ("category", "categories"), ("keep", "kept", "keeps"), ("foreman", "foremen"),
        ],
    )  # fmt: skip
    def test_share_their_stem(self, forms: tuple[str, ...]):
        assert len({stem(form) for form in forms}) == 1

    @pytest.mark.parametrize(
        ("one", "other"), [("product", "production"), ("book", "booking"), ("editor", "edition")]
    )
    def test_of_other_meaning_do_not(self, one: str, other: str):
        assert stem(one) != stem(other)

    def test_are_cut_into_sentences(self):
        assert sentences("Max. 5 users. It costs 1.5 EUR; no more!\n* Next") == [
            "max 5 users", "It costs 1.5 EUR", "no more", "Next",
        ]  # fmt: skip


class TestDetectors:
    def test_are_found_for_each_type(self):
        assert [one.type for one in detectors()] == [
            ConflictType.TIMELINE, ConflictType.BUDGET, ConflictType.BUDGET, ConflictType.BUDGET,
            ConflictType.PERMISSION, ConflictType.DATA, ConflictType.SCOPE,
            ConflictType.SCOPE, ConflictType.NUMERIC, ConflictType.NUMERIC,
            ConflictType.TECHNOLOGY, ConflictType.PRIORITY, ConflictType.TIMELINE,
            ConflictType.TENSION, ConflictType.TEXT, ConflictType.TEXT,
            ConflictType.PERMISSION, ConflictType.TEXT,
        ]  # fmt: skip

    def test_know_at_least_80_rules_of_technology_over_known_concepts(self):
        concepts = document("technologies")["concepts"]
        assert len(rules()) >= 80
        assert {rule.grade for rule in rules()} == {Grade.HARD, Grade.WARN}
        assert [r for r in rules() if r.one not in concepts or r.other not in concepts] == []
        assert len({frozenset(rule[:2]) for rule in rules()}) == len(rules())

    def test_know_the_concepts_of_their_tensions(self):
        table = document("tensions")
        named = {r["other"] for r in table["rules"]}
        named |= {r["one"] for r in table["rules"] if isinstance(r["one"], str)}
        assert named <= table["concepts"].keys()
