"""The verdict on a figure, and what other measurements answer as figures."""

from typing import Any

import pytest
from bench.__main__ import figure
from bench.figures import Figure, line


@pytest.mark.parametrize(
    ("value", "limit", "least", "held", "ok"),
    [
        (3.9, 4.0, False, True, True),
        (4.0, 4.0, False, True, True),
        (4.1, 4.0, False, True, False),
        (8.1, 8.0, True, True, True),
        (7.9, 8.0, True, True, False),
        (1.0, 4.0, False, False, False),
        (0.0, 0.0, False, True, True),
        (1.0, 0.0, False, True, False),
        (99.0, None, False, True, True),
        (99.0, None, False, False, False),
    ],
)
def test_a_figure_knows_whether_its_limit_holds(
    value: float, limit: float | None, *, least: bool, held: bool, ok: bool
):
    assert Figure(name="x", value=value, limit=limit, least=least, held=held).ok is ok


def test_a_figure_is_told_as_a_part_of_its_limit():
    assert Figure(name="x", value=2.0, limit=4.0).ratio == 0.5
    assert Figure(name="x", value=2.0, limit=0.0).ratio is None


def test_a_broken_limit_stands_out_in_the_table():
    assert "BROKEN" in line(Figure(name="x", value=5.0, limit=4.0))
    assert "BROKEN" not in line(Figure(name="x", value=3.0, limit=4.0))


@pytest.mark.parametrize(
    ("row", "name", "value", "limit", "ok"),
    [
        ({"ratio": 2.0, "limit": 4.0, "ok": True, "us": 7}, "request", 2.0, 4.0, True),
        ({"ratio": 2.0, "limit": 4.0, "ok": False}, "request", 2.0, 4.0, False),
        ({"scenario": "hybrid", "ok": True}, "request hybrid", 1.0, None, True),
        ({"store": "sqlite", "ok": False}, "request sqlite", 0.0, None, False),
    ],
)
def test_a_line_of_another_measurement_becomes_a_figure(
    row: dict[str, Any], name: str, value: float, limit: float | None, *, ok: bool
):
    found = figure("request", row)
    assert (found.name, found.value, found.limit, found.ok) == (name, value, limit, ok)
