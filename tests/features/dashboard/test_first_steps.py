"""The start page says what to do first, and who may do it."""

import pytest
from tests.fixtures.people import People

from menon.core.auth import Role


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.VIEWER, {"Ask a question"}),
        (Role.DEVELOPER, {"Ask a question", "Add your documents", "Start a project"}),
        (
            Role.ADMIN,
            {
                "Ask a question",
                "Add your documents",
                "Start a project",
                "Connect a language model",
            },
        ),
    ],
)
async def test_a_step_is_offered_to_those_who_may_take_it(
    people: People, role: Role, offered: set[str]
) -> None:
    ada = await people.client("ada", role, by="cookie")
    page = (await ada.get("/")).text
    every = {"Ask a question", "Add your documents", "Start a project", "Connect a language model"}
    assert {one for one in every if one in page} == offered


async def test_a_step_that_was_taken_is_done(people: People) -> None:
    mona = await people.client("mona", Role.PROJECT_MANAGER, by="cookie")
    assert "0 of 3 done" in (await mona.get("/")).text
    await mona.post("/projects/create", data={"name": "Town library"})
    assert "1 of 3 done" in (await mona.get("/")).text
