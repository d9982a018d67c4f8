"""Bugs as people see them: a page with a trace id, and never the cause."""

from typing import NoReturn

import pytest
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.core.web import errors
from menon.features.dashboard import contexts

SECRET = "the-cause-nobody-may-see"
BROWSER = {"Accept": "text/html,*/*"}


async def _break(*_: object) -> NoReturn:
    raise RuntimeError(SECRET)


@pytest.fixture(autouse=True)
def bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "page", _break)


async def test_a_bug_is_shown_to_people_as_a_page(people: People) -> None:
    ada = await people.client("ada", Role.VIEWER, by="cookie")
    answer = await ada.get("/", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (500, "text/html")
    assert "INTERNAL_001" in answer.text
    assert 'aria-label="Main"' in answer.text
    assert SECRET not in answer.text


async def test_a_bug_is_told_to_programs_as_a_problem(people: People) -> None:
    ada = await people.client("ada", Role.VIEWER)
    answer = await ada.get("/")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_001")


async def test_where_no_page_can_be_made_the_problem_stands_alone(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await people.client("ada", Role.VIEWER, by="cookie")
    monkeypatch.setattr(errors, "render", _break)
    answer = await ada.get("/", headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_001")
    assert SECRET not in answer.text
