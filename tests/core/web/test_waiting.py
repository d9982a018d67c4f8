"""Whoever is too fast reads how long to wait, as a page where a person looks."""

from typing import Any

import pytest
from tests.fixtures.people import People

from menon.core.auth import Role

BROWSER = {"Accept": "text/html,*/*"}


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"limits": {"enabled": True, "per_minute": 20}}


async def test_a_person_reads_a_page_and_a_program_a_problem(people: People) -> None:
    ada = await people.client("ada", Role.VIEWER, by="cookie")
    page = [await ada.get("/profile", headers=BROWSER) for _ in range(21)][-1]
    assert (page.status_code, page.headers["content-type"][:9]) == (429, "text/html")
    assert "Try again" in page.text
    assert f"try again in {page.headers['retry-after']} s." in page.text
    data = await ada.get("/api/v1/runs")
    assert (data.status_code, data.json()["code"]) == (429, "RATE_001")
