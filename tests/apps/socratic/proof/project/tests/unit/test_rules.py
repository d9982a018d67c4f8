"""The rules at their edges."""

import pytest

from app.rules import fine, may_borrow


@pytest.mark.parametrize(
    ("days", "cents"), [(0, 0), (21, 0), (22, 20), (23, 40), (71, 1000), (72, 1000), (70, 980)]
)
def test_fine(days: int, cents: int) -> None:
    assert fine(days) == cents


@pytest.mark.parametrize(
    ("lent", "fines", "may"),
    [(0, 0, True), (4, 500, True), (5, 0, False), (4, 501, False), (6, 600, False)],
)
def test_may_borrow(lent: int, fines: int, may: bool) -> None:
    assert may_borrow(lent, fines) is may
